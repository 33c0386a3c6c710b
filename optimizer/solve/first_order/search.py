"""`Search`: steps of the descent, plans made on the way, until plan and bound are near enough.

Every `BETWEEN` steps the bound is taken and a plan of whole parcels is made from the shares; the
best of each is kept. Where parts of parcels are allowed and few parcels are undecided, a restricted
program is solved exactly, which closes what is left of the gap. Where whole parcels are asked
for, the same is done over whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.log import Log, Step
from optimizer.solve.first_order import kernels_plan
from optimizer.solve.first_order.bound import bound_at, signed
from optimizer.solve.first_order.descent import Descent, Images
from optimizer.solve.first_order.exact_end import (
    MOST_FREE,
    exact_end,
    objective_of_shares,
    shares_of_choice,
    undecided,
)
from optimizer.solve.first_order.narrow import is_wide, worth_keeping
from optimizer.solve.first_order.plan import Plan, Planner
from optimizer.solve.first_order.whole_end import Groups, whole_end
from optimizer.solve.whole_parcels import OPTIMAL_GAP

if TYPE_CHECKING:
    from optimizer.solve.first_order.exact_end import End
    from optimizer.solve.first_order.problem import Shares

#: Steps between two bounds and plans.
BETWEEN = 96
#: Bounds after which the options that matter are chosen first, and bounds between two choices.
NARROWED_FIRST, NARROWED_EVERY = 2, 5
#: Steps after which the search gives up.
MOST_STEPS = 12_000
#: It gives up, too, where bound and plan came no nearer than to this share in so many steps.
NEARER, STALLED_STEPS = 0.98, 2_000
#: Without any plan that keeps the rules it gives up after so many.
MOST_WITHOUT_PLAN = 4_000
#: From so many edge prices on these are held in single precision.
SINGLE_FROM_PRICES = 1_000_000
#: An exact end may take as long as the steps did, and this many seconds more.
PATIENCE_S = 5.0


@dataclass(frozen=True)
class Found:
    """What the search came back with.

    Parameters
    ----------
    share_o
        Shares of the best plan, shape (O,); None where none was found.
    objective, bound
        Of that plan (-inf without one), and what no plan can exceed.
    price_el, pi_r
        Prices that give the bound.
    steps
        Steps made.
    closed
        Whether the gap asked for was reached.
    solver_bound
        Branch and bound's over all parcels, where these are few; None elsewhere.
    impossible
        Whether that found that there is no plan of whole parcels.
    """

    share_o: NDArray[np.float64] | None
    objective: float
    bound: float
    price_el: NDArray[Any]
    pi_r: NDArray[np.float64]
    steps: int
    closed: bool
    solver_bound: float | None
    impossible: bool


class Search:
    """One search.

    Parameters
    ----------
    problem
        The layout problem.
    gap
        Relative gap at which to stop.
    whole
        Whether every parcel gets one option or none.
    deadline
        `time.monotonic()` at which to stop; None for none.
    log
        Told of every bound and plan.
    groups
        Pieces that move together, where parcels are whole.
    """

    def __init__(
        self, problem: Shares, *, gap: float, whole: bool, deadline: float | None = None,
        log: Log | None = None, groups: Groups | None = None,
    ) -> None:
        self._problem, self._gap, self._whole = problem, gap, whole
        self._deadline, self._log = deadline, log
        self._groups = groups or Groups((), np.zeros(problem.options, dtype=np.int32))
        single = problem.edges * (problem.uses + 1) >= SINGLE_FROM_PRICES
        self._descent = Descent(problem, np.float32 if single else np.float64)
        self._grouped_i = self._groups.grouped_i(problem.parcels)
        self._planner = Planner(problem, self._grouped_i)
        self._started = time.monotonic()
        self._kept_o: NDArray[np.int64] | None = None
        self._wide = is_wide(problem)
        self._share_o: NDArray[np.float64] | None = None
        self._objective, self._bound = -np.inf, np.inf
        self._price_el, self._pi_r = self._descent.images.price_el, self._descent.images.pi_r
        self._solver_bound, self._impossible = np.inf, False
        self._apart, self._nearer_at = np.inf, 0
        self._end_seconds, self._end_free, self._end_steps = 0.0, np.inf, 0

    def run(self) -> Found:
        """Search until the gap is closed, the deadline, or the last step."""
        steps = 0
        while steps < MOST_STEPS and not self._late() and not self._stalled(steps):
            self._descent.run(BETWEEN)
            steps += BETWEEN
            self._take_bound(*self._prices_at_hand())
            plan = self._take_plan()
            self._tell(steps, "layout")
            if self._closed():
                break
            if self._wide and steps % (NARROWED_EVERY * BETWEEN) == NARROWED_FIRST * BETWEEN:
                self._narrow()
            if self._end_pays(plan, steps):
                self._end(plan, steps)
                self._tell(steps, "free")
                if self._closed():
                    break
        return Found(self._share_o, self._objective, self._bound, self._price_el, self._pi_r,
                     steps, self._closed(),
                     self._solver_bound if np.isfinite(self._solver_bound) else None,
                     self._impossible)

    def _prices_at_hand(self) -> tuple[NDArray[Any], NDArray[np.float64]]:
        images = self._descent.images
        return images.price_el, signed(self._problem, images.pi_r)

    def _shares_at_hand(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Shares of all options, and of bare land."""
        images = self._descent.images
        if self._kept_o is None:
            return images.share_o, images.bare_i
        share_o = np.zeros(self._problem.options, dtype=images.share_o.dtype)
        share_o[self._kept_o] = images.share_o
        return share_o, images.bare_i

    def _narrow(self) -> None:
        """Let the descent go on with the options that matter at its prices."""
        share_o, bare_i = self._shares_at_hand()
        images, omegas = self._descent.images, self._descent.omegas
        kept_o = worth_keeping(self._problem, images.pi_r, share_o)
        share_i = bare_i + np.bincount(self._problem.parcel_o[kept_o], share_o[kept_o],
                                       minlength=self._problem.parcels)
        share_i[share_i <= 0.0] = 1.0
        kept = Images(share_o[kept_o] / share_i[self._problem.parcel_o[kept_o]],
                      bare_i / share_i, images.price_el, images.pi_r)
        self._descent = Descent(self._problem.only(kept_o), self._descent.dtype)
        self._descent.start_from(kept, omegas)
        self._kept_o = kept_o

    def _matters_o(self, plan: Plan) -> NDArray[np.bool_]:
        """Options that an exact end begins with."""
        matters_o = np.ones(self._problem.options, dtype=np.bool_)
        if self._wide:
            matters_o[:] = False
            matters_o[worth_keeping(self._problem, self._descent.images.pi_r,
                                    self._shares_at_hand()[0])] = True
            matters_o[plan.choice_i[plan.choice_i >= 0]] = True
        return matters_o

    def _take_bound(self, price_el: NDArray[Any], pi_r: NDArray[np.float64]) -> None:
        """Keep the bound of some prices if it is the lowest."""
        bound = bound_at(self._problem, price_el, pi_r)
        if bound < self._bound:
            self._bound, self._price_el, self._pi_r = bound, price_el.copy(), pi_r.copy()

    def _take_plan(self) -> Plan:
        """Make a plan of the shares at hand, and keep it if it is the best."""
        share_o, bare_i = self._shares_at_hand()
        plan = self._planner.rounded(share_o, bare_i, self._descent.images.pi_r)
        if not self._groups.pieces and plan.outside <= 0.0 and plan.objective > self._objective:
            self._keep(shares_of_choice(self._problem, plan.choice_i), plan.objective)
        return plan

    def _keep(self, share_o: NDArray[np.float64], objective: float) -> None:
        self._share_o, self._objective = share_o, objective

    def _free(self, plan: Plan) -> NDArray[np.bool_]:
        """Parcels that are undecided, or that the plan gave something else than their largest."""
        problem, (share_o, bare_i) = self._problem, self._shares_at_hand()
        largest_i = kernels_plan.rounded(
            problem.split.start_i, problem.split.must_i, problem.use_o, share_o, bare_i,
            problem.uses)
        free_i = undecided(problem, share_o, bare_i)
        return np.asarray(free_i | (largest_i != plan.choice_i) | self._grouped_i)

    def _end_pays(self, plan: Plan, steps: int) -> bool:
        """Whether an exact end is worth its time now."""
        free = int(self._free(plan).sum())
        taken = time.monotonic() - self._started
        few = free <= MOST_FREE and (free <= 0.5 * self._end_free or steps >= 2 * self._end_steps)
        return few and self._end_seconds <= 0.5 * taken + PATIENCE_S

    def _end(self, plan: Plan, steps: int) -> None:
        """Solve a restricted program exactly, and keep its plan and prices."""
        problem, images = self._problem, self._descent.images
        started = time.monotonic()
        free_i = self._free(plan)
        self._end_free, self._end_steps = int(free_i.sum()), steps
        target = 0.1 * self._gap * max(1.0, abs(self._objective) if np.isfinite(
            self._objective) else 1.0)
        end = exact_end(problem, plan.choice_i, free_i, images.price_el,
                        signed(problem, images.pi_r), self._matters_o(plan), target, self._left())
        if end.bound < self._bound:
            self._bound, self._price_el, self._pi_r = end.bound, end.price_el, end.pi_r
        share_o = self._whole_shares(plan, end) if self._whole else end.share_o
        if share_o is not None:
            objective = objective_of_shares(problem, share_o)
            if objective > self._objective:
                self._keep(share_o, objective)
        self._end_seconds += time.monotonic() - started

    def _whole_shares(self, plan: Plan, end: End) -> NDArray[np.float64] | None:
        """Whole shares near those of the exact end."""
        found = whole_end(self._problem, self._planner, plan, end, self._groups, self._left())
        self._impossible |= found.impossible
        if found.solver_bound is not None:
            self._solver_bound = min(found.solver_bound, self._solver_bound)
        return found.share_o

    def _closed(self) -> bool:
        """Whether bound and plan are near enough."""
        if self._impossible or not np.isfinite(self._objective):
            return self._impossible
        size = max(1.0, abs(self._objective))
        return (self._bound - self._objective <= self._gap * size
                or self._solver_bound - self._objective <= max(self._gap, OPTIMAL_GAP) * size)

    def _stalled(self, steps: int) -> bool:
        """Whether bound and plan have not come nearer for long; keeps count of it."""
        apart = self._bound - self._objective
        if not np.isfinite(apart) or apart < NEARER * self._apart:
            self._apart, self._nearer_at = apart, steps
        if not np.isfinite(self._objective):
            return steps > MOST_WITHOUT_PLAN
        return steps - self._nearer_at > max(STALLED_STEPS, steps // 2)

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.05, self._deadline - time.monotonic())

    def _tell(self, steps: int, phase: str) -> None:
        if self._log is None:
            return
        known = np.isfinite(self._objective)
        self._log(Step(
            seconds=time.monotonic() - self._started, phase=phase, parcels=self._problem.parcels,
            iteration=steps, bound=self._bound, objective=self._objective if known else None,
            relative_gap=(self._bound - self._objective) / max(1.0, abs(self._objective))
            if known else np.inf,
            free=float(self._end_free)))
