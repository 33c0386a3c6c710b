"""How good a plan is proven to be, in words: status, bound, and what each rests on."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

from optimizer.report.figures import figure, of_unit
from optimizer.report.words import STATUS_WORDS, WHOLE_STATUS_WORDS
from optimizer.solve.layout_choice import DECLINED

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution
    from optimizer.solve.stages import StageResult

#: Between the entries of a stage's label.
PLUS = " + "
#: A gap below zero by less than this is rounding.
ROUNDING = 1e-9


def is_whole(solution: Solution) -> bool:
    """Whether whole parcels were asked for."""
    return solution.whole_parcels


def is_searched(solution: Solution) -> bool:
    """Whether the plan's own bound is that of branch and bound, the solver's word."""
    return solution.solver_bound is not None


def status_words(solution: Solution) -> str:
    """Status in words."""
    if is_repaired(solution):
        return f"small patches repaired, at most {percent_of(solution.relative_gap)} from the best"
    words = WHOLE_STATUS_WORDS if is_searched(solution) else STATUS_WORDS
    return words[solution.status]


def is_repaired(solution: Solution) -> bool:
    """Whether small patches were repaired, so that the plan is good but not proven the best."""
    cost = solution.patch_cost
    return cost is not None and cost.how == "repair" and solution.status == "within_gap"


def shown_gap(gap: float) -> float:
    """A gap as it is told: no rounding below zero."""
    return 0.0 if -ROUNDING <= gap < 0.0 else gap


def percent_of(share: float) -> str:
    """Write a share with two telling digits, in percent."""
    return f"{100.0 * share:.2g} %"


def is_least(stage: StageResult) -> bool:
    """Whether all that a stage adds up is to be as small as can be."""
    return all(entry.startswith("min ") for entry in stage.label.split(PLUS))


def told_objective(stage: StageResult) -> float:
    """Objective of a stage; what is to be least is maximised as its negative, and told as it is."""
    return as_told(stage, stage.objective)


def as_told(stage: StageResult, value: float) -> float:
    """Turn a value of the maximised objective of a stage into the one a planner is told."""
    return -value + 0.0 if is_least(stage) else value


def bound_words(stage: StageResult, bound: float, plans: str = "plan") -> str:
    """`no plan can exceed 7,336.8 t CO2e`; the other way round for what is to be least."""
    amount = of_unit(figure(as_told(stage, bound)), stage.unit)
    entries = stage.label.split(PLUS)
    if is_least(stage):
        verb = "cost less" if stage.label == "min cost" else "have less"
        return f"no {plans} can {verb} than {amount}"
    if any(entry.startswith("min ") for entry in entries):
        return f"no {plans} can do better than {amount}"
    return f"no {plans} can exceed {amount}"


def proof_lines(solution: Solution, seconds: Mapping[str, float] | None) -> list[str]:
    """How far the plan can be from the best, in a few lines."""
    stage, certificate = solution.stages[-1], solution.certificate
    gap, missed = certificate.relative_gap, certificate.primal_violation
    kept = f"gap {shown_gap(gap):.1g}, rules kept to {missed:.1g}"
    words = bound_words(stage, solution.bound)
    if is_whole(solution):
        lines = [f"Proof: {words}, even if parcels may be divided",
                 f"       (certified by the prices of the linear program; {kept})",
                 *(_search_lines(solution) if is_searched(solution) else ())]
    else:
        lines = [f"Proof: {words} ({kept})"]
    took = f" in {sum(seconds.values()):.1f} s" if seconds else ""
    options = solution.options_listed or solution.options.count
    lines.append(f"       {options:,} options, {solution.engine} "
                 f"({solution.solver}){took}")
    if solution.engine == "first-order" or DECLINED in solution.engine_reason:
        told = textwrap.wrap(solution.engine_reason, 100 - 7)
        lines += [f"       {line}" for line in told]
    return lines


def _search_lines(solution: Solution) -> list[str]:
    """What the search over whole parcels says of itself."""
    bound = solution.solver_bound
    if bound is None or not math.isfinite(bound):
        return ["       Branch and bound was stopped before it had a bound of its own"]
    words = bound_words(solution.stages[-1], bound, "plan of whole parcels")
    return [f"       Branch and bound: {words} (gap {solution.relative_gap:.1g});",
            "       this is the solver's word, which cannot be recomputed"]
