r"""`Shares`: a layout problem in shares of parcels, stocks worked out, every row of unit size.

    maximise    sum_o gain_o z_o - sum_{e,l} weight_e |s[a,l] - s[b,l]| + offset
    parcel i    z_o >= 0,  sum over its options of z_o + s[i,bare] = 1   (s[i,bare] = 0: must)
    coupling    lower_r <= sum_o coef_ro z_o <= upper_r

with s[i,u] the sum of z_o over the options of use u. Label l is a use, or "bare" (number U). At
the optimum it is the linear program of the layout: z_o = x_o / area_i.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import Family
from optimizer.solve.decomposition.split import Split, split_of
from optimizer.solve.first_order.stocks_out import StocksOut, stocks_out

if TYPE_CHECKING:
    from optimizer.formulation.layout.neighbours import Neighbours
    from optimizer.formulation.program import LinearProgram


@dataclass(frozen=True)
class Shares:
    """A layout problem; see the top of the module.

    Parameters
    ----------
    split, stocks
        The program without boundaries taken apart, and its stocks worked out.
    soil_s
        Coupling row that balances each stock, shape (S,).
    uses
        Number of uses U.
    use_o
        Use of each option, shape (O,).
    gain_o
        Gain of the whole parcel under the option, shape (O,).
    ptr_o, row_n, coef_n
        Entries ptr_o[o] .. ptr_o[o + 1] - 1 are those of option o: row, and coefficient.
    lower_r, upper_r
        Bounds of the rows, in units in which the coefficients of a row have norm 1.
    size_r
        That unit, in units of the row, shape (R,).
    a_e, b_e, weight_e
        Neighbours, and what a whole unlike share between them costs on each label, shape (E,).
    near_ptr_i, near_n
        Edges of parcel i: near_n[near_ptr_i[i] .. near_ptr_i[i + 1] - 1]; edge e where i is a_e,
        -1 - e where it is b_e.
    """

    split: Split
    stocks: StocksOut
    soil_s: NDArray[np.int64]
    uses: int
    use_o: NDArray[np.int32]
    gain_o: NDArray[np.float64]
    ptr_o: NDArray[np.int64]
    row_n: NDArray[np.int32]
    coef_n: NDArray[np.float64]
    lower_r: NDArray[np.float64]
    upper_r: NDArray[np.float64]
    size_r: NDArray[np.float64]
    a_e: NDArray[np.int32]
    b_e: NDArray[np.int32]
    weight_e: NDArray[np.float64]
    near_ptr_i: NDArray[np.int64]
    near_n: NDArray[np.int32]

    @property
    def parcels(self) -> int:
        """Number of parcels I."""
        return self.split.parcels

    @property
    def options(self) -> int:
        """Number of options O."""
        return len(self.gain_o)

    @property
    def rows(self) -> int:
        """Number of coupling rows R."""
        return len(self.lower_r)

    @property
    def edges(self) -> int:
        """Number of pairs of neighbours E."""
        return len(self.a_e)

    @property
    def work(self) -> int:
        """Options and edge prices of one step: what decides how many cores are worth it."""
        return self.options + self.edges * (self.uses + 1)

    @property
    def matrix(self) -> sp.csr_array:
        """Coefficients by options, shape (O, R)."""
        return sp.csr_array((self.coef_n, self.row_n, self.ptr_o), shape=(self.options, self.rows))

    @property
    def parcel_o(self) -> NDArray[np.int64]:
        """Parcel of each option, shape (O,)."""
        return np.repeat(np.arange(self.parcels), np.diff(self.split.start_i))

    def only(self, kept_o: NDArray[np.int64]) -> Shares:
        """The same problem with only some options, rising; rows keep their units."""
        matrix = self.matrix[kept_o]
        count_i = np.bincount(self.parcel_o[kept_o], minlength=self.parcels)
        start_i = np.concatenate([[0], np.cumsum(count_i)]).astype(np.int64)
        return replace(
            self, split=replace(self.split, start_i=start_i), use_o=self.use_o[kept_o],
            gain_o=self.gain_o[kept_o], ptr_o=matrix.indptr.astype(np.int64),
            row_n=matrix.indices.astype(np.int32), coef_n=matrix.data)

    def prices(self, pi_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices of the coupling rows of the program from those of the rows here."""
        return self.stocks.prices(pi_r / self.size_r)


