"""`solve`: an instance becomes a certified plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

from optimizer.formulation.assemble import assemble
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import LinearProgram
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_of
from optimizer.solve.elastic import loosenings
from optimizer.solve.errors import Infeasible, SolverFault, Stopped
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.solution import Solution, Status
from optimizer.solve.stages import Answer, Staged, solve_stages
from optimizer.solve.terms import check_terms, objective_terms_of
from optimizer.solve.whole_parcels import solve_whole, with_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.instance.record import Instance
    from optimizer.options.eligibility import Eligibility

ENGINES = ("auto", "highs", "pyomo")
Progress = Callable[[str], None]


def solve(
    instance: Instance, *, engine: str = "auto", whole_parcels: bool = False,
    gap: float | None = None, time_limit: float | None = None, model: Any = None,
    progress: Progress | None = None,
) -> Solution:
    """Find the best plan of an instance, with its proof.

    Parameters
    ----------
    instance
        Checked instance.
    engine
        `auto`, `highs`, or `pyomo`: solve the published reference model, by HiGHS or, as
        `pyomo:NAME`, by any solver that Pyomo finds.
    whole_parcels
        Give every parcel one option or none.
    gap
        Relative gap at which a search over whole parcels may stop; None asks for the optimum.
    time_limit
        Seconds for the solve; kept even where the solver does not keep it.
    model
        Pyomo model of this instance with constraints added; see `pyomo_model`.
    progress
        Told in a few words what is being done.

    Raises
    ------
    ValueError
        For an unknown engine or arguments that do not go together.
    Infeasible
        If no plan meets the rules, with the reasons.
    Stopped
        At the time limit, with the best plan found so far, if any.
    SolverFault
        If the solver fails or its answer does not hold.
    """
    if not hasattr(instance, "practices"):
        msg = f"solve takes an instance, as read_instance gives it, not {type(instance).__name__}"
        raise TypeError(msg)
    _refuse_arguments(engine, whole_parcels, gap, time_limit)
    run = _Run(instance, progress or _silent, time_limit)
    return run.solution(engine, whole_parcels=whole_parcels, gap=gap, model=model)


def _refuse_arguments(
    engine: str, whole_parcels: bool, gap: float | None, time_limit: float | None
) -> None:
    if engine == "decomposition":
        msg = "the decomposition engine is not there yet; use auto or highs"
        raise ValueError(msg)
    by_pyomo = engine == "pyomo" or engine.startswith("pyomo:")
    if engine not in ENGINES and not by_pyomo:
        msg = f"unknown engine {engine!r}: one of {', '.join(ENGINES)}"
        raise ValueError(msg)
    if by_pyomo and whole_parcels:
        msg = "whole parcels are solved by the highs engine; leave --engine at auto"
        raise ValueError(msg)
    if by_pyomo and time_limit is not None:
        msg = "a time limit is kept by the highs engine only; leave --engine at auto"
        raise ValueError(msg)
    if gap is not None and not 0.0 <= gap < 1.0:
        msg = f"gap is a share from 0 to below 1, not {gap!r}"
        raise ValueError(msg)
    if time_limit is not None and not time_limit > 0.0:
        msg = f"time_limit is in seconds and above 0, not {time_limit!r}"
        raise ValueError(msg)


def _silent(message: str) -> None:
    del message


class _Run:
    """One run: what has been built so far, the clock, and who hears of progress."""

    def __init__(self, instance: Instance, progress: Progress, time_limit: float | None) -> None:
        self.instance = instance
        self.progress = progress
        self.time_limit = time_limit
        self.seconds: dict[str, float] = {}

    def solution(
        self, engine: str, *, whole_parcels: bool, gap: float | None, model: Any
    ) -> Solution:
        """Go through the phases."""
        with self._timed("carbon"):
            self.progress("listing options")
            eligibility = eligibility_of(self.instance)
            self.options = options_of(self.instance, eligibility)
            self.costs = stage_costs(self.instance, self.options)
        with self._timed("assemble"):
            self.progress(f"assembling {self.options.count:,} options")
            program = self._program(engine, model, eligibility)
        self.whole = whole_parcels
        self.gap = gap
        self.deadline = None if self.time_limit is None else time.monotonic() + self.time_limit
        with self._timed("solve"):
            staged = self._staged(engine, program)
        with self._timed("certify"):
            answer = self._answered(staged, engine)
        answer = replace(answer, seconds=dict(self.seconds))
        if answer.status == "stopped":
            msg = "stopped at the time limit; the best plan so far is not proven"
            raise Stopped(msg, answer)
        return answer

    def _program(
        self, engine: str, model: Any, eligibility: Eligibility
    ) -> LinearProgram:
        """Assemble from arrays, or compile a Pyomo model; refuse what cannot be met."""
        if model is None:
            program = assemble(self.instance, self.options)
            self._refuse_unattainable(program, eligibility)
            if not engine.startswith("pyomo"):
                return program
        from optimizer.formulation.bridge import compile_model, pyomo_model

        self.model = pyomo_model(self.instance) if model is None else model
        self.compiled = compile_model(self.model, self.instance, self.options)
        self._refuse_unattainable(self.compiled.program, eligibility)
        return self.compiled.program

    def _refuse_unattainable(self, program: LinearProgram, eligibility: Eligibility) -> None:
        reasons = unattainable(self.instance, program, eligibility)
        if reasons:
            raise Infeasible(reasons)

    def _staged(self, engine: str, program: LinearProgram) -> Staged:
        """Solve all stages by the engine."""
        options = self.options

        def size_of(stage: StageCost, x_c: Any) -> float:
            return objective_terms_of(self.instance, options, stage, x_c)[1]

        if self.whole:
            program = with_groups(self.instance, options, program)
        solve_one = self._solve_one
        if engine.startswith("pyomo"):
            self.solver = engine.partition(":")[2] or "highs"
            solve_one = self._solve_one_by_pyomo
        try:
            return solve_stages(program, self.costs, solve_one, size_of)
        except NoPlan:
            self.progress("no plan meets the rules: finding out why")
            raise Infeasible(loosenings(self.instance, program, whole=self.whole)) from None

    def _solve_one(self, program: LinearProgram, stage: StageCost) -> Answer:
        """Solve one stage by HiGHS."""
        self.progress(f"solving for {stage.label}")
        answer = solve_linear(program, self._left())
        if not self.whole:
            return answer
        self.progress(f"searching whole parcels for {stage.label}")
        return solve_whole(program, answer, gap=self.gap, time_limit=self._left())

    def _solve_one_by_pyomo(self, program: LinearProgram, stage: StageCost) -> Answer:
        """Solve one stage by Pyomo."""
        from optimizer.solve.pyomo_engine import solve_pyomo

        self.progress(f"solving for {stage.label} through Pyomo by {self.solver}")
        return solve_pyomo(self.model, self.compiled, program, self.solver)

    def _left(self) -> float | None:
        """Seconds left, at least a moment."""
        return None if self.deadline is None else max(0.01, self.deadline - time.monotonic())

    def _answered(self, staged: Staged, engine: str) -> Solution:
        """Check that the terms add up, and hand everything over."""
        answer, result = staged.answer, staged.stages[-1]
        stage = self.costs[len(staged.stages) - 1]
        terms, size = objective_terms_of(self.instance, self.options, stage, answer.x_c)
        check_terms(terms, size, result.objective, stage)
        gap = result.relative_gap
        if answer.solver_bound is not None:
            best = min(result.bound, answer.solver_bound)
            gap = (best - result.objective) / max(1.0, size)
        if answer.status not in get_args(Status):
            msg = f"unknown status {answer.status!r}"
            raise SolverFault(msg)
        return Solution(
            instance=self.instance, options=self.options, program=staged.program,
            x_c=answer.x_c, price_r=answer.price_r, status=cast("Status", answer.status),
            objective=result.objective, bound=result.bound, solver_bound=answer.solver_bound,
            relative_gap=gap, certificate=result.certificate, stages=staged.stages,
            objective_terms=terms, engine="highs" if engine == "auto" else engine,
            engine_reason=answer.reason, solver=answer.solver, seconds={},
        )

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        """Add the time spent inside to a phase."""
        started = time.perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - started
