"""`solve_decomposed`: prices from samples, then from all parcels, then the exact end.

1. Prices of the coupling rows from a few hundred parcels, then eight times as many, and so on,
   each sample starting from the prices of the one before.
2. The same on all parcels.
3. Restricted programs over the parcels whose choice is not settled, until bound and plan meet.

Where a wider gap is enough, or time is limited, the choices seen in 2 are mixed into a plan.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.bundle import Aim, Lowest, lowest
from optimizer.solve.decomposition.dual import Evaluation, Level
from optimizer.solve.decomposition.finish import Finish, Plan
from optimizer.solve.decomposition.log import Log, Step
from optimizer.solve.decomposition.mixture import Mixture
from optimizer.solve.decomposition.pricing import Pricing
from optimizer.solve.decomposition.rays import proves_no_plan, search_ray, with_fewer_rows
from optimizer.solve.decomposition.sample import groups_of, sample_sizes, stratified
from optimizer.solve.decomposition.split import Split
from optimizer.solve.decomposition.units import Units, units_of
from optimizer.solve.errors import Stopped

#: Relative gap at which a plan counts as optimal.
GAP_WANTED = 1e-9
#: Groups of parcels with cuts of their own.
GROUPS = 30
#: Promise at which a sample, and all parcels, are done; and most evaluations of each.
SAMPLE_TOLERANCE, ALL_TOLERANCE = 1e-4, 1e-6
SAMPLE_ITERATIONS, ALL_ITERATIONS = 100, 100
#: Widest first room of a price in the finish, in units.
FINISH_RADIUS = 0.1
#: No price in a sample gets larger than this many units: a sample may be impossible to serve.
SAMPLE_MOST = 1e3
#: Shares of the time limit: for the search, for the exact end, and for a plan of what was found.
SEARCH_SHARE, FINISH_SHARE, PLAN_SHARE = 0.7, 0.85, 0.97
#: Prices beyond so many units are asked whether they prove that there is no plan.
SUSPICIOUS = 1e2


class NotClosed(Exception):  # noqa: N818 - caught by the engine, which then takes HiGHS
    """Plan and bound did not meet; the message says how far they are apart."""


class NoPlanAtAll(Exception):  # noqa: N818 - an answer
    """Proven: no plan meets the rules. `price_r` are the prices that prove it, if known."""

    def __init__(self, price_r: NDArray[np.float64] | None = None) -> None:
        self.price_r = price_r
        super().__init__("no plan meets the rules")


@dataclass(frozen=True)
class Outcome:
    """What the decomposition found.

    Parameters
    ----------
    plan
        Plan, prices, objective and bound.
    closed
        Whether the plan is optimal (or within the gap asked for); else time ran out.
    worth_i
        Worth of a hectare of each parcel at the prices, shape (I,).
    passes
        Passes over all options.
    """

    plan: Plan
    closed: bool
    worth_i: NDArray[np.float64]
    passes: int


class Decomposition:
    """One run.

    Parameters
    ----------
    split, pricing
        The program taken apart, and its options.
    gap
        Relative gap to stop at.
    time_limit
        Seconds; None for no limit.
    log
        Told of every step.
    """

    def __init__(
        self, split: Split, pricing: Pricing, *, gap: float = GAP_WANTED,
        time_limit: float | None = None, log: Log | None = None,
    ) -> None:
        self._split, self._pricing = split, pricing
        self._gap = max(gap, GAP_WANTED)
        self._started = time.monotonic()
        self._limit = time_limit
        self._log = log or _ignore
        self._whole = Level(split, pricing, np.arange(split.parcels), split.area_i,
                            groups_of(split.parcels, GROUPS))
        self._mixture: Mixture | None = None
        if split.parcels and (time_limit is not None or self._gap > GAP_WANTED):
            self._mixture = Mixture(self._whole)
            self._whole = self._mixture.level
        self._known: Plan | None = None
        self._passes = 0

    def run(self) -> Outcome:
        """Find the optimum.

        Raises
        ------
        NoPlanAtAll
            If it is proven that there is no plan.
        NotClosed
            If plan and bound do not meet.
        Stopped
            At the time limit, if no plan is known.
        """
        self._refuse_impossible_land()
        units, best = self._from_samples()
        best = self._lowest(self._whole, units, best, "all",
                            Aim(max(ALL_TOLERANCE, 0.1 * self._gap), ALL_ITERATIONS))
        if self._gap > GAP_WANTED and not self._near_enough() and not self._late(SEARCH_SHARE):
            self._mix(units, SEARCH_SHARE)
        if self._near_enough():
            return self._outcome(self._known, closed=True)
        finish = Finish(self._whole, units, best.evaluation, min(best.radius, FINISH_RADIUS))
        closed = not self._late(SEARCH_SHARE) and self._finish(finish, units, best.promise)
        if finish.plan is None and self._late(SEARCH_SHARE):
            self._mix(units, PLAN_SHARE)
        plan = finish.plan or self._known
        if plan is None:
            self._explain_no_plan(finish, units)
        if not (closed or self._late(SEARCH_SHARE)):
            msg = f"plan and bound stayed {plan.relative_gap if plan else np.inf:.1e} apart"
            raise NotClosed(msg)
        return self._outcome(plan, closed=closed or self._near_enough())

    def _outcome(self, plan: Plan | None, *, closed: bool) -> Outcome:
        assert plan is not None
        worth_i, _ = self._pricing.best(self._whole.pick, plan.price_r)
        return Outcome(plan, closed, worth_i, self._passes)

    def _near_enough(self) -> bool:
        """Whether a mixture is as near to the bound as asked."""
        return self._known is not None and self._known.relative_gap <= self._gap

    def _mix(self, units: Units, share: float) -> None:
        """Look for a mixture that is near enough, for a share of the time limit."""
        if self._mixture is None:
            return

        def told(plan: Plan | None, price_r: NDArray[np.float64]) -> bool:
            self._known = plan or self._known
            if plan is not None:
                self._say(Step(self._seconds(), "mixture", self._split.parcels, self._passes,
                               plan.bound, plan.objective, plan.relative_gap, self._passes))
            self._passes += 1
            return self._late(share) or (plan is None and self._lost(price_r, units))

        self._known = self._mixture.sought(self._gap, told) or self._known

    def _refuse_impossible_land(self) -> None:
        split = self._split
        none_i = np.diff(split.start_i) == 0
        if np.any(split.must_i & none_i & (split.area_i > 0.0)):
            raise NoPlanAtAll

    def _from_samples(self) -> tuple[Units, Lowest]:
        """Prices from larger and larger samples."""
        split = self._split
        sizes = sample_sizes(split.parcels)
        levels = [self._whole]
        if sizes:
            strata_i = self._pricing.strata()
            order_i = np.lexsort((np.arange(split.parcels), strata_i))
            levels = [self._sample(order_i, size) for size in sizes]
        units = units_of(levels[0])
        start = Evaluation(np.zeros(len(split.row_r)), np.inf, np.zeros((0, 0)), np.zeros(0),
                           np.zeros(0, dtype=np.int64), np.zeros(0))
        best = Lowest(start, 1.0, np.inf, 0)
        for level in levels if sizes else []:
            best = self._lowest(level, units, best, "sample",
                                Aim(SAMPLE_TOLERANCE, SAMPLE_ITERATIONS, SAMPLE_MOST))
            best = Lowest(best.evaluation, _error_of(len(level.pick)), best.promise,
                          best.iterations)
        return units, best

    def _sample(self, order_i: NDArray[np.int64], size: int) -> Level:
        pick, area_n = stratified(order_i, self._split.area_i, size)
        return Level(self._split, self._pricing, pick, area_n, groups_of(len(pick), GROUPS))

    def _lowest(
        self, level: Level, units: Units, best: Lowest, phase: str, aim: Aim
    ) -> Lowest:
        def heard(number: int, seen: Evaluation, promise: float, radius: float) -> bool:
            if level.whole and self._mixture is not None and self._gap > GAP_WANTED:
                self._known = self._mixture.plan() or self._known
            known = self._known if level.whole else None
            gap = promise / units.total if known is None else known.relative_gap
            self._say(Step(self._seconds(), phase, len(level.pick), number, seen.bound,
                           known.objective if known else None, gap, radius))
            self._passes += level.whole
            if level.whole and self._near_enough():
                return True
            return self._late(SEARCH_SHARE) or (level.whole and self._lost(seen.price_r, units))

        return lowest(level, units, best.evaluation.price_r, best.radius, aim, heard)

    def _finish(self, finish: Finish, units: Units, promised: float) -> bool:
        def told(number: int, trial: Evaluation, plan: Plan | None, free: int) -> bool:
            gap = plan.relative_gap if plan else promised / units.total
            self._say(Step(self._seconds(), "finish", self._split.parcels, number,
                           finish.centre.bound, plan.objective if plan else None, gap, free))
            self._passes += 1
            return self._late(FINISH_SHARE) or (
                plan is None and self._lost(trial.price_r, units))

        return finish.run(told, self._left, self._gap)

    def _lost(self, price_r: NDArray[np.float64], units: Units) -> bool:
        """Whether prices have run away because there is no plan."""
        far = np.max(np.abs(price_r) / units.price_r, initial=0.0) > SUSPICIOUS
        if far and proves_no_plan(self._whole, price_r):
            raise NoPlanAtAll(with_fewer_rows(self._whole, price_r))
        return False

    def _explain_no_plan(self, finish: Finish, units: Units) -> None:
        """Raise what fits where no plan was found."""
        if self._late(SEARCH_SHARE):
            msg = f"stopped at the time limit after {self._seconds():.0f} s, before any plan"
            raise Stopped(msg)
        if proves_no_plan(self._whole, finish.centre.price_r):
            raise NoPlanAtAll(with_fewer_rows(self._whole, finish.centre.price_r))
        ray_r = search_ray(self._whole, units)
        if ray_r is not None:
            raise NoPlanAtAll(with_fewer_rows(self._whole, ray_r))
        msg = "it found neither a plan nor a proof that there is none"
        raise NotClosed(msg)

    def _say(self, step: Step) -> None:
        self._log(step)

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _left(self) -> float | None:
        """Seconds left for the exact end."""
        if self._limit is None:
            return None
        return max(0.01, FINISH_SHARE * self._limit - self._seconds())

    def _late(self, share: float) -> bool:
        """Whether a share of the time limit has passed."""
        return self._limit is not None and self._seconds() >= share * self._limit


def _error_of(count: int) -> float:
    """How far, in units, prices from so many parcels are likely to be off."""
    return min(1.0, 1.0 / math.sqrt(count))


def _ignore(step: Step) -> None:
    del step
