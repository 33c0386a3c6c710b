r"""The optimum of ordered objectives as a function of one number that moves bounds.

The floor of a stage moves with its own optimum z_s, so that later stages are not concave as a
whole; but on each straight piece of z_s the floor moves along a line, and the next stage is
concave there:

    z_1 traced over [a, b];  on each of its pieces  floor_1(v) = z_1(v) - tolerance_1(v)  is a line,
    z_2 traced over the piece under it, and so on; the curve is that of the last stage.

With one stage this is `trace_concave` alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.analysis.curve.concave import Envelope, Tangent, trace_concave
from optimizer.analysis.curve.follow import Follower
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import objective_of
from optimizer.solve.stages import Answer, floor_of

if TYPE_CHECKING:
    from optimizer.analysis.curve.moving import Moving
    from optimizer.formulation.objective import StageCost


class Solver(Protocol):
    """Solves programs of one stage, and counts them."""

    solves: int

    def solve(self, program: LinearProgram, value: float = 0.0) -> Answer:
        """Solve one; `value` says where the moving number stands."""


#: Told of every answer of the last stage: where, and what.
Seen = Callable[[float, Answer], None]


@dataclass(frozen=True)
class Floor:
    """What an earlier stage keeps, along a line: `height + slope (v - at)`."""

    at: float
    height: float
    slope: float

    def level(self, value: float) -> float:
        """Return the floor at a value."""
        return self.height + self.slope * (value - self.at)


class Staged:
    """All stages of one instance while one number moves bounds (or costs of the last stage).

    Parameters
    ----------
    moving
        What moves, and how.
    costs
        The stages, in order.
    seen
        Told of every answer of the last stage.
    solvers
        Who solves each stage; None given: a `Follower` each.
    """

    def __init__(
        self, moving: Moving, costs: Sequence[StageCost], seen: Seen | None = None,
        solvers: Sequence[Solver] = (),
    ) -> None:
        self.moving = moving
        self.costs = tuple(costs)
        self._seen = seen
        self._solvers: tuple[Solver, ...] = tuple(solvers) or tuple(Follower() for _ in costs)
        self._known: dict[tuple[int, float, tuple[Floor, ...]], Tangent] = {}
        self._matrices: list[sp.csc_array | None] = [None for _ in costs]

    @property
    def last(self) -> int:
        """Position of the last stage."""
        return len(self.costs) - 1

    @property
    def solves(self) -> int:
        """Programs solved so far, of all stages."""
        return sum(solver.solves for solver in self._solvers)

    def along(self, moving: Moving) -> Staged:
        """Return the same program moved otherwise, with the same solvers."""
        other = Staged(moving, self.costs, self._seen, self._solvers)
        other._matrices = self._matrices
        return other

    def value_at(self, value: float) -> float:
        """Return the optimum of the last stage at a value, all earlier ones solved there too.

        Raises
        ------
        NoPlan
            If there is no plan there.
        """
        return self.tangent(self.last, value, self.floors_at(value)).value

    def program_at(self, stage: int, value: float, floors: Sequence[Floor]) -> LinearProgram:
        """Program of a stage at a value, floors of the stages before it included."""
        moved = self.moving.rows_at(value)
        labels = [RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=cost.number)
                  for cost in self.costs[:stage]]
        levels = np.array([floor.level(value) for floor in floors])
        cost_c = self.costs[stage].cost_c
        if stage == self.last:
            cost_c = cost_c + self.moving.cost_slope_c * (value - self.moving.origin)
        return replace(
            moved, matrix=self._matrix(stage), cost=cost_c, offset=0.0,
            row_lower=np.concatenate([moved.row_lower, levels]),
            row_upper=np.concatenate([moved.row_upper, np.full(stage, np.inf)]),
            rows=RowLabels.concatenate([moved.rows, *labels]))

    def slopes(self, stage: int, floors: Sequence[Floor]) -> tuple[
        NDArray[np.float64], NDArray[np.float64]]:
        """Change of lower and upper bounds of a stage's rows per unit, floors included."""
        own = np.array([floor.slope for floor in floors])
        return (np.concatenate([self.moving.lower_slope_r, own]),
                np.concatenate([self.moving.upper_slope_r, np.zeros(stage)]))

    def tangent(self, stage: int, value: float, floors: Sequence[Floor]) -> Tangent:
        """Solve a stage at a value; the slope follows from the prices of the rows that move.

        Raises
        ------
        NoPlan
            If there is no plan there.
        """
        known = self._known.get((stage, value, tuple(floors)))
        if known is not None:
            return known
        program = self.program_at(stage, value, floors)
        answer = self._solvers[stage].solve(program, value)
        if stage == self.last and self._seen is not None:
            self._seen(value, answer)
        lower, upper = self.slopes(stage, floors)
        price_r = answer.price_r
        slope = math.fsum(price_r * np.where(price_r > 0.0, upper, lower))
        if stage == self.last:
            slope += math.fsum(self.moving.cost_slope_c * answer.x_c)
        found = Tangent(value, objective_of(program, answer.x_c), slope)
        self._known[stage, value, tuple(floors)] = found
        return found

    def traced(
        self, lower: float, upper: float, tolerance: float, most_solves: int | None = None
    ) -> list[Envelope]:
        """Trace the last stage between two values, piece by piece of the stages before it."""
        return list(self._traced(0, (), lower, upper, tolerance, most_solves))

    def floors_at(self, value: float, stage: int | None = None) -> tuple[Floor, ...]:
        """Floors of the stages before one (the last) at one value, not moving."""
        floors: tuple[Floor, ...] = ()
        for position in range(self.last if stage is None else stage):
            optimum = self.tangent(position, value, floors).value
            floors = (*floors, Floor(value, floor_of(self.costs[position], optimum), 0.0))
        return floors

    def _traced(
        self, stage: int, floors: tuple[Floor, ...], lower: float, upper: float,
        tolerance: float, most_solves: int | None,
    ) -> Iterator[Envelope]:
        """Trace one stage; under each of its pieces the next one."""
        if stage == self.last:
            yield trace_concave(lambda value: self.tangent(stage, value, floors),
                                lower, upper, tolerance, most_solves=most_solves)
            return
        whole = trace_concave(lambda value: self.tangent(stage, value, floors), lower, upper)
        for start, end in straight_floors(self.costs[stage], whole):
            yield from self._traced(stage + 1, (*floors, floor_between(start, end)),
                                    start[0], end[0], tolerance, most_solves)

    def _matrix(self, stage: int) -> sp.csc_array:
        """Matrix of a stage: the rules, and a row for every earlier stage."""
        if self._matrices[stage] is None:
            rows = [sp.csr_array(cost.cost_c[None, :]) for cost in self.costs[:stage]]
            matrix = self.moving.program.matrix
            self._matrices[stage] = sp.csc_array(
                sp.vstack([matrix, *rows], format="csc")) if rows else matrix
        return self._matrices[stage]


