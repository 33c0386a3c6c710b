r"""`robust`: one plan for cases of which nobody knows which comes true, as linear programs.

With value_s(x) the objective of plan x in case s, p_s its probability and best_s the optimum of the
case known beforehand, x meeting the rules of every case:

    expected   max sum_s p_s value_s(x)                   the best on average
    worst      max theta,  theta <= value_s(x)            the best worst case
    regret     min rho,    rho >= best_s - value_s(x)     the least regret
    cvar       max eta - sum_s p_s short_s / (1 - alpha), short_s >= eta - value_s(x), short_s >= 0
               the best mean of the worst 1 - alpha (conditional value at risk)

Price of robustness: what the plan gives up against the optimum of the instance as it stands, valued
as it stands, and against the best expected value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.other_plan import as_solution
from optimizer.analysis.uncertainty.cases import Case, cases_of, without_unknowns
from optimizer.analysis.uncertainty.payoff import Payoff, payoff_of, stocks_of
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.scenarios import CaseProgram, case_program
from optimizer.options.enumerate import option_keys
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible
from optimizer.solve.linear import NoPlan
from optimizer.solve.several import Best, Gain, best_of_several, worst_weighting

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.unknowns import Scenario
    from optimizer.options.record import Options
    from optimizer.solve.solution import Solution

GOALS = ("expected", "worst", "regret", "cvar")
#: cvar looks at the worst tenth unless asked otherwise.
ALPHA = 0.9
#: Hectares of an option below this share of its parcel are rounding.
TRACE = 1e-12


@dataclass(frozen=True)
class JudgedPlan:
    """A plan and what it is worth in every case.

    Parameters
    ----------
    name
        A goal, `as it stands` (optimum of the instance itself) or `case NAME`.
    options, area_o
        Its options and hectares.
    nominal
        Value and broken rule in the instance as it stands.
    cases
        The same in every case.
    expected, worst, regret, cvar
        Its mean, least value, largest regret, and mean of the worst 1 - alpha.
    bound, relative_gap
        For a plan made for a goal: what no plan that meets the rules of all cases can exceed,
        in the sense of that goal, and how far it is; NaN for others.
    solution
        The plan as a solution of the instance as it stands; None where it breaks a rule there.
    """

    name: str
    options: Options
    area_o: NDArray[np.float64]
    nominal: Payoff
    cases: tuple[Payoff, ...]
    expected: float
    worst: float
    regret: float
    cvar: float
    bound: float
    relative_gap: float
    solution: Solution | None

    @property
    def keeps_all(self) -> bool:
        """Whether it meets the rules of every case."""
        return not any(payoff.broken for payoff in self.cases)


@dataclass(frozen=True)
class Robust:
    """Plans for several goals, held against each other and against what ignores uncertainty.

    Parameters
    ----------
    instance
        The instance as it stands.
    unit
        Unit of every value.
    cases
        The cases, each with its own optimum.
    alpha
        cvar is the mean of the worst 1 - alpha.
    nominal
        Optimum of the instance as it stands, judged in every case.
    of_case
        Optimum of every case, judged in every other.
    plans
        One plan for each goal asked for.
    best_expected
        Largest expected value of a plan that meets the rules of all cases.
    barred
        Options that some cases allow and others forbid; no robust plan uses them.
    """

    instance: Instance
    unit: str
    cases: tuple[Case, ...]
    alpha: float
    nominal: JudgedPlan
    of_case: tuple[JudgedPlan, ...]
    plans: tuple[JudgedPlan, ...]
    best_expected: float
    barred: int

    def price(self, plan: JudgedPlan) -> float:
        """What a plan gives up against the nominal optimum, valued as the instance stands."""
        return self.nominal.nominal.value - plan.nominal.value

    def price_expected(self, plan: JudgedPlan) -> float:
        """What a plan gives up against the best expected value, on average over the cases."""
        return self.best_expected - plan.expected


def robust(
    instance: Instance, goals: str | Sequence[str] = GOALS, *, alpha: float = ALPHA,
    scenarios: Sequence[Scenario] | None = None, progress: Callable[[str], None] | None = None,
) -> Robust:
    """Find plans that stand up to every case.

    Parameters
    ----------
    instance
        Checked instance; a linear program is solved, parcels may be shared between uses.
    goals
        `expected`, `worst`, `regret`, `cvar`, one or several.
    alpha
        cvar is the mean of the worst 1 - alpha; from 0 (the mean) to below 1.
    scenarios
        The cases; None takes those of the scenarios table.
    progress
        Told in a few words what is being done.

    Raises
    ------
    ValueError
        For an unknown goal or alpha out of range.
    InstanceRefused
        If there are no cases, or one breaks the checks.
    Infeasible
        If a case has no plan, or no plan meets the rules of all.
    SolverFault
        If the solver fails or an answer does not hold.
    """
    wanted = (goals,) if isinstance(goals, str) else tuple(dict.fromkeys(goals))
    _refuse_arguments(wanted, alpha)
    say = progress or (lambda _: None)
    cases = cases_of(instance, scenarios, say)
    say("the instance as it stands")
    best = solve(without_unknowns(instance), progress=say, compact=False)
    say("one program for all cases")
    joint = case_program([case.instance for case in cases])
    judge = _Judge(best, cases, alpha)
    plans, best_expected = _plans(joint, judge, wanted, say)
    return Robust(
        instance=instance, unit=best.stages[-1].unit, cases=cases, alpha=alpha,
        nominal=judge.judged("as it stands", best.options, best.area_o, solution=best),
        of_case=tuple(judge.judged(f"case {case.name}", case.optimum.options, case.optimum.area_o)
                      for case in cases),
        plans=plans, best_expected=best_expected, barred=joint.barred)


def _refuse_arguments(goals: tuple[str, ...], alpha: float) -> None:
    unknown = [goal for goal in goals if goal not in GOALS]
    if unknown or not goals:
        msg = f"unknown goal {unknown[0] if unknown else ''!r}: one of {', '.join(GOALS)}"
        raise ValueError(msg)
    if not 0.0 <= alpha < 1.0:
        msg = f"alpha is a share from 0 to below 1, not {alpha!r}"
        raise ValueError(msg)


def _plans(
    joint: CaseProgram, judge: _Judge, goals: tuple[str, ...], say: Callable[[str], None]
) -> tuple[tuple[JudgedPlan, ...], float]:
    """Plans for the goals, and the best expected value, which is always worked out."""
    found: dict[str, Best] = {}
    for goal in dict.fromkeys(("expected", *goals)):
        say(f"plan for {goal}")
        found[goal] = _best(joint, judge.cases, goal, judge.alpha)
    plans = []
    for goal in goals:
        best = found[goal]
        sign = -1.0 if goal == "regret" else 1.0
        plans.append(judge.judged(goal, joint.options_s[0],
                                  best.x_c[:joint.options_s[0].count],
                                  bound=sign * best.bound, gap=best.relative_gap))
    return tuple(plans), found["expected"].value


def _best(joint: CaseProgram, cases: Sequence[Case], goal: str, alpha: float) -> Best:
    """Solve for one goal.

    Raises
    ------
    Infeasible
        If no plan meets the rules of all cases.
    """
    offsets = [-case.optimum.objective if goal == "regret" else 0.0 for case in cases]
    gains = [Gain(cost_c, offset) for cost_c, offset in zip(joint.cost_sc, offsets, strict=True)]
    try:
        return best_of_several(joint.program, gains, caps_of(cases, goal, alpha))
    except NoPlan:
        raise Infeasible(_reasons(cases)) from None


def caps_of(cases: Sequence[Case], goal: str, alpha: float) -> NDArray[np.float64]:
    """Most weight each case can have in a goal, shape (S,)."""
    probability_s = np.array([case.probability for case in cases])
    if goal in ("worst", "regret"):
        return np.ones(len(cases))
    return probability_s if goal == "expected" else probability_s / (1.0 - alpha)


def _reasons(cases: Sequence[Case]) -> tuple[str, ...]:
    """Why no plan meets the rules of all cases: without which of them there is one."""
    alone = [case.name for case in cases if len(cases) > 1 and _has_plan(
        [other.instance for other in cases if other is not case])]
    first = (f"each of the {len(cases)} cases has a plan of its own, but no one plan meets the "
             "rules of them all")
    if not alone:
        return (first, "leaving out any single case does not help")
    return (first, f"without {' or without '.join(alone)} there is one")


def _has_plan(instances: Sequence[Instance]) -> bool:
    """Whether one plan meets the rules of some cases."""
    joint = case_program(instances)
    try:
        best_of_several(joint.program, [Gain(np.zeros(joint.program.shape[1]))])
    except NoPlan:
        return False
    return True


class _Judge:
    """Works out what plans are worth in every case."""

    def __init__(self, best: Solution, cases: tuple[Case, ...], alpha: float) -> None:
        self.best, self.cases, self.alpha = best, cases, alpha

    def judged(
        self, name: str, options: Options, area_o: NDArray[np.float64], *,
        bound: float = math.nan, gap: float = math.nan, solution: Solution | None = None,
    ) -> JudgedPlan:
        """Judge one plan."""
        land_o = self.best.instance.land.area_i[options.parcel_o]
        area_o = np.where(area_o > TRACE * land_o, area_o, 0.0)
        nominal = payoff_of(self.best.instance, options, area_o)
        payoffs = tuple(payoff_of(case.instance, options, area_o) for case in self.cases)
        value_s = np.array([payoff.value for payoff in payoffs])
        best_s = np.array([case.optimum.objective for case in self.cases])
        if solution is None and not nominal.broken:
            solution = self._solution(name, options, area_o)
        return JudgedPlan(
            name=name, options=options, area_o=area_o, nominal=nominal, cases=payoffs,
            expected=self._goal(value_s, "expected"), worst=float(value_s.min()),
            regret=float(np.max(best_s - value_s)), cvar=self._goal(value_s, "cvar"),
            bound=bound, relative_gap=gap, solution=solution)

    def _goal(self, value_s: NDArray[np.float64], goal: str) -> float:
        return worst_weighting(value_s, caps_of(self.cases, goal, self.alpha))

    def _solution(
        self, name: str, options: Options, area_o: NDArray[np.float64]
    ) -> Solution:
        """Place a plan among the options of the instance as it stands."""
        best = self.best
        used = np.flatnonzero(area_o)
        keys = option_keys(best.instance, best.options)
        position = np.searchsorted(keys, option_keys(best.instance, options.take(used)))
        x_c = np.zeros(best.program.shape[1])
        x_c[position] = area_o[used]
        stock = stocks_of(best.instance, best.options, x_c[:best.options.count])
        x_c[stocks_at(best.instance, best.options)] = np.maximum(0.0, stock.ravel())
        reason = f"plan for {name} over {len(self.cases)} cases; prices and bound are the optimum's"
        return as_solution(best, x_c, reason)
