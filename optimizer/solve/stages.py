"""Ordered objectives: each stage is solved under floors that keep the stages before it.

The floor of stage s is `optimum_s - max(tolerance_absolute, tolerance |optimum_s|)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.objective import StageCost
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import Certificate, certify, objective_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Answer:
    """What an engine found for one program.

    Parameters
    ----------
    x_c
        Columns, shape (C,), in the program's units.
    price_r
        Prices of the rows (of the linear program, where whole parcels were asked for),
        shape (R,).
    solver_bound
        Bound of branch and bound; None for linear programs.
    status
        `optimal`, `within_gap` or `stopped`.
    reason
        Why this way, in words.
    solver
        Name and version.
    certificate
        Of these columns and prices, where it was worked out already; None where it was not.
    """

    x_c: NDArray[np.float64]
    price_r: NDArray[np.float64]
    solver_bound: float | None
    status: str
    reason: str
    solver: str
    certificate: Certificate | None = None


@dataclass(frozen=True)
class StageResult:
    """One stage of the objective, solved.

    Parameters
    ----------
    number, label, unit
        As in the stage's cost.
    objective
        Value reached.
    bound
        No plan that keeps the earlier stages can have more, from prices alone.
    relative_gap
        Between the two, over the size of the terms.
    floor
        What later stages keep; None for the last.
    price_r
        Prices of its rows, earlier floors included.
    certificate
        The proof.
    """

    number: int
    label: str
    unit: str
    objective: float
    bound: float
    relative_gap: float
    floor: float | None
    price_r: NDArray[np.float64]
    certificate: Certificate


@dataclass(frozen=True)
class Staged:
    """All stages solved: the program of the last one, its answer, and every stage's result."""

    program: LinearProgram
    answer: Answer
    stages: tuple[StageResult, ...]


SolveOne = Callable[[LinearProgram, StageCost], Answer]
SizeOf = Callable[[StageCost, NDArray[np.float64]], float]


def solve_stages(
    program: LinearProgram, costs: Sequence[StageCost], solve_one: SolveOne, size_of: SizeOf,
) -> Staged:
    """Solve every stage in order.

    Parameters
    ----------
    program
        Rules without any floor; its objective is replaced stage by stage.
    costs
        The stages, at least one.
    solve_one
        Solves one program. It stops the run by raising, or by an answer that is `stopped`:
        later stages are then left out.
    size_of
        Sum of the sizes of the objective's terms at a point, for the gap.
    """
    results: list[StageResult] = []
    for position, stage in enumerate(costs):
        program = program.with_cost(stage.cost_c)
        answer = solve_one(program, stage)
        last = position == len(costs) - 1 or answer.status == "stopped"
        results.append(_result(program, stage, answer, size_of(stage, answer.x_c), last=last))
        floor = results[-1].floor
        if floor is None:
            break
        label = RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=stage.number)
        program = program.with_row(stage.cost_c, floor, np.inf, label)
    return Staged(program, answer, tuple(results))


def floor_of(stage: StageCost, optimum: float) -> float:
    """Least value that later stages have to keep."""
    return optimum - max(stage.tolerance_absolute, stage.tolerance * abs(optimum))


def _result(
    program: LinearProgram, stage: StageCost, answer: Answer, size: float, *, last: bool
) -> StageResult:
    objective = objective_of(program, answer.x_c)
    certificate = answer.certificate
    if certificate is None:
        certificate = certify(program, answer.x_c, answer.price_r, size)
    else:
        gap = (certificate.bound - objective) / max(1.0, size)
        certificate = replace(certificate, relative_gap=gap)
    return StageResult(
        number=stage.number, label=stage.label, unit=stage.unit, objective=objective,
        bound=certificate.bound, relative_gap=certificate.relative_gap,
        floor=None if last else floor_of(stage, objective),
        price_r=answer.price_r, certificate=certificate,
    )
