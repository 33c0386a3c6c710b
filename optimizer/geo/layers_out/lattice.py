"""The grid that outlines of cells lie on, found from their corners.

Corners of cells are x0 + k dx, y0 + l dy with whole k and l, within the rounding of coordinates. dx
is the smallest gap between corners, or a whole part of it (pieces of 2 and of 3 cells beside each
other), made more exact over ever longer distances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Corners are written to the centimetre; so far may they be off, in units of the system.
PLAY = 0.02
#: Smallest cell, in units of the system: any corners lie near some finer grid.
SMALLEST = 1.0
#: Into so many steps may the smallest gap between corners fall.
MOST_PARTS = 12
#: Largest grid, cells.
CELLS = 200_000_000


@dataclass(frozen=True)
class Lattice:
    """A grid of cells.

    Parameters
    ----------
    west, north
        Upper left corner.
    width, height
        Of a cell, in units of the coordinate system.
    rows, columns
        Size in cells.
    """

    west: float
    north: float
    width: float
    height: float
    rows: int
    columns: int


def lattice_of(outlines: Mapping[str, Sequence[NDArray[np.float64]]]) -> Lattice | None:
    """Grid on which all outlines lie cell by cell; None where there is none.

    Parameters
    ----------
    outlines
        Parcel -> rings.
    """
    rings = [ring for own in outlines.values() for ring in own]
    if not rings or not all(_straight(ring) for ring in rings):
        return None
    points = np.concatenate(rings)
    x, y = _steps(points[:, 0]), _steps(points[:, 1])
    if x is None or y is None:
        return None
    (west, width, columns), (south, height, rows) = x, y
    if rows * columns > CELLS:
        return None
    return Lattice(west, south + rows * height, width, height, rows, columns)


def lattice_over(outlines: Mapping[str, Sequence[NDArray[np.float64]]], cell: float) -> Lattice:
    """Grid of square cells over outlines of any shape, its corner at whole multiples of a cell."""
    points = np.concatenate([ring for own in outlines.values() for ring in own])
    low, high = np.floor(points.min(axis=0) / cell), np.ceil(points.max(axis=0) / cell)
    columns, rows = (max(1, int(count)) for count in high - low)
    return Lattice(float(low[0] * cell), float((low[1] + rows) * cell), cell, cell, rows, columns)


def _straight(ring: NDArray[np.float64]) -> bool:
    """Whether every edge runs along an axis."""
    step = np.abs(np.diff(ring, axis=0))
    return bool((step.min(axis=1) <= PLAY).all())


def _steps(values: NDArray[np.float64]) -> tuple[float, float, int] | None:
    """Start, step and number of steps of values on an evenly spaced line; None where uneven."""
    distinct = np.unique(values)
    apart = np.concatenate([[True], np.diff(distinct) > PLAY])
    off = distinct[apart] - distinct[0]
    if len(off) < 2:
        return None
    gaps = np.sort(np.diff(off))
    for parts in range(1, MOST_PARTS + 1):
        step = float(gaps[0]) / parts
        if step < SMALLEST:
            return None
        step = _fitted(off, _fitted(gaps, step))
        whole = np.round(off / step)
        if np.max(np.abs(whole * step - off)) <= PLAY:
            return float(distinct[0]), step, int(whole[-1])
    return None


def _fitted(lengths: NDArray[np.float64], step: float) -> float:
    """Step that fits ever more of the rising lengths: rounding would add up over many steps."""
    several = 1
    while several < 2 * len(lengths):
        part = lengths[:several]
        whole = np.round(part / step)
        if whole.any():
            step = float(whole @ part / (whole @ whole))
        several *= 2
    return step
