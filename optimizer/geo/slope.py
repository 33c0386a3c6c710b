"""Slope of terrain by Horn's 3 x 3 window, in percent, on the native grid.

    dz/dx = ((c + 2 f + i) - (a + 2 d + g)) / (8 dx)        a b c
    dz/dy = ((a + 2 b + c) - (g + 2 h + i)) / (8 dy)        d e f   (b is north of e)
    slope = 100 * sqrt((dz/dx)^2 + (dz/dy)^2)               g h i

B. K. P. Horn (1981), Hill shading and the reflectance map, Proceedings of the IEEE 69(1), 14-47.
A cell whose window misses an elevation has no slope: nothing is made up at the rim.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.metric import Metric

Cells = NDArray[np.float64]


@dataclass(frozen=True)
class Gradient:
    """How the ground rises in every cell of a block, metres per metre; NaN where not known.

    Parameters
    ----------
    east_rc, north_rc
        Rise towards the east and the north, shape (rows, columns).
    """

    east_rc: Cells
    north_rc: Cells

    @property
    def slope_pct_rc(self) -> Cells:
        """Slope in percent, shape (rows, columns)."""
        return 100.0 * np.hypot(self.east_rc, self.north_rc)


def horn_gradient(elevation_rc: Cells, metric: Metric) -> Gradient:
    """Gradient of a block from its elevations with a rim of one cell on every side.

    Parameters
    ----------
    elevation_rc
        Elevations in metres, shape (rows + 2, columns + 2), NaN where there is none.
    metric
        Size of the cells of the rows without the rim.

    Returns
    -------
    Gradient
        Shape (rows, columns).
    """
    z = elevation_rc
    east = (z[:-2, 2:] - z[:-2, :-2]) + 2.0 * (z[1:-1, 2:] - z[1:-1, :-2])
    east += z[2:, 2:] - z[2:, :-2]
    north = (z[:-2, :-2] - z[2:, :-2]) + 2.0 * (z[:-2, 1:-1] - z[2:, 1:-1])
    north += z[:-2, 2:] - z[2:, 2:]
    east /= 8.0 * metric.dx_r[:, None]
    north /= 8.0 * metric.dy_r[:, None]
    # A cell without elevation of its own has no slope, though Horn's formula never looks at it.
    unknown = np.isnan(z[1:-1, 1:-1])
    east[unknown] = np.nan
    return Gradient(east, north)
