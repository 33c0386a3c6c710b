"""Length of a slope: from the crest to the toe of the whole landform, horizontally.

From a starting cell a straight line is laid along the fall of the ground there, uphill and
downhill, in steps of one cell, elevations interpolated between cell middles. It ends where

- the landform ends (the polygon; in cells, the land of the same class), or the elevations,
- the ground turns: it lies more than `TURN_M` above the lowest point (below the highest) so far,
- `REACH_M` are walked.

Between the highest point (crest) and the lowest (toe) that are reached, at the height z_toe + H and
z_toe, the length is

    L = (distance between the first points below z_toe + 0.95 H and z_toe + 0.05 H) / 0.9 + one cell

so that a platform before the crest or a flat foot behind the toe does not count, berms between do,
and a plane or a cone has its own length. Of several lines of a landform the mean is taken, weighted
with the slope they start on. Slope classes of one landform have this one length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.metric import Metric

#: The ground has turned when it is so far beyond its extreme, metres of height: more than the noise
#: of a DEM and the bund of a berm, less than a bench.
TURN_M = 2.0
#: Longest walk in one direction, metres.
REACH_M = 2_000.0
#: Share of the height that is left out at either end.
TRIMMED = 0.05
#: Heights below this are level ground, metres.
LEVEL_M = 1e-6
#: Elevations of lines that are held at once.
AT_ONCE = 4_000_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Terrain:
    """A block of terrain to lay lines over.

    Parameters
    ----------
    elevation_rc
        Metres, NaN where there is none, shape (rows, columns).
    landform_rc
        Number of the landform of each cell, -1 outside, shape (rows, columns).
    metric
        Size of the cells of these rows.
    """

    elevation_rc: Floats
    landform_rc: Ints
    metric: Metric


def line_lengths(
    terrain: Terrain, row_n: Ints, column_n: Ints, rise_n: tuple[Floats, Floats]
) -> Floats:
    """Crest-to-toe length of the line through each starting cell.

    Parameters
    ----------
    terrain
        The block.
    row_n, column_n
        Starting cells, shape (lines,); each inside a landform.
    rise_n
        Rise of the ground there to the east and the north, 0 where it is level or not known.

    Returns
    -------
    ndarray
        Metres, shape (lines,), never 0.
    """
    step_m = min(float(terrain.metric.dx_r.min()), float(terrain.metric.dy_r.min()))
    rows, columns = terrain.elevation_rc.shape
    diagonal = np.hypot(rows * terrain.metric.dy_r.max(), columns * terrain.metric.dx_r.max())
    steps = int(np.ceil(min(REACH_M, diagonal) / step_m))
    chunk = max(1, AT_ONCE // (2 * steps + 1))
    down_n = _downhill(*rise_n)
    parts = [_lengths(terrain, row_n[part], column_n[part], (down_n[0][part], down_n[1][part]),
                      step_m, steps)
             for part in (slice(at, at + chunk) for at in range(0, len(row_n), chunk))]
    return np.concatenate(parts) if parts else np.zeros(0)


def _lengths(
    terrain: Terrain, row_n: Ints, column_n: Ints, down_n: tuple[Floats, Floats], step_m: float,
    steps: int,
) -> Floats:
    """Lengths of lines that fit into memory together."""
    up = list(_walk(terrain, row_n, column_n, (-down_n[0], -down_n[1]), step_m, steps, 1.0))
    down = list(_walk(terrain, row_n, column_n, down_n, step_m, steps, -1.0))
    here = terrain.elevation_rc[row_n, column_n]
    # From the crest to the toe: the uphill walk backwards, the start, the downhill walk.
    profile = np.stack([*reversed(up), here, *down], axis=1)
    return _between(profile, len(up), step_m)


def _downhill(east_n: Floats, north_n: Floats) -> tuple[Floats, Floats]:
    """Direction of the fall, east and north, from the rise; level ground is crossed eastward."""
    size_n = np.hypot(east_n, north_n)
    level_n = size_n == 0.0
    safe_n = np.where(level_n, 1.0, size_n)
    return np.where(level_n, 1.0, -east_n / safe_n), -north_n / safe_n


def _walk(
    terrain: Terrain, row_n: Ints, column_n: Ints, direction_n: tuple[Floats, Floats],
    step_m: float, steps: int, side: float,
) -> Iterator[Floats]:
    """Elevations along lines, one step after the other; NaN from where a line has ended.

    `side` is 1 uphill and -1 downhill: the sense in which the ground must go on.
    """
    row_step_n = -direction_n[1] * step_m / terrain.metric.dy_r[row_n]
    column_step_n = direction_n[0] * step_m / terrain.metric.dx_r[row_n]
    home_n = terrain.landform_rc[row_n, column_n]
    best_n = side * terrain.elevation_rc[row_n, column_n]
    going_n = ~np.isnan(best_n)
    for step in range(1, steps + 1):
        z_n = np.full(len(row_n), np.nan)
        z_n[going_n] = _elevation(
            terrain, row_n[going_n] + step * row_step_n[going_n],
            column_n[going_n] + step * column_step_n[going_n], home_n[going_n])
        going_n &= side * z_n >= best_n - TURN_M  # False where z is NaN
        if not going_n.any():
            return
        best_n = np.where(going_n, np.fmax(best_n, side * z_n), best_n)
        yield np.where(going_n, z_n, np.nan)


def _elevation(terrain: Terrain, row_n: Floats, column_n: Floats, home_n: Ints) -> Floats:
    """Elevation between cell middles, NaN outside the landform.

    Where a corner has no elevation, as at the rim of the DEM, that of the cell itself.
    """
    z_rc = terrain.elevation_rc
    rows, columns = z_rc.shape
    near_r, near_c = np.rint(row_n).astype(np.int64), np.rint(column_n).astype(np.int64)
    inside_n = (near_r >= 0) & (near_r < rows) & (near_c >= 0) & (near_c < columns)
    near_r, near_c = near_r.clip(0, rows - 1), near_c.clip(0, columns - 1)
    inside_n &= terrain.landform_rc[near_r, near_c] == home_n
    top = np.floor(row_n).astype(np.int64)
    left = np.floor(column_n).astype(np.int64)
    v, h = row_n - top, column_n - left
    t, b = top.clip(0, rows - 1), (top + 1).clip(0, rows - 1)
    l_, r = left.clip(0, columns - 1), (left + 1).clip(0, columns - 1)
    z_n = ((1 - v) * ((1 - h) * z_rc[t, l_] + h * z_rc[t, r])
           + v * ((1 - h) * z_rc[b, l_] + h * z_rc[b, r]))
    z_n = np.where(np.isnan(z_n), z_rc[near_r, near_c], z_n)
    return np.where(inside_n, z_n, np.nan)


def _between(profile_ns: Floats, start: int, step_m: float) -> Floats:
    """Length between crest and toe of profiles that run downhill.

    Parameters
    ----------
    profile_ns
        Elevations, NaN beyond the ends, shape (lines, samples).
    start
        Index of the sample that every line has.
    step_m
        Distance between samples.
    """
    count_n = (~np.isnan(profile_ns)).sum(axis=1)
    crest = np.nanargmax(np.where(np.isnan(profile_ns[:, :start + 1]), -np.inf,
                                  profile_ns[:, :start + 1]), axis=1)
    toe = start + np.nanargmin(np.where(np.isnan(profile_ns[:, start:]), np.inf,
                                        profile_ns[:, start:]), axis=1)
    line = np.arange(len(profile_ns))
    high, low = profile_ns[line, crest], profile_ns[line, toe]
    height = high - low
    index = np.arange(profile_ns.shape[1])
    outside = (index < crest[:, None]) | (index > toe[:, None]) | np.isnan(profile_ns)
    upper = _crossing(profile_ns, outside, high - TRIMMED * height, crest)
    lower = _crossing(profile_ns, outside, low + TRIMMED * height, crest)
    samples = np.where(height > LEVEL_M, (lower - upper) / (1.0 - 2.0 * TRIMMED) + 1.0, count_n)
    return np.maximum(samples, 1.0) * step_m


def _crossing(profile_ns: Floats, outside: NDArray[np.bool_], level_n: Floats, crest: Ints) -> (
        Floats):
    """Position, in samples, at which each profile first falls to a level."""
    reached = ~outside & (profile_ns <= level_n[:, None])
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), crest)
    before = np.maximum(first - 1, crest)
    line = np.arange(len(profile_ns))
    above, below = profile_ns[line, before], profile_ns[line, first]
    drop = above - below
    share = np.divide(above - level_n, drop, out=np.ones_like(drop), where=drop > 0)
    return np.asarray(np.where(first > before, before + share, first), dtype=np.float64)
