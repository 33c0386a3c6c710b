r"""The restricted program: a few parcels are free, all others keep what they have.

    maximise  sum_o gain_o z_o - sum_{e,l} weight_e edge[e,l] - sum_r elastic_r (over_r + under_r)
    land      sum over the options of a free parcel of z_o <= 1       (= 1: must)
    coupling  lower_r - fixed_r <= sum_o coef_ro z_o - over_r + under_r <= upper_r - fixed_r
    boundary  edge[e,l] >= +-(s[a,l] - s[b,l])   for edges of free parcels; fixed ones have theirs

Exact: at its optimum no plan that leaves the fixed parcels as they are is better. Its prices of
rows and of the edges among free parcels improve those of the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares


@dataclass(frozen=True)
class Restricted:
    """A restricted program and where its parts stand.

    Parameters
    ----------
    program
        Columns: options of free parcels, edges, over, under. Rows: land, coupling, boundary (two
        an edge and label).
    free_n
        Free parcels, rising.
    option_c
        Option of each of the first columns.
    edge_f, label_f
        Edge and label of each edge column.
    rows
        Number of coupling rows.
    """

    program: LinearProgram
    free_n: NDArray[np.int64]
    option_c: NDArray[np.int64]
    edge_f: NDArray[np.int64]
    label_f: NDArray[np.int64]
    rows: int

    def shares(self, x_c: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shares of the options of free parcels."""
        return np.clip(x_c[:len(self.option_c)], 0.0, 1.0)

    def gives_way(self, x_c: NDArray[np.float64]) -> float:
        """How far the rows are broken in all, in their units of norm 1."""
        return float(np.sum(x_c[len(self.option_c) + len(self.edge_f):]))

    def row_prices(self, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices of the coupling rows."""
        return price_r[len(self.free_n):len(self.free_n) + self.rows]

    def edge_prices(self, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices of the edge columns: positive where a should have less of the label."""
        of_edges = price_r[len(self.free_n) + self.rows:]
        return of_edges[1::2] - of_edges[0::2]


def restricted(
    problem: Shares, choice_i: NDArray[np.int64], free_n: NDArray[np.int64], elastic: float, *,
    matters_o: NDArray[np.bool_] | None = None, whole: bool = False,
) -> Restricted:
    """Build the restricted program.

    Parameters
    ----------
    problem
        The layout problem.
    choice_i
        Option that the fixed parcels keep, -1 for none.
    free_n
        Parcels that are free, rising.
    elastic
        What it costs to break a row by one of its units; inf to forbid it.
    matters_o
        Options that free parcels may have; None for all.
    whole
        Whether free parcels get one option or none.
    """
    start_i = problem.split.start_i
    count_n = start_i[free_n + 1] - start_i[free_n]
    option_c = np.repeat(start_i[free_n] - np.cumsum(count_n) + count_n, count_n) + np.arange(
        int(count_n.sum()))
    place_c = np.repeat(np.arange(len(free_n)), count_n)
    if matters_o is not None:
        place_c, option_c = place_c[matters_o[option_c]], option_c[matters_o[option_c]]
    land = sp.csr_array((np.ones(len(option_c)), (place_c, np.arange(len(option_c)))),
                        shape=(len(free_n), len(option_c)))
    coupling = sp.csr_array(problem.matrix[option_c].T)
    fixed_r = _taken(problem, choice_i, free_n)
    edge_f, label_f, unlike, known_f = _boundary(problem, choice_i, free_n, option_c, place_c)
    edges, rows = len(edge_f), problem.rows
    elastics = 2 * rows if np.isfinite(elastic) else 0
    twice = (np.arange(2 * edges), np.repeat(np.arange(edges), 2))
    spread = sp.csr_array((np.tile([-1.0, 1.0], edges), twice), shape=(2 * edges, edges))
    own = sp.csr_array((np.ones(2 * edges), twice), shape=(2 * edges, edges))
    ways = sp.hstack([-sp.identity(rows), sp.identity(rows)]) if elastics else None
    blocks = [[land, None, None], [coupling, None, ways], [spread @ unlike, own, None]]
    matrix = sp.csc_array(sp.block_array(
        [line if elastics else line[:2] for line in blocks], format="csc"))
    columns = matrix.shape[1]
    upper_c = np.full(columns, np.inf)
    upper_c[:len(option_c)] = 1.0
    must_n = problem.split.must_i[free_n]
    program = LinearProgram(
        matrix=matrix,
        row_lower=np.concatenate([np.where(must_n, 1.0, -np.inf), problem.lower_r - fixed_r,
                                  np.stack([known_f, -known_f], axis=1).ravel()]),
        row_upper=np.concatenate([np.ones(len(free_n)), problem.upper_r - fixed_r,
                                  np.full(2 * edges, np.inf)]),
        column_lower=np.zeros(columns), column_upper=upper_c,
        cost=np.concatenate([problem.gain_o[option_c], -problem.weight_e[edge_f],
                             np.full(elastics, -elastic if elastics else 0.0)]),
        rows=RowLabels.of(Family.LIMIT, matrix.shape[0]),
        columns=ColumnLabels.of(columns, parcel=0, use=0, method=0, period=0, source=0),
        integer_c=(np.arange(columns) < len(option_c)) if whole else None,
    )
    return Restricted(program, free_n, option_c, edge_f, label_f, rows)


def _taken(
    problem: Shares, choice_i: NDArray[np.int64], free_n: NDArray[np.int64]
) -> NDArray[np.float64]:
    """What the fixed parcels take of the coupling rows."""
    keeps_i = choice_i >= 0
    keeps_i[free_n] = False
    chosen_o = np.zeros(problem.options)
    chosen_o[choice_i[keeps_i]] = 1.0
    return np.asarray(problem.matrix.T @ chosen_o)


def _boundary(
    problem: Shares, choice_i: NDArray[np.int64], free_n: NDArray[np.int64],
    option_c: NDArray[np.int64], place_c: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], sp.csr_array, NDArray[np.float64]]:
    """Edges and labels of free parcels, their unlikeness over the options, and the known part.

    The known part is what fixed parcels add to s[a,l] - s[b,l]: 1 and -1 of their labels, and the
    1 of the bare share of free ones.
    """
    labels = problem.uses + 1
    free_i = np.zeros(problem.parcels, dtype=bool)
    free_i[free_n] = True
    edge = np.flatnonzero(free_i[problem.a_e] | free_i[problem.b_e])
    can_il = np.zeros((problem.parcels, labels), dtype=bool)
    can_il[free_n, problem.uses] = True
    can_il[free_n[place_c], problem.use_o[option_c]] = True
    label_i = np.full(problem.parcels, problem.uses, dtype=np.int64)
    label_i[choice_i >= 0] = problem.use_o[choice_i[choice_i >= 0]]
    fixed = np.flatnonzero(~free_i)
    can_il[fixed, label_i[fixed]] = True
    at, label_f = np.nonzero(can_il[problem.a_e[edge]] | can_il[problem.b_e[edge]])
    edge_f = edge[at]
    # Shares over the options: 1 for the use of an option, -1 for bare land.
    cell_c = place_c * labels + problem.use_o[option_c]
    bare_c = place_c * labels + problem.uses
    each = np.arange(len(option_c))
    share = sp.csr_array((np.concatenate([np.ones(len(each)), -np.ones(len(each))]),
                          (np.concatenate([cell_c, bare_c]), np.concatenate([each, each]))),
                         shape=((len(free_n) + 1) * labels, len(each)))
    place_i = np.full(problem.parcels, len(free_n), dtype=np.int64)  # the last lines are empty
    place_i[free_n] = np.arange(len(free_n))
    a_f, b_f = problem.a_e[edge_f], problem.b_e[edge_f]
    unlike = sp.csr_array(share[place_i[a_f] * labels + label_f]
                          - share[place_i[b_f] * labels + label_f])
    known = [np.where(free_i[ends], label_f == problem.uses, label_i[ends] == label_f)
             for ends in (a_f, b_f)]
    return edge_f, label_f, unlike, known[0].astype(float) - known[1].astype(float)
