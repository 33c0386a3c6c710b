"""`tornado.png`: which path moves the objective most; `cases.png`: the objective of named cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.analysis.sweep.plan import BASE
from optimizer.report.canvas import EMISSION, INK, QUIET, SINK, board, printable, save, wrapped
from optimizer.report.figures import alike
from optimizer.report.figures import figure as number_text
from optimizer.report.sweep_frame import (
    axis_name,
    heading,
    objective_name,
    plain,
    subtitle,
    thousands,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from optimizer.analysis.sweep.plan import Axis, SweepPlan

#: More bars nobody reads; the table has them all.
PATHS_AT_MOST = 20
#: Room beside the bars for their words, as a share of the span.
MARGIN = 0.22


@dataclass(frozen=True)
class _Swing:
    """How far one path moves the objective: (value of the path, change) at both ends."""

    axis: Axis
    low: tuple[float, float]
    high: tuple[float, float]
    without_plan: int

    @property
    def span(self) -> float:
        """From the least change to the most."""
        return max(0.0, self.low[1], self.high[1]) - min(0.0, self.low[1], self.high[1])


def draw_tornado(
    plan: SweepPlan, table: pd.DataFrame, axes_shown: list[Axis], path: Path
) -> None:
    """Draw how far each path alone moves the objective, the one that moves it most on top.

    Parameters
    ----------
    plan, table
        The cases and what came of them.
    axes_shown
        Paths with numbers.
    path
        PNG file to write.
    """
    base = table.loc[(table["case"] == BASE) & (table["status"] == "optimal"), "objective"]
    solved = table.loc[table["status"] == "optimal", "objective"]
    middle = float(base.iloc[0]) if len(base) else float(solved.median())
    swings = [swing for swing in (_swing(table, axis, middle) for axis in axes_shown) if swing]
    swings.sort(key=lambda swing: -swing.span)
    shown = swings[:PATHS_AT_MOST]
    height = 2.3 + 0.55 * max(1, len(shown))
    with board(9.0, height) as figure:
        what = "the base" if len(base) else "the median case (the base has no plan)"
        heading(figure, height, "What moves the optimum most",
                f"{subtitle(plan)}: change from {what}, {number_text(middle)} "
                f"{objective_name(table).rpartition(', ')[2]}")
        axes = figure.add_axes((0.34, 0.75 / height, 0.62, 1 - 1.85 / height))
        _bars(axes, shown)
        axes.set_xlabel(f"change of the {objective_name(table)}; at the ends the values of the "
                        "path (orange: the smallest, blue: the largest)", fontsize=9, loc="right")
        save(figure, path)


def _swing(table: pd.DataFrame, axis: Axis, middle: float) -> _Swing | None:
    """Changes at the smallest and the largest value that have a plan."""
    cases = table[table[axis.column].notna()]
    solved = cases[cases["status"] == "optimal"].sort_values(axis.column)
    if solved.empty:
        return None
    ends = [(float(solved.iloc[end][axis.column]), float(solved.iloc[end]["objective"]) - middle)
            for end in (0, -1)]
    return _Swing(axis, ends[0], ends[1], len(cases) - len(solved))


def _bars(axes: Axes, swings: list[_Swing]) -> None:
    """Draw a bar to each end; words of the values outside of them."""
    changes = [change for swing in swings for _, change in (swing.low, swing.high)]
    low, high = min(0.0, *changes), max(0.0, *changes)
    span = (high - low) or 1.0
    for row, swing in enumerate(swings):
        for (_, change), colour in ((swing.low, EMISSION), (swing.high, SINK)):
            axes.barh(row, change, height=0.6, color=colour)
        _words(axes, row, swing, span)
    axes.axvline(0.0, color=INK, linewidth=0.9)
    names = [axis_name(swing.axis, 34) + (f"\n{swing.without_plan} without a plan"
                                          if swing.without_plan else "") for swing in swings]
    axes.set_yticks(range(len(swings)), names, fontsize=9)
    axes.set_ylim(len(swings) - 0.4, -0.6)
    axes.set_xlim(low - MARGIN * span, high + MARGIN * span)
    axes.locator_params(axis="x", nbins=6)
    axes.xaxis.set_major_formatter(thousands)
    plain(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _words(axes: Axes, row: int, swing: _Swing, span: float) -> None:
    """Write the values of the path where its bars end; both on one side stand in one text."""
    sides: dict[bool, list[tuple[float, float]]] = {}
    for value, change in (swing.low, swing.high):
        sides.setdefault(change >= 0.0, []).append((value, change))
    for right, ends in sides.items():
        far = max(ends, key=lambda end: abs(end[1]))[1]
        text = " and ".join(f"{value:,.6g}" for value, _ in ends)
        axes.text(far + (0.012 if right else -0.012) * span, row, text, fontsize=8.5, color=QUIET,
                  va="center", ha="left" if right else "right")


def draw_cases(plan: SweepPlan, table: pd.DataFrame, path: Path) -> None:
    """Draw the objective of every case, with its distance from the first one that has a plan.

    Parameters
    ----------
    plan, table
        The cases and what came of them.
    path
        PNG file to write.
    """
    height = 1.9 + 0.4 * len(table)
    first = table.loc[table["status"] == "optimal"].iloc[0]
    changes = [0.0 if row["status"] != "optimal" else row["objective"] - first["objective"]
               for _, row in table.iterrows()]
    low, high = min(0.0, *changes), max(0.0, *changes)
    span = (high - low) or 1.0
    with board(9.0, height) as figure:
        heading(figure, height, "What the cases come to",
                f"{subtitle(plan)}: distance from \"{first['case']}\", "
                f"{number_text(float(first['objective']))} {first['objective_unit']}")
        axes = figure.add_axes((0.3, 0.7 / height, 0.66, 1 - 1.65 / height))
        texts = alike(changes)
        for row, (change, status) in enumerate(zip(changes, table["status"], strict=True)):
            axes.barh(row, change, height=0.62, color=SINK if change >= 0 else EMISSION)
            words = texts[row] if status == "optimal" else status
            axes.text(max(change, 0.0) + 0.012 * span, row, words, va="center", fontsize=9,
                      color=INK if status == "optimal" else EMISSION)
        names = [wrapped(printable(str(case), "?"), 34, 2) for case in table["case"]]
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlim(low - 0.02 * span, high + MARGIN * span)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.xaxis.set_major_formatter(thousands)
        axes.set_xlabel(f"distance in {objective_name(table)}")
        plain(axes, "x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        save(figure, path)
