"""Which pictures a sweep has: lines over a path, a heat map over two, a tornado, bars of cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.sweep_bars import draw_cases, draw_tornado
from optimizer.report.sweep_heat import draw_heat
from optimizer.report.sweep_lines import draw_lines

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.sweep.plan import Axis, SweepPlan

LINES, HEAT, TORNADO, BARS = "lines.png", "heatmap.png", "tornado.png", "cases.png"
PICTURES = (LINES, HEAT, TORNADO, BARS)
#: More bars nobody reads.
BARS_AT_MOST = 40
#: Axes of a heat map.
PLANE = 2


def draw_sweep(
    plan: SweepPlan, table: pd.DataFrame, folder: Path, colours: Mapping[str, str]
) -> list[str]:
    """Draw what the cases have to show.

    Parameters
    ----------
    plan, table
        The cases and what came of them.
    folder
        Where the pictures go.
    colours
        Colour of each use, as on the maps.

    Returns
    -------
    list
        Names of the pictures drawn; none where no case has a plan.
    """
    if not (table["status"] == "optimal").any():
        return []
    drawn = []
    numeric = [axis for axis in plan.axes if _numeric(table, axis)]
    if plan.mode == "one_at_a_time" and numeric:
        draw_tornado(plan, table, numeric, folder / TORNADO)
        draw_lines(plan, table, numeric, folder / LINES, colours)
        drawn += [TORNADO, LINES]
    elif plan.mode == "product" and len(plan.axes) == 1 and numeric:
        draw_lines(plan, table, numeric, folder / LINES, colours)
        drawn.append(LINES)
    elif plan.mode == "product" and len(plan.axes) == len(numeric) == PLANE:
        draw_heat(plan, table, folder / HEAT)
        drawn.append(HEAT)
    elif len(table) <= BARS_AT_MOST:
        draw_cases(plan, table, folder / BARS)
        drawn.append(BARS)
    return drawn


def _numeric(table: pd.DataFrame, axis: Axis) -> bool:
    """Whether a path has numbers, at least two of them."""
    values = table[axis.column]
    return values.dtype.kind == "f" and np.unique(values.dropna()).size > 1
