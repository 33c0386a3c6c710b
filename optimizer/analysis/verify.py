"""`verify`: recompute the proof of a result from its files alone, without a solver.

The instance as solved, the plan, the stocks and the prices are read back; options, coefficients,
objective, terms and bound are worked out anew. A plan or a price changed by hand, or files that do
not belong together, show as a number that differs from the one stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.options_to_verify import options_to_verify
from optimizer.analysis.proof_parts import columns_of_files, edge_prices_of, with_land
from optimizer.analysis.result_files import ResultFiles, read_result
from optimizer.analysis.stated import (
    Check,
    close,
    patches_check,
    same,
    table_checks,
    totals_check,
)
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.patches import has_least_patches
from optimizer.formulation.layout.plain import plain_costs, without_boundary
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.solve.certificate import Certificate, certify, objective_of, primal_violation
from optimizer.solve.solution import Solution
from optimizer.solve.stages import StageResult, floor_of
from optimizer.solve.tables import prices_from_table
from optimizer.solve.terms import carbon_terms_of, objective_terms_of
from optimizer.solve.whole_parcels import with_groups

#: Largest relative violation of a rule in a proven plan.
PRIMAL_TOLERANCE = 1e-7

#: Largest relative gap of an optimal linear program.
GAP_TOLERANCE = 1e-9

#: The same of an earlier stage, whose own terms are not kept.
FLOOR_TOLERANCE = 1e-8

#: Said of whole parcels that branch and bound was asked for.
SOLVERS_WORD = "the solver's own bound cannot be recomputed"

#: What a stage states, the stage, its prices with those of land, and the bound they prove.
_Proven = tuple[Mapping[str, Any], StageCost, NDArray[np.float64], float]


@dataclass(frozen=True)
class Verdict:
    """Outcome of a verification: every check, in order."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def verify(out: str | Path, instance: str | Path | None = None) -> Verdict:
    """Recompute the proof of a result folder.

    Parameters
    ----------
    out
        Result folder, as `solve` wrote it.
    instance
        An instance the result should belong to, besides the copy inside the folder.

    Raises
    ------
    InstanceRefused
        If files are missing, cannot be read, or the instance is refused.
    """
    folder = Path(out)
    files = read_result(folder)
    inside = read_instance(folder / "instance")
    return Verdict(tuple(_checks(files, inside, instance)))


def _checks(
    files: ResultFiles, inside: Instance, instance: str | Path | None
) -> Iterator[Check]:
    stated = str(files.summary.get("instance_sha256"))
    yield Check("instance", inside.sha256 == stated,
                f"hash stated {stated[:12]}, of the copy in the result {inside.sha256[:12]}")
    if instance is not None:
        overrides = [str(text) for text in files.summary.get("overrides") or []]
        given = read_instance(instance, overrides)
        yield Check("instance given", given.sha256 == stated,
                    f"hash stated {stated[:12]}, of {instance} {given.sha256[:12]}")
    if (files.prices["family"] == Family.SCRIPT.word).any():
        yield Check("rules", holds=False,
                    words="a script added rules of its own, which the files do not hold")
        return
    proof = _Proof(files, inside)
    yield from proof.plan_checks()
    if not proof.unknown:
        yield from proof.value_checks()
        yield from proof.stage_checks()
        yield from proof.stated_checks()


