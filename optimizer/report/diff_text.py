"""What `reclaim diff` prints: two plans side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.analysis.diff import BARE, Change, Diff
from optimizer.report.figures import alike, columns, cut, figure, hectares, of_unit, signed
from optimizer.report.words import TERM_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Longer lists are in the files and in --json.
SHOWN = 12
#: A wider matrix does not fit on a terminal and is told as a list.
WIDEST = 7
#: Less than this is no change worth a line, relative to the size of the numbers.
NO_CHANGE = 1e-9


def diff_text(found: Diff) -> str:
    """Tell what differs between two plans in plain text."""
    blocks = [_head(found), _areas(found), _matrix(found), _moves(found),
              _numbers(found, "carbon", "Net sink by term"),
              _numbers(found, "account", "Account"), _rules(found)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def percent_words(change: Change) -> str:
    """Change in percent of the old value; words where there was nothing."""
    if abs(change.change) <= NO_CHANGE * max(abs(change.old), abs(change.new), 1.0):
        return "the same"
    return "new" if change.percent is None else f"{change.percent:+,.1f} %"


def _head(found: Diff) -> list[str]:
    """Which plans, and what the second has over the first."""
    objective = found.objective
    what = "Net sink" if objective.name == "net_sink" else objective.name
    words = percent_words(objective)
    of_old = "" if objective.percent is None else f", {words} of the first"
    gained = words if words == "the same" else \
        f"{of_unit(signed(objective.change), objective.unit)}{of_old}"
    land = hectares(float(found.moved_uv.sum()))
    return [
        f"{found.instance.name}: from {found.name_a} to {found.name_b}", "",
        f"{what} {signed(objective.old)} -> {signed(objective.new)} {objective.unit}: {gained}",
        f"{hectares(found.moved_ha)} of {land} ha change their use",
    ]


def _areas(found: Diff) -> list[str]:
    """Hectares of each use in both plans."""
    changes = [change for change in found.changes if change.kind == "area"
               and (change.old or change.new)]
    rows = [("Land", "first ha", "second ha", "change ha", "of the first")]
    rows += [(_label(found, change.name), hectares(change.old), hectares(change.new),
              _change_ha(change.change), percent_words(change)) for change in changes]
    return columns(rows, "<>>>>")


def _change_ha(value: float) -> str:
    """Hectares with their sign and one decimal."""
    return f"{value:+,.1f}" if abs(value) >= 0.05 else "0.0"


def _label(found: Diff, use: str) -> str:
    """Label of a use as a planner reads it."""
    practices = found.instance.practices
    if use == BARE:
        return "not reclaimed"
    return cut(practices.label_u[practices.uses.index(use)], 28)


def _matrix(found: Diff) -> list[str]:
    """Transition matrix, or a list of transitions where it is too wide."""
    moved_uv = found.moved_uv
    used = [u for u in range(len(found.uses)) if moved_uv[u].sum() + moved_uv[:, u].sum() > 0.0]
    if len(used) > WIDEST:
        return _transitions(found)
    rows = [("from \\ to", *(cut(_label(found, found.uses[v]), 14) for v in used), "all")]
    for u in used:
        cells = ("." if moved_uv[u, v] < 1e-9 else hectares(float(moved_uv[u, v])) for v in used)
        rows.append((_label(found, found.uses[u]), *cells, hectares(float(moved_uv[u].sum()))))
    rows.append(("all", *(hectares(float(moved_uv[:, v].sum())) for v in used),
                 hectares(float(moved_uv.sum()))))
    return ["Hectares by what they were (rows) and what they become (columns)",
            *columns(rows, "<" + ">" * (len(used) + 1))]


def _transitions(found: Diff) -> list[str]:
    """Transitions as a list, largest first."""
    table = found.transitions
    table = table[table["from_use"] != table["to_use"]].sort_values(
        "area_ha", ascending=False, kind="stable")
    rows = [("from", "to", "ha", "of the first")]
    rows += [(_label(found, row["from_use"]), _label(found, row["to_use"]),
              hectares(row["area_ha"]), f"{row['percent_of_from']:.1f} %")
             for row in table.head(SHOWN).to_dict("records")]
    return ["Hectares that change their use", *columns(rows, "<<>>"), *_more(len(table))]


def _moves(found: Diff) -> list[str]:
    """Where the difference is made."""
    moves = found.moves
    if not len(moves):
        return []
    records = moves.head(SHOWN).to_dict("records")
    rows = [("Parcel", "from", "to", "ha", "worth")]
    rows += [(cut(row["parcel"], 24), _label(found, row["from_use"]),
              _to(found, row["from_use"], row["to_use"]), hectares(row["area_ha"]), worth)
             for row, worth in zip(records, alike([row["worth"] for row in records]),
                                   strict=True)]
    lines = [f"What differs most, worth in {found.unit}", *columns(rows, "<<<>>"),
             *_more(len(moves))]
    if abs(found.stock_worth) > NO_CHANGE * max(1.0, abs(found.objective.new)):
        lines.append(f"  Topsoil held in stock: {of_unit(signed(found.stock_worth), found.unit)}")
    if abs(found.boundary_worth) > NO_CHANGE * max(1.0, abs(found.objective.new)):
        lines.append("  Boundary between unlike uses: "
                     f"{of_unit(signed(found.boundary_worth), found.unit)}")
    return lines


def _to(found: Diff, old: str, new: str) -> str:
    """What land becomes; the same use differs in method, period or source."""
    return "same use, otherwise" if old == new else _label(found, new)


def _numbers(found: Diff, kind: str, heading: str) -> list[str]:
    """Numbers of one kind that are not zero in both plans."""
    changes = [change for change in found.changes if change.kind == kind
               and (change.old or change.new) and change.name != "area"]
    if not changes:
        return []
    rows: Sequence[tuple[str, ...]] = [(heading, "first", "second", "change", "of the first", "")]
    rows = [*rows, *((TERM_WORDS.get(c.name, c.name) if kind == "carbon" else c.name,
                      figure(c.old), figure(c.new), signed(c.change), percent_words(c), c.unit)
                     for c in changes)]
    return columns(rows, "<>>>><")


def _rules(found: Diff) -> list[str]:
    """Whether the plans keep the rules; `check` tells which are broken."""
    counts = [len(judged.violations) for judged in (found.judgement_a, found.judgement_b)]
    if not any(counts):
        return []
    told = " and ".join(
        f"{name} breaks {count} rule{'' if count == 1 else 's'}" for name, count in
        zip((found.name_a, found.name_b), counts, strict=True) if count)
    return [f"Note: {told}; `reclaim check` tells which."]


def _more(count: int) -> list[str]:
    """Say how many are not shown."""
    return [f"  and {count - SHOWN} more"] if count > SHOWN else []
