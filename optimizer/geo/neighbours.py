"""Boundaries that pieces share, in metres.

Pieces cut from cells share lines exactly. Two polygons that were drawn (or reprojected) on their
own may miss each other by a hair; so much of an outline as runs within `NEAR_M` of the other piece
counts as shared, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Outlines so near to each other are one boundary, metres.
NEAR_M = 0.5
#: Shorter contacts are corners, metres.
SHORTEST_M = 2.0
#: Pairs worked on at once.
AT_ONCE = 20_000


def shared_boundaries(
    shapes: NDArray[Any], group_i: NDArray[np.int64], drawn: Sequence[Any] | None,
    length_m: Callable[[Any], NDArray[np.float64]], unit_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of pieces and the length of boundary they share.

    Parameters
    ----------
    shapes
        Outlines in the system of the raster, shape (pieces,).
    group_i
        Group of each, shape (pieces,).
    drawn
        Polygons the groups were cut from, whose lines may miss each other; None for cells.
    length_m
        Lengths in metres of an array of lines.
    unit_m
        Metres in a unit of the system.

    Returns
    -------
    tuple
        First piece, second piece (each pair once, first < second), metres.
    """
    import shapely

    near = NEAR_M / unit_m
    tree = shapely.STRtree(shapes)
    one, other = (tree.query(shapes, predicate="intersects") if drawn is None
                  else tree.query(shapes, predicate="dwithin", distance=near))
    first = one < other
    one, other = one[first].astype(np.int64), other[first].astype(np.int64)
    cut = np.ones(len(one), dtype=bool) if drawn is None else group_i[one] == group_i[other]
    rim = shapely.boundary(shapes)
    length = np.zeros(len(one))
    _measure(length, np.flatnonzero(cut), one, other, rim, rim, length_m)
    if drawn is not None:
        edge = shapely.buffer(shapely.boundary(np.asarray(drawn, dtype=object)), near)
        outer = shapely.intersection(rim, edge[group_i])
        beside = shapely.buffer(outer, near, cap_style="flat", quad_segs=2)
        _measure(length, np.flatnonzero(~cut), one, other, outer, beside, length_m)
    kept = length > np.where(cut, 0.0, SHORTEST_M)
    return one[kept], other[kept], length[kept]


def _measure(
    length: NDArray[np.float64], pair_n: NDArray[np.int64], one: NDArray[np.int64],
    other: NDArray[np.int64], lines: NDArray[Any], along: NDArray[Any],
    length_m: Callable[[Any], NDArray[np.float64]],
) -> None:
    """Fill in how much of the line of the first piece of some pairs runs along the second."""
    import shapely

    for at in range(0, len(pair_n), AT_ONCE):
        part = pair_n[at:at + AT_ONCE]
        length[part] = length_m(shapely.intersection(lines[one[part]], along[other[part]]))
