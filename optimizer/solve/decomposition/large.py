"""Instances whose options would not fit as columns: decomposed as factors, answered in full.

The whole program is never laid out. Once its prices are known, only these options are kept: the
best of every parcel and use, and all that the plan uses. Whatever was left out earns, at those
prices, no more than the best option of its parcel and use, so that the bound of the kept program
at these prices is the bound of the whole one, and every table tells the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.factor_build import factored
from optimizer.options.enumerate import options_at
from optimizer.solve.decomposition.answer import prices_of, reason_of, status_of
from optimizer.solve.decomposition.by_factors import ByFactors, split_of_factors
from optimizer.solve.decomposition.decompose import Decomposition, Outcome
from optimizer.solve.decomposition.finish import Plan
from optimizer.solve.highs import solver_name
from optimizer.solve.linear import refuse_broken
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.formulation.factors import Factored
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.eligibility import Eligibility
    from optimizer.options.record import Options
    from optimizer.solve.decomposition.log import Log


@dataclass(frozen=True)
class Kept:
    """What is left of a large instance once it is solved.

    Parameters
    ----------
    options, program
        Options kept, and the program over them.
    answer
        Its solution, which solves the whole program too.
    listed
        Options there are in all.
    """

    options: Options
    program: LinearProgram
    answer: Answer
    listed: int


class Large:
    """A large instance on its way to an answer.

    Parameters
    ----------
    instance, eligibility
        Checked instance, and what its rules allow.
    """

    def __init__(self, instance: Instance, eligibility: Eligibility) -> None:
        self._instance = instance
        self._held: Factored = factored(instance, eligibility)
        self._pricing = ByFactors.of(instance, self._held)
        self._split = split_of_factors(instance, self._held)
        self._pricing.compile_passes()

    def solve(
        self, *, gap: float | None = None, time_limit: float | None = None,
        log: Log | None = None,
    ) -> Outcome:
        """Decompose; see `Decomposition.run` for what is raised."""
        return Decomposition(self._split, self._pricing, gap=gap or 0.0, time_limit=time_limit,
                             log=log).run()

    def kept(self, outcome: Outcome) -> Kept:
        """Keep what matters of a solved instance; the factors are let go."""
        plan, stocks = outcome.plan, len(self._split.stock_s)
        area_n, option_n = _areas(plan, self._split.area_i)
        kept_o = self._worth_keeping(plan.price_r, option_n)
        listed, split = self._held.options, self._split
        options, program = self._program(kept_o)
        self._let_go()
        x_c = np.zeros(len(kept_o) + stocks)
        x_c[np.searchsorted(kept_o, option_n)] = area_n
        x_c[len(kept_o):] = plan.found.stock_s
        answer = Answer(
            x_c=x_c, price_r=prices_of(split, outcome, program.shape[0]), solver_bound=None,
            status=status_of(outcome), solver=f"decomposition with {solver_name()}",
            reason=f"{reason_of(split, outcome)}; {listed:,} options were priced, "
                   f"{options.count:,} kept for the tables",
        )
        refuse_broken(program, answer)
        return Kept(options, program, answer, listed)

    def conflict(self, price_r: NDArray[np.float64] | None) -> tuple[
            LinearProgram, NDArray[np.float64] | None]:
        """Program over a few options that words the rows, and the prices that prove a conflict."""
        rows = self._split.row_r
        none = np.zeros(len(rows)) if price_r is None else price_r
        _, program = self._program(self._worth_keeping(none, np.zeros(0, dtype=np.int64)))
        if price_r is None:
            return program, None
        in_full = np.zeros(program.shape[0])
        in_full[rows] = price_r
        return program, in_full

    def _worth_keeping(
        self, price_r: NDArray[np.float64], used_n: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Options in use, and the best of every parcel and use, rising."""
        best_iu = self._pricing.best_of_uses(price_r, self._instance.practices.use_um)
        return np.unique(np.concatenate([best_iu[best_iu >= 0], used_n]))

    def _program(self, option_n: NDArray[np.int64]) -> tuple[Options, LinearProgram]:
        """Some options as such, and the program over them."""
        held = self._held
        parcel = np.searchsorted(held.start_i, option_n, side="right") - 1
        options = options_at(self._instance, parcel, *held.classes.axes(held.class_o[option_n]))
        return options, assemble(self._instance, options)

    def _let_go(self) -> None:
        """Free the factors, which are most of the memory."""
        del self._held, self._pricing


def _areas(
    plan: Plan, area_i: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Hectares and options of a plan."""
    settled = plan.settled_option_i >= 0
    free = plan.found.area_o > 0.0
    return (np.concatenate([area_i[settled], plan.found.area_o[free]]),
            np.concatenate([plan.settled_option_i[settled],
                            plan.found.settled.option_o[free]]))
