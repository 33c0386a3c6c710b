"""Lowest bound by cutting planes in a trust region (a bundle method).

Every evaluation gives, for each group of parcels, a plane below the group's part of the bound:

    part_g(price) >= earned_g - taken_g . price

The model of the bound is the maximum of these planes. Its lowest point within a box around the
best prices so far is tried next; the box doubles where the bound fell by at least half of what
the model promised, and halves where it fell by less than a quarter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.decomposition.dual import Evaluation, Level, allowed
from optimizer.solve.decomposition.model import BoundModel

if TYPE_CHECKING:
    from optimizer.solve.decomposition.units import Units

#: A box so wide, in units of the prices, that nothing promised at its edge is worth going for.
WIDE = 10.0
#: Boxes never get smaller than this, in units of the prices.
LEAST_RADIUS = 1e-12


@dataclass(frozen=True)
class Aim:
    """When a level is done.

    Parameters
    ----------
    tolerance
        Promise of the model below which nothing more is to be gained, relative to `Units.total`.
    iterations
        Most evaluations.
    most
        Largest price, in units; inf where there is none.
    """

    tolerance: float
    iterations: int
    most: float = np.inf


@dataclass(frozen=True)
class Lowest:
    """Lowest bound found on a level.

    Parameters
    ----------
    evaluation
        The bound there.
    radius
        Half-width of the box at the end, in units of the prices.
    promise
        How much lower the bound could still be, by the last model.
    iterations
        Evaluations made.
    """

    evaluation: Evaluation
    radius: float
    promise: float
    iterations: int


#: Told of every evaluation: number, the best so far, promise, radius. True ends the search.
Heard = Callable[[int, Evaluation, float, float], bool]


def lowest(
    level: Level, units: Units, price_r: NDArray[np.float64], radius: float, aim: Aim,
    heard: Heard,
) -> Lowest:
    """Lower the bound from given prices.

    Parameters
    ----------
    level
        The bound.
    units
        Sizes of prices and bounds.
    price_r, radius
        Where to start, and the first half-width of the box in units.
    aim
        When to end.
    heard
        Told of every evaluation.
    """
    best = level.at(allowed(level.split, price_r))
    model = BoundModel(level, units)
    model.add(best)
    promise, number = np.inf, 1
    while number < aim.iterations:
        found = model.lowest(best.price_r, radius, aim.most)
        if found is None:
            break
        trial_r, value, at_edge = found
        promise = best.bound - value
        if promise <= aim.tolerance * units.total:
            if not at_edge or radius >= WIDE:
                break
            radius *= 4.0
            continue
        trial = level.at(trial_r)
        model.add(trial)
        number += 1
        gained = best.bound - trial.bound
        if gained >= 0.5 * promise:
            radius *= 2.0 if at_edge else 1.0
        elif gained < 0.25 * promise:
            radius = max(LEAST_RADIUS, 0.5 * radius)
        if gained > 0.0:
            best = trial
        if heard(number, best, promise, radius):
            break
    return Lowest(best, radius, promise, number)
