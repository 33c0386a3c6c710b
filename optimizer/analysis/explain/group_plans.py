"""Plans of groups of parcels, and the master that mixes them: the records of `by_parcel`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels
from optimizer.solve.raw import RawSolution

if TYPE_CHECKING:
    from optimizer.solve.raw import Status

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plans:
    """Plans of groups found so far.

    Parameters
    ----------
    group_j
        Group of each, shape (J,).
    activity_rj
        What it does to the coupling rows, shape (R', J).
    chosen_j
        Option of each parcel of the group, -1 where idle.
    idle_j
        Parcels that must be reclaimed but lie idle in it.
    """

    group_j: NDArray[np.int64]
    activity_rj: Floats
    chosen_j: tuple[NDArray[np.int64], ...]
    idle_j: tuple[NDArray[np.int64], ...]

    def keeping(self, which: NDArray[np.int64]) -> Plans:
        """Return some of the plans."""
        return Plans(self.group_j[which], self.activity_rj[:, which],
                     tuple(self.chosen_j[j] for j in which), tuple(self.idle_j[j] for j in which))

    def joined(self, more: Plans) -> Plans:
        """Return these plans and more."""
        return Plans(np.append(self.group_j, more.group_j),
                     np.hstack([self.activity_rj, more.activity_rj]),
                     self.chosen_j + more.chosen_j, self.idle_j + more.idle_j)


@dataclass(frozen=True)
class Master:
    """Answer of the master: value, shares of the plans, other columns, prices (of a minimum)."""

    value: float
    share_j: Floats
    z: Floats
    price_r: Floats
    price_g: Floats


def bare_program(matrix: sp.sparray, row_lower: Floats, row_upper: Floats, column_lower: Floats,
          column_upper: Floats, cost: Floats) -> LinearProgram:
    """Build a program whose labels say nothing."""
    return LinearProgram(
        matrix=sp.csc_array(matrix), row_lower=row_lower, row_upper=row_upper,
        column_lower=column_lower, column_upper=column_upper, cost=cost,
        rows=RowLabels.of(Family.SCRIPT, len(row_lower)),
        columns=ColumnLabels.of(len(cost)))


def raw_answer(status: Status) -> RawSolution:
    """Answer without numbers."""
    none = np.zeros(0)
    return RawSolution(status, none, none, np.inf, 0, "by parcel", "", 0.0)


def cheapest_options(
    cost_o: Floats, start: NDArray[np.int64], with_i: NDArray[np.int64], area_i: Floats,
    idle_i: Floats,
) -> tuple[NDArray[np.int64], Floats]:
    """Cheapest option of every parcel (-1 idle) and what it costs, shapes (I,).

    Parameters
    ----------
    cost_o
        Cost of a hectare of each option, shape (O,), parcels one after the other.
    start, with_i
        First option of each parcel that has any, and which parcels these are.
    area_i, idle_i
        Hectares of each parcel, and what it costs to leave it idle, shapes (I,).
    """
    chosen_i = np.full(len(area_i), -1)
    best_i = idle_i.copy()
    if not len(cost_o):
        return chosen_i, best_i
    least = np.minimum.reduceat(cost_o, start)
    runs = np.diff(np.append(start, len(cost_o)))
    at_least = np.where(cost_o == np.repeat(least, runs), np.arange(len(cost_o)), len(cost_o))
    first = np.minimum.reduceat(at_least, start)
    cost = least * area_i[with_i]
    better = cost < best_i[with_i]
    chosen_i[with_i[better]] = first[better]
    best_i[with_i[better]] = cost[better]
    return chosen_i, best_i