class _Proof:
    """Everything recomputed from the files of one result."""

    def __init__(self, files: ResultFiles, instance: Instance) -> None:
        self.files, self.instance, self.summary = files, instance, files.summary
        self.grouped = bool((files.prices["family"] == Family.GROUP.word).any()) or (
            files.summary.get("solver_bound") is not None)
        self.whole = self.grouped or bool(files.summary.get("whole_parcels"))
        beside = files.edge_prices is not None
        self.options, self.listed = options_to_verify(
            files, instance, all_of_them=self.whole or beside)
        # Prices of boundaries that stand in a file of their own need no rows.
        program = assemble(without_boundary(instance) if beside else instance, self.options,
                           least_patches=True)
        self.edge_prices = edge_prices_of(files, instance) if beside else None
        self.costs = (plain_costs if beside else stage_costs)(instance, self.options)
        if self.whole:
            program = with_groups(instance, self.options, program)
        self.program: LinearProgram = program
        self.x_c, self.unknown = columns_of_files(
            files, instance, self.options, program.with_cost(self.costs[-1].cost_c))
        self.proven: list[_Proven] = []

    def plan_checks(self) -> Iterator[Check]:
        """The plan is made of options the rules allow, and keeps every row."""
        yield Check("options", not self.unknown,
                    "every row of the plan is an option the rules allow" if not self.unknown
                    else f"{len(self.unknown)} rows are no options: {'; '.join(self.unknown[:3])}")
        worst = primal_violation(self._last(), self.x_c)
        yield Check("rules", worst <= PRIMAL_TOLERANCE,
                    f"largest relative violation of a rule {worst:.1e}")
        if has_least_patches(self.instance):
            yield patches_check(self.instance, self.options, self.x_c)
        if self.whole:
            share = self.x_c[:self.options.count] / self.instance.land.area_i[
                self.options.parcel_o]
            far = float(np.max(np.minimum(share, np.abs(1.0 - share)), initial=0.0))
            yield Check("whole parcels", far <= 1e-6,
                        f"furthest share from none or all {far:.1e}")

    def value_checks(self) -> Iterator[Check]:
        """Objective and carbon terms are as stated."""
        stage, program = self._stages()[-1]
        terms, size = objective_terms_of(self.instance, self.options, stage, self.x_c)
        value = self._value(program, terms)
        yield same("objective", self.summary.get("objective"), value, size)
        yield same("objective terms", self.summary.get("objective"), math.fsum(terms.values()),
                    size)
        carbon = carbon_terms_of(self.instance, self.options, self.x_c)
        stated = self.summary.get("carbon_terms") or {}
        wrong = [name for name in {*carbon, *stated} if not close(
            stated.get(name), carbon.get(name), math.fsum(map(abs, carbon.values())))]
        yield Check("carbon terms", not wrong,
                    f"differ: {', '.join(sorted(wrong))}" if wrong else
                    f"{len(carbon)} terms as stated")

    def stage_checks(self) -> Iterator[Check]:
        """Bounds follow from the prices, floors from the stages, and the last leaves no gap."""
        stages, told = self._stages(), self.summary["stages"]
        asked = len(self.costs)
        stopped = self.summary.get("status") == "stopped"
        if len(told) > asked or (len(told) < asked and not stopped):
            yield Check("stages", holds=False, words=f"{len(told)} stated, {asked} asked for")
            return
        for (stage, program), stated in zip(stages, told, strict=True):
            try:
                price_r = prices_from_table(
                    self.instance, program, self.files.prices, stage.number)
            except KeyError as row:
                yield Check(f"prices of stage {stage.number}", holds=False,
                            words=f"a price belongs to no row, or a row has two: {row}")
                return
            priced = self._priced(program)
            proof = certify(priced, self.x_c, price_r)
            self.proven.append((stated, stage, with_land(priced, price_r), proof.bound))
            yield same(f"bound of stage {stage.number}", stated.get("bound"), proof.bound,
                       abs(proof.bound))
        yield from self._floors()
        yield self._gap(stages[-1], self.proven[-1][-1])

    def _floors(self) -> Iterator[Check]:
        """What earlier stages reached is proven too, and later ones keep what they must of it."""
        for stated, stage, _, bound in self.proven[:-1]:
            best, floor = stated.get("objective"), stated.get("floor")
            size = objective_terms_of(self.instance, self.options, stage, self.x_c)[1]
            holds = False
            if isinstance(best, int | float):
                # The plan of an earlier stage is not kept: its value is held to its bound.
                proven = abs(bound - best) <= FLOOR_TOLERANCE * max(1.0, abs(bound), size)
                kept = close(floor, floor_of(stage, best), abs(best))
                holds = kept and (proven or (self.whole and best <= bound))
            yield Check(f"floor of stage {stage.number}", holds,
                        f"stage reached {best}, later ones keep {floor}")

    def stated_checks(self) -> Iterator[Check]:
        """Totals and tables that follow from plan and prices are as stated."""
        if len(self.proven) != len(self._stages()):
            return
        solution = self._solution()
        size = objective_terms_of(
            self.instance, self.options, self._stages()[-1][0], self.x_c)[1]
        yield totals_check(self.summary, solution, size)
        yield from table_checks(self.files.tables, solution)

    def _solution(self) -> Solution:
        """The result as if it had been solved just now."""
        (stage, program), (_, _, price_r, bound) = self._stages()[-1], self.proven[-1]
        terms, size = objective_terms_of(self.instance, self.options, stage, self.x_c)
        value, solver_bound = self._value(program, terms), self.summary.get("solver_bound")
        best = bound if solver_bound is None else min(bound, float(solver_bound))
        gap = (best - value) / max(1.0, size)
        stages = tuple(
            StageResult(one.number, one.label, one.unit, told["objective"], limit, 0.0, None,
                        prices, Certificate(0.0, 0.0, limit, 0.0))
            for told, one, prices, limit in self.proven)
        return Solution(
            instance=self.instance, options=self.options, program=program, x_c=self.x_c,
            price_r=price_r, status="optimal", objective=value, bound=bound,
            solver_bound=solver_bound, relative_gap=gap,
            certificate=self._certificate(program, price_r, value, size), stages=stages,
            objective_terms=terms, engine="", engine_reason="", solver="", seconds={},
            options_listed=self.listed, whole_parcels=self.whole, edge_prices=self.edge_prices,
        )

    def _priced(self, program: LinearProgram) -> LinearProgram:
        """The program with the prices of boundaries that it has no rows for in its gains."""
        if self.edge_prices is None:
            return program
        return self.edge_prices.priced(self.instance, self.options, program)

    def _value(self, program: LinearProgram, terms: Mapping[str, float]) -> float:
        """Objective of the plan, boundaries included."""
        beside = 0.0 if self.edge_prices is None else terms.get("boundary", 0.0)
        return objective_of(program, self.x_c) + beside

    def _certificate(
        self, program: LinearProgram, price_r: NDArray[np.float64], value: float, size: float
    ) -> Certificate:
        """The proof, as the engine stated it."""
        found = certify(self._priced(program), self.x_c, price_r, size)
        return replace(found, relative_gap=(found.bound - value) / max(1.0, size))

    def _gap(self, last: tuple[StageCost, LinearProgram], bound: float) -> Check:
        """The gap, recomputed; whole parcels rest on branch and bound, which cannot be."""
        stage, program = last
        terms, size = objective_terms_of(self.instance, self.options, stage, self.x_c)
        gap = (bound - self._value(program, terms)) / max(1.0, size)
        status = self.summary.get("status")
        if status not in ("optimal", "stopped", "within_gap"):
            return Check("gap", holds=False, words=f"no such status: {status}")
        if self.whole and self.summary.get("solver_bound") is not None:
            return Check("gap", gap >= -GAP_TOLERANCE,
                         f"to the bound of the linear program {gap:.1e}; {SOLVERS_WORD}")
        if status == "stopped":
            return Check("gap", gap >= -GAP_TOLERANCE, f"stopped; relative gap {gap:.1e}")
        if status == "within_gap" and gap > GAP_TOLERANCE:
            return same("gap", self.summary.get("relative_gap"), gap, 1.0)
        if status == "within_gap":
            return Check("gap", holds=False, words=f"stated, but there is none: {gap:.1e}")
        return Check("gap", abs(gap) <= GAP_TOLERANCE, f"relative gap {gap:.1e}")

    def _last(self) -> LinearProgram:
        return self._stages()[-1][1]

    def _stages(self) -> list[tuple[StageCost, LinearProgram]]:
        """Cost and program of every stage that was solved, floors of earlier ones included."""
        stated = self.summary.get("stages") or []
        program, found = self.program, []
        for stage, told in zip(self.costs, stated, strict=False):
            program = program.with_cost(stage.cost_c)
            found.append((stage, program))
            if told.get("floor") is not None:
                label = RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=stage.number)
                program = program.with_row(stage.cost_c, told["floor"], np.inf, label)
        if not found:
            raise InstanceRefused(self.instance.name, [_no_stages()])
        return found


def _no_stages() -> Finding:
    return Finding("summary.json", "a result states its stages", "no stages", "at least one",
                   "Solve again.", column="stages")
