r"""Borders by pairs of uses: what lies on one side facing what lies on the other.

    (B4)  sum_v edge[e,u,v] = share[a,u]       for every pair e = (a, b) and use u, or "none"
    (B5)  sum_u edge[e,u,v] = share[b,v]
    (B6)  - boundary_weight * factor[u,v] * length_e * edge[e,u,v]      factor[u,u] = 0

The objective presses the dear borders down, so edge[e,u,v] is the cheapest way of facing the
shares of the two parcels. With all factors 1 that is B1 to B3: what can face its own use does.

Symbols   edge [1]; share [1]; length_e [km]; boundary_weight [t CO2e/km]; factor [1]
Dual      t CO2e that one share more of the use on that side would bring, by its borders
Source    MODEL.md B4 to B6
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.block import Block
from optimizer.formulation.columns import columns_of
from optimizer.formulation.layout.edges import Edges, edges_of
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.program import Family, RowLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

Floats = NDArray[np.float64]
#: Shares below this are rounding.
TRACE = 1e-12


def marginal_block(instance: Instance, options: Options) -> Block:
    """Build the rows of every pair: side a use by use, then side b; none without factors."""
    columns, edges = columns_of(instance, options), edges_of(instance, options)
    if edges.other_f is None or not edges.count:
        nothing = np.zeros(0)
        return Block(sp.csr_array((0, columns.count)), nothing, nothing,
                     RowLabels.of(Family.MARGINAL, 0))
    uses, neighbours = len(instance.practices.uses), neighbours_of(instance)
    cell_r, row_af, row_bf = _rows_of(edges, uses)
    pair_r, side_r, use_r = cell_r // (2 * (uses + 1)), cell_r // (uses + 1) % 2, cell_r % (
        uses + 1)
    parcel_r = np.where(side_r == 0, neighbours.a_e[pair_r], neighbours.b_e[pair_r])
    shares = _shares(instance, options)[parcel_r * (uses + 1) + use_r]
    rows, count = len(cell_r), edges.count
    own = sp.csr_array((np.ones(2 * count), (np.concatenate([row_af, row_bf]),
                                             np.tile(np.arange(count), 2))), shape=(rows, count))
    stocks = sp.csr_array((rows, columns.sources * columns.periods))
    matrix = sp.csr_array(sp.hstack([-shares, stocks, own], format="csr"))
    # The share of "none" is 1 less the others: its 1 stands on the right.
    bound = (use_r == uses).astype(float)
    labels = RowLabels.of(Family.MARGINAL, rows, parcel=parcel_r, edge=pair_r,
                          use=np.where(use_r == uses, -1, use_r))
    return Block(matrix, bound, bound.copy(), labels)


def _rows_of(
    edges: Edges, uses: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows as numbers of (pair, side, use), rising, and the two rows of each edge."""
    assert edges.other_f is not None
    pair_f = edges.pair_f.astype(np.int64)
    u_f, v_f = (np.where(use < 0, uses, use).astype(np.int64)
                for use in (edges.use_f, edges.other_f))
    a_f = (2 * pair_f) * (uses + 1) + u_f
    b_f = (2 * pair_f + 1) * (uses + 1) + v_f
    cells = np.unique(np.concatenate([a_f, b_f]))
    return cells, np.searchsorted(cells, a_f), np.searchsorted(cells, b_f)


def _shares(instance: Instance, options: Options) -> sp.csr_array:
    """Shares of each parcel under each use and, last, under none (less 1), over the options."""
    uses = len(instance.practices.uses)
    share_o = 1.0 / instance.land.area_i[options.parcel_o]
    cell_o = options.parcel_o.astype(np.int64) * (uses + 1) + (
        instance.practices.use_um[options.practice_o])
    bare_o = options.parcel_o.astype(np.int64) * (uses + 1) + uses
    each_o = np.arange(options.count)
    return sp.csr_array((np.concatenate([share_o, -share_o]), (
        np.concatenate([cell_o, bare_o]), np.concatenate([each_o, each_o]))),
        shape=(instance.land.count * (uses + 1), options.count))


def faced(share_a_eu: Floats, share_b_eu: Floats, cost_euv: Floats) -> Floats:
    """Cheapest way of facing the shares of two sides, shape (E, U, U).

    Parameters
    ----------
    share_a_eu, share_b_eu
        Shares on either side of each pair, each adding up to 1, shape (E, U).
    cost_euv
        Cost of facing u with v, shape (E, U, U).
    """
    share_a_eu, share_b_eu = (np.where(share_eu > TRACE, share_eu, 0.0)
                              for share_eu in (share_a_eu, share_b_eu))
    share_b_eu = share_b_eu * (share_a_eu.sum(axis=1) / share_b_eu.sum(axis=1))[:, None]
    # Where one side has a single use there is only one way: it faces everything.
    total_e = share_a_eu.sum(axis=1)
    flow_euv = share_a_eu[:, :, None] * share_b_eu[:, None, :] / total_e[:, None, None]
    divided = ((share_a_eu > 0.0).sum(axis=1) > 1) & ((share_b_eu > 0.0).sum(axis=1) > 1)
    e = np.flatnonzero(divided)
    if len(e):
        flow_euv[e] = _cheapest(share_a_eu[e], share_b_eu[e], cost_euv[e])
    return np.asarray(flow_euv, dtype=np.float64)


def _cheapest(share_a_eu: Floats, share_b_eu: Floats, cost_euv: Floats) -> Floats:
    """Solve the transport problems of divided pairs, all in one small linear program."""
    from scipy.optimize import linprog

    possible = (share_a_eu[:, :, None] > 0.0) & (share_b_eu[:, None, :] > 0.0)
    e, u, v = np.nonzero(possible)
    uses, each = share_a_eu.shape[1], np.arange(len(e))
    rows = np.concatenate([2 * e * uses + u, (2 * e + 1) * uses + v])
    matrix = sp.csr_array((np.ones(2 * len(e)), (rows, np.tile(each, 2))),
                          shape=(2 * len(share_a_eu) * uses, len(e)))
    share = np.stack([share_a_eu, share_b_eu], axis=1).ravel()
    needed = np.flatnonzero(share > 0.0)
    size = max(float(np.abs(cost_euv).max(initial=0.0)), 1e-300)
    found = linprog(cost_euv[e, u, v] / size, A_eq=matrix[needed], b_eq=share[needed],
                    method="highs-ds")
    if found.x is None:
        msg = "shares of two neighbours do not add up to the same"
        raise ValueError(msg)
    flow_euv = np.zeros(possible.shape)
    flow_euv[e, u, v] = np.maximum(found.x, 0.0)
    return flow_euv
