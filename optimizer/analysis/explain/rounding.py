"""New values of limits as a planner would write them: few digits, never short of what is needed."""

from __future__ import annotations

import math

#: Fewer digits would be prettier, more are needed only for changes that are small themselves.
FEWEST_DIGITS, MOST_DIGITS = 6, 15
#: A rounded value may go so much further than the exact one, relative to the change.
FURTHER = 1e-3
#: A short number this near the exact one, relative to its size, is the exact one.
SAME = 1e-9
#: ... and so near relative to the change.
SAME_CHANGE = 1e-6


def rounded_outward(old: float, exact: float) -> float:
    """Round a loosened value away from the old one, to as few digits as the change allows.

    Parameters
    ----------
    old, exact
        Value in the table, and the nearest one with which a plan exists.

    Returns
    -------
    float
        At most a thousandth of the change beyond `exact`, or a short number equal to it but for
        rounding.
    """
    change = exact - old
    if change == 0.0 or exact == 0.0:
        return exact
    for digits in range(FEWEST_DIGITS, MOST_DIGITS + 1):
        near = float(f"{exact:.{digits}g}")
        if abs(near - exact) <= min(SAME * abs(exact), SAME_CHANGE * abs(change)):
            return near
        outward = near if (near - exact) * change >= 0.0 else _next(exact, digits, change)
        if abs(outward - exact) <= FURTHER * abs(change):
            return outward
    return exact


def _next(exact: float, digits: int, change: float) -> float:
    """Neighbouring number of so many digits, on the side of the change."""
    unit = 10.0 ** (math.floor(math.log10(abs(exact))) - digits + 1)
    near = float(f"{exact:.{digits}g}")
    return float(f"{near + math.copysign(unit, change):.{digits}g}")