def shares_of(
    program: LinearProgram, neighbours: Neighbours, weight: float, uses: int
) -> Shares:
    """Lay a program without boundary rows out in shares, with the boundaries beside it.

    Parameters
    ----------
    program
        Land, soil balance and limits.
    neighbours
        Pairs of parcels.
    weight
        What a kilometre of boundary costs, in the unit of the objective.
    uses
        Number of uses.

    Raises
    ------
    Unsuited
        If the program does not fall apart into parcels but for the boundaries.
    """
    split = split_of(program)
    soil_s = _soil_rows(program, split)
    stocks = stocks_out(split, soil_s)
    of_options = program.matrix[:, :split.options]
    matrix = sp.csr_array(
        (stocks.mixture_rq @ sp.csr_array(of_options)[split.row_r]).T.tocsr())
    area_o = np.repeat(split.area_i, np.diff(split.start_i))
    gain_o = (program.cost[:split.options]
              - of_options.T @ _in_full(split, stocks.gain_price_q, program.shape[0]))
    coef_n = matrix.data * np.repeat(area_o, np.diff(matrix.indptr))
    size_r = np.sqrt(np.bincount(matrix.indices, coef_n**2, minlength=len(split.row_r)))
    size_r[size_r == 0.0] = 1.0
    near_ptr_i, near_n = _edges_of_parcels(neighbours, split.parcels)
    return Shares(
        split=split, stocks=stocks, soil_s=soil_s, uses=uses,
        use_o=program.columns.use[:split.options].astype(np.int32), gain_o=gain_o * area_o,
        ptr_o=matrix.indptr.astype(np.int64), row_n=matrix.indices.astype(np.int32),
        coef_n=coef_n / size_r[matrix.indices], lower_r=stocks.lower_r / size_r,
        upper_r=stocks.upper_r / size_r, size_r=size_r,
        a_e=neighbours.a_e.astype(np.int32), b_e=neighbours.b_e.astype(np.int32),
        weight_e=0.5 * weight * neighbours.length_km_e, near_ptr_i=near_ptr_i, near_n=near_n)


def _soil_rows(program: LinearProgram, split: Split) -> NDArray[np.int64]:
    """Place among the coupling rows of the soil balance of each stock, shape (S,)."""
    rows, columns = program.rows, program.columns
    soil = np.flatnonzero(rows.family[split.row_r] == Family.SOIL_BALANCE)
    place = {(int(rows.source[split.row_r[r]]), int(rows.period[split.row_r[r]])): int(r)
             for r in soil}
    return np.array([place[int(columns.source[s]), int(columns.period[s])]
                     for s in split.stock_s], dtype=np.int64)


def _in_full(
    split: Split, price_q: NDArray[np.float64], rows: int
) -> NDArray[np.float64]:
    """Prices of the coupling rows as prices of all rows, 0 for land."""
    price_r = np.zeros(rows)
    price_r[split.row_r] = price_q
    return price_r


def _edges_of_parcels(
    neighbours: Neighbours, parcels: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Edges of every parcel, laid end to end: where each begins, and the edges."""
    edge = np.arange(neighbours.count, dtype=np.int64)
    parcel_n = np.concatenate([neighbours.a_e, neighbours.b_e])
    signed_n = np.concatenate([edge, -1 - edge])
    order = np.argsort(parcel_n, kind="stable")
    ptr_i = np.concatenate([[0], np.cumsum(np.bincount(parcel_n, minlength=parcels))])
    return ptr_i.astype(np.int64), signed_n[order].astype(np.int32)
