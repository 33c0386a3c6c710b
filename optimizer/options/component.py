"""`Component`: something that adds up over options, and when it occurs.

An option that starts in period t brings, in period p, `amount_o * spread_umtp[um, t, p]`; over
its whole life the sum over p. The spread says when: once at the start, in the years of
aftercare, in every year, or along a growth curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.record import Options

if TYPE_CHECKING:
    from optimizer.instance.calendar import Calendar


@dataclass(frozen=True)
class Component:
    """One part of an account.

    Parameters
    ----------
    name
        What it is (`regrading`, `operation`, ...).
    amount_o
        Per hectare of each option, shape (O,).
    spread_umtp
        When it occurs, shape (UM or 1, T, T), axes (um, start period t, period p).
    """

    name: str
    amount_o: NDArray[np.float64]
    spread_umtp: NDArray[np.float64]

    def total_o(self, options: Options) -> NDArray[np.float64]:
        """Amount over the whole life of each option, per hectare, shape (O,)."""
        return self.amount_o * by_option(self.spread_umtp.sum(axis=2), options)


def by_option(table_umt: NDArray[np.float64], options: Options) -> NDArray[np.float64]:
    """Look a table over (um or 1, t) up for every option, shape (O,)."""
    if table_umt.shape[0] == 1:
        return np.take(table_umt[0], options.period_o)
    values: NDArray[np.float64] = table_umt[options.practice_o, options.period_o]
    return values


def once(calendar: Calendar) -> NDArray[np.float64]:
    """Spread of what occurs once, in the period of the start, shape (1, T, T)."""
    return np.eye(calendar.count)[None, :, :]


def yearly(calendar: Calendar) -> NDArray[np.float64]:
    """Spread of what occurs every credited year: years of each period, shape (1, T, T)."""
    before_tp, after_tp = calendar.elapsed_tp()
    return (after_tp - before_tp)[None, :, :]


def first_years(calendar: Calendar, years_umt: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spread of what occurs in the first years only, cut at n, shape (UM or 1, T, T)."""
    before_tp, after_tp = calendar.elapsed_tp()
    limit = years_umt[:, :, None]
    spread: NDArray[np.float64] = np.minimum(after_tp, limit) - np.minimum(before_tp, limit)
    return spread
