"""`Edges`: which differences of shares are columns, and what a plan makes of them.

    share[i,u]     = sum_{m,t,k} x[i,u,m,t,k] / area_i          for every use u
    share[i,none]  = 1 - sum_u share[i,u]
    boundary_km    = 1/2 sum_{e=(a,b), u or none} length_e |share[a,u] - share[b,u]|

A border between two uses takes from one share and gives to another, a border between a use and
bare land too: half the sum counts each of them once. The outer rim has no pair and never counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.layout.neighbours import boundary_weight, neighbours_of
from optimizer.formulation.program import Family, LinearProgram
from optimizer.instance.pair_factors import pair_factors

if TYPE_CHECKING:
    from optimizer.formulation.layout.neighbours import Neighbours
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Label of what is left of a parcel without any use.
NONE = -1


@dataclass(frozen=True)
class Edges:
    """Edge columns: a pair of neighbours and a use, or "none", on which their shares can differ.

    Parameters
    ----------
    pair_f
        Row of the adjacency table, rising, shape (F,).
    use_f
        Use, or -1 for none (after the uses of its pair), shape (F,).
    other_f
        Where pairs of uses have factors: use_f is that of the first parcel, other_f that of the
        second, and the column is the share in which they face each other, shape (F,).
    """

    pair_f: NDArray[np.int32]
    use_f: NDArray[np.int32]
    other_f: NDArray[np.int32] | None = None

    @property
    def count(self) -> int:
        """Number of edge columns F."""
        return len(self.pair_f)


def edges_of(instance: Instance, options: Options) -> Edges:
    """List the edge columns of an instance; none unless boundaries have a weight.

    A pair of which neither parcel has an option of a use needs no column for it: both shares
    are 0.
    """
    if boundary_weight(instance) == 0.0:
        nothing = np.zeros(0, dtype=np.int32)
        return Edges(nothing, nothing)
    neighbours, uses = neighbours_of(instance), len(instance.practices.uses)
    has_iu = np.zeros((instance.land.count, uses + 1), dtype=bool)
    has_iu[options.parcel_o, instance.practices.use_um[options.practice_o]] = True
    has_iu[:, uses] = has_iu[:, :uses].any(axis=1)
    if pair_factors(instance.tables, instance.practices.uses) is not None:
        return _facing(neighbours, has_iu)
    pair_f, use_f = np.nonzero(has_iu[neighbours.a_e] | has_iu[neighbours.b_e])
    return Edges(pair_f.astype(np.int32), np.where(use_f == uses, NONE, use_f).astype(np.int32))


def _facing(neighbours: Neighbours, has_iu: NDArray[np.bool_]) -> Edges:
    """Edge columns by what faces what; any parcel may be left bare."""
    none = has_iu.shape[1] - 1
    used_e = has_iu[neighbours.a_e, none] | has_iu[neighbours.b_e, none]
    has_iu = has_iu.copy()
    has_iu[:, none] = True
    possible = has_iu[neighbours.a_e][:, :, None] & has_iu[neighbours.b_e][:, None, :]
    pair_f, use_f, other_f = (axis.astype(np.int32) for axis in np.nonzero(
        possible & used_e[:, None, None]))
    return Edges(pair_f, np.where(use_f == none, np.int32(NONE), use_f),
                 np.where(other_f == none, np.int32(NONE), other_f))


def shares_iu(instance: Instance, options: Options,
              area_o: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each parcel under each use and, last, under none, shape (I, U + 1)."""
    land, uses = instance.land, len(instance.practices.uses)
    cell_o = options.parcel_o.astype(np.int64) * (uses + 1) + (
        instance.practices.use_um[options.practice_o])
    share_iu = np.bincount(cell_o, area_o / land.area_i[options.parcel_o],
                           minlength=land.count * (uses + 1)).reshape(land.count, uses + 1)
    share_iu[:, uses] = 1.0 - share_iu[:, :uses].sum(axis=1)
    return np.asarray(share_iu, dtype=np.float64)


def boundary_km(neighbours: Neighbours, share_iu: NDArray[np.float64]) -> float:
    """Kilometres of boundary between unlike shares, every border once."""
    unlike_e = 0.5 * np.abs(share_iu[neighbours.a_e] - share_iu[neighbours.b_e]).sum(axis=1)
    return math.fsum(unlike_e * neighbours.length_km_e)


def with_edges(program: LinearProgram, x_c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns of a plan with every edge at the difference of shares it stands for, shape (C,).

    No row but those of the boundary holds an edge, and a larger one never earns more: what a
    solver left above the difference, or a rounding moved, is put right.
    """
    if np.any(program.rows.family == Family.MARGINAL):
        from optimizer.formulation.layout.facing import with_facing

        return with_facing(program, x_c)
    rows = np.flatnonzero(program.rows.family == Family.BOUNDARY)
    edges = np.flatnonzero(program.columns.is_edge)
    if not len(rows):
        return x_c
    column_r = _edge_of_row(program, rows)
    fixed_c = x_c.copy()
    fixed_c[edges] = 0.0
    needed_r = -(sp.csr_array(program.matrix)[rows] @ fixed_c)
    largest_c = np.zeros(len(x_c))
    np.maximum.at(largest_c, column_r, needed_r)
    fixed_c[edges] = largest_c[edges]
    return fixed_c


def _edge_of_row(program: LinearProgram, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Column of the one edge that stands in each boundary row."""
    matrix = sp.csr_array(program.matrix)[rows].tocoo()
    of_edge = program.columns.is_edge[matrix.coords[1]]
    column_r = np.zeros(len(rows), dtype=np.int64)
    column_r[matrix.coords[0][of_edge]] = matrix.coords[1][of_edge]
    return column_r
