"""Borders by pairs of uses, measured on a plan: kilometres times factors, and the edge columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.layout.edges import boundary_km
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.layout.transport import faced
from optimizer.formulation.program import Family, LinearProgram
from optimizer.instance.pair_factors import pair_factors

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

Floats = NDArray[np.float64]
#: Shares that add up to within this do.
PLAY = 1e-9


def weighed_km(instance: Instance, share_iu: Floats) -> float:
    """Kilometres of boundary between unlike shares, each times the factor of its pair of uses.

    Parameters
    ----------
    share_iu
        Shares under each use and, last, under none, shape (I, U + 1).
    """
    neighbours = neighbours_of(instance)
    factor_uv = pair_factors(instance.tables, instance.practices.uses)
    if factor_uv is None:
        return boundary_km(neighbours, share_iu)
    share_iu = np.maximum(share_iu, 0.0)
    a_eu, b_eu = share_iu[neighbours.a_e], share_iu[neighbours.b_e]
    cost_euv = neighbours.length_km_e[:, None, None] * factor_uv
    return math.fsum((faced(a_eu, b_eu, cost_euv) * cost_euv).ravel())


def with_facing(program: LinearProgram, x_c: Floats) -> Floats:
    """Columns of a plan with its uses faced the cheapest way, shape (C,).

    Where a program holds several cases, or has other costs than those of borders, columns that
    face each other as they must stay as they are.
    """
    edges = np.flatnonzero(program.columns.is_edge)
    gain_f, labels = _cost(program, edges), program.columns.take(edges)
    keys = np.stack([labels.edge, labels.use, labels.other])
    several = np.unique(keys, axis=1).shape[1] < len(edges)
    if several or (not gain_f.any() and _faces(program, x_c)):
        return x_c
    fixed_c = x_c.copy()
    fixed_c[edges] = 0.0
    pairs, share_seu = _sides(program, fixed_c)
    uses = share_seu.shape[2]
    columns = program.columns
    e = np.searchsorted(pairs, columns.edge[edges])
    u, v = columns.use[edges], columns.other[edges]  # bare land is -1, and last
    cost_euv = np.zeros((len(pairs), uses, uses))
    cost_euv[e, u, v] = gain_f
    fixed_c[edges] = faced(share_seu[0], share_seu[1], cost_euv)[e, u, v]
    return fixed_c


def _faces(program: LinearProgram, x_c: Floats) -> bool:
    """Whether the columns already add up to the shares on both sides."""
    rows = np.flatnonzero(program.rows.family == Family.MARGINAL)
    missing_r = program.row_lower[rows] - sp.csr_array(program.matrix)[rows] @ x_c
    return bool(np.abs(missing_r).max(initial=0.0) <= PLAY)


def _sides(program: LinearProgram, fixed_c: Floats) -> tuple[NDArray[np.int32], Floats]:
    """Pairs of neighbours, and the shares on their two sides, shape (2, E, U + 1)."""
    rows = np.flatnonzero(program.rows.family == Family.MARGINAL)
    labels = program.rows.take(rows)
    needed_r = program.row_lower[rows] - sp.csr_array(program.matrix)[rows] @ fixed_c
    pairs, first, e = np.unique(labels.edge, return_index=True, return_inverse=True)
    # The rows of a pair begin with those of its first parcel.
    side_r = (labels.parcel != labels.parcel[first][e]).astype(np.int64)
    uses = int(max(labels.use.max(initial=-1), program.columns.use.max(initial=-1))) + 2
    share_seu = np.zeros((2, len(pairs), uses))
    share_seu[side_r, e, labels.use] = np.maximum(needed_r, 0.0)
    return pairs, share_seu


def _cost(program: LinearProgram, edges: NDArray[np.int64]) -> Floats:
    """What each edge costs: in this stage, or in an earlier one whose floor it bears on."""
    cost_f = -program.cost[edges]
    floors = np.flatnonzero(program.rows.family == Family.OBJECTIVE_FLOOR)
    if not cost_f.any() and len(floors):
        earlier = sp.csr_array(program.matrix)[floors][:, edges].toarray()
        cost_f = -earlier.sum(axis=0)
    return np.asarray(cost_f, dtype=np.float64)
