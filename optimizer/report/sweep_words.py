"""A sweep in words, for the terminal."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.instance.nearest import counted
from optimizer.report.figures import columns, cut, figure, of_unit
from optimizer.report.sweep import CASES, SUMMARY

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.sweep.plan import SweepPlan

#: Cases told one by one; the table has them all.
TOLD_AT_MOST = 30
NAME_WIDTH, REASON_WIDTH, VALUE_WIDTH = 28, 60, 22


def sweep_text(plan: SweepPlan, table: pd.DataFrame, out: Path) -> str:
    """Say what the cases came to, which have no plan and why, and where the rest is."""
    solved = table[table["status"] == "optimal"]
    count = counted(len(table), "case")
    lines = [f"{plan.title or plan.name}: {count}, {len(solved):,} with a plan", ""]
    shown = table.iloc[:TOLD_AT_MOST]
    rows = [("case", *(cut(axis.name, VALUE_WIDTH) + (" x" if axis.multiplies else "")
                       for axis in plan.axes), "objective", "reclaimed")]
    rows += [_line(plan, row) for _, row in shown.iterrows()]
    lines += columns(rows, "<" + ">" * len(plan.axes) + ">>")
    if len(table) > len(shown):
        lines.append(f"  and {len(table) - len(shown):,} more")
    lines += _reasons(table)
    if len(solved):
        unit = str(solved.iloc[0]["objective_unit"])
        low = solved.loc[solved["objective"].idxmin()]
        high = solved.loc[solved["objective"].idxmax()]
        span = (f"From {of_unit(figure(low['objective']), unit)} ({low['case']}) to "
                f"{of_unit(figure(high['objective']), unit)} ({high['case']}). Largest gap of "
                f"the proofs {max(0.0, solved['relative_gap'].max()):.1e}.")
        lines += ["", span]
    lines.append(f"Written to {out}: {CASES}, {SUMMARY}{_pictures(out)}")
    return "\n".join(lines)


def _line(plan: SweepPlan, row: pd.Series) -> tuple[str, ...]:
    """One case as cells."""
    values = tuple(_value(row[axis.column]) for axis in plan.axes)
    if row["status"] != "optimal":
        return (cut(str(row["case"]), NAME_WIDTH), *values, str(row["status"]), "")
    return (cut(str(row["case"]), NAME_WIDTH), *values,
            of_unit(figure(row["objective"]), str(row["objective_unit"])),
            f"{figure(row['reclaimed_ha'])} ha")


def _value(value: object) -> str:
    """A parameter; what a case leaves alone is a dash."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:,.6g}"
    return cut(str(value), VALUE_WIDTH) or "-"


def _reasons(table: pd.DataFrame) -> list[str]:
    """Why cases have no plan, each reason once with the number of cases."""
    without = table[table["status"] != "optimal"]
    if without.empty:
        return []
    counted = without.groupby(["status", "reason"], sort=False).agg(
        count=("case", "size"), first=("case", "first"))
    lines = ["", "Without a plan:"]
    for (status, reason), told in list(counted.iterrows())[:10]:
        many = "" if told["count"] == 1 else f" and {told['count'] - 1:,} more"
        lines.append(f"- {told['first']}{many}: {status}: {reason}")
    if len(counted) > 10:
        lines.append(f"- and {len(counted) - 10:,} more reasons, in {CASES}")
    return lines


def _pictures(out: Path) -> str:
    """Pictures there are."""
    from optimizer.report.sweep_pictures import PICTURES

    return "".join(f", {name}" for name in PICTURES if (out / name).is_file())
