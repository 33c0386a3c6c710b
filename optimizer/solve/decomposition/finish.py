"""From good prices to the optimum: restricted programs until bound and plan meet.

Parcels whose best option has a near rival under the prices are free to choose; all others are
settled. The restricted program's prices are tried on all options: where another option is best, it
is added and its parcel set free. The bound falls, the plan rises, until they meet.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.dual import Evaluation, Level
from optimizer.solve.decomposition.restricted import Found, Restricted, Settled

if TYPE_CHECKING:
    from optimizer.solve.decomposition.units import Units

#: Share of the parcels set free at first, at least and at most so many.
FREE_SHARE, FREE_LEAST, FREE_MOST = 0.01, 300, 4_000
#: Most rounds.
ROUNDS_MOST = 300
#: How much wider the room of a price gets whose row gives way.
WIDER = 4.0
#: Most room of a price, in units: a row that gives way at such a price cannot be met.
MOST_ROOM = 1e7


@dataclass(frozen=True)
class Plan:
    """A plan of the whole program and the prices found with it.

    Parameters
    ----------
    found
        What the free parcels do.
    settled_option_i
        Option of every parcel that is not free, -1 for none, shape (I,).
    price_r
        Prices with the lowest bound so far.
    objective, size, bound
        What the plan earns, the sum of the sizes of its parts, and the lowest bound.
    """

    found: Found
    settled_option_i: NDArray[np.int64]
    price_r: NDArray[np.float64]
    objective: float
    size: float
    bound: float

    @property
    def relative_gap(self) -> float:
        """Between plan and bound, over the size of what the plan earns."""
        return (self.bound - self.objective) / max(1.0, self.size)


#: Told of every round: number, evaluation of the bound, the best plan so far, free parcels; True
#: ends the search.
Told = Callable[[int, Evaluation, "Plan | None", int], bool]


class Finish:
    """The rounds; state between them.

    Parameters
    ----------
    level
        The bound for all parcels, in their own order.
    units
        Sizes.
    centre
        Lowest bound known.
    radius
        How far, in units, the prices may still be from the best.
    """

    def __init__(self, level: Level, units: Units, centre: Evaluation, radius: float) -> None:
        self._level, self._units = level, units
        self._split, self._pricing = level.split, level.pricing
        self._restricted = Restricted(self._split, self._pricing)
        self.centre = centre
        self.plan: Plan | None = None
        self._room_r = np.full(len(units.price_r), radius) * units.price_r
        self._free_i = np.zeros(self._split.parcels, dtype=bool)
        self._option_o = np.zeros(0, dtype=np.int64)
        self._settled_i = np.full(self._split.parcels, -1, dtype=np.int64)
        self._whole_area = np.array([0, self._split.parcels], dtype=np.int64)

    def run(self, told: Told, time_left: Callable[[], float | None], gap: float) -> bool:
        """Go round until bound and plan meet; whether they did."""
        self._settle()
        for number in range(1, ROUNDS_MOST + 1):
            found = self._round(time_left())
            if found is None:
                return False
            trial = self._level.at(found.price_r)
            if not np.any(found.gives_way_r):
                self._take(found, trial)
            self._move(found, trial)
            ends = told(number, trial, self.plan, int(self._free_i.sum()))
            if self._met(gap):
                return True
            if ends:
                return False
            if not self._add(trial) and not self._widen(found):
                return False
        return False

    def _settle(self) -> None:
        """Settle every parcel on its best option, and set those with near rivals free."""
        self._settled_i = self.centre.option_n.copy()
        self._set_near_free()

    def _met(self, gap: float) -> bool:
        """Whether plan and bound are as near as asked."""
        return self.plan is not None and self.plan.relative_gap <= gap

    def _set_near_free(self) -> None:
        """Set the parcels with the nearest rivals free, with all their near options."""
        level = self._level
        room_r = self._room_r
        worth_n, option_n, near_n = self._pricing.rivals(level.pick, self.centre.price_r, room_r)
        most = int(np.clip(FREE_SHARE * len(near_n), FREE_LEAST, FREE_MOST))
        nearest = near_n
        reach = 1.0
        if np.count_nonzero(nearest <= 1.0) > most:
            reach = float(np.partition(nearest, most)[most])
        self._room_r = room_r * max(reach, 1e-9)
        chosen = np.flatnonzero(nearest <= reach)
        if len(chosen) > 2 * most:  # ties: some of them, the others follow as they price out
            chosen = chosen[:: len(chosen) // most]
        self._release(chosen, worth_n, option_n, self.centre.price_r, reach * room_r)

    def _release(
        self, chosen: NDArray[np.int64], worth_n: NDArray[np.float64],
        option_n: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> None:
        """Set parcels free, with their near options and what they were settled on."""
        option_o, near_o = self._pricing.near(
            chosen, worth_n[chosen], option_n[chosen], price_r, room_r)
        wanted = option_o[near_o <= 1.0]
        before = self._settled_i[chosen]
        self._free_i[chosen] = True
        self._option_o = np.unique(np.concatenate([self._option_o, wanted, before[before >= 0]]))

    def _round(self, time_left: float | None) -> Found | None:
        split = self._split
        free = np.flatnonzero(self._free_i)
        option_i = np.where(self._free_i, -1, self._settled_i)
        taken_gr, earned_g = self._pricing.taken(option_i, split.area_i, self._whole_area)
        parcel_o = np.searchsorted(split.start_i, self._option_o, side="right") - 1
        settled = Settled(
            free_n=free, option_o=self._option_o, place_o=np.searchsorted(free, parcel_o),
            default_n=self._settled_i[free], taken_r=taken_gr[0], earned=float(earned_g[0]))
        low_r = self.centre.price_r - self._room_r
        high_r = self.centre.price_r + self._room_r
        one_sided = ~np.isfinite(split.upper_r) | ~np.isfinite(split.lower_r)
        low_r = np.where(one_sided & np.isfinite(split.upper_r) & (low_r <= 0.0), -np.inf, low_r)
        high_r = np.where(one_sided & np.isfinite(split.lower_r) & (high_r >= 0.0), np.inf, high_r)
        return self._restricted.solve(settled, low_r, high_r, time_left)

    def _take(self, found: Found, trial: Evaluation) -> None:
        """Keep a plan of the whole program."""
        if self.plan is None or found.objective > self.plan.objective:
            settled_i = np.where(self._free_i, -1, self._settled_i)
            does = settled_i >= 0
            earned_n = self._split.area_i[does] * self._pricing.gains(settled_i[does])
            size = math.fsum(np.abs(earned_n)) + found.size
            self.plan = Plan(found, settled_i, trial.price_r, found.objective, size, trial.bound)

    def _move(self, found: Found, trial: Evaluation) -> None:
        """Move the centre where the bound is lower; leave rows that give way more room there."""
        if trial.bound < self.centre.bound:
            self._room_r = np.where(found.gives_way_r, WIDER, 1.0) * self._room_r
            self.centre = trial
        if self.plan is not None and self.centre.bound < self.plan.bound:
            self.plan = replace(self.plan, price_r=self.centre.price_r, bound=self.centre.bound)

    def _add(self, trial: Evaluation) -> bool:
        """Add what is best under the new prices; whether any of it is new."""
        option_n = trial.option_n
        changed = np.flatnonzero(~self._free_i & (option_n != self._settled_i))
        before = self._settled_i[changed]
        wanted = np.concatenate([option_n[self._free_i], option_n[changed], before])
        wanted = np.setdiff1d(wanted[wanted >= 0], self._option_o)
        self._free_i[changed] = True
        self._option_o = np.union1d(self._option_o, wanted)
        return bool(len(wanted) or len(changed))

    def _widen(self, found: Found) -> bool:
        """Leave prices more room where nothing is new; False where that can change nothing.

        Where no row gives way and plan and bound still differ, no price is held any more: the
        prices of rows that may give way can be so large that they blunt the solver's tolerance.
        """
        if not np.any(found.gives_way_r):
            first = bool(np.all(np.isfinite(self._room_r)))
            self._room_r = np.full(len(self._room_r), np.inf)
            return first
        room_r = np.where(found.gives_way_r, WIDER, 1.0) * self._room_r
        self._room_r = room_r
        return bool(np.max(room_r / self._units.price_r) <= MOST_ROOM)
