"""A plan that is not the optimum, as a solution: the optimum's prices say how much it loses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from numpy.typing import NDArray

from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.objective import stage_costs
from optimizer.solve.certificate import certify, objective_of
from optimizer.solve.linear import GAP_WANTED
from optimizer.solve.terms import objective_terms_of

if TYPE_CHECKING:
    import numpy as np

    from optimizer.solve.solution import Solution


def as_solution(best: Solution, x_c: NDArray[np.float64], reason: str) -> Solution:
    """Tell another plan of the same instance in the words of a solution.

    Its status is `within_gap` (`optimal` where it loses nothing); prices, bounds and earlier
    stages are those of the optimum, which prove how far it is from it.

    Parameters
    ----------
    best
        The optimum.
    x_c
        Columns of the other plan, shape (C,); it meets the rules.
    reason
        How it was found, for the summary.
    """
    program = best.program
    x_c = with_edges(program, x_c)
    stage = stage_costs(best.instance, best.options)[-1]
    terms, size = objective_terms_of(best.instance, best.options, stage, x_c)
    objective = objective_of(program, x_c)
    certificate = certify(program, x_c, best.price_r, size)
    last = replace(best.stages[-1], objective=objective, bound=certificate.bound,
                   relative_gap=certificate.relative_gap, certificate=certificate)
    return replace(
        best, x_c=x_c, objective=objective, bound=certificate.bound,
        status="optimal" if certificate.relative_gap <= GAP_WANTED else "within_gap",
        relative_gap=certificate.relative_gap, certificate=certificate,
        stages=(*best.stages[:-1], last), objective_terms=terms, engine_reason=reason, seconds={})
