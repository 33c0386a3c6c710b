"""A linear program solved by decomposition, as an `Answer`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.decompose import (
    GAP_WANTED,
    Decomposition,
    NoPlanAtAll,
    Outcome,
)
from optimizer.solve.decomposition.dominance import among_all, without_dominated
from optimizer.solve.decomposition.pricing import ByColumns
from optimizer.solve.decomposition.split import Split, split_of
from optimizer.solve.highs import solver_name
from optimizer.solve.linear import NoPlan, refuse_broken
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.decomposition.log import Log


def solve_decomposed(
    program: LinearProgram, *, gap: float | None = None, time_limit: float | None = None,
    log: Log | None = None,
) -> Answer:
    """Solve a linear program by decomposition, to a certified gap.

    Parameters
    ----------
    program
        Land rows, and any rows that couple parcels.
    gap
        Relative gap at which to stop; None asks for the optimum.
    time_limit
        Seconds; then the best plan known is handed over with status `stopped`.
    log
        Told of every step.

    Raises
    ------
    Unsuited
        If the program does not fall apart into parcels.
    NoPlan
        If it is infeasible, which is proven by prices.
    NotClosed
        If plan and bound did not meet.
    Stopped
        At the time limit, if no plan is known yet.
    SolverFault
        If the answer does not hold.
    """
    split = split_of(program)
    pricing = ByColumns.of(program, split)
    try:
        outcome, left_out = _search(split, pricing, gap, time_limit, log)
    except NoPlanAtAll as none:
        raise NoPlan(_in_full(split, none.price_r, program.shape[0])) from None
    answer = Answer(
        x_c=columns_of(split, outcome, program.shape[1]),
        price_r=prices_of(split, outcome, program.shape[0]),
        solver_bound=None, status=status_of(outcome),
        reason=reason_of(split, outcome) + _left_out_words(left_out),
        solver=f"decomposition with {solver_name()}",
    )
    refuse_broken(program, answer)
    return answer


def _search(
    split: Split, pricing: ByColumns, gap: float | None, time_limit: float | None,
    log: Log | None,
) -> tuple[Outcome, int]:
    """Search without dominated options where many are; the outcome over all, and how many."""
    fewer = without_dominated(split, pricing)
    if fewer is None:
        run = Decomposition(split, pricing, gap=gap or 0.0, time_limit=time_limit, log=log)
        return run.run(), 0
    run = Decomposition(fewer.split, fewer.pricing, gap=gap or 0.0, time_limit=time_limit, log=log)
    outcome = among_all(fewer, run.run())
    worth_i, _ = pricing.best(np.arange(split.parcels), outcome.plan.price_r)
    return replace(outcome, worth_i=worth_i), split.options - fewer.split.options


def _left_out_words(count: int) -> str:
    return f"; {count:,} options that can never be best were left out" if count else ""


def status_of(outcome: Outcome) -> str:
    """How the run ended, in the words of an `Answer`."""
    if not outcome.closed:
        return "stopped"
    return "optimal" if outcome.plan.relative_gap <= GAP_WANTED else "within_gap"


def reason_of(split: Split, outcome: Outcome) -> str:
    """Why this way, in words."""
    return (f"decomposition: prices of {len(split.row_r)} shared limits let {split.parcels:,} "
            f"parcels choose on their own ({outcome.passes} passes over the options)")


def columns_of(split: Split, outcome: Outcome, columns: int) -> NDArray[np.float64]:
    """Columns of the plan, shape (C,)."""
    x_c = np.zeros(columns)
    plan = outcome.plan
    settled = plan.settled_option_i >= 0
    x_c[plan.settled_option_i[settled]] = split.area_i[settled]
    x_c[plan.found.settled.option_o] = plan.found.area_o
    x_c[split.stock_s] = plan.found.stock_s
    return x_c


def prices_of(split: Split, outcome: Outcome, rows: int) -> NDArray[np.float64]:
    """Prices of all rows: those of the coupling rows, and what the best option leaves for land."""
    price_r = np.zeros(rows)
    price_r[split.row_r] = outcome.plan.price_r
    price_r[split.land_i] = np.where(np.isfinite(outcome.worth_i), outcome.worth_i, 0.0)
    return price_r


def _in_full(
    split: Split, price_r: NDArray[np.float64] | None, rows: int
) -> NDArray[np.float64] | None:
    """Prices of the coupling rows as prices of all rows."""
    if price_r is None:
        return None
    in_full = np.zeros(rows)
    in_full[split.row_r] = price_r
    return in_full
