r"""Least patches: no connected patch of a use below an area.

A patch of use u is a connected group of parcels that have any of it; its area is what they have.
With whole parcels, z[i,u] in {0, 1}, a patch S that is too small is forbidden by

    (Q1)  sum_{i in S} z[i,u] <= |S| - 1 + sum_{j beside S} z[j,u]

as S on its own is too small, and so is every part of it. There are far too many S to write down:
`optimizer/solve/patches.py` adds those that a plan has, until none is left. So these are no rows
of the program, and commands that work on one program refuse them.

Symbols   z [1]; |S| number of parcels
Source    MODEL.md Q1
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.instance.findings import Finding, InstanceRefused

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: A share of a parcel below this is no part of a patch.
TRACE = 1e-9
#: A patch smaller than the least by no more than this share is large enough.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Patch:
    """A patch that is too small.

    Parameters
    ----------
    use
        Index of the use.
    parcels
        Indices of its parcels, rising.
    area_ha, least_ha
        What it has, and what it must have.
    """

    use: int
    parcels: NDArray[np.int64]
    area_ha: float
    least_ha: float


def least_patch_u(instance: Instance) -> NDArray[np.float64]:
    """Least area of a patch of each use in hectares, shape (U,); 0 for none."""
    return instance.tables["uses"].number("min_patch_ha", 0.0)


def has_least_patches(instance: Instance) -> bool:
    """Whether any use has a least patch."""
    return bool(np.any(least_patch_u(instance) > 0.0))


def refuse_least_patches(instance: Instance) -> None:
    """Refuse an instance whose least patches no single program can hold.

    Raises
    ------
    InstanceRefused
        If a use has a least patch.
    """
    if has_least_patches(instance):
        named = [use for use, least in zip(
            instance.practices.uses, least_patch_u(instance), strict=True) if least > 0.0]
        raise InstanceRefused(instance.name, [Finding(
            "uses.csv", "least patches", f"min_patch_ha of {', '.join(named)}",
            "no least patches: only solve, check and verify keep them",
            "Leave them out here with `--set uses[*].min_patch_ha=0`; the answer is then that of "
            "the other rules.", column="min_patch_ha")])


def area_iu(instance: Instance, options: Options,
            area_o: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hectares of each use on each parcel, shape (I, U)."""
    uses = len(instance.practices.uses)
    cell_o = options.parcel_o.astype(np.int64) * uses + (
        instance.practices.use_um[options.practice_o])
    count = instance.land.count * uses
    return np.asarray(np.bincount(cell_o, area_o, count), dtype=np.float64).reshape(-1, uses)


def small_patches(instance: Instance, hectares_iu: NDArray[np.float64]) -> list[Patch]:
    """Patches of a plan that are below the least, use by use, the smallest first."""
    found = []
    for u in np.flatnonzero(least_patch_u(instance) > 0.0):
        least = float(least_patch_u(instance)[u])
        has_i = hectares_iu[:, u] > TRACE * instance.land.area_i
        patch_i = _connected(instance, has_i)
        area_p = np.bincount(patch_i, np.where(has_i, hectares_iu[:, u], 0.0))
        small = np.flatnonzero((area_p > 0.0) & (area_p < least * (1.0 - ROUNDING)))
        found += [Patch(int(u), np.flatnonzero((patch_i == p) & has_i), float(area_p[p]), least)
                  for p in small[np.argsort(area_p[small], kind="stable")]]
    return found


def impossible_iu(instance: Instance, options: Options) -> NDArray[np.bool_]:
    """Uses a parcel cannot have: all that could be a patch with it is too small, shape (I, U)."""
    shape = (instance.land.count, len(instance.practices.uses))
    able_iu = np.zeros(shape, dtype=bool)
    able_iu[options.parcel_o, instance.practices.use_um[options.practice_o]] = True
    barred_iu = np.zeros(shape, dtype=bool)
    for u in np.flatnonzero(least_patch_u(instance) > 0.0):
        least = float(least_patch_u(instance)[u]) * (1.0 - ROUNDING)
        patch_i = _connected(instance, able_iu[:, u])
        area_p = np.bincount(patch_i, np.where(able_iu[:, u], instance.land.area_i, 0.0))
        barred_iu[:, u] = able_iu[:, u] & (area_p[patch_i] < least)
    return barred_iu


def _connected(instance: Instance, has_i: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of the connected group of each parcel that has something, shape (I,)."""
    from scipy.sparse.csgraph import connected_components

    neighbours = neighbours_of(instance)
    like_e = has_i[neighbours.a_e] & has_i[neighbours.b_e]
    graph = sp.coo_array(
        (np.ones(int(like_e.sum())), (neighbours.a_e[like_e], neighbours.b_e[like_e])),
        shape=(len(has_i), len(has_i)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def beside(instance: Instance, parcels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parcels that share a boundary with a group and are not in it, rising."""
    neighbours = neighbours_of(instance)
    inside = np.zeros(instance.land.count, dtype=bool)
    inside[parcels] = True
    touching = np.concatenate([neighbours.b_e[inside[neighbours.a_e]],
                               neighbours.a_e[inside[neighbours.b_e]]])
    return np.unique(touching[~inside[touching]])
