"""`lines.png`: the objective and the areas of the uses over one path, a column of panels a path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.analysis.sweep.plan import BASE
from optimizer.analysis.sweep.row import AREA
from optimizer.report.canvas import INK, QUIET, board, printable, save
from optimizer.report.sweep_frame import (
    axis_name,
    heading,
    objective_name,
    plain,
    subtitle,
    thousands,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.sweep.plan import Axis, SweepPlan

#: More paths side by side are too narrow to read.
PATHS_AT_MOST = 4
#: Apart also by their strokes, for eyes and printers that see no colours.
STROKES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 2)), (0, (3, 4)))
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def draw_lines(
    plan: SweepPlan, table: pd.DataFrame, axes_shown: list[Axis], path: Path,
    colours: Mapping[str, str],
) -> None:
    """Draw objective and areas over each path.

    Parameters
    ----------
    plan, table
        The cases and what came of them.
    axes_shown
        Paths with numbers; the first few are drawn.
    path
        PNG file to write.
    colours
        Colour of each use, as on the maps.
    """
    shown = axes_shown[:PATHS_AT_MOST]
    width, height = 2.4 + max(6.0, 3.6 * len(shown)), 6.4
    with board(width, height) as figure:
        left_out = len(axes_shown) - len(shown)
        more = f"; {left_out} more paths in cases.parquet" if left_out else ""
        heading(figure, height, "What the cases come to", subtitle(plan) + more)
        room = (1.0 - 2.5 / width) / len(shown)
        first: tuple[Axes, Axes] | None = None
        for number, axis in enumerate(shown):
            left = 0.95 / width + number * room
            place = (left, room - 0.3 / width, height)
            first = _column(figure, table, axis, place, first, colours)
            if number == 0:
                first[0].set_ylabel(objective_name(table))
                first[1].set_ylabel("area of each use, ha")
            else:
                for axes in figure.axes[-2:]:
                    axes.tick_params(labelleft=False)
        _key(figure, figure.axes[1], width)
        save(figure, path)


def _column(
    figure: Figure, table: pd.DataFrame, axis: Axis, place: tuple[float, float, float],
    first: tuple[Axes, Axes] | None, colours: Mapping[str, str],
) -> tuple[Axes, Axes]:
    """Draw the two panels of one path; the scales are those of the first path."""
    left, width, height = place
    top = figure.add_axes((left, 3.2 / height, width, 2.2 / height),
                          sharey=first[0] if first else None)
    below = figure.add_axes((left, 0.75 / height, width, 2.2 / height), sharex=top,
                            sharey=first[1] if first else None)
    cases = _cases(table, axis)
    solved = cases[cases["status"] == "optimal"]
    at = solved[axis.column]
    top.plot(at, solved["objective"], color=INK, marker="o", markersize=4, linewidth=1.6)
    for number, name in enumerate(_uses(table)):
        use = name.removeprefix(AREA)
        below.plot(at, solved[name], color=colours[use], linestyle=STROKES[number % 8],
                   marker=MARKS[number % 8], markersize=4.5, markeredgecolor=INK,
                   markeredgewidth=0.5, linewidth=1.8, label=printable(use, name))
    _without_plan(top, cases, axis)
    for axes in (top, below):
        plain(axes)
        axes.yaxis.set_major_formatter(thousands)
    top.tick_params(labelbottom=False)
    below.set_xlabel(axis_name(axis, int(12 * width * figure.get_figwidth())), fontsize=9)
    return first or (top, below)


def _cases(table: pd.DataFrame, axis: Axis) -> pd.DataFrame:
    """Cases that a path is given a value in, and the base where factors are 1."""
    cases = table[table[axis.column].notna()]
    if axis.multiplies and not (cases[axis.column] == 1.0).any():
        base = table[table["case"] == BASE].assign(**{axis.column: 1.0})
        cases = pd.concat([cases, base]) if len(base) else cases
    return cases.sort_values(axis.column)


def _without_plan(axes: Axes, cases: pd.DataFrame, axis: Axis) -> None:
    """Mark values for which there is no plan, at the foot of the panel."""
    at = cases.loc[cases["status"] != "optimal", axis.column]
    if len(at):
        axes.plot(at, [0.03] * len(at), transform=axes.get_xaxis_transform(), color="#d55e00",
                  marker="x", linestyle="none", label="no plan")
        axes.legend(frameon=False, fontsize=8, loc="lower right")


def _uses(table: pd.DataFrame) -> list[str]:
    """Columns of areas that are not nought everywhere."""
    return [name for name in table if str(name).startswith(AREA) and table[name].max() > 0]


def _key(figure: Figure, axes: Axes, width: float) -> None:
    """Say which line is which use, right of the panels."""
    lines, names = axes.get_legend_handles_labels()
    figure.legend(lines, names, loc="center left", bbox_to_anchor=(1 - 1.65 / width, 0.3),
                  frameon=False, fontsize=9, labelcolor=QUIET)
