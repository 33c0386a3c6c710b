r"""Neighbours: uses that must not touch, and uses that must.

    (T1)  share[i,a] + share[j,b] <= 1            a and b apart, for parcels i, j side by side
    (T2)  share[i,a] - sum_j share[j,b] <= 0      a together with b, j all neighbours of i

with share[i,u] = sum_{m,t,k} x[i,u,m,t,k] / area_i. Exact on whole parcels; where parcels may be
divided, shares are bounded and not contact. A rule that names an attribute as well counts only
neighbours within its bounds (T1), or frees parcels within them (T2). What the land alone decides
(T3) is part of eligibility.

Symbols   share [1]; x [ha]; area_i [ha]
Dual      t CO2e that one more share would bring
Source    MODEL.md T1 to T3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.block import Block
from optimizer.formulation.columns import columns_of
from optimizer.formulation.program import Family, RowLabels
from optimizer.instance.beside import NeighbourRule, neighbour_rules, pairs_beside

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def neighbour_block(instance: Instance, options: Options) -> Block:
    """Build the rows of every rule between two uses, rule by rule, pair by pair."""
    columns = columns_of(instance, options).count
    rules = [rule for rule in neighbour_rules(instance.tables) if not rule.of_land]
    if not rules:
        nothing = np.zeros(0)
        return Block(sp.csr_array((0, columns)), nothing, nothing,
                     RowLabels.of(Family.NEIGHBOUR, 0))
    share, has_iu = share_matrix(instance, options, columns)
    parts = [_rows_of(instance, rule, share, has_iu) for rule in rules]
    rows = sum(part.matrix.shape[0] for part in parts)
    return Block(
        sp.csr_array(sp.vstack([part.matrix for part in parts], format="csr")),
        np.full(rows, -np.inf), np.concatenate([part.upper for part in parts]),
        RowLabels.concatenate([part.labels for part in parts]))


def share_matrix(
    instance: Instance, options: Options, columns: int
) -> tuple[sp.csr_array, NDArray[np.bool_]]:
    """Shares as rows over the columns, shape (I U, C), and whether any option has one, (I, U)."""
    uses, parcels = len(instance.practices.uses), instance.land.count
    use_o = instance.practices.use_um[options.practice_o]
    cell_o = options.parcel_o.astype(np.int64) * uses + use_o
    share = sp.csr_array(
        (1.0 / instance.land.area_i[options.parcel_o], (cell_o, np.arange(options.count))),
        shape=(parcels * uses, columns))
    has_iu = np.zeros((parcels, uses), dtype=bool)
    has_iu[options.parcel_o, use_o] = True
    return share, has_iu


def apart_pairs(
    instance: Instance, rule: NeighbourRule
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Parcels of which the first must not have use_a while the second has use_b."""
    a_e, b_e = pairs_beside(instance.tables, rule.distance_m)
    i, j = np.concatenate([a_e, b_e]), np.concatenate([b_e, a_e])
    if rule.use_a == rule.use_b and not rule.attribute:
        i, j = a_e, b_e
    if rule.attribute:
        within = rule.within_i(instance.tables)[j]
        i, j = i[within], j[within]
    order = np.lexsort((j, i))
    return i[order], j[order]


def bound_parcels(instance: Instance, rule: NeighbourRule) -> NDArray[np.bool_]:
    """Parcels that a rule of togetherness holds on: not those that touch already, shape (I,)."""
    if not rule.attribute:
        return np.ones(instance.land.count, dtype=bool)
    return ~rule.within_i(instance.tables)


def neighbour_matrix(instance: Instance, rule: NeighbourRule) -> sp.csr_array:
    """Who lies beside whom, shape (I, I), symmetric ones."""
    a_e, b_e = pairs_beside(instance.tables, rule.distance_m)
    count = instance.land.count
    ones = np.ones(2 * len(a_e))
    return sp.csr_array((ones, (np.concatenate([a_e, b_e]), np.concatenate([b_e, a_e]))),
                        shape=(count, count))


def _rows_of(
    instance: Instance, rule: NeighbourRule, share: sp.csr_array, has_iu: NDArray[np.bool_]
) -> Block:
    """Rows of one rule; parcels that cannot have the use need none."""
    uses = instance.practices.uses
    a, b = uses.index(rule.use_a), uses.index(rule.use_b)
    if rule.apart:
        i, j = apart_pairs(instance, rule)
        needed = has_iu[i, a] & has_iu[j, b]
        i, j = i[needed], j[needed]
        matrix = sp.csr_array(share[i * len(uses) + a] + share[j * len(uses) + b])
        labels = RowLabels.of(Family.NEIGHBOUR, len(i), limit=rule.line, parcel=i, use=a,
                              neighbour=j)
        return Block(matrix, np.full(len(i), -np.inf), np.ones(len(i)), labels)
    i = np.flatnonzero(bound_parcels(instance, rule) & has_iu[:, a])
    every = np.arange(instance.land.count) * len(uses)
    beside = neighbour_matrix(instance, rule)[i] @ share[every + b]
    matrix = sp.csr_array(share[i * len(uses) + a] - beside)
    labels = RowLabels.of(Family.NEIGHBOUR, len(i), limit=rule.line, parcel=i, use=a)
    return Block(matrix, np.full(len(i), -np.inf), np.zeros(len(i)), labels)
