r"""Distributions of uncertain numbers: the value below which a given share of the chances lies.

    uniform      low + s (high - low)
    loguniform   low (high / low)^s
    triangular   from low over the most likely centre to high
    normal       mean `centre`, standard deviation `spread`
    lognormal    median `centre`, geometric standard deviation `spread`

s in [0, 1] is the share. Normal and lognormal are cut off at low and high where these are given:
the share then counts within what is left.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.unknowns import Uncertain

#: Distributions without ends are looked at between these shares where ends are asked for.
TAILS = (0.01, 0.99)


def quantile(number: Uncertain, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (or factors) of a number at shares of its distribution.

    Parameters
    ----------
    number
        One row of the uncertainty table.
    share
        From 0 to 1, any shape; for distributions without ends above 0 and below 1.
    """
    low, high = number.low, number.high
    if number.distribution == "loguniform":
        return np.asarray(np.exp(np.log(low) + share * (np.log(high) - np.log(low))))
    if number.distribution == "triangular":
        return _triangular(number, share)
    if number.distribution == "normal":
        return np.asarray(number.centre + number.spread * _normal(number, share))
    if number.distribution == "lognormal":
        return np.asarray(number.centre * number.spread ** _normal(number, share))
    return np.asarray(low + share * (high - low))


def within_tails(number: Uncertain, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares from 0 to 1 as shares at which a number has a value: endless tails are cut."""
    if number.distribution not in ("normal", "lognormal"):
        return share
    first = 0.0 if not math.isnan(number.low) else TAILS[0]
    last = 1.0 if not math.isnan(number.high) else TAILS[1]
    return np.asarray(first + share * (last - first))


def _triangular(number: Uncertain, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of the triangular distribution."""
    low, centre, high = number.low, number.centre, number.high
    below = (centre - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (centre - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - centre))
    return np.where(share < below, rising, falling)


def _normal(number: Uncertain, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard normal values at shares of what lies between the ends."""
    from scipy.special import ndtr, ndtri

    first, last = (ndtr(end) for end in (_standard(number, number.low, -math.inf),
                                         _standard(number, number.high, math.inf)))
    values: NDArray[np.float64] = ndtri(first + share * (last - first))
    return values


def _standard(number: Uncertain, end: float, otherwise: float) -> float:
    """An end in standard deviations from the centre."""
    if math.isnan(end):
        return otherwise
    if number.distribution == "lognormal":
        if end <= 0.0:
            return -math.inf
        return math.log(end / number.centre) / math.log(number.spread)
    return (end - number.centre) / number.spread
