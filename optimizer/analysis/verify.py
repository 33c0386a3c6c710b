"""`verify`: recompute the proof of a result from its files alone, without a solver.

The instance as solved, the plan, the stocks and the prices are read back; options, coefficients,
objective, terms and bound are worked out anew. A plan or a price changed by hand, or files that do
not belong together, show as a number that differs from the one stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.options_to_verify import options_to_verify
from optimizer.analysis.result_files import ResultFiles, read_result
from optimizer.analysis.stated import (
    Check,
    close,
    patches_check,
    same,
    table_checks,
    totals_check,
    with_land,
)
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.layout.patches import has_least_patches
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.solve.certificate import Certificate, certify, objective_of, primal_violation
from optimizer.solve.solution import Solution
from optimizer.solve.stages import StageResult, floor_of
from optimizer.solve.tables import option_names, prices_from_table
from optimizer.solve.terms import carbon_terms_of, objective_terms_of
from optimizer.solve.whole_parcels import with_groups

#: Largest relative violation of a rule in a proven plan.
PRIMAL_TOLERANCE = 1e-7

#: Largest relative gap of an optimal linear program.
GAP_TOLERANCE = 1e-9

#: The same of an earlier stage, whose own terms are not kept.
FLOOR_TOLERANCE = 1e-8

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
        self.whole = bool((files.prices["family"] == Family.GROUP.word).any()) or (
            files.summary.get("solver_bound") is not None)
        self.options, self.listed = options_to_verify(files, instance, all_of_them=self.whole)
        program = assemble(instance, self.options, least_patches=True)
        if self.whole:
            program = with_groups(instance, self.options, program)
        self.program: LinearProgram = program
        self.x_c, self.unknown = self._columns()
        self.proven: list[_Proven] = []

    def _columns(self) -> tuple[NDArray[np.float64], list[str]]:
        """Columns of the plan and the stocks, and rows that match no option or source."""
        names = option_names(self.instance, self.options)
        position = {key: o for o, key in enumerate(zip(*(
            names[axis].tolist() for axis in _AXES), strict=True))}
        x_c, unknown = np.zeros(self.program.shape[1]), []
        for row in self.files.plan.to_dict("records"):
            key = tuple(str(row.get(axis, "")) for axis in _AXES)
            if key in position and math.isfinite(row["area_ha"]):
                x_c[position[key]] += row["area_ha"]
            else:
                unknown.append(", ".join(part for part in key if part))
        sources, periods = self.instance.topsoil.sources, self.instance.calendar.labels
        for row in self.files.stocks.to_dict("records"):
            if row["source"] in sources and row["period"] in periods:
                place = sources.index(row["source"]) * len(periods) + periods.index(row["period"])
                x_c[self.options.count + place] += row["stock_m3"]
            else:
                unknown.append(f"{row['source']}, {row['period']}")
        last = stage_costs(self.instance, self.options)[-1]
        return with_edges(self.program.with_cost(last.cost_c), x_c), unknown

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
        value = objective_of(program, self.x_c)
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
        asked = len(stage_costs(self.instance, self.options))
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
            proof = certify(program, self.x_c, price_r)
            self.proven.append((stated, stage, with_land(program, price_r), proof.bound))
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
        value, solver_bound = objective_of(program, self.x_c), self.summary.get("solver_bound")
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
            certificate=certify(program, self.x_c, price_r, size), stages=stages,
            objective_terms=terms, engine="", engine_reason="", solver="", seconds={},
            options_listed=self.listed,
        )

    def _gap(self, last: tuple[StageCost, LinearProgram], bound: float) -> Check:
        """The gap, recomputed; whole parcels rest on branch and bound, which cannot be."""
        stage, program = last
        size = objective_terms_of(self.instance, self.options, stage, self.x_c)[1]
        gap = (bound - objective_of(program, self.x_c)) / max(1.0, size)
        status = self.summary.get("status")
        if status not in ("optimal", "stopped", "within_gap"):
            return Check("gap", holds=False, words=f"no such status: {status}")
        if self.whole:
            return Check("gap", gap >= -GAP_TOLERANCE,
                         f"to the bound of the linear program {gap:.1e}; the solver's own bound "
                         "cannot be recomputed")
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
        for stage, told in zip(stage_costs(self.instance, self.options), stated, strict=False):
            program = program.with_cost(stage.cost_c)
            found.append((stage, program))
            if told.get("floor") is not None:
                label = RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=stage.number)
                program = program.with_row(stage.cost_c, told["floor"], np.inf, label)
        if not found:
            raise InstanceRefused(self.instance.name, [_no_stages()])
        return found


_AXES = ("parcel", "use", "method", "period", "source")


def _no_stages() -> Finding:
    return Finding("summary.json", "a result states its stages", "no stages", "at least one",
                   "Solve again.", column="stages")
