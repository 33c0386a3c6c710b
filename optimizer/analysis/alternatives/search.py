r"""Plans that differ most: each from the optimum and from all that were found before it.

    maximise over the plans within the loss   min over plans y found so far of  D(x, y)

D is convex in x (see `distance`), so this is no linear program where a plan found so far shares a
parcel between uses. What is solved instead is the program with the chord of D, a linear program
whose optimum bounds every difference from above: equal to the problem itself where no parcel is
shared. From its plan the slopes of D lead uphill, one linear program a step, until nothing is
gained. So each plan is found with a bound on what any other could reach; where the bound falls
below the least difference asked for, no further plan exists, and that is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.alternatives.distance import chord, difference_ha, hectares_iv, slope
from optimizer.solve.several import (
    Best,
    Gain,
    best_of_one,
    best_of_several,
    with_level,
)

if TYPE_CHECKING:
    from optimizer.analysis.alternatives.near import Near
    from optimizer.solve.highs import Basis

#: Steps uphill after the first plan; each is a linear program.
STEPS = 4
#: Gains below this, relative to all land, are not worth another step.
GAINED = 1e-6
#: Where the plan found is this share of the bound below it, other starts are tried,
OPEN = 0.02
#: so many of them.
FURTHER_STARTS = 4

#: A plan: columns, hectares by parcel and use, difference from the nearest known plan.
_Seen = tuple[NDArray[np.float64], NDArray[np.float64], float]


@dataclass(frozen=True)
class Found:
    """One further plan.

    Parameters
    ----------
    x_c
        Columns, shape (C,).
    area_iv
        Hectares by parcel and use, not reclaimed last, shape (I, U + 1).
    nearest_ha
        Its difference from the nearest of the plans before it.
    bound_ha
        No plan within the loss differs by more from all plans before it.
    """

    x_c: NDArray[np.float64]
    area_iv: NDArray[np.float64]
    nearest_ha: float
    bound_ha: float


@dataclass(frozen=True)
class Search:
    """Outcome of a search.

    Parameters
    ----------
    found
        Plans that differ by at least the least difference from all before them.
    left_ha
        No plan within the loss differs by more than this from all of them and the optimum; None
        where the number asked for was reached first.
    solves
        Linear programs solved.
    """

    found: tuple[Found, ...]
    left_ha: float | None
    solves: int


def search(
    near: Near, count: int, least_ha: float, starts: Sequence[NDArray[np.float64]],
    progress: Callable[[str], None],
) -> Search:
    """Look for further plans until the number is reached or none differs enough.

    Parameters
    ----------
    near
        The plans within the loss.
    count
        How many to look for.
    least_ha
        Hectares by which each differs at least from all before it.
    starts
        Plans within the loss to go uphill from as well, shape (C,) each.
    progress
        Told what is being done.
    """
    seeker = _Seeker(near, starts)
    found: list[Found] = []
    while len(found) < count:
        progress(f"looking for plan {len(found) + 1} of {count}")
        next_one = seeker.furthest()
        if next_one.nearest_ha < least_ha:
            return Search(tuple(found), next_one.bound_ha, seeker.solves)
        found.append(next_one)
        seeker.known.append(next_one.area_iv)
    return Search(tuple(found), None, seeker.solves)


class _Seeker:
    """Plans known so far, and the basis to start the next search from."""

    def __init__(self, near: Near, starts: Sequence[NDArray[np.float64]]) -> None:
        self.near = near
        self.starts = starts
        self.instance, self.options = near.solution.instance, near.solution.options
        self.known = [self._areas(near.solution.x_c)]
        self.basis: Basis | None = with_level(near.warm.basis)
        self.solves = 0

    def furthest(self) -> Found:
        """Plan whose least difference from the known ones is largest, and the bound on it."""
        best = self._solved([self._chord(y_iv) for y_iv in self.known])
        self.basis = best.basis or self.basis
        found = self._uphill(self._seen(best.x_c), best.bound)
        for start in self._promising(best.bound, found[2]):
            further = self._uphill(start, best.bound)
            found = further if further[2] > found[2] else found
        return Found(*found, bound_ha=max(found[2], best.bound))

    def _uphill(self, seen: _Seen, bound: float) -> _Seen:
        """Follow the slopes of the differences until nothing is gained."""
        least_gain = GAINED * float(self.instance.land.area_i.sum())
        for _ in range(STEPS):
            if bound - seen[2] <= least_gain:
                break
            step = self._solved([self._slope(y_iv, seen[1]) for y_iv in self.known])
            further = self._seen(step.x_c)
            if further[2] <= seen[2] + least_gain:
                break
            seen = further
        return seen

    def _promising(self, bound: float, nearest: float) -> list[_Seen]:
        """Other plans to go uphill from, the furthest first; none where little is left to gain."""
        if bound - nearest <= OPEN * bound:
            return []
        every = [self._seen(x_c) for x_c in self.starts]
        return sorted(every, key=lambda seen: -seen[2])[:FURTHER_STARTS]

    def _solved(self, gains: list[Gain]) -> Best:
        self.solves += 1
        if len(gains) == 1:
            return self._of_one(gains[0])
        return best_of_several(self.near.program, gains, start=self.basis)

    def _of_one(self, gain: Gain) -> Best:
        """From a single plan: an ordinary program, solved from the optimum's basis."""
        x_c, price_r = self.near.best(gain.cost_c, gain.offset)
        return best_of_one(self.near.program, gain, x_c, price_r)

    def _seen(self, x_c: NDArray[np.float64]) -> _Seen:
        """A plan, its hectares, and its difference from the nearest known plan."""
        area_iv = self._areas(x_c)
        return x_c, area_iv, min(difference_ha(area_iv, y_iv) for y_iv in self.known)

    def _areas(self, x_c: NDArray[np.float64]) -> NDArray[np.float64]:
        return hectares_iv(self.instance, self.options, x_c)

    def _chord(self, y_iv: NDArray[np.float64]) -> Gain:
        return chord(self.instance, self.options, self.near.program.shape[1], y_iv)

    def _slope(self, y_iv: NDArray[np.float64], x0_iv: NDArray[np.float64]) -> Gain:
        return slope(self.instance, self.options, self.near.program.shape[1], y_iv, x0_iv)
