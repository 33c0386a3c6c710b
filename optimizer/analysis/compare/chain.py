"""The chain of programs between an actual plan and the optimum, each near one solved before.

What a program keeps of the actual plan stands in added rows. Where that rules most options out,
the few that are left are solved afresh; else the solve starts from the basis of the optimum.
Large programs with few added rows are decomposed, as `solve` does with large instances.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.compare.keeping import columns_taken, in_cells, keeping
from optimizer.analysis.compare.kept import Kept, kept_alone, kept_in_chain
from optimizer.analysis.compare.pieces import solve_in_pieces
from optimizer.analysis.compare.record import Step
from optimizer.solve.certificate import certify, objective_of
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import Basis
from optimizer.solve.linear import GAP_ALLOWED, NoPlan, solve_linear
from optimizer.solve.run import DECOMPOSITION_FROM_COLUMNS
from optimizer.solve.stages import Answer
from optimizer.solve.warm import WarmProgram

if TYPE_CHECKING:
    from optimizer.analysis.compare.loosened import Loosened
    from optimizer.formulation.program import LinearProgram

Progress = Callable[[str], None]
#: Programs with a smaller share of the options left are solved afresh, as small ones.
FEW_LEFT = 0.35
#: Programs with more rows that keep something couple parcels too closely to be decomposed.
MOST_KEPT_ROWS = 300
#: Place of a basic row in a basis.
BASIC = 1
EVERY_RULE = "every rule of the instance, and what is fixed"


@dataclass(frozen=True)
class Chain:
    """All programs of a comparison, solved.

    Parameters
    ----------
    steps, alone
        Part -> best plan, as in `Comparison`.
    within_rules
        Optimum within the strict rules, None where there is none.
    optimum
        Answer of the loosened program.
    """

    steps: dict[str, Step]
    alone: dict[str, Step]
    within_rules: Step | None
    optimum: Answer


#: Solves programs by name; the second argument solves here what went wrong elsewhere.
Solver = Callable[[list[str], "Programs"], dict[str, "Solved"]]


def solve_chain(
    loosened: Loosened, *, method_measured: bool, progress: Progress | None = None,
    by: Solver | None = None,
) -> Chain:
    """Solve the optimum, and every program that keeps something of the actual plan.

    Parameters
    ----------
    loosened
        The actual plan, and the rules that let it through.
    method_measured
        Whether the plan says by which methods; else nothing can be said of that part.
    progress
        Told in a few words what is being done.
    by
        Solves programs by name, in any order and place; None solves them here, one by one.
    """
    here = Programs(loosened, progress)
    names = [name for name in here.names if method_measured or name != "chain:method"]
    solved = {name: here.solve(name) for name in names} if by is None else by(names, here)
    return here.chain(solved)


@dataclass(frozen=True)
class Solved:
    """One program of a comparison, solved.

    Parameters
    ----------
    step
        Best plan; None where there is none.
    answer
        The answer as such, of the optimum alone.
    """

    step: Step | None
    answer: Answer | None = None


class Programs:
    """The programs of a comparison by name: the loosened one, and whatever is near it.

    Parameters
    ----------
    loosened
        The actual plan, and the rules that let it through.
    progress
        Told in a few words what is being done.
    """

    def __init__(self, loosened: Loosened, progress: Progress | None = None) -> None:
        self.loosened, self.progress = loosened, progress or (lambda _: None)

    @cached_property
    def warm(self) -> WarmProgram:
        """The loosened program, solved by HiGHS once a neighbour is to start from it."""
        return WarmProgram(self.loosened.program)

    @cached_property
    def _kept_by_name(self) -> dict[str, Kept]:
        """What each program keeps; `alone:method` is the same as in the chain."""
        alone = kept_alone(self.loosened)
        return {**{f"chain:{name}": kept for name, kept in kept_in_chain(self.loosened).items()},
                **{f"alone:{name}": kept for name, kept in alone.items() if name != "method"}}

    @property
    def names(self) -> list[str]:
        """Names of all programs that are to be solved; none needs the answer of another."""
        within = ["within_rules"] if self.loosened.breaks_rules else []
        return ["scale", *within, *self._kept_by_name]

    def solve(self, name: str) -> Solved:
        """Solve one program."""
        if name == "scale":
            self.progress("solving for the optimum")
            answer = _decomposed(self.loosened.program) or self.warm.base
            return Solved(self._step("scale", "nothing", self.loosened.program, answer), answer)
        if name == "within_rules":
            self.progress("solving within the strict rules")
            return Solved(self._within_rules())
        return Solved(self._kept(self._kept_by_name[name]))

    def chain(self, solved: Mapping[str, Solved]) -> Chain:
        """Put everything together, and see to it that what is freed never loses."""
        steps = {name: each.step for name, each in solved.items() if each.step is not None}
        optimum = solved["scale"].answer
        assert optimum is not None
        chained = {name.removeprefix("chain:"): step for name, step in steps.items()
                   if name.startswith("chain:")}
        alone = {name.removeprefix("alone:"): step for name, step in steps.items()
                 if name.startswith("alone:")}
        if "method" in chained:
            alone = {"method": chained["method"], **alone}
        within = steps.get("within_rules")
        if not self.loosened.breaks_rules:
            within = replace(steps["scale"], name="within_rules", keeps=EVERY_RULE)
        return self._ordered({**chained, "scale": steps["scale"]}, alone, within, optimum)

    def _within_rules(self) -> Step | None:
        """Optimum of the strict program, if it has a plan."""
        strict = self.loosened.strict
        try:
            answer = _decomposed(strict) or self.warm.solve(strict)
            return self._step("within_rules", EVERY_RULE, strict, answer)
        except NoPlan:
            return None

    def _kept(self, kept: Kept) -> Step:
        """Best plan that keeps something; the actual one is the least it can be."""
        self.progress(f"freeing {kept.name}")
        loosened, count = self.loosened, self.loosened.options.count
        columns = loosened.program.shape[1]
        open_c = np.append(~kept.dropped_o, np.ones(columns - count, dtype=bool))
        program = keeping(loosened, kept)
        few = np.flatnonzero(open_c)
        found, part = None, columns_taken(program, few)
        if kept.cells:
            cells, few_by_cell = in_cells(loosened, kept, few)
            found = _decomposed(cells)
            if found is not None:
                part, few = cells, few_by_cell
        elif kept.matrix.shape[0] <= MOST_KEPT_ROWS:
            found = _decomposed(part)
        if found is None and len(few) and len(few) < FEW_LEFT * columns:
            found = solve_linear(part)
        if found is not None:
            x_c = np.zeros(columns)
            x_c[few] = found.x_c
            return self._step(kept.name, kept.words, part, found, x_c)
        closed = replace(program, column_upper=np.where(open_c, program.column_upper, 0.0))
        return self._step(kept.name, kept.words, closed, self._from_optimum(closed))

    def _from_optimum(self, program: LinearProgram) -> Answer:
        """Solve a program with more rows, from the basis of the optimum."""
        basis = self.warm.basis
        added = np.full(program.shape[0] - len(basis.row_r), BASIC, np.int8)
        wider = Basis(basis.column_c, np.append(basis.row_r, added))
        return WarmProgram(program, wider).base

    def _step(
        self, name: str, words: str, program: LinearProgram, answer: Answer,
        x_c: NDArray[np.float64] | None = None,
    ) -> Step:
        return Step(
            name=name, keeps=words, objective=objective_of(program, answer.x_c),
            x_c=answer.x_c if x_c is None else x_c,
            certificate=certify(program, answer.x_c, answer.price_r), solver=answer.solver,
            price_r=answer.price_r)

    def _ordered(
        self, steps: dict[str, Step], alone: dict[str, Step], within: Step | None,
        optimum: Answer,
    ) -> Chain:
        """Take out the rounding that would let a part be negative.

        A plan that keeps more is a plan of every program that keeps less: where the solver left
        that one behind by rounding, the plan at hand stands for it.
        """
        actual = self._actual_step()
        before, ordered = actual, {}
        for name, step in steps.items():
            ordered[name] = before = self._no_less(step, before)
        bests = {name: self._capped(self._no_less(step, actual), before)
                 for name, step in alone.items()}
        if within is not None:
            within = self._capped(within, before)
        if before.x_c is not optimum.x_c:
            optimum = replace(optimum, x_c=before.x_c)
        return Chain(ordered, bests, within, optimum)

    def _actual_step(self) -> Step:
        loosened = self.loosened
        price_r = np.zeros(loosened.program.shape[0])
        return Step("actual", "everything", loosened.actual, loosened.actual_c,
                    certify(loosened.program, loosened.actual_c, price_r), "")

    def _no_less(self, step: Step, before: Step) -> Step:
        """The step, or the plan before it where that is better by rounding."""
        if step.objective >= before.objective:
            return step
        self._refuse_unlike(before.objective - step.objective, step)
        return replace(step, objective=before.objective, x_c=before.x_c)

    def _capped(self, step: Step, best: Step) -> Step:
        """The step, without what it has beyond the optimum by rounding."""
        if step.objective <= best.objective:
            return step
        self._refuse_unlike(step.objective - best.objective, step)
        return replace(step, objective=best.objective)

    def _refuse_unlike(self, difference: float, step: Step) -> None:
        """Refuse differences that are more than the solver's rounding."""
        size = math.fsum(np.abs(self.loosened.program.cost * step.x_c))
        size = max(1.0, size, abs(self.loosened.actual))
        if difference > 2.0 * GAP_ALLOWED * size:
            msg = (f"freeing {step.name} gives {difference:.3g} less than keeping it; "
                   "this is a fault of the program")
            raise SolverFault(msg)


def _decomposed(program: LinearProgram) -> Answer | None:
    """Answer of a large program that falls apart into parcels; None for others."""
    if program.shape[1] < DECOMPOSITION_FROM_COLUMNS:
        return None
    return solve_in_pieces(program)
