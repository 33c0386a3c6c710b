r"""Boundary: what a plan pays for borders between unlike uses.

    (B1)  edge[e,u] - share[a,u] + share[b,u] >= 0     for every pair e = (a, b) of neighbours
    (B2)  edge[e,u] + share[a,u] - share[b,u] >= 0     and every use u of either, and for "none"
    (B3)  - boundary_weight / 2 * length_e * edge[e,u]  in every objective on the net sink

with share[i,u] = sum_{m,t,k} x[i,u,m,t,k] / area_i and share[i,none] = 1 - sum_u share[i,u], whose
ones cancel. As the objective presses edges down, edge = |share[a,u] - share[b,u]|.

Symbols   edge [1]; share [1]; x [ha]; area_i [ha]; length_e [km]; boundary_weight [t CO2e/km]
Dual      t CO2e that one more share of unlikeness would cost; B1 and B2 of one edge together
          never more than B3
Source    MODEL.md B1 to B3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.block import Block
from optimizer.formulation.columns import columns_of
from optimizer.formulation.layout.edges import NONE, Edges, edges_of
from optimizer.formulation.layout.neighbours import Neighbours, neighbours_of
from optimizer.formulation.program import Family, RowLabels
from optimizer.instance.pair_factors import pair_factors

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def boundary_block(instance: Instance, options: Options) -> Block:
    """Build two rows an edge column, B1 before B2."""
    columns, edges = columns_of(instance, options), edges_of(instance, options)
    rows = 2 * edges.count
    if not rows or edges.other_f is not None:
        nothing = np.zeros(0)
        return Block(sp.csr_array((0, columns.count)), nothing, nothing,
                     RowLabels.of(Family.BOUNDARY, 0))
    neighbours = neighbours_of(instance)
    unlike = unlikeness(instance, options, edges, neighbours)
    # Row 2 f is B1 of edge f, row 2 f + 1 is B2: the same difference with the other sign.
    twice = (np.arange(rows), np.repeat(np.arange(edges.count), 2))
    spread, own = (sp.csr_array((values, twice), shape=(rows, edges.count))
                   for values in (np.tile([-1.0, 1.0], edges.count), np.ones(rows)))
    stocks = sp.csr_array((rows, columns.sources * columns.periods))
    matrix = sp.csr_array(sp.hstack([spread @ unlike, stocks, own], format="csr"))
    larger_r = np.stack([neighbours.a_e[edges.pair_f], neighbours.b_e[edges.pair_f]], axis=1)
    labels = RowLabels.of(
        Family.BOUNDARY, rows, parcel=larger_r.ravel(), use=np.repeat(edges.use_f, 2),
        edge=np.repeat(edges.pair_f, 2))
    return Block(matrix, np.zeros(rows), np.full(rows, np.inf), labels)


def unlikeness(
    instance: Instance, options: Options, edges: Edges, neighbours: Neighbours
) -> sp.csr_array:
    """share[a,u] - share[b,u] of every edge as a row over the options, shape (F, O)."""
    share_o = 1.0 / instance.land.area_i[options.parcel_o]
    use_o = instance.practices.use_um[options.practice_o]
    uses = len(instance.practices.uses)
    cell_o = options.parcel_o.astype(np.int64) * (uses + 1) + use_o
    bare_o = options.parcel_o.astype(np.int64) * (uses + 1) + uses
    each_o = np.arange(options.count)
    cells = (instance.land.count * (uses + 1), options.count)
    # share[none] = 1 - the shares of the uses: the same coefficients with the other sign.
    share = sp.csr_array((np.concatenate([share_o, -share_o]), (
        np.concatenate([cell_o, bare_o]), np.concatenate([each_o, each_o]))), shape=cells)
    use_f = np.where(edges.use_f == NONE, uses, edges.use_f).astype(np.int64)
    a_f, b_f = (ends[edges.pair_f] * (uses + 1) + use_f
                for ends in (neighbours.a_e, neighbours.b_e))
    return sp.csr_array(share[a_f] - share[b_f])


def boundary_cost(
    instance: Instance, options: Options, weight: float
) -> NDArray[np.float64]:
    """Gain of one unit of each edge column (B3, B6), shape (F,).

    Parameters
    ----------
    weight
        t CO2e (or unit of the objective) per kilometre of boundary.
    """
    length_km_e, edges = neighbours_of(instance).length_km_e, edges_of(instance, options)
    factor_uv = pair_factors(instance.tables, instance.practices.uses)
    if factor_uv is None or edges.other_f is None:
        return np.asarray(-weight / 2.0 * length_km_e[edges.pair_f])
    # Bare land is -1, and last.
    return np.asarray(-weight * factor_uv[edges.use_f, edges.other_f]
                      * length_km_e[edges.pair_f])
