r"""The gap split exactly by rule and by parcel, at the prices of the optimum.

With x the optimum of the loosened program, y its row prices and d = c - A'y its reduced gains, the
gap to the actual plan a is, whatever y is,

    (A12)  c x - c a = sum_r y_r (A_r x - A_r a) + sum_c d_c (x_c - a_c)

and, as x is optimal, term by term

    y_r > 0   the row holds x at its upper bound: price times what a leaves unused of it
    y_r < 0   at its lower bound: price times what a has beyond the least that is asked
    d_c < 0   x has none of the option (or what is fixed of it): |d_c| times the hectares that a
              has under it, the wrong option
    d_c > 0   x has all of a forbidden option that it may have, which is what a has: 0

    land rows: y_i times the hectares that a leaves idle; stocks: soil kept too long. No term is
    negative, because a keeps the loosened rules.

What a gains by breaking rules is no part of this: the optimum is let through by the same breaches,
and a relaxed row that binds stands at the level of a, which makes its term 0. It is told apart,
negative, at the same prices, for the breach that lies between the strict bound b and the level
of a, and for the hectares of forbidden options that earn their land:

    (A13)  gained_r = - y_r (b'_r - b_r)    b, b' the strict and the loosened bound y_r prices
          gained_c = - d_c (u'_c - u_c)      where d_c > 0

They add up to no less than price_of_rules: prices only tell the first unit of a breach. Against the
optimum within the rules (A12) holds as well, with its x, y and d; there a breach is negative.

To parcels go their idle land and their wrong options. What a coupling row leaves unused (money,
water, topsoil) could be used on any parcel, so it belongs to none and stands as a row of its own;
with these rows the parcels add up to the gap. `own_difference` beside it is c x - c a of the parcel
itself, whatever it takes of what is scarce; it adds up to the gap as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.compare.loosened import Loosened
from optimizer.formulation.program import LinearProgram
from optimizer.solve.certificate import is_land

Floats = NDArray[np.float64]
#: What lies this near to a bound, relative to its size, lies on it.
ON_BOUND = 1e-9


@dataclass(frozen=True)
class Split:
    """Terms of (A12) and (A13) on the rows and columns of a loosened program.

    Parameters
    ----------
    loosened
        The actual plan and the rules that let it through.
    program
        The one of its two programs whose optimum x is: loosened or strict.
    x_c
        That optimum, shape (C,).
    price_r, reduced_c
        Prices y and reduced gains d, shapes (R,) and (C,).
    row_r, column_c
        Terms of (A12), shapes (R,) and (C,).
    gained_r, gained_c
        Terms of (A13), never above 0, shapes (R,) and (C,).
    """

    loosened: Loosened
    program: LinearProgram
    x_c: Floats
    price_r: Floats
    reduced_c: Floats
    row_r: Floats
    column_c: Floats
    gained_r: Floats
    gained_c: Floats

    @property
    def total(self) -> float:
        """Sum of the terms: the gap."""
        return math.fsum((*self.row_r, *self.column_c))

    @property
    def gained(self) -> float:
        """What the actual plan gains by breaking rules, at these prices; never above 0."""
        return math.fsum((*self.gained_r, *self.gained_c))

    @cached_property
    def land_r(self) -> NDArray[np.bool_]:
        """Which rows are land, shape (R,)."""
        return is_land(self.program)

    @property
    def idle_i(self) -> Floats:
        """What idle land of each parcel costs, shape (I,)."""
        return self._by_parcel(self.row_r)

    @property
    def wrong_i(self) -> Floats:
        """What hectares under the wrong option cost on each parcel, shape (I,)."""
        count = self.loosened.option_count
        return _summed(self.loosened.options.parcel_o, self.column_c[:count],
                       self.loosened.instance.land.count)

    @property
    def gained_i(self) -> Floats:
        """What breaking rules gains on each parcel itself, shape (I,)."""
        count = self.loosened.option_count
        on_land = self._by_parcel(self.gained_r)
        return on_land + _summed(self.loosened.options.parcel_o, self.gained_c[:count],
                                 self.loosened.instance.land.count)

    @property
    def own_i(self) -> Floats:
        """What each parcel itself earns more in the optimum, shape (I,)."""
        count = self.loosened.option_count
        more_o = (self.x_c - self.loosened.actual_c)[:count] * self.program.cost[:count]
        return _summed(self.loosened.options.parcel_o, more_o,
                       self.loosened.instance.land.count)

    @cached_property
    def prices_unique(self) -> bool:
        """Whether no other prices prove the same optimum.

        So many rows and columns of a basic optimum lie between their bounds as there are rows,
        unless it is degenerate; then the prices, and with them the split, may be others.
        """
        program, x_c = self.program, self.x_c
        used_r = np.diff(program.matrix.tocsr().indptr) > 0
        between_c = _between(x_c, program.column_lower, program.column_upper)
        between_r = _between(program.activity(x_c), program.row_lower, program.row_upper)
        return bool(between_c.sum() + (between_r & used_r).sum() >= used_r.sum())

    def _by_parcel(self, values_r: Floats) -> Floats:
        """Add up what belongs to the land rows, by parcel."""
        land = np.flatnonzero(self.land_r)
        return _summed(self.program.rows.parcel[land], values_r[land],
                       self.loosened.instance.land.count)


def split_gap(
    loosened: Loosened, x_c: Floats, price_r: Floats, *, within_rules: bool = False
) -> Split:
    """Split the gap between an actual plan and an optimum.

    Parameters
    ----------
    loosened
        The actual plan and both programs.
    x_c, price_r
        Optimum and prices of the loosened program, or of the strict one `within_rules`.
    """
    program = loosened.strict if within_rules else loosened.program
    reduced_c = np.asarray(program.cost - program.matrix.T @ price_r)
    more_c = x_c - loosened.actual_c
    row_r = price_r * program.activity(more_c)
    gained_r, gained_c = _gained(loosened, price_r, reduced_c)
    return Split(loosened, program, x_c, price_r, reduced_c, row_r + 0.0, reduced_c * more_c + 0.0,
                 gained_r, gained_c)


def _gained(loosened: Loosened, price_r: Floats, reduced_c: Floats) -> tuple[Floats, Floats]:
    """Terms of (A13): prices times the way from the strict bounds to those that were relaxed."""
    strict, program, broken_r = loosened.strict, loosened.program, loosened.relaxed_r
    up_r, down_r = broken_r & (price_r > 0.0), broken_r & (price_r < 0.0)
    gained_r = np.zeros(len(price_r))
    gained_r[up_r] = -price_r[up_r] * (program.row_upper[up_r] - strict.row_upper[up_r])
    gained_r[down_r] = -price_r[down_r] * (
        program.row_lower[down_r] - strict.row_lower[down_r])
    paid_c = loosened.extra_c & (reduced_c > 0.0)
    gained_c = np.zeros(len(reduced_c))
    gained_c[paid_c] = -reduced_c[paid_c] * (
        program.column_upper[paid_c] - strict.column_upper[paid_c])
    return gained_r + 0.0, gained_c + 0.0


def _summed(group: NDArray[np.int32], values: Floats, count: int) -> Floats:
    """Sum of the values of each group."""
    return np.asarray(np.bincount(group, values, count), dtype=np.float64)


def _between(values: Floats, lower: Floats, upper: Floats) -> NDArray[np.bool_]:
    """Which values lie between their bounds and on neither."""
    play = ON_BOUND * np.maximum(1.0, np.abs(values))
    return np.asarray((values - lower > play) & (upper - values > play))
