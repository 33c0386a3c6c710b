"""Counts of the cells of a sheet: without a slope, and in each slope class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.grid import Grid
from optimizer.geo.sheets import Sheet, classes, compact
from optimizer.options.rules import SLOPE_TOLERANCE_PCT


def count_unknown(
    unknown: dict[int, list[int]], sheet: Sheet, slope_rc: NDArray[np.float64]
) -> None:
    """Count the land, and the land without a slope, of each group.

    Parameters
    ----------
    unknown
        Group -> [cells without a slope, cells]; what is counted is added.
    sheet, slope_rc
        Land, and its slopes in percent.
    """
    counted_rc = (sheet.group_rc >= 0) & (sheet.weight_rc > 0)
    if not counted_rc.any():
        counted_rc = sheet.group_rc >= 0
    groups, index = compact(sheet.group_rc[counted_rc])
    all_g = np.bincount(index)
    bad_g = np.bincount(index, np.isnan(slope_rc[counted_rc]))
    for group, bad, count in zip(groups.tolist(), bad_g, all_g, strict=True):
        held = unknown.setdefault(group, [0, 0])
        held[0] += int(bad)
        held[1] += int(count)


def count_classes(
    classed: dict[int, float], grid: Grid, sheet: Sheet, slope_rc: NDArray[np.float64],
    breaks: Sequence[float],
) -> None:
    """Add up the cells with a slope of their own, by class.

    Parameters
    ----------
    classed
        Slope class -> square metres; what is counted is added.
    grid, sheet, slope_rc
        Elevations, land, and its slopes in percent.
    breaks
        Slopes in percent between the classes, rising.
    """
    known = (sheet.group_rc >= 0) & (sheet.weight_rc > 0) & ~np.isnan(slope_rc)
    area_rc = np.broadcast_to(grid.metric.rows(*sheet.rows).area_r[:, None], slope_rc.shape)
    area_c = np.bincount(classes(breaks, slope_rc[known], SLOPE_TOLERANCE_PCT), area_rc[known])
    for number, area in enumerate(area_c.tolist()):
        classed[number] = classed.get(number, 0.0) + area


def with_slope(sheet: Sheet, slope_rc: NDArray[np.float64]) -> Sheet:
    """A sheet without the cells that have no slope of their own: whole blocks end at the rim.

    Parameters
    ----------
    sheet, slope_rc
        Land, and its slopes in percent.
    """
    known_rc = ~np.isnan(slope_rc)
    return replace(sheet, group_rc=np.where(known_rc, sheet.group_rc, -1),
                   weight_rc=np.where(known_rc, sheet.weight_rc, 0.0))
