"""`BoundModel`: the cuts known of a level, as a small linear program over the prices.

    minimise   sum_r bound_r price_r + sum_q + sum_s stock_s + sum_g part_g
    part_g     >= earned_g - taken_g . price      for every cut, and >= 0 where land may lie idle
    stock_s    >= cap_s (gain_s - b_s . price),  stock_s >= 0
    q_r        >= upper_r price_r,  q_r >= lower_r price_r       rows with two unequal bounds

Prices stand in their units and everything else as a share of the total, so all numbers are near 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.dual import Evaluation, Level
from optimizer.solve.highs.cuts import CutModel

if TYPE_CHECKING:
    from optimizer.solve.decomposition.units import Units

#: Cuts that have not mattered for so many rounds are dropped, once there are many.
IDLE_ROUNDS, MANY_CUTS = 12, 900
#: A price closer to the edge of the box than this share of its width is on the edge.
EDGE = 1e-6


class BoundModel:
    """Cuts of one level.

    Parameters
    ----------
    level, units
        The bound that is modelled, and the sizes of its parts.
    """

    def __init__(self, level: Level, units: Units) -> None:
        self._units = units
        split = level.split
        self._rows, self._stocks = len(split.row_r), len(split.stock_s)
        self._groups = len(level.group_g) - 1
        both = np.isfinite(split.lower_r) & np.isfinite(split.upper_r)
        self._ranged = np.flatnonzero(both & (split.lower_r != split.upper_r))
        self._first_q = self._rows
        self._first_s = self._first_q + len(self._ranged)
        self._first_g = self._first_s + self._stocks
        self._idle_k: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._signs = (
            np.where(np.isfinite(split.lower_r), -np.inf, 0.0),
            np.where(np.isfinite(split.upper_r), np.inf, 0.0),
        )
        self._model = CutModel(*self._columns(level))
        self._static = self._add_static(level)

    def add(self, evaluation: Evaluation) -> None:
        """Add the cuts of an evaluation, one a group."""
        groups = np.arange(self._groups)
        rows = self._blank(self._groups)
        rows[:, :self._rows] = evaluation.taken_gr * (self._units.price_r / self._units.total)
        rows[groups, self._first_g + groups] = 1.0
        self._model.add(evaluation.earned_g / self._units.total, rows)
        self._idle_k = np.append(self._idle_k, np.zeros(self._groups, dtype=np.int64))

    def lowest(
        self, centre_r: NDArray[np.float64], radius: float, most: float
    ) -> tuple[NDArray[np.float64], float, bool] | None:
        """Lowest point of the model in a box.

        Returns
        -------
        tuple
            Prices, value of the model there, and whether they lie on the edge of the box; None
            where HiGHS has no answer.
        """
        centre = centre_r / self._units.price_r
        low = np.maximum(np.maximum(centre - radius, self._signs[0]), np.minimum(-most, centre))
        high = np.minimum(np.minimum(centre + radius, self._signs[1]), np.maximum(most, centre))
        self._model.change_bounds(np.arange(self._rows), low, high)
        found = self._model.solve()
        if found is None:
            return None
        column, price_k, value = found
        self._forget(price_k[self._static:])
        price = np.clip(column[:self._rows], low, high)
        at_edge = bool(np.any(np.abs(price - centre) >= radius * (1.0 - EDGE)))
        return price * self._units.price_r, value * self._units.total, at_edge

    def _forget(self, price_k: NDArray[np.float64]) -> None:
        """Drop cuts that have not mattered for long."""
        self._idle_k = np.where(price_k > 0.0, 0, self._idle_k + 1)
        if len(self._idle_k) <= MANY_CUTS:
            return
        idle = np.flatnonzero(self._idle_k >= IDLE_ROUNDS)
        if len(idle):
            self._model.drop(self._static + idle)
            self._idle_k = np.delete(self._idle_k, idle)

    def _columns(
        self, level: Level
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Costs and bounds of the columns."""
        split, units = level.split, self._units
        count = self._first_g + self._groups
        bound_r = np.where(np.isfinite(split.upper_r), split.upper_r, split.lower_r)
        bound_r = np.where(np.isfinite(bound_r), bound_r, 0.0)
        bound_r[self._ranged] = 0.0
        cost = np.ones(count)
        cost[:self._rows] = bound_r * units.price_r / units.total
        lower = np.full(count, -np.inf)
        lower[self._first_s:] = 0.0
        must_n = split.must_i[level.pick].astype(np.int64)
        must_g = np.add.reduceat(must_n, level.group_g[:-1]) > 0 if len(must_n) else must_n > 0
        lower[self._first_g:][must_g] = -np.inf
        return cost, lower, np.full(count, np.inf)

    def _add_static(self, level: Level) -> int:
        """Add the rows that are there from the start; their number."""
        split, units = level.split, self._units
        stock = self._blank(self._stocks)
        scale = units.price_r / units.total
        stock[:, :self._rows] = split.cap_s[:, None] * split.stock_rs.T * scale
        stock[np.arange(self._stocks), self._first_s + np.arange(self._stocks)] = 1.0
        self._model.add(split.cap_s * split.gain_s / units.total, stock)
        for bound_r in (split.lower_r, split.upper_r):
            rows = self._blank(len(self._ranged))
            places = np.arange(len(self._ranged))
            rows[places, self._ranged] = -(bound_r * scale)[self._ranged]
            rows[places, self._first_q + places] = 1.0
            self._model.add(np.zeros(len(self._ranged)), rows)
        return self._stocks + 2 * len(self._ranged)

    def _blank(self, count: int) -> NDArray[np.float64]:
        return np.zeros((count, self._first_g + self._groups))
