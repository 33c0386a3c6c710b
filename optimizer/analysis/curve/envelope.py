"""Records of a traced curve: tangents, points, and the envelopes they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, order=True)
class Tangent:
    """A point of a curve and a slope there.

    Parameters
    ----------
    at
        Where it touches.
    value
        The curve there.
    slope
        Of a line through the point that lies nowhere below the curve.
    """

    at: float
    value: float
    slope: float

    def height(self, at: float) -> float:
        """Return the height of the line somewhere."""
        return self.value + self.slope * (at - self.at)


@dataclass(frozen=True)
class CurvePoint:
    """A point of the curve, and its slope on either side.

    Parameters
    ----------
    value
        Where it stands.
    objective
        The curve there.
    slope_left, slope_right
        Slope of the curve on either side where the neighbouring piece is proven straight;
        otherwise that of the chord to the next point. NaN where the curve ends.
    """

    value: float
    objective: float
    slope_left: float
    slope_right: float


@dataclass(frozen=True)
class Envelope:
    """A traced curve: points on it, and what lies between them at most.

    Parameters
    ----------
    points
        Points of the curve from left to right; ends and breakpoints only where it is exact.
    tangents
        A line for every solve, from left to right: together the upper envelope.
    gap_between
        For each pair of neighbouring points the largest distance between chord and tangents;
        0 where the piece is proven straight.
    scale
        Size of the curve: its largest absolute value, or its span where that is larger.
    solves
        How often the curve was asked.
    """

    points: tuple[CurvePoint, ...]
    tangents: tuple[Tangent, ...]
    gap_between: tuple[float, ...]
    scale: float
    solves: int

    @property
    def gap(self) -> float:
        """Largest distance between the lower envelope (chords) and the upper (tangents)."""
        return max(self.gap_between, default=0.0)

    @property
    def exact(self) -> bool:
        """Whether every piece is proven straight."""
        return self.gap == 0.0

    def lower(self, at: float) -> float:
        """Return the chord below the curve at a value between the ends."""
        points = self.points
        for left, right in pairwise(points):
            if at <= right.value:
                part = (at - left.value) / (right.value - left.value)
                return left.objective + part * (right.objective - left.objective)
        return points[-1].objective

    def upper(self, at: float) -> float:
        """Return the lowest tangent above the curve."""
        return min(tangent.height(at) for tangent in self.tangents)

    def negated(self) -> Envelope:
        """Return the curve upside down: a convex function was traced as minus itself."""
        return replace(
            self,
            points=tuple(CurvePoint(p.value, -p.objective, -p.slope_left, -p.slope_right)
                         for p in self.points),
            tangents=tuple(Tangent(t.at, -t.value, -t.slope) for t in self.tangents),
        )
