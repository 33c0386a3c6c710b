"""`prices`: what every limit that binds and every cubic metre of topsoil is worth, on either side.

With earlier stages of the objective a price is the change of the last stage when all stages are
solved again, as `solve` would; the price that a solve reports holds the earlier stages' floors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.all_options import refuse_compact
from optimizer.analysis.curve.ends import feasible_range
from optimizer.analysis.curve.moving import moving_rows
from optimizer.analysis.curve.side import first_piece
from optimizer.analysis.curve.staged import Solver, Staged
from optimizer.analysis.prices.record import SAME_PRICE, Price, PriceTable, Side, Step
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.searched import refuse_searched
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import limit_name, number_text, row_name
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import advice, listed
from optimizer.solve.engine import solve
from optimizer.solve.linear import NoPlan
from optimizer.solve.solution import Solution
from optimizer.solve.warm import WarmProgram

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.solve.stages import Answer

#: Relative steps at which the instance is solved again.
STEPS = (0.01, 0.05, 0.10)
#: Beyond the steps a price is looked at so far, in sizes of the row.
FURTHER = (1.0, 10.0)
#: Ends that a solver found are entered this far, relative to the size.
INWARD = (1e-9, 1e-8, 1e-7)
STAGES_NOTE = ("the objective has stages: a price is the change of the last one when all are "
               "solved again")
Progress = Callable[[str], None]


def prices(
    of: Instance | Solution, only: Sequence[str] = (), *, progress: Progress | None = None
) -> PriceTable:
    """Price every limit that binds and every topsoil supply, on both sides.

    Parameters
    ----------
    of
        Instance to solve, or its solution. Parcels may be divided.
    only
        Names of limits and sources to price; empty for all.
    progress
        Told in a few words what is being done.

    Raises
    ------
    ValueError
        For a solution over whole parcels, which has no prices, or a compact one.
    InstanceRefused
        For names that are neither limit nor source.
    Infeasible
        If the instance has no plan.
    """
    say = progress or _silent
    refuse_searched(of.instance if isinstance(of, Solution) else of)
    solution = of if isinstance(of, Solution) else solve(
        of, progress=progress, compact=False)
    refuse_compact(solution)
    if solution.whole_parcels or solution.status != "optimal":
        message = ("whole parcels have no prices: a price is the slope of a linear program, in "
                   "which parcels may be divided. Ask without whole parcels")
        raise ValueError(message)
    _refuse_unknown(solution.instance, only)
    return _Pricer(solution, say).table(frozenset(only))


def _silent(message: str) -> None:
    del message


def _refuse_unknown(instance: Instance, only: Sequence[str]) -> None:
    table = instance.table("limits")
    known = [*([] if table is None else map(str, table.text("limit"))),
             *instance.topsoil.sources]
    found = [Finding("names to price", "neither limit nor source", f"`{name}`",
                     f"one of {listed(known, 40)}", advice(name, known, "Check the name."))
             for name in only if name not in known]
    if found:
        raise InstanceRefused(instance.name, found)


class _FromBase:
    """Solves every program from the basis of the first."""

    def __init__(self) -> None:
        self.solves = 0
        self._base: WarmProgram | None = None

    def solve(self, program: LinearProgram, value: float = 0.0) -> Answer:
        """Solve one program; the order of the calls changes nothing."""
        del value
        self.solves += 1
        if self._base is None:
            base = WarmProgram(program)
            answer = base.base
            self._base = base
            return answer
        return self._base.solve(program)


@dataclass(frozen=True)
class _Row:
    """One row to be priced."""

    row: int
    kind: str
    name: str
    where: str
    rule: str
    sense: str
    value: float
    unit: str
    size: float
    account: str


class _Pricer:
    """Prices the rows of one solution; all solves start from its optimal basis."""

    def __init__(self, solution: Solution, say: Progress) -> None:
        self.solution, self.say = solution, say
        instance, options = solution.instance, solution.options
        self.program = assemble(instance, options)
        solvers: list[Solver] = [_FromBase() for _ in solution.stages]
        nothing = moving_rows(self.program, np.zeros(0, dtype=np.int64))
        self.staged = Staged(nothing, stage_costs(instance, options), solvers=solvers)
        self.staged.value_at(0.0)

    def table(self, only: frozenset[str]) -> PriceTable:
        """Price all rows, or those of some names."""
        rows = [row for row in (*self._limits(), *self._supplies())
                if not only or row.name in only]
        binding = int(self.solution.limits["binding"].sum()) if len(self.solution.limits) else 0
        found = []
        for number, row in enumerate(rows, 1):
            self.say(f"pricing {row.name}{row.where} ({number} of {len(rows)})")
            found.append(self._priced(row))
        notes: tuple[str, ...] = () if len(self.staged.costs) == 1 else (STAGES_NOTE,)
        idle = sorted(only - {row.name for row in rows})
        notes += tuple(f"{name} does not bind: a little more or less of it changes nothing"
                       for name in idle)
        return PriceTable(
            instance=self.solution.instance, objective=self.solution.objective,
            objective_unit=self.solution.stages[-1].unit, rows=tuple(found),
            unpriced=len(self.solution.limits) - binding, solves=self.staged.solves, notes=notes)

    def _limits(self) -> Iterator[_Row]:
        """Rows of limits that bind."""
        instance, limits = self.solution.instance, self.solution.limits
        rows = np.flatnonzero(self.program.rows.family == Family.LIMIT)
        for row, told in zip(rows, limits.to_dict("records"), strict=True):
            if not told["binding"]:
                continue
            name = limit_name(instance, self.program, int(row))
            size = abs(name.bound) or _stated_size(told)
            yield _Row(int(row), "limit", name.limit, name.where, name.rule, name.sense,
                       name.bound, name.unit, size, name.account)

    def _supplies(self) -> Iterator[_Row]:
        """Soil balances: the supply of every source in every period."""
        program = self.program
        for row in np.flatnonzero(program.rows.family == Family.SOIL_BALANCE):
            name = row_name(self.solution.instance, program, int(row))
            value = float(program.row_upper[row])
            own = program.row_upper[(program.rows.family == Family.SOIL_BALANCE)
                                    & (program.rows.source == program.rows.source[row])]
            size = abs(value) or float(np.max(np.abs(own), initial=0.0)) or 1000.0
            yield _Row(int(row), "topsoil", name.source, f" ({name.period})",
                       f"supply {number_text(value)} m3", "=", value, "m3", size, "soil")

    def _priced(self, row: _Row) -> Price:
        """Price one row on both sides."""
        moving = moving_rows(self.program, np.array([row.row]), 1.0, row.value)
        right, left = self.staged.along(moving), self.staged.along(moving.reversed())
        least = 0.0 if row.kind == "topsoil" else -math.inf
        more, more_steps = self._side(right, row.value, row.size, math.inf)
        less, less_steps = self._side(left, -row.value, row.size, -least)
        less = Side(-less.price, -less.until + 0.0, less.end)
        steps = [*(Step(-s.relative, -s.value + 0.0, s.objective, s.change, s.feasible)
                   for s in reversed(less_steps)), *more_steps]
        unit = self.solution.stages[-1].unit
        money = row.account == "cost" and unit == "t CO2e"
        return Price(
            kind=row.kind, name=row.name, where=row.where, rule=row.rule, sense=row.sense,
            value=row.value, unit=row.unit, size=row.size,
            reported=float(self.solution.price_r[row.row]) + 0.0,
            price_unit=f"{unit} per {row.unit}", less=less, more=more, steps=tuple(steps),
            flags=_flags(less, more),
            abatement_cost_less=_inverse(less.price) if money else math.nan,
            abatement_cost_more=_inverse(more.price) if money else math.nan)

    def _side(
        self, staged: Staged, value: float, size: float, highest: float
    ) -> tuple[Side, list[Step]]:
        """Take the next steps on one side, and find the price and how far it holds."""
        if highest <= value:
            return Side(math.nan, value, "allowed"), []
        base = self.solution.objective
        steps = [self._step(staged, value, size, relative, base) for relative in STEPS
                 if value + relative * size <= highest]
        reachable = [step for step in steps if step.feasible]
        all_reached = len(reachable) == len(STEPS)
        if not all_reached:
            edge = self._edge(staged, value, size, highest)
            if edge <= value + INWARD[0] * size:
                return Side(math.nan, value, "infeasible"), steps
            piece = first_piece(staged, value, edge)
            end = "infeasible" if piece.end >= edge else "breakpoint"
            return Side(piece.slope, piece.end, end), steps
        far = reachable[-1].value
        piece = first_piece(staged, value, far)
        for further in FURTHER:
            if piece.end < far:
                return Side(piece.slope, piece.end, "breakpoint"), steps
            beyond = min(value + further * size, highest)
            if not self._feasible(staged, beyond):
                beyond = self._edge(staged, value, size, highest)
                piece = first_piece(staged, value, beyond)
                end = "infeasible" if piece.end >= beyond else "breakpoint"
                return Side(piece.slope, piece.end, end), steps
            far = beyond
            piece = first_piece(staged, value, far)
        return Side(piece.slope, piece.end,
                    "breakpoint" if piece.end < far else _end(far, highest)), steps

    def _step(
        self, staged: Staged, value: float, size: float, relative: float, base: float
    ) -> Step:
        at = value + relative * size
        try:
            objective = staged.value_at(at)
        except NoPlan:
            return Step(relative, at, math.nan, math.nan, feasible=False)
        return Step(relative, at, objective, objective - base, feasible=True)

    def _feasible(self, staged: Staged, value: float) -> bool:
        try:
            staged.tangent(0, value, ())
        except NoPlan:
            return False
        return True

    def _edge(self, staged: Staged, value: float, size: float, highest: float) -> float:
        """Largest value with a plan, a little inwards of what the solver says if need be."""
        _, most = feasible_range(staged.moving, value, highest)
        for inward in (0.0, *INWARD):
            if self._feasible(staged, most - inward * size):
                return most - inward * size
        return value


def _end(far: float, highest: float) -> str:
    return "allowed" if far >= highest else "further"


def _stated_size(told: dict[str, object]) -> float:
    """Hectares (or units) that a share or average comes to; 1 where it comes to nothing."""
    activity = abs(float(str(told["activity"])))
    return activity or 1.0


def _inverse(price: float) -> float:
    """Money for one tonne; NaN where money buys nothing."""
    return 1.0 / price if price > 0.0 else math.nan


def _flags(less: Side, more: Side) -> tuple[str, ...]:
    """What makes a price something to be careful with."""
    flags = []
    if less.end == "infeasible" and math.isnan(less.price):
        flags.append("no plan with less")
    if more.end == "infeasible" and math.isnan(more.price):
        flags.append("no plan with more")
    larger = max(abs(less.price), abs(more.price))  # NaN where a side has none
    if abs(less.price - more.price) > SAME_PRICE * larger:
        flags.append("two prices")
    return tuple(flags)
