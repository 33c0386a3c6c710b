r"""Exact tracing of a concave piecewise-linear function by intersecting tangents.

Every solve gives a point of the curve and a tangent, which lies nowhere below it:

    f(v) <= f(a) + slope_a (v - a)          for all v

Between two points a < b the curve lies above their chord and below their two tangents. Where the
tangents cross, at c, the curve is asked again:

    f(c) on the crossing   both tangents are the curve, c is a breakpoint: nothing lies between
    f(c) below it          c gives a tangent of its own; go on in [a, c] and in [c, b]

An interval whose one tangent runs through its other end is straight. At tolerance 0 the search
ends when every interval is proven in one of these two ways, after about two solves a piece.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count, pairwise

from optimizer.analysis.curve.envelope import CurvePoint, Envelope, Tangent

__all__ = ["NO_LENGTH", "ROUNDING", "CurvePoint", "Envelope", "Tangent", "trace_concave"]

#: Distances below this, relative to the size of the curve, are rounding.
ROUNDING = 1e-9
#: Breakpoints nearer to an end of their interval than this part of its length are the end.
NO_LENGTH = 1e-12


def trace_concave(
    evaluate: Callable[[float], Tangent], lower: float, upper: float, tolerance: float = 0.0,
    *, most_solves: int | None = None, size: float | None = None,
) -> Envelope:
    """Trace a concave piecewise-linear function between two values.

    Parameters
    ----------
    evaluate
        Gives the curve and one of its tangents at a value.
    lower, upper
        Ends, `lower <= upper`; the function must be finite there.
    tolerance
        Largest distance between chords and tangents to be left, relative to the size of the
        curve; 0 asks for all breakpoints.
    most_solves
        Stop after so many solves and say what gap is left; None for no such limit.
    size
        What the tolerance is relative to; None for the size of the curve.

    Raises
    ------
    ValueError
        If the ends are the wrong way round, or the answers are those of no concave function.
    """
    refuse_tolerance(tolerance)
    if not lower <= upper:
        message = f"the curve ends before it starts: {lower:g} > {upper:g}"
        raise ValueError(message)
    search = _Search(evaluate, tolerance, most_solves, size)
    first = search.ask(lower)
    last = search.ask(upper) if upper > lower else first
    search.run(first, last)
    return search.envelope()


def refuse_tolerance(tolerance: float) -> None:
    """Refuse what is no tolerance: NaN would end every search at once."""
    if not 0.0 <= tolerance < math.inf:
        message = f"a tolerance is a number of at least 0, not {tolerance!r}"
        raise ValueError(message)


@dataclass(frozen=True)
class _Piece:
    """Two neighbouring tangents with what is known of the curve between them.

    `slope` is that of the straight curve, None while it is not proven; `gap` is the largest
    distance between chord and tangents, `crossing` where it is.
    """

    left: Tangent
    right: Tangent
    slope: float | None
    gap: float = 0.0
    crossing: float = math.nan


@dataclass
class _Search:
    """Tangents found so far and the intervals between them that are still open."""

    evaluate: Callable[[float], Tangent]
    tolerance: float
    most_solves: int | None
    size: float | None = None
    solves: int = 0
    scale: float = 0.0
    tangents: list[Tangent] = field(default_factory=list)
    done: list[_Piece] = field(default_factory=list)

    def ask(self, at: float) -> Tangent:
        """Ask the curve, and keep what it says."""
        tangent = self.evaluate(at)
        self.solves += 1
        self.tangents.append(tangent)
        heights = [one.value for one in self.tangents]
        self.scale = max(*(abs(height) for height in heights), max(heights) - min(heights))
        return tangent

    def run(self, first: Tangent, last: Tangent) -> None:
        """Split the interval with the widest gap until none is left that is too wide."""
        order = count()
        first_piece = self._piece(first, last)
        # A heap by gap, then by age, so that a run is the same every time.
        heap = [(-first_piece.gap, next(order), first_piece)]
        while heap:
            _, _, piece = heapq.heappop(heap)
            if piece.slope is not None or not self._too_wide(piece):
                self.done.append(piece)
                continue
            for part in self._split(piece):
                heapq.heappush(heap, (-part.gap, next(order), part))

    def envelope(self) -> Envelope:
        """Lay the pieces side by side; points inside a straight piece are left out."""
        pieces = sorted(self.done, key=lambda piece: (piece.left.at, piece.right.at))
        joined = self._joined([piece for piece in pieces if piece.right.at > piece.left.at])
        if not joined:
            only = self.tangents[0]
            points = [CurvePoint(only.at, only.value, math.nan, math.nan)]
        else:
            slopes = [math.nan, *(_slope(piece) for piece in joined), math.nan]
            corners = [joined[0].left, *(piece.right for piece in joined)]
            points = [CurvePoint(corner.at, corner.value, left, right)
                      for corner, (left, right) in zip(corners, pairwise(slopes), strict=True)]
        return Envelope(
            points=tuple(points), tangents=tuple(sorted(self.tangents)), solves=self.solves,
            gap_between=tuple(0.0 if piece.slope is not None else piece.gap for piece in joined),
            scale=self.scale,
        )

    @property
    def _rounding(self) -> float:
        return ROUNDING * self.scale

    def _too_wide(self, piece: _Piece) -> bool:
        enough = self.most_solves is not None and self.solves >= self.most_solves
        return not enough and piece.gap > self.tolerance * (self.size or self.scale)

    def _piece(self, left: Tangent, right: Tangent) -> _Piece:
        """Judge the interval between two tangents."""
        length = right.at - left.at
        if length <= 0.0:
            return _Piece(left, right, 0.0)
        over_right = left.height(right.at) - right.value
        over_left = right.height(left.at) - left.value
        self._refuse_below(min(over_left, over_right), left, right)
        # The tangent of one end runs through the other: between them it is the curve.
        if min(over_left, over_right) <= self._rounding:
            # Its slope from prices is truer than that of a short chord.
            return _Piece(left, right, (left if over_right <= over_left else right).slope)
        share = over_left / (over_left + over_right)
        gap = share * over_right
        return _Piece(left, right, None, gap, left.at + share * length)

    def _split(self, piece: _Piece) -> tuple[_Piece, _Piece]:
        """Ask the curve where the tangents cross."""
        left, right, at = piece.left, piece.right, piece.crossing
        length = right.at - left.at
        if min(at - left.at, right.at - at) <= NO_LENGTH * length:
            straight = replace(piece, slope=(right.value - left.value) / length)
            return straight, _Piece(right, right, 0.0)
        crossing = left.height(at)
        middle = self.ask(at)
        if middle.value >= crossing - self._rounding:
            # The corner of both tangents is on the curve: each is the curve up to it.
            return _Piece(left, middle, left.slope), _Piece(middle, right, right.slope)
        return self._piece(left, middle), self._piece(middle, right)

    def _refuse_below(self, over: float, left: Tangent, right: Tangent) -> None:
        """Refuse a tangent that runs below the curve by more than rounding."""
        if over < -1e3 * self._rounding:
            message = (f"not concave between {left.at:g} and {right.at:g}: a tangent runs "
                       f"{-over:g} below the curve")
            raise ValueError(message)

    def _joined(self, pieces: list[_Piece]) -> list[_Piece]:
        """Join straight neighbours of the same slope, which their common point does not break."""
        joined: list[_Piece] = []
        for piece in pieces:
            before = joined[-1] if joined else None
            if before is not None and self._in_line(before, piece):
                longer = max(before, piece, key=lambda one: one.right.at - one.left.at)
                joined[-1] = _Piece(before.left, piece.right, longer.slope)
            else:
                joined.append(piece)
        return joined

    def _in_line(self, one: _Piece, two: _Piece) -> bool:
        """Whether two straight pieces are one: their common point lies on the long chord."""
        if one.slope is None or two.slope is None:
            return False
        length = two.right.at - one.left.at
        part = (one.right.at - one.left.at) / length
        chord = one.left.value + part * (two.right.value - one.left.value)
        return one.right.value - chord <= self._rounding


def _slope(piece: _Piece) -> float:
    """Slope of a piece: the curve's, or the chord's where it is not proven straight."""
    if piece.slope is not None:
        return piece.slope
    return (piece.right.value - piece.left.value) / (piece.right.at - piece.left.at)
