"""Curves put together: segments side by side, slopes and words for what lies beyond the ends."""

from __future__ import annotations

import math
from dataclasses import replace

from optimizer.analysis.curve.concave import ROUNDING, CurvePoint, Envelope, Tangent


def joined(segments: list[Envelope]) -> list[CurvePoint]:
    """Points of segments laid side by side; where two meet, each gives its side's slope."""
    points: list[CurvePoint] = []
    for segment in segments:
        for point in segment.points:
            before = points[-1] if points else None
            if before is not None and before.value == point.value:
                right = point.slope_right if math.isfinite(point.slope_right) else \
                    before.slope_right
                points[-1] = replace(before, slope_right=right)
            else:
                points.append(point)
    return points


def with_ends(points: list[CurvePoint], slopes: tuple[float, float]) -> list[CurvePoint]:
    """Give the ends of a curve the slopes beyond them, NaN where there are none."""
    points[0] = replace(points[0], slope_left=slopes[0])
    points[-1] = replace(points[-1], slope_right=slopes[1])
    return points


def mirrored(tangent: Tangent) -> Tangent:
    """The tangent of the curve seen from the other side."""
    return Tangent(-tangent.at, tangent.value, -tangent.slope)


def beyond(
    side: str, end: float, feasible: float, allowed: float, point: CurvePoint, *, lasts: bool
) -> str:
    """Say what lies beyond an end.

    Parameters
    ----------
    side
        `below` or `above`.
    end, point
        The end, and the curve's point there.
    feasible, allowed
        Extreme values with a plan, and that make sense.
    lasts
        Whether the curve goes on along a line for ever.
    """
    if lasts:
        price = point.slope_left if side == "below" else point.slope_right
        if abs(price) * max(1.0, abs(point.value)) <= ROUNDING * max(1.0, abs(point.objective)):
            return f"{side}: the optimum stays the same"
        return f"{side}: every further unit changes the optimum by the same"
    if end == allowed:
        return f"{side}: values that are not allowed"
    if math.isfinite(feasible) and math.isclose(end, feasible, rel_tol=1e-5, abs_tol=1e-9):
        return f"{side}: no plan meets all rules"
    return f"{side}: not looked at"
