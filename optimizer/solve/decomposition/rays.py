"""Proof that there is no plan: prices at which the coupling rows ask for more than land can give.

If no option earned anything, every plan would earn 0 and the bound would be at least 0 at any
prices. Prices at which that bound is negative are a proof (a ray along which the bound falls
for ever).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.bundle import Aim, lowest
from optimizer.solve.decomposition.dual import Evaluation, Level, worth_times_area
from optimizer.solve.decomposition.units import Units

#: A bound is negative where it is below 0 by this share of the size of its parts.
CERTAIN = 1e-7
#: Evaluations spent on the search for a ray.
SEARCH = 150


def without_gains(level: Level) -> Level:
    """The same rules, with nothing to earn."""
    split = replace(level.split, gain_s=np.zeros(len(level.split.gain_s)))
    return replace(level, split=split, pricing=level.pricing.without_gains(), watch=None)


def proves_no_plan(level: Level, price_r: NDArray[np.float64]) -> bool:
    """Whether some prices prove that no plan meets the rules."""
    bare = without_gains(level)
    worth_n, _ = bare.pricing.best(bare.pick, price_r)
    land = float(np.sum(worth_times_area(worth_n, bare.area_n)))
    split = bare.split
    upper = np.where(price_r > 0.0, split.upper_r, 0.0)
    lower = np.where(price_r < 0.0, split.lower_r, 0.0)
    parts = [*(price_r * upper), *(price_r * lower),
             *(split.cap_s * np.maximum(0.0, -(price_r @ split.stock_rs)))]
    size = abs(land) + math.fsum(abs(part) for part in parts)
    return land + math.fsum(parts) < -CERTAIN * size


def search_ray(
    level: Level, units: Units, radius: float = 0.1
) -> NDArray[np.float64] | None:
    """Look for prices that prove that there is no plan; None where none were found."""
    bare = without_gains(level)
    hit: list[bool] = []

    def heard(number: int, best: Evaluation, promise: float, width: float) -> bool:
        del number, promise, width
        if best.bound < 0.0 and proves_no_plan(level, best.price_r):
            hit.append(True)
        return bool(hit)

    start = bare.at(np.zeros(len(units.price_r)))
    found = lowest(bare, units, start.price_r, radius, Aim(1e-12, SEARCH, 1.0), heard)
    price_r = found.evaluation.price_r
    return price_r if hit or proves_no_plan(level, price_r) else None


def with_fewer_rows(level: Level, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """A proof that names fewer rows: prices that are not needed are set to 0, the least first."""
    split = level.split
    bound_r = np.where(price_r > 0.0, split.upper_r, split.lower_r)
    worth_r = np.abs(price_r) * np.maximum(np.abs(np.where(price_r == 0.0, 0.0, bound_r)), 1.0)
    for row in np.argsort(worth_r):
        without_r = price_r.copy()
        without_r[row] = 0.0
        if price_r[row] != 0.0 and proves_no_plan(level, without_r):
            price_r = without_r
    return price_r
