"""One case: overrides -> instance -> program -> solved from the reference -> one row."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizer.analysis.sweep.large import is_large, solve_large
from optimizer.analysis.sweep.near import Built, built, built_near
from optimizer.analysis.sweep.plan import Case
from optimizer.analysis.sweep.reference import Reference
from optimizer.analysis.sweep.row import Row, row_of, row_without_plan
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.objective import StageCost
from optimizer.formulation.program import LinearProgram
from optimizer.instance.findings import InstanceRefused, errors_of
from optimizer.instance.read import with_overrides
from optimizer.options.eligibility import eligibility_of
from optimizer.solve.errors import Infeasible, SolverFault, Stopped
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.solution import Solution
from optimizer.solve.stages import Answer, solve_stages
from optimizer.solve.terms import check_terms, objective_terms_of
from optimizer.solve.warm import WarmProgram

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: So many findings or reasons say enough in a table.
REASONS_TOLD = 3
TOGETHER = ("no plan meets all rules together; `reclaim explain` with the overrides of this case "
            "tells which are in conflict")


@dataclass(frozen=True)
class Ready:
    """All that cases are made and solved from, in the process that solves them.

    Parameters
    ----------
    instance
        The base.
    base
        The base, built; None where it is so large that every case is decomposed.
    warm
        Programs to start from, one a stage; empty where no case had a plan to start from.
    """

    instance: Instance
    base: Built | None
    warm: tuple[WarmProgram, ...]


def ready_of(instance: Instance, reference: Reference) -> Ready:
    """Build base and reference, without solving anything."""
    if is_large(instance):
        return Ready(instance, None, ())
    base = built(instance)
    if reference.case is None:
        return Ready(instance, base, ())
    start = base
    if reference.overrides:
        start = built_near(base, with_overrides(instance, reference.overrides))
    return Ready(instance, base, reference.warm_programs(start))


def case_row(ready: Ready, case: Case, time_limit: float | None = None) -> Row:
    """Solve a case and return its row; whatever goes wrong with it is told in the row.

    Parameters
    ----------
    ready
        Base and reference.
    case
        Name and overrides.
    time_limit
        Seconds for the case; one without a plan by then is `stopped`.
    """
    started = time.perf_counter()
    try:
        row = row_of(case, solve_near(ready, case, time_limit))
    except InstanceRefused as refused:
        told = [str(finding) for finding in errors_of(refused.findings)]
        row = row_without_plan(case, "refused", _joined(told))
    except NoPlanBecause as none:
        row = row_without_plan(case, "infeasible", str(none))
    except Stopped:
        row = row_without_plan(case, "stopped", stopped_words(time_limit))
    except SolverFault as fault:
        row = row_without_plan(case, "failed", str(fault))
    except Exception as error:  # a slip in one case must not cost the others
        row = row_without_plan(case, "failed", f"{type(error).__name__}: {error}")
    row["seconds"] = time.perf_counter() - started
    return row


def stopped_words(time_limit: float | None) -> str:
    """Why a case was stopped."""
    return f"no proven plan within the {time_limit or 0.0:g} s of a case"


class NoPlanBecause(Exception):  # noqa: N818 - an answer, turned into a row at once
    """A case without a plan, and why."""


def solve_near(ready: Ready, case: Case, time_limit: float | None = None) -> Solution:
    """Solve a case from the reference; one of large land by decomposition.

    Raises
    ------
    InstanceRefused
        Where the overrides cannot be applied or leave an instance that cannot be used.
    Stopped, SolverFault
        As `ro.solve`.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    instance = with_overrides(ready.instance, case.overrides) if case.overrides \
        else ready.instance
    if ready.base is None:
        try:
            return solve_large(instance, time_limit)
        except Infeasible as none:
            raise NoPlanBecause(_joined(list(none.reasons))) from None
    here = built_near(ready.base, instance)
    position = iter(range(len(here.costs)))

    def solve_one(program: LinearProgram, stage: StageCost) -> Answer:
        del stage
        left = None if deadline is None else max(0.01, deadline - time.monotonic())
        number = next(position)
        if number < len(ready.warm):
            return ready.warm[number].solve(program, left)
        return solve_linear(program, left)

    def size_of(stage: StageCost, x_c: Any) -> float:
        return objective_terms_of(instance, here.options, stage, x_c)[1]

    try:
        if not here.options.count:  # no plan at all is no plan, though the program has one
            raise NoPlan
        staged = solve_stages(here.program, here.costs, solve_one, size_of)
    except NoPlan:
        lines = unattainable(instance, here.program, eligibility_of(instance))
        raise NoPlanBecause(_joined(list(lines)) or TOGETHER) from None
    answer, result = staged.answer, staged.stages[-1]
    terms, size = objective_terms_of(instance, here.options, here.costs[-1], answer.x_c)
    check_terms(terms, size, result.objective, here.costs[-1])
    return Solution(
        instance=instance, options=here.options, program=staged.program, x_c=answer.x_c,
        price_r=answer.price_r, status="optimal", objective=result.objective, bound=result.bound,
        solver_bound=None, relative_gap=result.relative_gap, certificate=result.certificate,
        stages=staged.stages, objective_terms=terms, engine="highs", engine_reason=answer.reason,
        solver=answer.solver, seconds={},
    )


def _joined(lines: list[str]) -> str:
    """A few lines as one text."""
    more = [f"and {len(lines) - REASONS_TOLD} more"] if len(lines) > REASONS_TOLD else []
    return " | ".join([*lines[:REASONS_TOLD], *more])
