"""`Reference`: a solved case that all others start from, as plain arrays that travel and keep.

It is the base itself; where the base has no plan, the first case that has one.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.sweep.near import Built
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import certify, objective_of
from optimizer.solve.highs import Basis
from optimizer.solve.linear import GAP_ALLOWED, VIOLATION_ALLOWED
from optimizer.solve.stages import Answer, floor_of
from optimizer.solve.warm import WarmProgram

if TYPE_CHECKING:
    from optimizer.formulation.objective import StageCost


@dataclass(frozen=True)
class StageStart:
    """Answer and optimal basis of one stage."""

    answer: Answer
    basis: Basis


@dataclass(frozen=True)
class Reference:
    """What is known of the solved case.

    Parameters
    ----------
    case
        Its name; blank for the base; None where no case had a plan to start from.
    overrides
        That make it from the base.
    stages
        One start a stage of the objective.
    """

    case: str | None
    overrides: tuple[str, ...]
    stages: tuple[StageStart, ...]

    def warm_programs(self, built: Built) -> tuple[WarmProgram, ...]:
        """Programs to start from, one a stage, built without solving anything."""
        programs = []
        program = built.program
        for stage, start in zip(built.costs, self.stages, strict=True):
            program = program.with_cost(stage.cost_c)
            programs.append(WarmProgram(program, start.basis, start.answer))
            program = with_floor(program, stage, start.answer.x_c)
        return tuple(programs)

    def to_bytes(self) -> bytes:
        """Arrays and words, in a form that can be read back without running anything in it."""
        arrays: dict[str, NDArray[Any]] = {}
        words = []
        for number, stage in enumerate(self.stages):
            arrays |= {f"x_{number}": stage.answer.x_c, f"price_{number}": stage.answer.price_r,
                       f"column_{number}": stage.basis.column_c, f"row_{number}": stage.basis.row_r}
            words.append([stage.answer.reason, stage.answer.solver])
        record = {"case": self.case, "overrides": self.overrides, "stages": words}
        arrays["record"] = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Reference:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            record = json.loads(arrays["record"].tobytes().decode())
            stages = []
            for number, (reason, solver) in enumerate(record["stages"]):
                answer = Answer(arrays[f"x_{number}"], arrays[f"price_{number}"], None, "optimal",
                                reason, solver)
                basis = Basis(arrays[f"column_{number}"], arrays[f"row_{number}"])
                stages.append(StageStart(answer, basis))
        return cls(record["case"], tuple(record["overrides"]), tuple(stages))


NO_REFERENCE = Reference(None, (), ())


def solved_reference(case: str, overrides: tuple[str, ...], built: Built) -> Reference:
    """Solve all stages of a case from nothing and keep their bases.

    Raises
    ------
    NoPlan
        If it has no plan.
    SolverFault
        If the solver fails.
    """
    program, stages = built.program, []
    for stage in built.costs:
        program = program.with_cost(stage.cost_c)
        warm = WarmProgram(program)
        stages.append(StageStart(warm.base, warm.basis))
        program = with_floor(program, stage, warm.base.x_c)
    return Reference(case, overrides, tuple(stages))


def with_floor(
    program: LinearProgram, stage: StageCost, x_c: NDArray[np.float64]
) -> LinearProgram:
    """Add the row that keeps a solved stage, as `solve_stages` does."""
    floor = floor_of(stage, objective_of(program, x_c))
    label = RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=stage.number)
    return program.with_row(stage.cost_c, floor, np.inf, label)


def still_holds(reference: Reference, built: Built) -> bool:
    """Whether a reference that was read back fits the programs and is proven on them."""
    program = built.program
    if len(reference.stages) != len(built.costs):
        return False
    for stage, start in zip(built.costs, reference.stages, strict=True):
        program = program.with_cost(stage.cost_c)
        shape = (len(start.basis.row_r), len(start.basis.column_c))
        if shape != program.shape or (len(start.answer.price_r), len(start.answer.x_c)) != shape:
            return False
        found = certify(program, start.answer.x_c, start.answer.price_r)
        if not (found.relative_gap <= GAP_ALLOWED
                and found.primal_violation <= VIOLATION_ALLOWED):
            return False
        program = with_floor(program, stage, start.answer.x_c)
    return True

