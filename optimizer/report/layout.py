"""How compact a plan is: kilometres of boundary between unlike uses, and patches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance


@dataclass(frozen=True)
class Layout:
    """Compactness of a plan.

    Parameters
    ----------
    boundary_km
        Half the sum over neighbours and over uses and "none" of the difference in shares times
        the shared boundary: a border between two uses and one between a use and bare land both
        count once; the outer rim does not count.
    patches
        Connected groups of parcels with the same main use.
    patches_by_use
        The same for every use of the instance.
    """

    boundary_km: float
    patches: int
    patches_by_use: dict[str, int]


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
    table = instance.table("adjacency")
    if table is None or not len(table):
        return None
    position = {name: i for i, name in enumerate(instance.land.parcels)}
    a_e = np.array([position[name] for name in table.text("parcel_a")], dtype=np.int64)
    b_e = np.array([position[name] for name in table.text("parcel_b")], dtype=np.int64)
    length_e = table.number("shared_boundary_m", 0.0)
    share_iu = shares_iu(instance, plan)
    unlike_e = 0.5 * np.abs(share_iu[a_e] - share_iu[b_e]).sum(axis=1)
    by_use = _patches(main_use_i(share_iu), a_e, b_e, instance.practices.uses)
    return Layout(float(unlike_e @ length_e) / 1000.0, sum(by_use.values()), by_use)


def _patches(
    main_i: NDArray[np.int64], a_e: NDArray[np.int64], b_e: NDArray[np.int64],
    uses: tuple[str, ...],
) -> dict[str, int]:
    """Connected components of like neighbours, counted by use."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    like_e = (main_i[a_e] == main_i[b_e]) & (main_i[a_e] >= 0)
    shape = (len(main_i), len(main_i))
    graph = coo_array((np.ones(like_e.sum()), (a_e[like_e], b_e[like_e])), shape=shape)
    component_i = connected_components(graph, directed=False)[1]
    return {use: len(np.unique(component_i[main_i == u])) for u, use in enumerate(uses)}
