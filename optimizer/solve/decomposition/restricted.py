"""The restricted program: a few parcels choose among a few options, all others are settled.

    maximise    sum gain x + sum gain_s y_s - sum high_r over_r + sum low_r under_r
    free i      sum of its x <= area_i                       (= where it must be reclaimed)
    coupling    lower_r <= settled_r + sum a_r x + sum b_rs y_s - over_r + under_r <= upper_r

`over` and `under` let every coupling row give way at a price, which keeps its dual price within
low_r .. high_r, near where the bound is known to be low. Where both are 0 the plan is a plan of the
whole program.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels
from optimizer.solve.decomposition.dual import allowed
from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.highs.basis import BASIC, LOWER, UPPER

if TYPE_CHECKING:
    from optimizer.solve.decomposition.pricing import Pricing
    from optimizer.solve.decomposition.split import Split

#: A row that gives way by less than this, relative to its size, does not give way.
NO_GIVING_WAY = 1e-9


@dataclass(frozen=True)
class Settled:
    """What is given to the restricted program.

    Parameters
    ----------
    free_n
        Parcels that choose, rising, shape (N,).
    option_o
        Options they choose among, rising, shape (O,), with the place of their parcel in `free_n`.
    place_o
        See `option_o`.
    default_n
        Best option of each free parcel so far, -1 where it lies idle.
    taken_r, earned
        What all other parcels take of the coupling rows, and earn.
    """

    free_n: NDArray[np.int64]
    option_o: NDArray[np.int64]
    place_o: NDArray[np.int64]
    default_n: NDArray[np.int64]
    taken_r: NDArray[np.float64]
    earned: float


@dataclass(frozen=True)
class Found:
    """Optimum of the restricted program.

    Parameters
    ----------
    settled
        What was given.
    area_o
        Hectares of its options, shape (O,).
    stock_s
        Stocks.
    price_r
        Prices of the coupling rows, shape (R,).
    gives_way_r
        Whether each row gives way; where none does, the plan is one of the whole program.
    objective, size
        What the plan earns, settled parcels included; sizes of the parts of the others.
    """

    settled: Settled
    area_o: NDArray[np.float64]
    stock_s: NDArray[np.float64]
    price_r: NDArray[np.float64]
    gives_way_r: NDArray[np.bool_]
    objective: float
    size: float


class Restricted:
    """Restricted programs of one split program, each started from the basis of the last.

    Parameters
    ----------
    split, pricing
        The whole program.
    """

    def __init__(self, split: Split, pricing: Pricing) -> None:
        self._split = split
        self._pricing = pricing
        self._option = np.zeros(0, dtype=np.int64)
        self._parcel = np.zeros(0, dtype=np.int64)
        self._basis: Basis | None = None

    def solve(
        self, settled: Settled, low_r: NDArray[np.float64], high_r: NDArray[np.float64],
        time_limit: float | None = None,
    ) -> Found | None:
        """Solve one; None where HiGHS has no optimum (or no time).

        Parameters
        ----------
        settled
            What is given.
        low_r, high_r
            Least and largest price of each coupling row; equal to no bound where infinite.
        """
        program = self._program(settled, low_r, high_r)
        if not program.shape[0]:  # nothing is shared and nobody is free: HiGHS takes no such thing
            return self._found(settled, program, np.zeros(program.shape[1]), np.zeros(0))
        session = HighsSession(program)
        session.start_from_basis(self._start(settled))
        try:
            raw = session.solve("simplex", time_limit=time_limit)
        except NoAnswer:
            return None
        if raw.status != "optimal" or not len(raw.price_r):
            return None
        self._keep(settled, session.basis)
        return self._found(settled, program, raw.x_c, raw.price_r)

    def _program(
        self, settled: Settled, low_r: NDArray[np.float64], high_r: NDArray[np.float64]
    ) -> LinearProgram:
        split, rows = self._split, len(self._split.row_r)
        options, stocks = len(settled.option_o), len(split.stock_s)
        land = sp.csc_array(
            (np.ones(options), settled.place_o, np.arange(options + 1)),
            shape=(len(settled.free_n), options))
        identity = sp.identity(rows, format="csc")
        beside = sp.csc_array((len(settled.free_n), stocks + 2 * rows))
        matrix = sp.csc_array(sp.vstack([
            sp.hstack([land, beside]),
            sp.hstack([self._pricing.columns(settled.option_o), sp.csc_array(split.stock_rs),
                       -identity, identity])], format="csc"))
        area_n = split.area_i[settled.free_n]
        over = np.where(np.isfinite(high_r), np.inf, 0.0)
        under = np.where(np.isfinite(low_r), np.inf, 0.0)
        return LinearProgram(
            matrix=matrix,
            row_lower=np.append(np.where(split.must_i[settled.free_n], area_n, -np.inf),
                                split.lower_r - settled.taken_r),
            row_upper=np.append(area_n, split.upper_r - settled.taken_r),
            column_lower=np.zeros(matrix.shape[1]),
            column_upper=np.concatenate([np.full(options, np.inf), split.cap_s, over, under]),
            cost=np.concatenate([
                self._pricing.gains(settled.option_o), split.gain_s,
                np.where(np.isfinite(high_r), -high_r, 0.0),
                np.where(np.isfinite(low_r), low_r, 0.0)]),
            rows=RowLabels.of(Family.LIMIT, matrix.shape[0]),
            columns=_no_labels(matrix.shape[1]),
        )

    def _start(self, settled: Settled) -> Basis:
        """Basis of the last program where parcels and options were there; best options elsewhere.

        A parcel that is new chooses its best option, as it was settled before.
        """
        split, rows = self._split, len(self._split.row_r)
        tail = len(split.stock_s) + 2 * rows
        column = np.full(len(settled.option_o) + tail, LOWER, dtype=np.int8)
        row = np.full(len(settled.free_n) + rows, BASIC, dtype=np.int8)
        new_n = ~np.isin(settled.free_n, self._parcel, assume_unique=True)
        chooses = new_n & (settled.default_n >= 0)
        column[np.searchsorted(settled.option_o, settled.default_n[chooses])] = BASIC
        row[:len(settled.free_n)][chooses] = UPPER
        if self._basis is not None:
            known_o, place_o = _among(settled.option_o, self._option)
            column[:len(settled.option_o)][known_o] = self._basis.column_c[place_o]
            column[len(settled.option_o):] = self._basis.column_c[len(self._option):]
            known_n, place_n = _among(settled.free_n, self._parcel)
            row[:len(settled.free_n)][known_n] = self._basis.row_r[place_n]
            row[len(settled.free_n):] = self._basis.row_r[len(self._parcel):]
        return Basis(column, row)

    def _keep(self, settled: Settled, basis: Basis) -> None:
        self._option, self._parcel, self._basis = settled.option_o, settled.free_n, basis

    def _found(
        self, settled: Settled, program: LinearProgram, x_c: NDArray[np.float64],
        price_r: NDArray[np.float64],
    ) -> Found:
        """Read the optimum."""
        split = self._split
        rows, options = len(split.row_r), len(settled.option_o)
        x_c = np.maximum(x_c, 0.0)
        first = options + len(split.stock_s)
        way_r = x_c[first:first + rows] + x_c[first + rows:]
        plan_c = x_c[:first]
        size_r = (abs(program.matrix[len(settled.free_n):, :first]) @ plan_c
                  + np.abs(settled.taken_r))
        gains_c = program.cost[:first] * plan_c
        return Found(
            settled=settled, area_o=x_c[:options], stock_s=x_c[options:first],
            price_r=allowed(split, price_r[len(settled.free_n):]),
            gives_way_r=way_r > NO_GIVING_WAY * np.maximum(1.0, size_r),
            objective=math.fsum(gains_c) + settled.earned,
            size=math.fsum(np.abs(gains_c)),
        )


def _among(
    wanted: NDArray[np.int64], known: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which of the wanted are known (both rising), and where."""
    if not len(known):
        return np.zeros(len(wanted), dtype=bool), np.zeros(0, dtype=np.int64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[place] == wanted
    return found, place[found]


def _no_labels(count: int) -> ColumnLabels:
    """Labels of columns that all pass for options of one parcel."""
    return ColumnLabels.of(count, parcel=0, use=0, method=0, period=0, source=0)
