"""`heatmap.png`: the objective over two paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.report.canvas import LINE, board, save
from optimizer.report.figures import figure as number_text
from optimizer.report.sweep_frame import NONE, axis_name, heading, objective_name, subtitle

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from optimizer.analysis.sweep.plan import SweepPlan

#: Up to so many cells a side the numbers stand in them.
WRITTEN_UP_TO = 12
#: Below this share of the scale the colours are dark, and numbers on them white.
DARK_BELOW = 0.55


def draw_heat(plan: SweepPlan, table: pd.DataFrame, path: Path) -> None:
    """Draw the objective over the two paths of a product.

    Parameters
    ----------
    plan, table
        The cases and what came of them.
    path
        PNG file to write.
    """
    across, up = plan.axes[1], plan.axes[0]
    solved = table["objective"].where(table["status"] == "optimal")
    grid = table.assign(shown=solved).pivot_table(
        index=up.column, columns=across.column, values="shown", dropna=False, sort=True)
    rows, columns = np.unique(table[up.column]), np.unique(table[across.column])
    grid = grid.reindex(index=rows, columns=columns)
    width = max(7.0, min(12.0, 2.8 + 0.62 * len(columns)))
    height = max(5.0, min(10.0, 2.4 + 0.5 * len(rows)))
    with board(width, height) as figure:
        heading(figure, height, "What the cases come to", subtitle(plan))
        axes = figure.add_axes((1.2 / width, 0.85 / height, 1 - 2.6 / width, 1 - 1.9 / height))
        values = grid.to_numpy(dtype=float)
        _cells(axes, values)
        _ticks(axes, rows, columns)
        axes.set_xlabel(axis_name(across))
        axes.set_ylabel(axis_name(up, 40))
        scale = figure.add_axes((1 - 1.15 / width, 0.85 / height, 0.22 / width, 1 - 1.9 / height))
        bar = figure.colorbar(axes.images[0], cax=scale)
        bar.set_label(objective_name(table))
        bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
        if np.isnan(values).any():
            figure.text(1 - 1.2 / width, 0.35 / height, "hatched: no plan", fontsize=9)
        save(figure, path)


def _cells(axes: Axes, values: NDArray[np.float64]) -> None:
    """Draw the cells, and their numbers where there is room."""
    axes.set_facecolor(NONE)
    axes.patch.set(hatch="///", edgecolor=LINE)
    axes.imshow(values, origin="lower", aspect="auto", cmap="cividis")
    low, high = np.nanmin(values), np.nanmax(values)
    if max(values.shape) > WRITTEN_UP_TO:
        return
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        share = (value - low) / ((high - low) or 1.0)
        axes.text(column, row, number_text(float(value)), ha="center", va="center", fontsize=8,
                  color="white" if share < DARK_BELOW else "black")


def _ticks(axes: Axes, rows: NDArray[Any], columns: NDArray[Any]) -> None:
    """Name the values of both paths, some of them where there are many."""
    for values, scale in ((columns, axes.xaxis), (rows, axes.yaxis)):
        step = max(1, int(np.ceil(len(values) / WRITTEN_UP_TO)))
        places = np.arange(0, len(values), step)
        scale.set_ticks(places, [f"{value:,.6g}" for value in values[places]])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