def floor_between(start: tuple[float, float], end: tuple[float, float]) -> Floor:
    """Floor along the line between two of its points (value, level)."""
    length = end[0] - start[0]
    slope = (end[1] - start[1]) / length if length > 0.0 else 0.0
    return Floor(start[0], start[1], slope)


def straight_floors(
    stage: StageCost, traced: Envelope
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Split a stage's curve where its floor has a corner: ends (value, floor) of each part.

    The floor turns where the optimum does, where it changes its sign, and where the relative
    tolerance overtakes the absolute one.
    """
    points = traced.points
    if len(points) == 1:
        here = (points[0].value, floor_of(stage, points[0].objective))
        yield here, here
        return
    for left, right in pairwise(points):
        values = [left.value, *_corners(stage, (left.value, left.objective),
                                        (right.value, right.objective)), right.value]
        heights = [np.interp(value, [left.value, right.value], [left.objective, right.objective])
                   for value in values]
        ends = [(value, floor_of(stage, float(height)))
                for value, height in zip(values, heights, strict=True)]
        yield from pairwise(ends)


def _corners(
    stage: StageCost, left: tuple[float, float], right: tuple[float, float]
) -> list[float]:
    """Values between two points of an optimum's line at which its floor turns."""
    if stage.tolerance == 0.0 or left[1] == right[1]:
        return []
    turn = stage.tolerance_absolute / stage.tolerance
    found = []
    for height in {0.0, turn, -turn}:
        part = (height - left[1]) / (right[1] - left[1])
        if 0.0 < part < 1.0:
            found.append(left[0] + part * (right[0] - left[0]))
    return sorted(found)
