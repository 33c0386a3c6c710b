"""What the methods may do to the land: which parcels are regraded, which get soil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.common import Tables, blank_rows, number_column, table_of

#: Slopes are compared with this tolerance, in percentage points: 14.04 degrees is 25.007 %.
SLOPE_TOLERANCE_PCT = 0.01


@dataclass(frozen=True)
class Works:
    """Works that some method would do on each parcel.

    Parameters
    ----------
    regraded_i
        Whether a method flattens the parcel, shape (I,).
    brought_i
        Whether a method brings soil to it (or may, where its depth is not known), shape (I,).
    moved_i
        Whether a method moves soil there, brought or the parcel's own, shape (I,).
    """

    regraded_i: NDArray[np.bool_]
    brought_i: NDArray[np.bool_]
    moved_i: NDArray[np.bool_]


def works_of(tables: Tables) -> Works:
    """Find the works that the methods would do, without asking whether the use is allowed."""
    parcels = table_of(tables, "parcels")
    slope_i = number_column(parcels, "slope_pct")
    depth_i = number_column(parcels, "soil_depth_m")
    regraded_i = np.zeros(len(parcels), dtype=bool)
    brought_i, moved_i = regraded_i.copy(), regraded_i.copy()
    for slope_after, depth_after, respread in _kinds(tables):
        # A comparison with NaN is False: a method without the column does no such work.
        flattened_i = slope_i > slope_after + SLOPE_TOLERANCE_PCT
        there_i = depth_i if respread else np.where(flattened_i, 0.0, depth_i)
        short_i = np.full(len(parcels), np.isfinite(depth_after)) & ~(there_i >= depth_after)
        regraded_i |= flattened_i
        brought_i |= short_i
        moved_i |= short_i | (flattened_i if respread else False)
    return Works(regraded_i, brought_i, moved_i)


def _kinds(tables: Tables) -> set[tuple[float, float, bool]]:
    """Return distinct (slope after, depth after, own soil respread) of the methods."""
    methods = table_of(tables, "methods")
    return set(zip(
        number_column(methods, "after:slope_pct").tolist(),
        number_column(methods, "after:soil_depth_m").tolist(),
        (number_column(methods, "respread_own_soil") > 0.5).tolist(),
        strict=True,
    ))


def limits_zones(tables: Tables) -> bool:
    """Whether a limit names zones."""
    return not blank_rows(table_of(tables, "limits"), "zone").all()
