"""Shadow prices in words, and what to look at next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report.commands import command
from optimizer.report.figures import columns, cut, figure, of_unit, signed, telling_step, whole
from optimizer.report.proof import is_least, is_whole
from optimizer.solve.limit_values import per_hectare

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.calendar import Calendar
    from optimizer.solve.solution import Solution

#: Longer lists are in the files.
SHOWN = 12
#: Prices nearer to 0 are rounding.
NO_PRICE = 1e-12


def binding_lines(solution: Solution) -> list[str]:
    """Limits that bind, dearest first, with what a little more room is worth."""
    limits = solution.limits
    if not len(limits):
        return []
    binding = limits[limits["binding"].astype(bool)]
    if not len(binding):
        worthless = "" if is_whole(solution) else ": more room in them is worth nothing"
        return [f"None of the {len(limits)} limits binds{worthless}."]
    records = sorted(binding.to_dict("records"), key=lambda row: -abs(worth(row)[1]))
    several = set(limits["limit"][limits["limit"].duplicated()])
    written = written_limits(solution)
    calendar = solution.instance.calendar
    rows = [(cut(limit_name(row, calendar, told=row["limit"] in several), 40),
             limit_rule(row, written[row["limit"]]), _worth(solution, row))
            for row in records[:SHOWN]]
    lines = [f"Limits that bind: {len(binding)} of {len(limits)} (limits.csv)"]
    lines += columns(rows, "<<<")
    return [*lines, *_more(len(records)), *_price_notes(solution)]


def _worth(solution: Solution, row: dict[Any, Any]) -> str:
    """What more room is worth; nothing is said of whole parcels, which have no prices."""
    return "" if is_whole(solution) else worth_words(row, solution.stages[-1].unit)


def _price_notes(solution: Solution) -> list[str]:
    """How to read the prices, where it is not as one would think."""
    if is_whole(solution):
        return ["  Whole parcels have no prices: those in the files are of the linear program, in",
                "  which parcels may be divided."]
    if is_least(solution.stages[-1]):
        return ["  What is to be least falls by what has a + and rises by what has a -."]
    return []


def limit_name(row: dict[Any, Any], calendar: Calendar, *, told: bool) -> str:
    """Name of a row of limits.csv; if `told`, with what sets it apart from others of the name."""
    parts = [str(row[key]) for key in ("use", "method", "zone")
             if row[key] and "|" not in str(row[key])]
    if row["period"] and row["cumulative"]:
        parts.append(calendar.by_the_end(str(row["period"])))
    elif row["period"] and "|" not in str(row["period"]):
        parts.append(str(row["period"]))
    return f"{row['limit']} ({', '.join(parts)})" if told and parts else str(row["limit"])


def written_limits(solution: Solution) -> dict[str, dict[str, Any]]:
    """Limits as the planner wrote them: name -> basis, value and unit."""
    table = solution.instance.table("limits")
    if table is None:
        return {}
    columns_ = zip(table.text("limit"), table.text("basis"), table.number("value"),
                   table.text("unit"), strict=True)
    return {name: {"basis": basis or "absolute", "value": value, "unit": unit}
            for name, basis, value, unit in columns_}


def limit_rule(row: dict[Any, Any], written: dict[str, Any]) -> str:
    """Sense and bound of a row; shares and averages as they were written."""
    basis, sense = written["basis"], row["sense"]
    if basis == "equal":
        return "equal for each"
    if basis.startswith("share_of_"):
        return f"{sense} {whole(written['value'])} % of {basis.removeprefix('share_of_')}"
    if basis.startswith("average"):
        unit = per_hectare(written["unit"] or row["unit"])
        return f"average {sense} {of_unit(whole(written['value']), unit)}"
    return f"{sense} {of_unit(whole(float(row['bound'])), row['unit'])}".rstrip()


def worth(row: dict[Any, Any]) -> tuple[float, float]:
    """Return a telling step of the bound, and what loosening the limit by it is worth.

    `>=` is loosened by less, `<=` and `=` are told for more.
    """
    step = telling_step(float(row["bound"]))
    price = float(row["shadow_price"])
    return step, -price * step if row["sense"] == ">=" else price * step


def worth_words(row: dict[Any, Any], objective_unit: str) -> str:
    """`10,000 CNY more: +2.1 t CO2e`."""
    step, gain = worth(row)
    if gain == 0:
        return "a little more room is worth nothing"
    unit = {"%": "%-point", "": "unit"}.get(str(row["unit"]), str(row["unit"]))
    direction = "less" if row["sense"] == ">=" else "more"
    return f"{of_unit(whole(step), unit)} {direction}: {of_unit(signed(gain), objective_unit)}"


def floor_lines(solution: Solution) -> list[str]:
    """What earlier stages cost the last one: the rate at which the two trade."""
    if is_whole(solution):
        return []
    prices, last = solution.prices, solution.stages[-1]
    stages = {str(stage.number): stage for stage in solution.stages}
    rows = prices[(prices["family"] == "objective_floor") & (prices["stage"] == last.number)]
    told = [(f"1 {stages[row['limit']].unit} less of {stages[row['limit']].label}",
             of_unit(signed(-float(row["price"])), last.unit)) for row in rows.to_dict("records")]
    return ["Giving up more of an earlier stage would be worth", *columns(told, "<<")] \
        if told else []


def topsoil_lines(solution: Solution) -> list[str]:
    """What more topsoil would be worth, by source and period."""
    prices = solution.prices
    if not len(prices) or is_whole(solution):
        return []
    stage = solution.stages[-1].number
    rows = prices[(prices["family"] == "soil_balance") & (prices["stage"] == stage)]
    scarce, idle = rows[rows["price"] > NO_PRICE], rows[rows["price"] < -NO_PRICE]
    if len(scarce):
        return ["1,000 m3 more topsoil would be worth", *_price_table(scarce, solution),
                *_idle_lines(idle, "  Not scarce")]
    if len(idle):
        return _idle_lines(idle, "Topsoil is not scarce")
    return ["Topsoil is not scarce: more of it would be worth nothing."] if (
        solution.instance.topsoil.count) else []


def _idle_lines(rows: pd.DataFrame, start: str) -> list[str]:
    """Sources and periods of which more would only lose carbon."""
    if not len(rows):
        return []
    periods_of: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        periods_of.setdefault(str(row["source"]), []).append(str(row["period"]))
    lines = [f"{start}: more of it would only lose carbon while it waits, at"]
    told = [(cut(source, 34), f"in {', '.join(periods)}")
            for source, periods in list(periods_of.items())[:SHOWN]]
    return [*lines, *columns(told, "<<", "    "), *_more(len(periods_of))]


def _price_table(rows: pd.DataFrame, solution: Solution) -> list[str]:
    """One line a source and period, dearest first."""
    unit = solution.stages[-1].unit
    records = sorted(rows.to_dict("records"), key=lambda row: -abs(float(row["price"])))
    told = [(cut(str(row["source"]), 34), f"in {row['period']}",
             of_unit(signed(1000.0 * float(row["price"])), unit)) for row in records[:SHOWN]]
    return [*columns(told, "<<<"), *_more(len(records))]


def next_lines(solution: Solution, name: str, folder: Path | None) -> list[str]:
    """Questions that the answer raises, each with the command that answers it."""
    rows, instance = [], solution.instance
    dear, own = dearest(solution.limits), instance.settings.overrides
    if dear is not None:
        factor = 0.9 if dear["sense"] == ">=" else 1.1
        change = f"limits[{dear['limit']}].value*={factor}"
        words = (name, "--whole-parcels") if is_whole(solution) else (name,)
        rows += ["What if the dearest limit were looser?",
                 f"  {command('solve', *words, own=own, changes=(change,), out='OTHER')}"]
    if not solution.reclaimed_ha:
        rows += ["What does each limit do, and what keeps land from its uses?",
                 f"  {command('explain', name, '--plan', own=own)}"]
    if instance.uses_carbon:
        rows += ["What do the numbers rest on?", f"  {command('sources', name, own=own)}"]
    if folder is not None and solution.status != "stopped":
        rows += ["Does the proof hold, from the files alone?",
                 f"  {command('verify', str(folder))}"]
    return ["Next", *(f"  {row}" for row in rows)] if rows else []


def dearest(limits: pd.DataFrame) -> dict[Any, Any] | None:
    """Binding limit of which a telling step is worth most; None where none is worth anything."""
    if not len(limits):
        return None
    records = [row for row in limits.to_dict("records")
               if bool(row["binding"]) and _finite(row["bound"]) and worth(row)[1] != 0]
    return max(records, key=lambda row: abs(worth(row)[1]), default=None)


def _more(count: int) -> list[str]:
    """Say how many are not shown."""
    return [f"  and {count - SHOWN} more"] if count > SHOWN else []


def _finite(value: Any) -> bool:
    """Whether a bound is a number other than 0, so that it can be multiplied."""
    return figure(float(value)) != "-" and float(value) != 0
