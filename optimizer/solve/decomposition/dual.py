"""The bound as a function of the prices: convex, piecewise linear, one pass to evaluate.

    bound(price) = sum_r (price+ upper - price- lower)
                 + sum_i area_i max(0, best reduced gain of i)      (must-reclaim: no 0)
                 + sum_s cap_s max(0, gain_s - b_s . price)  + offset

Its minimum over prices of the right signs is the optimum of the program. A `Level` is this
function for a sample of the parcels, whose areas are blown up to stand for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.solve.decomposition.pricing import Pricing
    from optimizer.solve.decomposition.split import Split


@dataclass(frozen=True)
class Level:
    """The bound for some parcels.

    Parameters
    ----------
    split, pricing
        The program taken apart, and its options.
    pick, area_n
        Parcels, and the hectares each stands for, shape (N,).
    group_g
        First parcel of each group, and their number, shape (G + 1,); each has cuts of its own.
    watch
        Told of every evaluation; None for nobody.
    """

    split: Split
    pricing: Pricing
    pick: NDArray[np.int64]
    area_n: NDArray[np.float64]
    group_g: NDArray[np.int64]
    watch: Callable[[Evaluation], None] | None = None

    @property
    def whole(self) -> bool:
        """Whether all parcels take part."""
        return len(self.pick) == self.split.parcels

    def at(self, price_r: NDArray[np.float64]) -> Evaluation:
        """Evaluate the bound and its slopes."""
        worth_n, option_n = self.pricing.best(self.pick, price_r)
        evaluation = self.evaluation(price_r, worth_n, option_n)
        if self.watch is not None:
            self.watch(evaluation)
        return evaluation

    def evaluation(
        self, price_r: NDArray[np.float64], worth_n: NDArray[np.float64],
        option_n: NDArray[np.int64],
    ) -> Evaluation:
        """Put the bound together from the best options of the parcels."""
        taken_gr, earned_g = self.pricing.taken(option_n, self.area_n, self.group_g)
        land = float(np.sum(worth_times_area(worth_n, self.area_n)))
        return Evaluation(price_r, land + rest_of_bound(self.split, price_r), taken_gr, earned_g,
                          option_n, worth_n)


@dataclass(frozen=True)
class Evaluation:
    """The bound at some prices.

    Parameters
    ----------
    price_r
        The prices, shape (R,).
    bound
        Its value.
    taken_gr, earned_g
        What the best options of each group take of each row, and earn.
    option_n, worth_n
        Best option of each parcel, -1 for none, and its worth per hectare.
    """

    price_r: NDArray[np.float64]
    bound: float
    taken_gr: NDArray[np.float64]
    earned_g: NDArray[np.float64]
    option_n: NDArray[np.int64]
    worth_n: NDArray[np.float64]


def worth_times_area(
    worth_n: NDArray[np.float64], area_n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Worth of the land; no land is worth nothing, whatever its options."""
    return np.where(area_n > 0.0, area_n * np.where(area_n > 0.0, worth_n, 0.0), 0.0)


def rest_of_bound(split: Split, price_r: NDArray[np.float64]) -> float:
    """Everything in the bound but the land."""
    upper = np.where(price_r > 0.0, split.upper_r, 0.0)
    lower = np.where(price_r < 0.0, split.lower_r, 0.0)
    stock_s = split.cap_s * np.maximum(0.0, split.gain_s - price_r @ split.stock_rs)
    return math.fsum((*(price_r * upper), *(price_r * lower), *stock_s))


def allowed(split: Split, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices with the signs their rows allow: <= rows >= 0, >= rows <= 0."""
    price_r = np.where(np.isfinite(split.upper_r), price_r, np.minimum(price_r, 0.0))
    return np.where(np.isfinite(split.lower_r), price_r, np.maximum(price_r, 0.0))
