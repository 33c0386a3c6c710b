"""Samples of parcels, each standing for more land than it has.

Parcels are laid in the order of their strata (parcels that can touch the same rows: the same
zone and release) and every so many hectares one is drawn, so each stratum and each part of it has
its share. A parcel of more hectares than that is always in, and stands for itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Parcels of the first sample, and how much larger the next one is.
FIRST, GROWTH = 500, 8
#: Where in its interval of hectares each draw lies; any number gives a fair sample.
PLACE = 0.5


def sample_sizes(parcels: int) -> list[int]:
    """Sizes of the samples before all parcels are taken, rising."""
    sizes = []
    size = FIRST
    while size * 2 <= parcels:
        sizes.append(size)
        size *= GROWTH
    return sizes


def stratified(
    order_i: NDArray[np.int64], area_i: NDArray[np.float64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw about `size` parcels.

    Parameters
    ----------
    order_i
        All parcels, stratum by stratum.
    area_i
        Hectares of each parcel.

    Returns
    -------
    tuple
        Parcels drawn, in that order, and the hectares each stands for; these add up to all land
        but for the luck of the draw.
    """
    share_i = _shares(area_i, size)[order_i]
    drawn = np.diff(np.floor(np.cumsum(share_i) + PLACE), prepend=0.0) >= 1.0
    pick = order_i[drawn]
    return pick, area_i[pick] / share_i[drawn]


def _shares(area_i: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Chance of each parcel to be drawn: by area, at most 1."""
    share_i = np.zeros(len(area_i))
    certain_i = np.zeros(len(area_i), dtype=bool)
    while True:
        left = max(size - int(certain_i.sum()), 0)
        rest = float(area_i[~certain_i].sum())
        share_i[~certain_i] = left * area_i[~certain_i] / rest if rest > 0.0 else 0.0
        share_i[certain_i] = 1.0
        over = (share_i >= 1.0) & ~certain_i
        if not np.any(over):
            return share_i
        certain_i |= over


def groups_of(count: int, groups: int) -> NDArray[np.int64]:
    """Bounds of at most so many runs of nearly equal length, none of them empty."""
    return np.unique(np.linspace(0, count, min(groups, max(count, 1)) + 1).astype(np.int64))
