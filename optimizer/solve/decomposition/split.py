"""A program taken apart: parcels that choose on their own, and what couples them.

    maximise    sum gain x + sum gain_s y_s + offset
    parcel i    sum over its options of x <= area_i           (= where it must be reclaimed)
    coupling    lower_r <= sum a_r x + sum b_rs y_s <= upper_r
                x >= 0,  0 <= y_s <= cap_s

Options x are hectares; y are stocks of topsoil. The caps are out of reach: more than what is
supplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import Family
from optimizer.solve.certificate import is_land, stock_caps

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: Family whose rows span parcels side by side -> what it is, in words.
TYING = {Family.BOUNDARY: "boundaries", Family.MARGINAL: "boundaries",
         Family.NEIGHBOUR: "rules on neighbours"}


class Unsuited(Exception):  # noqa: N818 - caught by the engine, which then takes HiGHS
    """The program is not of the kind that falls apart into parcels; the message says why."""


@dataclass(frozen=True)
class Split:
    """A program taken apart; see the top of the module.

    Parameters
    ----------
    start_i
        Options of parcel i are the columns start_i[i] .. start_i[i + 1] - 1, shape (I + 1,).
    area_i, must_i
        Hectares, and whether all of them must be reclaimed, shape (I,).
    land_i
        Row of the land of each parcel, shape (I,).
    row_r
        Coupling rows, shape (R,), as rows of the program.
    lower_r, upper_r
        Their bounds.
    stock_s, gain_s, cap_s
        Columns of the stocks, their gains, and more than there can ever be, shape (S,).
    stock_rs
        Their coefficients in the coupling rows, shape (R, S).
    """

    start_i: NDArray[np.int64]
    area_i: NDArray[np.float64]
    must_i: NDArray[np.bool_]
    land_i: NDArray[np.int64]
    row_r: NDArray[np.int64]
    lower_r: NDArray[np.float64]
    upper_r: NDArray[np.float64]
    stock_s: NDArray[np.int64]
    gain_s: NDArray[np.float64]
    cap_s: NDArray[np.float64]
    stock_rs: NDArray[np.float64]

    @property
    def parcels(self) -> int:
        """Number of parcels I."""
        return len(self.area_i)

    @property
    def options(self) -> int:
        """Number of options."""
        return int(self.start_i[-1])


def split_of(program: LinearProgram) -> Split:
    """Take a program apart.

    Raises
    ------
    Unsuited
        If it does not fall apart into parcels.
    """
    for family, words in TYING.items():
        if np.any(program.rows.family == family):
            msg = f"{words} tie neighbouring parcels together"
            raise Unsuited(msg)
    _refuse_other_kinds(program)
    options = int(np.count_nonzero(program.columns.is_option))
    land = np.flatnonzero(is_land(program))
    row_r = np.flatnonzero(~is_land(program))
    parcel_c = program.columns.parcel[:options]
    parcels = program.rows.parcel[land]
    if np.any(np.diff(parcels) <= 0) or np.any(np.diff(parcel_c) < 0):
        msg = "its columns are not in the order of the parcels"
        raise Unsuited(msg)
    _refuse_other_land(program, land, options)
    stock_s = np.arange(options, program.shape[1])
    return Split(
        start_i=np.concatenate([np.searchsorted(parcel_c, parcels), [options]]).astype(np.int64),
        area_i=program.row_upper[land],
        must_i=np.isfinite(program.row_lower[land]),
        land_i=land, row_r=row_r,
        lower_r=program.row_lower[row_r], upper_r=program.row_upper[row_r],
        stock_s=stock_s, gain_s=program.cost[stock_s], cap_s=_caps(program, stock_s),
        stock_rs=program.matrix[:, stock_s].toarray()[row_r],
    )


def _refuse_other_kinds(program: LinearProgram) -> None:
    """Refuse columns with bounds of their own, and columns that are neither option nor stock."""
    if program.integer_c is not None and np.any(program.integer_c):
        msg = "parcels are taken whole"
        raise Unsuited(msg)
    if np.any(program.column_lower != 0.0) or np.any(np.isfinite(program.column_upper)):
        msg = "some areas are given from the start"
        raise Unsuited(msg)
    is_stock = program.columns.is_stock
    if np.any(np.diff(is_stock.astype(np.int8)) < 0):
        msg = "its columns are not options first and stocks last"
        raise Unsuited(msg)
    if not np.all(is_stock | program.columns.is_option):
        msg = "it has columns that are neither options nor stocks of topsoil"
        raise Unsuited(msg)
    if np.any(is_stock):
        soil = program.rows.family == Family.SOIL_BALANCE
        known = set(zip(program.rows.source[soil].tolist(), program.rows.period[soil].tolist(),
                        strict=True))
        asked = zip(program.columns.source[is_stock].tolist(),
                    program.columns.period[is_stock].tolist(), strict=True)
        if not known.issuperset(asked):
            msg = "it has columns that are neither options nor stocks of topsoil"
            raise Unsuited(msg)


def _refuse_other_land(program: LinearProgram, land: NDArray[np.int64], options: int) -> None:
    """Refuse land rows that are not one run of ones for each parcel."""
    lower, upper = program.row_lower[land], program.row_upper[land]
    if not np.all(np.isneginf(lower) | (lower == upper)) or not np.all(upper >= 0.0):
        msg = "some land has both a least and a most"
        raise Unsuited(msg)
    place_i = np.full(program.shape[0], -1, dtype=np.int64)
    place_i[land] = program.rows.parcel[land]
    matrix = program.matrix
    of_entry = place_i[matrix.indices]
    on_land = np.flatnonzero(of_entry >= 0)
    column = np.searchsorted(matrix.indptr, on_land, side="right") - 1
    if (len(column) != options or not np.array_equal(column, np.arange(options))
            or not np.array_equal(of_entry[on_land], program.columns.parcel[:options])
            or not np.all(matrix.data[on_land] == 1.0)):
        msg = "an option is not one hectare of one parcel"
        raise Unsuited(msg)


def _caps(program: LinearProgram, stock_s: NDArray[np.int64]) -> NDArray[np.float64]:
    """Out of reach for each stock."""
    if not len(stock_s):
        return np.zeros(0)
    columns = program.columns
    return cap_of(stock_caps(program)[columns.source[stock_s], columns.period[stock_s]])


def cap_of(supplied_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """More than everything supplied to the source of each stock up to its period.

    A stock at this cap is no plan's, so prices at which it would pay to fill one are never best.
    """
    return np.asarray(2.0 * supplied_s + 1.0)
