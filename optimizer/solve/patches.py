"""Least patches kept: exactly on few whole parcels, by a repair elsewhere.

Exactly, branch and bound is asked again and again, each time with the small patches of its last
plan forbidden (Q1), until a plan has none. The repair gives every small patch up, or lets it grow
over its neighbours until it is large enough, whichever the prices say costs less, and solves
again: all other rules hold at every step, and the rest of the plan adapts to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimizer.formulation.block import sparse_rows
from optimizer.formulation.layout.patches import (
    Patch,
    area_iu,
    impossible_iu,
    small_patches,
)
from optimizer.formulation.program import LinearProgram
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.solve.certificate import is_land, objective_of
from optimizer.solve.errors import Infeasible, Stopped
from optimizer.solve.growth import Marks, Way, marks_for
from optimizer.solve.linear import NoPlan
from optimizer.solve.patch_cuts import Group, groups_of, single_parcels, with_cuts, with_rows
from optimizer.solve.stages import Answer
from optimizer.solve.terms import carbon_terms_of

if TYPE_CHECKING:
    from optimizer.formulation.objective import StageCost
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Whole parcels up to which small patches are forbidden one after the other, and how often.
EXACT_UP_TO, MOST_CUTS = 400, 60
#: Of the time left, what each solve may take.
SHARE = 0.4
TOO_LATE = "stopped at the time limit, before every patch was large enough"
#: Rounds of repair; each settles at least one patch.
MOST_ROUNDS = 200
#: A longer list of parcels helps nobody.
SHOWN_AT_MOST = 5

SolveOne = Callable[[LinearProgram, "StageCost"], Answer]


@dataclass(frozen=True)
class PatchCost:
    """What least patches cost a plan.

    Parameters
    ----------
    how
        `exact`, `repair`, or `none` where nothing had to be done.
    rounds
        How often it was solved again.
    objective
        What the objective lost against the plan without least patches.
    net_sink_tco2e
        The same of the net sink; None without carbon.
    """

    how: str
    rounds: int
    objective: float
    net_sink_tco2e: float | None


@dataclass
class LeastPatches:
    """Keeper of least patches in one run.

    Parameters
    ----------
    instance, options
        What is solved.
    whole
        Whether parcels are whole.
    progress
        Told in a few words what is being done.
    cost
        What the rule cost, once solved.
    share
        Of the time left, what the next solve may take: later ones need some too.
    groups
        Groups of parcels that are no patch of a use on their own, being too small.
    """

    instance: Instance
    options: Options
    whole: bool
    progress: Callable[[str], None]
    cost: PatchCost | None = None
    share: float = 1.0
    groups: dict[Group, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.whole and len({e.stage for e in self.instance.settings.objectives}) > 1:
            raise InstanceRefused(self.instance.name, [Finding(
                "uses.csv", "least patches with several stages",
                "min_patch_ha, divided parcels, and objectives in stages",
                "one stage, or whole parcels",
                "Solve with --whole-parcels, or leave the rule out with "
                "`--set uses[*].min_patch_ha=0`.", column="min_patch_ha")])

    def solve(self, program: LinearProgram, stage: StageCost, solve_one: SolveOne) -> Answer:
        """Solve one stage so that no patch is too small."""
        self.share = SHARE
        first = solve_one(program, stage)
        if not self.small(first):
            self.cost = PatchCost("none", 0, 0.0, self._sink_lost(first, first))
            return first
        hopeless = self._hopeless()
        if hopeless:
            raise Infeasible(hopeless)
        self.groups = single_parcels(self.instance, self.options)
        exact = self.whole and self.instance.land.count <= EXACT_UP_TO
        found = self._exact(program, stage, solve_one, first) if exact else None
        found = found or self._repaired(program, stage, solve_one, first)
        answer, how, rounds = found
        lost = objective_of(program, first.x_c) - objective_of(program, answer.x_c)
        self.cost = PatchCost(how, rounds, lost, self._sink_lost(first, answer))
        return replace(answer, price_r=first.price_r, certificate=None)

    def small(self, answer: Answer) -> list[Patch]:
        """Patches of an answer that are too small."""
        return small_patches(self.instance, area_iu(
            self.instance, self.options, answer.x_c[:self.options.count]))

    def _sink_lost(self, first: Answer, last: Answer) -> float | None:
        if not self.instance.uses_carbon:
            return None
        one, other = (sum(carbon_terms_of(self.instance, self.options, answer.x_c).values())
                      for answer in (first, last))
        return float(one - other)

    def _exact(
        self, program: LinearProgram, stage: StageCost, solve_one: SolveOne, answer: Answer
    ) -> tuple[Answer, str, int] | None:
        """Forbid small patches until there is none; None where too many have to be forbidden."""
        bounded = restricted(program, self.instance, self.options, self._start)
        found = 0
        for count in range(1, MOST_CUTS + 1):
            if answer.status == "stopped":
                return None  # the rest of the time is the repair's
            small = self.small(answer)
            found += len(small)
            self.progress(f"forbidding {len(small)} patches that are too small ({found} so far)")
            try:
                answer = solve_one(self._with_cuts(bounded, small), stage)
            except Stopped:
                return None
            except NoPlan:
                raise Infeasible((_no_plan(self.instance, small),)) from None
            if not self.small(answer):
                reason = (f"{answer.reason}; {found} patches that were too small were "
                          f"forbidden in {_rounds(count)}")
                return replace(answer, reason=reason), "exact", count
        return None

    @cached_property
    def _start(self) -> Marks:
        """What no plan can have: uses where no patch could ever be large enough."""
        return replace(Marks.none(self.instance),
                       barred_iu=impossible_iu(self.instance, self.options))

    def _hopeless(self) -> tuple[str, ...]:
        """Parcels that must be reclaimed, and cannot be part of any patch that is large enough."""
        able_iu = np.zeros(self._start.barred_iu.shape, dtype=bool)
        use_o = self.instance.practices.use_um[self.options.practice_o]
        able_iu[self.options.parcel_o, use_o] = True
        land = self.instance.land
        stuck = np.flatnonzero(land.must_i & ~(able_iu & ~self._start.barred_iu).any(axis=1))
        if not len(stuck):
            return ()
        named = ", ".join(str(land.parcels[i]) for i in stuck[:SHOWN_AT_MOST])
        more = f" and {len(stuck) - SHOWN_AT_MOST} more" if len(stuck) > SHOWN_AT_MOST else ""
        reason = (f"parcels {named}{more} must be reclaimed, but with all land beside them they "
                  "make no patch as large as min_patch_ha of any use they may have")
        return (reason,)

    def _with_cuts(self, program: LinearProgram, small: list[Patch]) -> LinearProgram:
        """Of whole parcels, forbid the small patches there were (Q1): no allowed plan has one."""
        if not self.whole:
            return program
        self.groups |= groups_of(self.instance, small)
        return with_cuts(program, self.instance, self.options, self.groups)

    def _repaired(
        self, program: LinearProgram, stage: StageCost, solve_one: SolveOne, first: Answer
    ) -> tuple[Answer, str, int]:
        """Repair by what the prices say; where that ends without a plan, by growth first."""
        try:
            return self._rounds(program, stage, solve_one, first, ("cheaper", "grow", "give up"))
        except Infeasible:
            self.progress("repairing again, by growth wherever there is room")
            return self._rounds(program, stage, solve_one, first, ("grow", "cheaper", "give up"))

    def _rounds(
        self, program: LinearProgram, stage: StageCost, solve_one: SolveOne, first: Answer,
        ways: tuple[Way, ...],
    ) -> tuple[Answer, str, int]:
        """Give small patches up or let them grow, and solve again, until there is none."""
        marks, answer = self._start, first
        share = 1.0
        for count in range(1, MOST_ROUNDS + 1):
            small = self.small(answer)
            self.progress(f"repairing {len(small)} patches that are too small (round {count})")
            # All at once; where that leaves no plan, ever fewer of the smallest.
            counts = _counts(len(small), share)
            for way, many in ((way, many) for many in counts for way in ways):
                some = small[:many]
                wanted = marks_for(self.instance, self.options, program, answer, some, marks, way)
                if wanted is marks:
                    continue
                try:
                    bounded = restricted(program, self.instance, self.options, wanted)
                    answer = solve_one(self._with_cuts(bounded, small), stage)
                except NoPlan:
                    continue
                except Stopped:
                    raise Stopped(TOO_LATE) from None
                marks, share = wanted, min(1.0, 4.0 * many / len(small))
                break
            else:
                raise Infeasible((_no_plan(self.instance, small),))
            if not self.small(answer):
                return self._as_repaired(answer, first, count), "repair", count
        msg = f"patches were still too small after {MOST_ROUNDS} rounds of repair"
        raise Stopped(msg)

    def _as_repaired(self, answer: Answer, first: Answer, count: int) -> Answer:
        """A repaired plan is within the gap that its own figures show, and proven no further."""
        reason = f"{first.reason}; patches that were too small were repaired in {_rounds(count)}"
        status = "stopped" if answer.status == "stopped" else "within_gap"
        return replace(answer, status=status, reason=reason,
                       solver_bound=first.solver_bound)


def restricted(
    program: LinearProgram, instance: Instance, options: Options, marks: Marks
) -> LinearProgram:
    """Program in which marked parcels may not have a use, or must have enough of one."""
    use_o = instance.practices.use_um[options.practice_o]
    barred_o = marks.barred_iu[options.parcel_o, use_o]
    upper_c = program.column_upper.copy()
    upper_c[:options.count][barred_o] = 0.0
    land = np.flatnonzero(is_land(program))
    full = land[marks.full_i[program.rows.parcel[land]]]
    lower_r = program.row_lower.copy()
    lower_r[full] = program.row_upper[full]
    bounded = replace(program, column_upper=upper_c, row_lower=lower_r)
    held = np.nonzero(marks.least_iu)
    if not len(held[0]):
        return bounded
    where = [np.flatnonzero((options.parcel_o == i) & (use_o == u))
             for i, u in zip(*held, strict=True)]
    rows = sparse_rows([(place, np.ones(len(place))) for place in where], program.shape[1])
    return with_rows(bounded, rows, marks.least_iu[held], np.full(len(where), np.inf))


def _rounds(count: int) -> str:
    return f"{count} round{'' if count == 1 else 's'}"


def _counts(patches: int, share: float) -> list[int]:
    """How many patches to settle at once: a share of them, then ever fewer, one at last."""
    counts = [max(1, round(share * patches))]
    while counts[-1] > 1:
        counts.append(max(1, counts[-1] // 4))
    return counts


def _no_plan(instance: Instance, small: list[Patch]) -> str:
    """Which least patches leave no plan that was found."""
    least = {patch.use: patch.least_ha for patch in small}
    named = ", ".join(f"{instance.practices.uses[u]} {least[u]:g} ha" for u in sorted(least))
    return (f"no plan was found that keeps the other rules and these least patches: {named}; "
            "a smaller min_patch_ha, or whole parcels, on up to "
            f"{EXACT_UP_TO} of which the search is exact, may have one")
