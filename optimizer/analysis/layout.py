"""How compact a plan is: kilometres of boundary between unlike uses, patches and their sizes.

A patch is a connected group of parcels with the same main use; its hectares are those under that
use. Boundaries count shares, so that a parcel of two uses is unlike its neighbours in part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.layout.clusters import clusters_of
from optimizer.formulation.layout.edges import boundary_km
from optimizer.formulation.layout.neighbours import neighbours_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.formulation.layout.neighbours import Neighbours
    from optimizer.instance.record import Instance

#: A patch smaller than the workable one by no more than this share is large enough.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Layout:
    """Compactness of a plan; every mapping has every use of the instance.

    Parameters
    ----------
    boundary_km
        Half the sum over neighbours and over uses and "none" of the difference in shares times
        the shared boundary: a border between two uses and one between a use and bare land both
        count once; the outer rim does not count.
    patches
        Connected groups of parcels with the same main use.
    patches_by_use
        The same for every use.
    mean_patch_ha_by_use, smallest_patch_ha_by_use
        Hectares of the use in a patch on average and in its smallest; 0 without a patch.
    largest_patch_share_by_use
        Share of the hectares in its patches that lie in the largest one, 0 to 1.
    unworkable_patches_by_use
        Patches below `uses.workable_patch_ha`; 0 where that is blank.
    unworkable_ha_by_use
        Hectares in them.
    """

    boundary_km: float
    patches: int
    patches_by_use: dict[str, int]
    mean_patch_ha_by_use: dict[str, float]
    smallest_patch_ha_by_use: dict[str, float]
    largest_patch_share_by_use: dict[str, float]
    unworkable_patches_by_use: dict[str, int]
    unworkable_ha_by_use: dict[str, float]


def shares_iu(instance: Instance, plan: pd.DataFrame) -> NDArray[np.float64]:
    """Share of each parcel under each use and, last, under none, shape (I, U + 1)."""
    land, uses = instance.land, instance.practices.uses
    position_i = {name: i for i, name in enumerate(land.parcels)}
    position_u = {name: u for u, name in enumerate(uses)}
    share_iu = np.zeros((land.count, len(uses) + 1))
    i = plan["parcel"].map(position_i).to_numpy(dtype=np.int64)
    u = plan["use"].map(position_u).to_numpy(dtype=np.int64)
    np.add.at(share_iu, (i, u), plan["area_ha"].to_numpy(dtype=float) / land.area_i[i])
    share_iu[:, -1] = np.maximum(0.0, 1.0 - share_iu.sum(axis=1))
    return share_iu


def main_use_i(share_iu: NDArray[np.float64]) -> NDArray[np.int64]:
    """Use with the largest share of each parcel, shape (I,); -1 where most of it stays bare."""
    main_i = np.argmax(share_iu, axis=1)
    return np.where(main_i == share_iu.shape[1] - 1, -1, main_i)


def layout_of(instance: Instance, plan: pd.DataFrame) -> Layout | None:
    """Measure the layout of a plan; None where the instance has no table of neighbours."""
    neighbours = neighbours_of(instance)
    if not neighbours.count:
        return None
    share_iu, uses = shares_iu(instance, plan), instance.practices.uses
    main_i = main_use_i(share_iu)
    used = np.flatnonzero(main_i >= 0)
    area_i = np.zeros(len(main_i))
    area_i[used] = share_iu[used, main_i[used]] * instance.land.area_i[used]
    patch_i = patches_i(neighbours, main_i)
    workable_u = instance.tables["uses"].number("workable_patch_ha", 0.0)
    sizes = [_sizes(area_i, patch_i, main_i == u) for u in range(len(uses))]
    small = [size[size < least * (1.0 - ROUNDING)]
             for size, least in zip(sizes, workable_u, strict=True)]
    return Layout(
        boundary_km=boundary_km(neighbours, share_iu), patches=sum(map(len, sizes)),
        patches_by_use=_by(uses, map(len, sizes)),
        mean_patch_ha_by_use=_by(uses, (math.fsum(s) / max(1, len(s)) for s in sizes)),
        smallest_patch_ha_by_use=_by(uses, (float(s.min()) if len(s) else 0.0 for s in sizes)),
        largest_patch_share_by_use=_by(
            uses, (float(s.max()) / math.fsum(s) if len(s) else 0.0 for s in sizes)),
        unworkable_patches_by_use=_by(uses, map(len, small)),
        unworkable_ha_by_use=_by(uses, map(math.fsum, small)),
    )


@dataclass(frozen=True)
class LeadUse:
    """Lead use of a zone in a plan.

    Parameters
    ----------
    zone, use
        Names.
    share_pct, minimum_share_pct
        What it has of the zone's reclaimed land, and what it must have; the share is None where
        nothing is reclaimed.
    """

    zone: str
    use: str
    share_pct: float | None
    minimum_share_pct: float


def lead_uses(instance: Instance, plan: pd.DataFrame) -> tuple[LeadUse, ...]:
    """Measure the lead uses of a plan; none without a table of clusters."""
    clusters = clusters_of(instance)
    if not clusters:
        return ()
    land, uses = instance.land, instance.practices.uses
    area_iu = shares_iu(instance, plan)[:, :-1] * land.area_i[:, None]
    found = []
    for one in clusters:
        area_u = area_iu[land.zone_i == land.zones.index(one.zone)].sum(axis=0)
        total, use = float(area_u.sum()), one.use or uses[int(np.argmax(area_u))]
        share = 100.0 * float(area_u[uses.index(use)]) / total if total > 0.0 else None
        found.append(LeadUse(one.zone, use, share, 100.0 * one.share))
    return tuple(found)


def patches_i(neighbours: Neighbours, main_i: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the patch each parcel lies in, shape (I,); bare parcels are each one of its own.

    Parameters
    ----------
    main_i
        Main use of each parcel, -1 for none, shape (I,).
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a_e, b_e = neighbours.a_e, neighbours.b_e
    like_e = (main_i[a_e] == main_i[b_e]) & (main_i[a_e] >= 0)
    graph = coo_array((np.ones(int(like_e.sum())), (a_e[like_e], b_e[like_e])),
                      shape=(len(main_i), len(main_i)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _sizes(
    area_i: NDArray[np.float64], patch_i: NDArray[np.int64], of_use_i: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Hectares of every patch of one use."""
    _, place = np.unique(patch_i[of_use_i], return_inverse=True)
    return np.asarray(np.bincount(place, area_i[of_use_i]), dtype=np.float64)


def _by(uses: tuple[str, ...], values: Any) -> dict[str, Any]:
    return dict(zip(uses, values, strict=True))
