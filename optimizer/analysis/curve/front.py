r"""The front between the objective and a weighed account, from the curve over the weight.

    z(w) = max  rest(x) + w d(x),     d the signed account

is convex; its slope at w is d of the plan that is best there. Each straight piece is one plan of
the front, and the weight at which two pieces meet is the rate at which the front between their
plans trades the account for the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.analysis.curve.concave import ROUNDING
from optimizer.analysis.curve.ends import DOUBLINGS
from optimizer.analysis.curve.follow import Follower
from optimizer.analysis.curve.record import Front
from optimizer.solve.errors import SolverFault

if TYPE_CHECKING:
    from optimizer.analysis.curve.concave import Envelope
    from optimizer.analysis.curve.moving import Moving
    from optimizer.analysis.curve.staged import Floor, Staged


def last_weight(
    staged: Staged, moving: Moving, floors: Sequence[Floor], start: float
) -> float:
    """Find a weight from which on the plan changes no more: its account is at its extreme.

    Parameters
    ----------
    staged, moving
        What is solved, and how its costs move.
    floors
        Of the earlier stages.
    start
        Where the curve starts.
    """
    program = staged.program_at(staged.last, start, floors)
    extreme = Follower().solve(program.with_cost(moving.cost_slope_c))
    best = math.fsum(moving.cost_slope_c * extreme.x_c)
    here = staged.tangent(staged.last, start, floors)
    size = max(abs(best), abs(here.slope)) or 1.0
    # Weighed like this the account counts about as much as the rest of the objective.
    step = max(abs(here.value), 1.0) / size
    value = start
    for _ in range(DOUBLINGS):
        if best - here.slope <= ROUNDING * size:
            return value
        value, step = value + step, 2.0 * step
        here = staged.tangent(staged.last, value, floors)
    message = "the plan still changes at weights that make no sense: look at the units"
    raise SolverFault(message)


def front_of(
    staged: Staged, floors: Sequence[Floor], traced: Envelope,
    totals: dict[float, dict[str, float]], *, sign: float, lasts: bool,
) -> tuple[Front, ...]:
    """Plans of the front, from the largest rest to the best account.

    Parameters
    ----------
    staged, floors
        What is solved.
    traced
        Minus the curve over the weight.
    totals
        Of the plans met, filled by `staged`.
    sign
        Of the account in the objective: -1 where it is to be small.
    lasts
        Whether the last piece goes on for ever.
    """
    points, found = traced.points, []
    ends = [(left.value, right.value) for left, right in pairwise(points)]
    if lasts:
        ends.append((points[-1].value, math.inf))
    for start, end in ends:
        # Within its weights a plan is the only one; beyond the last corner any place will do.
        middle = 0.5 * (start + end) if math.isfinite(end) else 2.0 * start or 1.0
        tangent = staged.tangent(staged.last, middle, floors)
        found.append(Front(
            start, end, tangent.value - tangent.slope * middle, sign * tangent.slope + 0.0,
            totals[middle]))
    # What is left of a sum that cancels but for rounding is nothing.
    least = ROUNDING * max((abs(one.account) for one in found), default=0.0)
    return tuple(one if abs(one.account) > least else replace(one, account=0.0) for one in found)
