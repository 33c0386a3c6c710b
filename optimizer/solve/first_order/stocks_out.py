r"""Stocks of topsoil worked out of the rows, so that options alone are left.

With L the coefficients of the stocks in the soil rows (unit, lower triangular), S those of the
options, B and a what both have in the other rows:

    L y + S x = supply            =>  y = L^-1 (supply - S x)
    y >= 0                        =>  L^-1 S x <= L^-1 supply
    lower <= a x + B y <= upper   =>  lower - B L^-1 supply <= (a - B L^-1 S) x <= ...
    gain x + gain_s y             =>  (gain - S' L^-T gain_s) x + gain_s L^-1 supply

so each new row is a fixed mixture of the old ones. Prices go the other way: with prices pi' of the
new rows, those of the old ones are `mixture' pi'` plus, for the soil rows, L^-T gain_s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.solve.decomposition.split import Split


@dataclass(frozen=True)
class StocksOut:
    """Coupling rows over options alone.

    Parameters
    ----------
    mixture_rq
        New row r = sum over old rows q of mixture[r, q] times row q, shape (R, R), sparse.
    lower_r, upper_r
        Bounds of the new rows.
    gain_price_q
        Price of each old row at which the stocks' gains are those of the soil, shape (R,).
    gain
        What the supplies bring on their own, as part of the objective.
    """

    mixture_rq: sp.csr_array
    lower_r: NDArray[np.float64]
    upper_r: NDArray[np.float64]
    gain_price_q: NDArray[np.float64]
    gain: float

    def prices(self, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
        """Prices of the old rows from those of the new ones."""
        return np.asarray(self.mixture_rq.T @ price_r + self.gain_price_q)


def stocks_out(split: Split, soil_s: NDArray[np.int64]) -> StocksOut:
    """Work the stocks of a split program out of its coupling rows.

    Parameters
    ----------
    split
        The program taken apart.
    soil_s
        Coupling row that balances each stock, shape (S,).
    """
    rows, stocks = len(split.row_r), len(split.stock_s)
    if not stocks:
        return StocksOut(sp.csr_array(sp.identity(rows, format="csr")), split.lower_r,
                         split.upper_r, np.zeros(rows), 0.0)
    inverse_ss = np.linalg.inv(split.stock_rs[soil_s])
    supply_s = split.upper_r[soil_s]
    others = np.setdiff1d(np.arange(rows), soil_s)
    mixture = np.eye(rows)
    mixture[np.ix_(soil_s, soil_s)] = inverse_ss
    carried = split.stock_rs[others] @ inverse_ss
    mixture[np.ix_(others, soil_s)] = -carried
    lower_r, upper_r = split.lower_r.copy(), split.upper_r.copy()
    lower_r[others] -= carried @ supply_s
    upper_r[others] -= carried @ supply_s
    lower_r[soil_s], upper_r[soil_s] = -np.inf, inverse_ss @ supply_s
    gain_price_q = np.zeros(rows)
    gain_price_q[soil_s] = inverse_ss.T @ split.gain_s
    return StocksOut(sp.csr_array(mixture), lower_r, upper_r, gain_price_q,
                     float(split.gain_s @ inverse_ss @ supply_s))
