"""A compact solution keeps the options that matter at its prices; under others all are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


def refuse_compact(solution: Solution) -> None:
    """Refuse a solution whose program has not all options where it is to be solved again.

    Raises
    ------
    ValueError
        In words that say what to do.
    """
    if solution.edge_prices is not None:
        message = ("this solution holds the prices of its boundaries beside the program, which has "
                   "no rows for them; what is asked solves again and needs them: give the instance "
                   "instead, or the solution of solve(instance, compact=False)")
        raise ValueError(message)
    if solution.is_compact:
        message = (f"this solution keeps {solution.options.count:,} of "
                   f"{solution.options_listed:,} options, those that matter at its own prices; "
                   "what is asked solves again and needs all of them: give the instance instead, "
                   "or the solution of solve(instance, compact=False)")
        raise ValueError(message)
