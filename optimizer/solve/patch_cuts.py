r"""Rows that forbid patches that are too small (Q1), for a search over whole parcels.

    sum_{i in S} z[i,u] <= |S| - 1 + sum_{j beside S} z[j,u]

A group S that is too small for one use is too small for every use that must have more, and so is
every parcel on its own that is smaller: these rows are there from the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.block import sparse_rows
from optimizer.formulation.layout.patches import ROUNDING, Patch, beside, least_patch_u
from optimizer.formulation.program import Family, LinearProgram, RowLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Use and parcels of a group that is too small to be a patch of the use.
Group = tuple[int, tuple[int, ...]]


def single_parcels(instance: Instance, options: Options) -> dict[Group, None]:
    """Parcels that are too small to be a patch of a use they can have."""
    use_o = instance.practices.use_um[options.practice_o]
    least_u, area_i = least_patch_u(instance), instance.land.area_i
    able = np.unique(np.stack([use_o, options.parcel_o], axis=1), axis=0)
    return {(int(u), (int(i),)): None for u, i in able
            if area_i[i] < least_u[u] * (1.0 - ROUNDING)}


def groups_of(instance: Instance, small: list[Patch]) -> dict[Group, None]:
    """Groups that small patches of a plan stand for, under every use they are too small for."""
    least_u = least_patch_u(instance)
    return {(int(u), tuple(patch.parcels.tolist())): None for patch in small
            for u in np.flatnonzero(patch.area_ha < least_u * (1.0 - ROUNDING))}


def with_cuts(
    program: LinearProgram, instance: Instance, options: Options, groups: dict[Group, None]
) -> LinearProgram:
    """Lay a row below the program for every group that is too small (Q1)."""
    use_o = instance.practices.use_um[options.practice_o]
    uses, area_o = len(instance.practices.uses), instance.land.area_i[options.parcel_o]
    cell_o = options.parcel_o.astype(np.int64) * uses + use_o
    order = np.argsort(cell_o, kind="stable")
    start_n = np.searchsorted(cell_o[order], np.arange(instance.land.count * uses + 1))

    def options_of(parcels: NDArray[np.int64], use: int) -> NDArray[np.int64]:
        cells = parcels * uses + use
        return np.concatenate([order[start_n[n]:start_n[n + 1]] for n in cells] or [order[:0]])

    rows = []
    for use, parcels in groups:
        inside = np.array(parcels, dtype=np.int64)
        own, near = options_of(inside, use), options_of(beside(instance, inside), use)
        rows.append((np.concatenate([own, near]),
                     np.concatenate([1.0 / area_o[own], -1.0 / area_o[near]])))
    upper = np.array([len(parcels) - 1.0 for _, parcels in groups])
    return with_rows(program, sparse_rows(rows, program.shape[1]),
                     np.full(len(upper), -np.inf), upper)


def with_rows(
    program: LinearProgram, rows: sp.csr_array, lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> LinearProgram:
    """Lay rows of a search below a program."""
    return replace(
        program, matrix=sp.csc_array(sp.vstack([program.matrix, rows], format="csc")),
        row_lower=np.append(program.row_lower, lower),
        row_upper=np.append(program.row_upper, upper),
        rows=RowLabels.concatenate([program.rows, RowLabels.of(Family.SCRIPT, len(lower))]))
