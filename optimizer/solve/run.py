"""`Run`: the phases of one solve, and which engine takes part in each."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args

from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.patches import has_least_patches
from optimizer.formulation.layout.tied import ties
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import LinearProgram
from optimizer.options.count import option_counts
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_of
from optimizer.solve.elastic import conflict
from optimizer.solve.errors import Infeasible, SolverFault, Stopped
from optimizer.solve.layout_choice import DECLINED, declined, takes_first_order
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.no_plan import refuse_unattainable, why_none
from optimizer.solve.patches import LeastPatches
from optimizer.solve.solution import Solution, Status
from optimizer.solve.stages import Answer, Staged, solve_stages
from optimizer.solve.terms import check_terms, objective_terms_of
from optimizer.solve.whole_parcels import solve_whole, with_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.instance.record import Instance
    from optimizer.options.eligibility import Eligibility
    from optimizer.solve.decomposition.log import Log, Step
    from optimizer.solve.edge_prices import EdgePrices

#: From so many columns `auto` decomposes. It is ahead from about 20,000 on (benchmarks/scale.py),
#: but the first run on a machine compiles for half a minute, which HiGHS does not need below this.
DECOMPOSITION_FROM_COLUMNS = 60_000
#: From so many options these are held as factors, and the whole program is never laid out: where
#: a compact solution was asked for, and where nothing was said of it.
COMPACT_FROM_OPTIONS, FACTORS_FROM_OPTIONS = 300_000, 5_000_000
#: What may take long, once: the passes over the options are compiled and kept on disk.
FIRST_RUN = "(the first run ever on a machine compiles for some 20 s)"


class Run:
    """One run: what has been built so far, the clock, and who hears of progress."""

    def __init__(
        self, instance: Instance, progress: Callable[[str], None], time_limit: float | None,
        log: Log | None, compact: bool | None,
    ) -> None:
        self.instance = instance
        self.progress = progress
        self.time_limit = time_limit
        self.log = log
        self.compact = compact
        self.used = "highs"
        self.listed: int | None = None  # options there are, where not all are kept
        self.patches: LeastPatches | None = None
        self.seconds: dict[str, float] = {}
        self.edge_prices: EdgePrices | None = None
        self.declined = ""  # why the first-order method did not take part

    def solution(
        self, engine: str, *, whole_parcels: bool, gap: float | None, model: Any
    ) -> Solution:
        """Go through the phases."""
        self.whole = whole_parcels
        self.gap = gap
        with self._timed("carbon"):
            self.progress("listing options")
            eligibility = eligibility_of(self.instance)
            large = self._is_large(engine, eligibility) and model is None
        staged = self._large(eligibility) if large else None
        if staged is None and model is None and takes_first_order(
                self.instance, engine, self.compact):
            staged = self._laid_out(eligibility)
        if staged is None:
            staged = self._in_full(engine, model, eligibility)
        with self._timed("certify"):
            answer = self._answered(staged, engine)
        answer = replace(answer, seconds=dict(self.seconds))
        if answer.status == "stopped":
            msg = "stopped at the time limit; the best plan so far is not proven"
            raise Stopped(msg, answer)
        return answer

    def _in_full(self, engine: str, model: Any, eligibility: Eligibility) -> Staged:
        """List every option, assemble, solve."""
        with self._timed("carbon"):
            self.options = options_of(self.instance, eligibility)
            self.costs = stage_costs(self.instance, self.options)
        with self._timed("assemble"):
            self.progress(f"assembling {self.options.count:,} options")
            program = self._program(engine, model, eligibility)
        self._start_clock()
        self.listed = None
        with self._timed("solve"):
            return self._staged(engine, program)

    def _start_clock(self) -> None:
        self.deadline = None if self.time_limit is None else time.monotonic() + self.time_limit

    def _is_large(self, engine: str, eligibility: Eligibility) -> bool:
        """Whether options are so many that they are held as factors and decomposed."""
        stages = {entry.stage for entry in self.instance.settings.objectives}
        if self.compact is False or self.whole or len(stages) > 1 or engine not in (
                "auto", "decomposition"):
            return False
        if ties(self.instance):
            return False  # nothing falls apart into parcels
        self.listed = int(option_counts(self.instance, eligibility).sum())
        return self.listed >= (COMPACT_FROM_OPTIONS if self.compact else FACTORS_FROM_OPTIONS)

    def _large(self, eligibility: Eligibility) -> Staged | None:
        """Decompose without ever laying the whole program out; None where that does not close."""
        from optimizer.solve.decomposition.decompose import NoPlanAtAll, NotClosed
        from optimizer.solve.decomposition.large import Large

        with self._timed("carbon"):
            self.progress(f"laying {self.listed:,} options out as factors {FIRST_RUN}")
            large = Large(self.instance, eligibility)
        self._start_clock()
        with self._timed("solve"):
            try:
                outcome = large.solve(gap=self.gap, time_limit=self._left(), log=self._step)
            except NotClosed as reason:
                self.progress(f"no decomposition, as {reason}")
                return None
            except NoPlanAtAll as none:
                self.progress("no plan meets the rules: finding out why")
                program, proof_r = large.conflict(none.price_r)
                raise Infeasible(conflict(self.instance, program, proof_r)) from None
        with self._timed("assemble"):
            self.progress("assembling the options that matter")
            kept = large.kept(outcome)
            self.options, self.used = kept.options, "decomposition"
            self.costs = stage_costs(self.instance, kept.options)
        with self._timed("certify"):
            return solve_stages(kept.program, self.costs, lambda *_: kept.answer, self._size_of)

    def _laid_out(self, eligibility: Eligibility) -> Staged | None:
        """Solve by the first-order method; None where it does not take it, or finds no plan."""
        from optimizer.formulation.layout.plain import plain_costs, without_boundary
        from optimizer.solve.decomposition.decompose import NotClosed
        from optimizer.solve.decomposition.split import Unsuited
        from optimizer.solve.first_order.answer import LayoutRun

        self.declined = declined(self.instance)
        if self.declined:
            self.progress(self.declined[2:])
            return None
        with self._timed("carbon"):
            self.options = options_of(self.instance, eligibility)
            stages = plain_costs(self.instance, self.options)
        with self._timed("assemble"):
            self.progress(f"assembling {self.options.count:,} options")
            program = assemble(without_boundary(self.instance), self.options)
            refuse_unattainable(self.instance, program, eligibility)
        self._start_clock()
        try:
            with self._timed("solve"):
                layout = LayoutRun(self.instance, self.options, program, stages, whole=self.whole)
                self.progress(f"laying out {FIRST_RUN}")
                found = layout.search(gap=self.gap, time_limit=self._left(), log=self._step)
            with self._timed("certify"):
                laid_out = layout.laid_out(found, in_full=layout.fits_in_full(self.compact))
        except (Unsuited, NotClosed) as reason:
            self.declined = f"{DECLINED} {reason}"
            self.progress(self.declined[2:])
            return None
        except NoPlan as none:
            raise self._infeasible(program, none) from None
        self.costs, self.edge_prices = laid_out.costs, laid_out.edge_prices
        self.used, self.listed = "first-order", None
        return laid_out.staged

    def _infeasible(self, program: LinearProgram, none: NoPlan) -> Infeasible:
        """Find out why there is no plan."""
        self.progress("no plan meets the rules: finding out why")
        return why_none(self.instance, self.options, program, none, whole=self.whole)

    def _program(
        self, engine: str, model: Any, eligibility: Eligibility
    ) -> LinearProgram:
        """Assemble from arrays, or compile a Pyomo model; refuse what cannot be met."""
        if model is None:
            program = assemble(self.instance, self.options,
                               least_patches=not engine.startswith("pyomo"))
            refuse_unattainable(self.instance, program, eligibility)
            if not engine.startswith("pyomo"):
                return program
        from optimizer.formulation.bridge import compile_model, pyomo_model

        self.model = pyomo_model(self.instance) if model is None else model
        self.compiled = compile_model(self.model, self.instance, self.options)
        refuse_unattainable(self.instance, self.compiled.program, eligibility)
        return self.compiled.program

    def _staged(self, engine: str, program: LinearProgram) -> Staged:
        """Solve all stages by the engine."""
        if self.whole:
            program = with_groups(self.instance, self.options, program)
        solve_one = self._solve_one
        if engine.startswith("pyomo"):
            self.solver = engine.partition(":")[2] or "highs"
            solve_one = self._solve_one_by_pyomo
        elif not self.whole and (engine == "decomposition" or (
                engine == "auto" and program.shape[1] >= DECOMPOSITION_FROM_COLUMNS)):
            solve_one = self._solve_one_decomposed
        if has_least_patches(self.instance):
            self.patches = LeastPatches(self.instance, self.options, self.whole, self.progress)
            solve_one = partial(self.patches.solve, solve_one=solve_one)
        try:
            return solve_stages(program, self.costs, solve_one, self._size_of)
        except NoPlan as none:
            raise self._infeasible(program, none) from None

    def _size_of(self, stage: StageCost, x_c: Any) -> float:
        """Sum of the sizes of the objective's terms at a point."""
        return objective_terms_of(self.instance, self.options, stage, x_c)[1]

    def _solve_one(self, program: LinearProgram, stage: StageCost) -> Answer:
        """Solve one stage by HiGHS."""
        self.progress(f"solving for {stage.label}")
        answer = solve_linear(program, self._left())
        if not self.whole:
            return answer
        self.progress(f"searching whole parcels for {stage.label}")
        return solve_whole(program, answer, gap=self.gap, time_limit=self._left())

    def _solve_one_decomposed(self, program: LinearProgram, stage: StageCost) -> Answer:
        """Solve one stage by decomposition; by HiGHS where it does not fall apart or not close."""
        from optimizer.solve.decomposition.answer import solve_decomposed
        from optimizer.solve.decomposition.decompose import NotClosed
        from optimizer.solve.decomposition.split import Unsuited

        self.progress(f"decomposing for {stage.label} {FIRST_RUN}")
        try:
            answer = solve_decomposed(program, gap=self.gap, time_limit=self._left(),
                                      log=self._step)
        except (Unsuited, NotClosed) as reason:
            self.progress(f"no decomposition, as {reason}")
            answer = self._solve_one(program, stage)
            return replace(answer, reason=f"{answer.reason}; no decomposition, as {reason}")
        self.used = "decomposition"
        return answer

    def _step(self, step: Step) -> None:
        """Pass a step of the decomposition on."""
        self.progress(step.words)
        if self.log is not None:
            self.log(step)

    def _solve_one_by_pyomo(self, program: LinearProgram, stage: StageCost) -> Answer:
        """Solve one stage by Pyomo."""
        from optimizer.solve.pyomo_engine import solve_pyomo

        self.progress(f"solving for {stage.label} through Pyomo by {self.solver}")
        return solve_pyomo(self.model, self.compiled, program, self.solver)

    def _left(self) -> float | None:
        """Seconds left, at least a moment; of them a share where more solves follow."""
        left = None if self.deadline is None else self.deadline - time.monotonic()
        return None if left is None else max(0.01, left * getattr(self.patches, "share", 1.0))

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
            objective_terms=terms, engine=engine if engine.startswith("pyomo") else self.used,
            engine_reason=answer.reason + self.declined, solver=answer.solver, seconds={},
            options_listed=self.listed, whole_parcels=self.whole, edge_prices=self.edge_prices,
            patch_cost=None if self.patches is None else self.patches.cost,
        )

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        """Add the time spent inside to a phase."""
        started = time.perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - started
