"""Curves put together: usual ends, segments side by side, words for what lies beyond the ends."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.analysis.curve.concave import ROUNDING, CurvePoint, Envelope, Tangent
from optimizer.instance.findings import Finding, InstanceRefused

if TYPE_CHECKING:
    from optimizer.analysis.curve.path import Parameter


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


def usual_range(
    parameter: Parameter, lower: float | None, upper: float | None
) -> tuple[float, float]:
    """Ends of a curve over a number without ends of its own: half of it to twice as much.

    Raises
    ------
    InstanceRefused
        If the number is 0, of which there is neither, and an end is not given.
    """
    if parameter.value == 0.0 and (lower is None or upper is None):
        raise InstanceRefused(parameter.instance.name, [Finding(
            "ends of the curve", "no usual range", f"`{parameter.path}` is 0 now",
            "where to start and where to end, as half and twice of 0 are 0",
            "Give both ends (--from, --to; lower, upper).")])
    least, most = sorted((0.5 * parameter.value, 2.0 * parameter.value))
    return (max(least, parameter.lowest) if lower is None else lower,
            min(most, parameter.highest) if upper is None else upper)
