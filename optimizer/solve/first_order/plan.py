"""`Plan`: whole parcels that keep the rows, made from shares and prices.

Every parcel gets its largest share, then what earns most beside its neighbours under the prices.
Rows that are still broken are mended by the moves that lose least for what they mend; at last
every move is made that earns more and breaks nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.first_order import kernels_plan as kernels
from optimizer.solve.first_order.bound import signed

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares

#: Most passes over all parcels of one improvement.
PASSES = 20
#: Most rounds of repair, and how much dearer than when it was found a move may become.
ROUNDS, PATIENCE = 60, 1.5
#: Rows are kept to this share of their size: cells of equal size may fill a limit to the brim.
BRIM = 1e-9


@dataclass(frozen=True)
class Plan:
    """A plan of whole parcels.

    Parameters
    ----------
    choice_i
        Option of each parcel, -1 for none, shape (I,).
    activity_r
        Activity of the rows, in their units of norm 1.
    objective
        What it earns, boundaries and stocks included.
    outside
        How far it lies outside the rows, summed up, in the same units; 0 where it keeps them (to
        a billionth of their size).
    """

    choice_i: NDArray[np.int64]
    activity_r: NDArray[np.float64]
    objective: float
    outside: float


class Planner:
    """Makes plans of one problem.

    Parameters
    ----------
    problem
        The layout problem.
    fixed_i
        Parcels that repair and polish leave alone, shape (I,); None for none.
    """

    def __init__(self, problem: Shares, fixed_i: NDArray[np.bool_] | None = None) -> None:
        self.problem = problem
        none = np.zeros(problem.parcels, dtype=np.bool_)
        self.fixed_i = none if fixed_i is None else fixed_i
        size_r = np.maximum(1.0, np.fmax(_size(problem.lower_r), _size(problem.upper_r)))
        self._lower_r = problem.lower_r - BRIM * size_r
        self._upper_r = problem.upper_r + BRIM * size_r

    def rounded(
        self, share_o: NDArray[Any], bare_i: NDArray[Any], pi_r: NDArray[np.float64]
    ) -> Plan:
        """The plan of the largest shares, improved under prices, mended, polished."""
        problem = self.problem
        choice_i = kernels.rounded(problem.split.start_i, problem.split.must_i, problem.use_o,
                                   share_o, bare_i, problem.uses)
        return self.mended(choice_i, pi_r)

    def mended(self, choice_i: NDArray[np.int64], pi_r: NDArray[np.float64]) -> Plan:
        """A plan improved under prices, mended, polished."""
        problem = self.problem
        reduced_o = problem.gain_o - problem.matrix @ signed(problem, pi_r)
        label_i = self._labels(choice_i)
        kernels.improve(
            problem.split.start_i, problem.split.must_i, problem.use_o, reduced_o,
            *self._around, choice_i, label_i, problem.uses, PASSES)
        activity_r = self._activity(choice_i)
        self._repair(choice_i, label_i, activity_r, reduced_o)
        kernels.polish(
            problem.split.start_i, problem.split.must_i, problem.use_o, problem.gain_o,
            *self._rows, *self._around, choice_i, label_i, problem.uses, activity_r, PASSES,
            self.fixed_i)
        return self.judged(choice_i)

    def judged(self, choice_i: NDArray[np.int64]) -> Plan:
        """A plan with its objective and how far it lies outside the rows."""
        problem, label_i = self.problem, self._labels(choice_i)
        activity_r = self._activity(choice_i)
        unlike = label_i[problem.a_e] != label_i[problem.b_e]
        gains = np.where(choice_i >= 0, problem.gain_o[choice_i] if problem.options else 0.0, 0.0)
        objective = (math.fsum(gains) - 2.0 * math.fsum(problem.weight_e[unlike])
                     + problem.stocks.gain)
        outside = np.maximum(self._lower_r - activity_r, activity_r - self._upper_r)
        return Plan(choice_i, activity_r, objective, math.fsum(np.maximum(outside, 0.0)))

    def _repair(
        self, choice_i: NDArray[np.int64], label_i: NDArray[np.int32],
        activity_r: NDArray[np.float64], reduced_o: NDArray[np.float64],
    ) -> None:
        """Mend the rows in rounds: list the best move of every parcel, make the best of them."""
        problem = self.problem
        for _ in range(ROUNDS):
            if not np.any((activity_r < self._lower_r) | (activity_r > self._upper_r)):
                return
            to_i, ratio_i = kernels.best_repairs(
                problem.split.start_i, problem.split.must_i, problem.use_o, reduced_o,
                *self._rows, *self._around, choice_i, label_i, problem.uses, activity_r,
                self.fixed_i)
            order = np.argsort(ratio_i, kind="stable")
            order = order[:int(np.isfinite(ratio_i).sum())]
            if not len(order) or not kernels.apply_repairs(
                    order, to_i, ratio_i, PATIENCE, problem.use_o, reduced_o, *self._rows,
                    *self._around, choice_i, label_i, problem.uses, activity_r):
                return

    def _labels(self, choice_i: NDArray[np.int64]) -> NDArray[np.int32]:
        """Label of every parcel."""
        if not self.problem.options:
            return np.full(len(choice_i), self.problem.uses, dtype=np.int32)
        return np.where(choice_i >= 0, self.problem.use_o[choice_i],
                        self.problem.uses).astype(np.int32)

    def _activity(self, choice_i: NDArray[np.int64]) -> NDArray[np.float64]:
        problem = self.problem
        activity_r: NDArray[np.float64] = kernels.activity(
            choice_i, problem.ptr_o, problem.row_n, problem.coef_n, problem.rows)
        return activity_r

    @property
    def _rows(self) -> tuple[NDArray[Any], ...]:
        problem = self.problem
        return problem.ptr_o, problem.row_n, problem.coef_n, self._lower_r, self._upper_r

    @property
    def _around(self) -> tuple[NDArray[Any], ...]:
        problem = self.problem
        return (problem.a_e, problem.b_e, problem.weight_e, problem.near_ptr_i, problem.near_n)


def _size(bound_r: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(bound_r), np.abs(bound_r), 0.0)
