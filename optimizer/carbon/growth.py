r"""Growth curves: the carbon a stock has gained n years after the start.

    exponential        gain(n) = c_max (1 - exp(-k n))
    chapman_richards   gain(n) = c_max (1 - exp(-k n))^p
    table              straight between the stated years, 0 at year 0

c_max [t C/ha] largest gain, k [1/yr] rate, p shape, n [yr]. The gain is over the starting stock
of the rebuilt soil: carbon that arrives with respread topsoil was there before and is no sink.
A table may fall again. MODEL.md, tag C1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table

#: Gain in t C/ha after n years, for an array of n.
Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]

#: Words in a curve column that mean "no gain".
NO_CURVE = frozenset({"", "none"})


def curve_named(table: Table | None, name: str) -> Curve:
    """Return the curve of that name; `none` gains nothing.

    Raises
    ------
    KeyError
        If the curves table has no such curve (checked instances always have it).
    """
    if name in NO_CURVE:
        return np.zeros_like
    rows = np.flatnonzero(table.text("curve") == name) if table is not None else np.zeros(0, int)
    if table is None or not rows.size:
        raise KeyError(name)
    if table.text("form")[rows[0]] == "table":
        return _tabulated(table.number("year")[rows], table.number("gain_tc_per_ha")[rows])
    row = rows[0]
    shape = float(table.number("shape")[row]) if (
        table.text("form")[row] == "chapman_richards") else 1.0
    return _saturating(float(table.number("c_max_tc_per_ha")[row]),
                       float(table.number("rate_per_year")[row]), shape)


def _saturating(c_max: float, rate: float, shape: float) -> Curve:
    """Exponential (shape 1) or Chapman-Richards curve."""
    def gain(years: NDArray[np.float64]) -> NDArray[np.float64]:
        return c_max * (-np.expm1(-rate * years)) ** shape
    return gain


def _tabulated(years_r: NDArray[np.float64], gain_r: NDArray[np.float64]) -> Curve:
    """Curve through stated years, straight between, starting at 0."""
    order = np.argsort(years_r, kind="stable")
    years, gains = years_r[order], gain_r[order]
    if years[0] > 0.0:
        years, gains = np.append(0.0, years), np.append(0.0, gains)

    def gain(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(at, years, gains)
    return gain


def gain_spread(instance: Instance, names_umt: NDArray[np.object_]) -> NDArray[np.float64]:
    """Gain of each practice started in t during p, t C/ha, shape (UM, T, T)."""
    before_tp, after_tp = instance.calendar.elapsed_tp()
    periods = instance.calendar.count
    spread_umtp = np.zeros((*names_umt.shape, periods))
    for name in set(names_umt.ravel()) - NO_CURVE:
        gain = curve_named(instance.table("curves"), name)
        during_tp = gain(after_tp) - gain(before_tp)
        spread_umtp += np.where((names_umt == name)[:, :, None], during_tp[None, :, :], 0.0)
    return spread_umtp
