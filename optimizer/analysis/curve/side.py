r"""The price on one side of a value, and how far it holds: the first straight piece of the curve.

To the right of a value v with tangent T, a tangent further out is drawn in until it meets T, or
the curve, in a proven way:

    it runs through (v, z(v))               the curve is that line up to where it touches
    T runs through its point                the curve is T up to there
    both cross on the curve                 the curve is T up to the crossing
    else                                    the tangent at the crossing is nearer: again with it

With earlier stages each stage's first piece bounds that of the next, whose floor is straight there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.analysis.curve.concave import NO_LENGTH, ROUNDING, Tangent
from optimizer.analysis.curve.staged import Floor, straight_floors

from optimizer.analysis.curve.concave import CurvePoint, Envelope  # isort: skip
from optimizer.solve.errors import SolverFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.analysis.curve.staged import Staged

#: A tangent drawn in so often has met rounding.
DRAWN_IN_AT_MOST = 200


@dataclass(frozen=True)
class Piece:
    """The first straight piece of a curve to the right of a value.

    Parameters
    ----------
    slope
        Of the curve there.
    end
        Up to where it holds for certain.
    """

    slope: float
    end: float


def first_piece(staged: Staged, value: float, far: float) -> Piece:
    """Find the first straight piece of the last stage to the right of a value.

    Parameters
    ----------
    staged
        Feasible between the two.
    value, far
        Where it starts, and the furthest that is looked at; `far > value`.

    Raises
    ------
    NoPlan
        If there is no plan between the two.
    """
    floors: tuple[Floor, ...] = ()
    piece = Piece(0.0, far)
    for stage, cost in enumerate(staged.costs):
        def tangent(at: float, stage: int = stage, floors: tuple[Floor, ...] = floors) -> Tangent:
            return staged.tangent(stage, at, floors)

        here = tangent(value)
        piece = first_of(tangent, here, piece.end)
        if stage < staged.last:
            line = _line(here, piece)
            start, end = next(straight_floors(cost, line))
            slope = (end[1] - start[1]) / (end[0] - start[0])
            floors = (*floors, Floor(value, start[1], slope))
            piece = Piece(piece.slope, end[0])
    return piece


def _line(here: Tangent, piece: Piece) -> Envelope:
    """The piece as a curve of its own."""
    nan = float("nan")
    height = here.value + piece.slope * (piece.end - here.at)
    points = (CurvePoint(here.at, here.value, nan, piece.slope),
              CurvePoint(piece.end, height, piece.slope, nan))
    return Envelope(points, (here,), (0.0,), abs(here.value), 1)


def first_of(tangent: Callable[[float], Tangent], here: Tangent, far: float) -> Piece:
    """First piece of a concave curve, by drawing a tangent in.

    Parameters
    ----------
    tangent
        Asks the curve.
    here
        Where the piece starts, with a tangent there.
    far
        The furthest that is looked at.
    """
    out = tangent(far)
    for _ in range(DRAWN_IN_AT_MOST):
        rounding = ROUNDING * max(abs(here.value), abs(out.value))
        over_here, over_out = out.height(here.at) - here.value, here.height(out.at) - out.value
        if over_out <= rounding:
            return Piece(here.slope, out.at)
        if over_here <= rounding:
            return Piece(out.slope, out.at)
        length = out.at - here.at
        step = over_here / (over_here + over_out) * length
        if step <= NO_LENGTH * max(length, abs(here.at)):
            return Piece(out.slope, out.at)
        crossing = tangent(here.at + step)
        if crossing.value >= here.height(crossing.at) - rounding:
            return Piece(here.slope, crossing.at)
        out = crossing
    message = "the curve bends too often beside the present value to be told apart from rounding"
    raise SolverFault(message)
