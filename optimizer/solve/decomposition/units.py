"""Sizes that prices and bounds have in a program, so that one tolerance fits all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.dual import Level


@dataclass(frozen=True)
class Units:
    """Sizes, none of them 0.

    Parameters
    ----------
    price_r
        Usual gain per hectare over usual coefficient of each coupling row, shape (R,).
    coefficient_r
        Usual size of a coefficient, shape (R,).
    total
        Usual gain per hectare times all land: what bounds are compared with.
    """

    price_r: NDArray[np.float64]
    coefficient_r: NDArray[np.float64]
    total: float


def units_of(level: Level) -> Units:
    """Work the units out from a sample."""
    split = level.split
    coefficient_r, gain_r = level.pricing.sizes(level.pick)
    stock_r = np.max(np.abs(split.stock_rs), axis=1, initial=0.0)
    coefficient_r = np.where(coefficient_r > 0.0, coefficient_r,
                             np.where(stock_r > 0.0, stock_r, 1.0))
    known = gain_r > 0.0
    usual = float(np.mean(gain_r[known])) if np.any(known) else 1.0
    gain_r = np.where(known, gain_r, usual)
    return Units(gain_r / coefficient_r, coefficient_r,
                 max(usual * float(np.sum(level.area_n)), np.finfo(float).tiny * 1e20))
