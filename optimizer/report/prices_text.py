"""What `reclaim prices` prints: each price in words, how far it holds, and the next steps."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.curve_text import exact
from optimizer.report.figures import columns, figure, of_unit, signed, telling_step, whole

if TYPE_CHECKING:
    from optimizer.analysis.prices.record import Price, PriceTable, Side, Step

#: Longer lists are in the files; dearest first.
SHOWN = 12
END_WORDS = {
    "breakpoint": "there it changes", "infeasible": "beyond there is no plan",
    "allowed": "less than nothing there cannot be", "further": "and further",
}
FLAG_WORDS = {
    "two prices": "two prices: more is worth something else than less",
    "no plan with less": "one-sided: with any less there is no plan",
    "no plan with more": "one-sided: with any more there is no plan",
}


def prices_text(table: PriceTable, folder: Path | None = None) -> str:
    """Tell prices in plain text.

    Parameters
    ----------
    table
        To be told.
    folder
        Where they were written, if they were.
    """
    unit = table.objective_unit
    limits = [row for row in table.rows if row.kind == "limit"]
    topsoil = [row for row in table.rows if row.kind == "topsoil"]
    optimum = of_unit(signed(table.objective), unit)
    blocks = [[f"{table.instance.name}: what limits and topsoil are worth; optimum {optimum}"]]
    for heading, rows in (("Limits that bind", limits), ("Topsoil", topsoil)):
        ranked = sorted(rows, key=lambda row: -_worth(row))
        if ranked:
            blocks.append([f"{heading}: {len(ranked)}"])
        blocks += [_row_lines(row, unit) for row in ranked[:SHOWN]]
        if len(ranked) > SHOWN:
            blocks.append([f"and {len(ranked) - SHOWN} more (--json or -o OUT has all)"])
    if table.unpriced:
        words = "rows of limits do not bind: a little more or less of them changes nothing."
        blocks.append([f"{table.unpriced} {words}"])
    blocks.append([f"Note: {note}." for note in table.notes])
    if folder is not None:
        blocks.append([f"Written to {folder}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _worth(row: Price) -> float:
    """What a telling step is worth on the dearer side."""
    known = [abs(side.price) for side in (row.less, row.more) if not math.isnan(side.price)]
    return max(known, default=0.0) * telling_step(row.value or row.size)


def _row_lines(row: Price, unit: str) -> list[str]:
    """One price: the rule, both sides, steps, warnings, money for a tonne."""
    lines = [f"{row.name}{row.where}: {row.rule}"]
    lines += columns([_side_cells(row, row.more, "more", unit),
                      _side_cells(row, row.less, "less", unit)], "<<<")
    if row.steps:
        lines += columns([("solved again", *(_percent(step) for step in row.steps)),
                          ("", *(_change(step) for step in row.steps))], "<" + ">" * len(row.steps))
    lines += [f"  ! {FLAG_WORDS[flag]}" for flag in row.flags]
    return [*lines, *_abatement(row)]


def _side_cells(row: Price, side: Side, word: str, unit: str) -> tuple[str, str, str]:
    """One side in words: `10,000 CNY more`, `+3.2 t CO2e`, `holds up to ...`."""
    step = _step(row, side)
    what = f"{of_unit(whole(step), row.unit)} {word}"
    if math.isnan(side.price):
        return what, "no plan" if side.end == "infeasible" else "-", ""
    gain = side.price * step * (1.0 if word == "more" else -1.0)
    worth = of_unit(signed(gain), unit) if gain else "worth nothing"
    reach = "up to" if word == "more" else "down to"
    until = of_unit(exact(side.until), row.unit)
    return what, worth, f"holds {reach} {until}, {END_WORDS[side.end]}"


def _step(row: Price, side: Side) -> float:
    """Return a round amount for which the price holds."""
    step, room = telling_step(row.value or row.size), abs(side.until - row.value)
    if math.isnan(side.price) or room <= 0.0 or step <= room:
        return step
    return float(10.0 ** math.floor(math.log10(room)))


def _percent(step: Step) -> str:
    return f"{100.0 * step.relative:+g} %"


def _change(step: Step) -> str:
    return signed(step.change) if step.feasible else "no plan"


def _abatement(row: Price) -> list[str]:
    """Money for one tonne more, or saved for one tonne less."""
    more, less = row.abatement_cost_more, row.abatement_cost_less
    lines = []
    if not math.isnan(more):
        lines.append(f"  one tonne more costs {figure(more)} {row.unit} per t CO2e")
    if not math.isnan(less) and not math.isclose(more, less, rel_tol=1e-6):
        lines.append(f"  one tonne less saves {figure(less)} {row.unit} per t CO2e")
    return lines
