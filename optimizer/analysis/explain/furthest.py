"""How far the value of one limit can be pushed while a plan exists, all else as it stands.

Totals take one solve. The value of a ratio stands in the matrix: at the value v the plan is
sought that has the most to spare, and its own ratio is the next v (Dinkelbach), until nothing is
to spare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.asks import Ask, Outcome
from optimizer.analysis.explain.softened import Softened

#: A ratio is found when a step changes it by less than this, relative to its size.
STANDS_STILL = 1e-10
STEPS = 60
#: A denominator below this share of the hectares that could count is none.
NO_DENOMINATOR = 1e-9


@dataclass(frozen=True)
class Furthest:
    """Furthest value, inf or -inf where there is no end, NaN where no plan exists at all."""

    value: float

    @property
    def there(self) -> bool:
        """Whether there is a plan."""
        return not np.isnan(self.value)


def furthest(
    rules: Softened, line: int, direction: float, topsoil_s: NDArray[np.bool_] | None = None
) -> Furthest:
    """Push the value of a limit as far as it goes, up (1) or down (-1).

    Parameters
    ----------
    rules
        Values and which rules hold are taken as they stand; the values are put back.
    line
        Row of the limits table.
    direction
        1 or -1.
    topsoil_s
        Rows of topsoil whose supply is free.
    """
    before = rules.value_l.copy()
    try:
        if rules.levers[line].is_ratio:
            return Furthest(_ratio(rules, line, direction, topsoil_s))
        outcome = rules.ask(_push(rules, line, direction, topsoil_s))
        return Furthest(_end(outcome, before[line] + outcome.move_l[line], direction))
    finally:
        rules.set_values(before)


def _push(
    rules: Softened, line: int, direction: float, topsoil_s: NDArray[np.bool_] | None
) -> Ask:
    """Ask that moves one value freely, and gains by moving it in one direction."""
    count = len(rules.levers)
    free = np.arange(count) == line
    nothing, none = np.zeros(count), np.zeros(count)
    cost = np.where(free, -direction / rules.size_l, 0.0)
    return Ask(cost, np.where(free, -np.inf, 0.0), np.where(free, np.inf, 0.0), nothing, none,
               topsoil_s=topsoil_s)


def _end(outcome: Outcome, value: float, direction: float) -> float:
    """Value of an outcome."""
    if outcome.status == "unbounded":
        return direction * np.inf
    return float(value) if outcome.there else float("nan")


def _ratio(
    rules: Softened, line: int, direction: float, topsoil_s: NDArray[np.bool_] | None
) -> float:
    """Furthest value of a ratio; without end where a plan can do without a denominator."""
    lever = rules.levers[line]
    push = _push(rules, line, direction, topsoil_s)
    value = float("nan")
    for _ in range(STEPS):
        outcome = rules.ask(push)
        if not outcome.there:
            return value if np.isfinite(value) else _end(outcome, value, direction)
        above, below = rules.ratio_of(outcome, line)
        counts = below > NO_DENOMINATOR * np.abs(lever.slope_r)
        if not counts.any():
            return direction * np.inf if not np.isfinite(value) else value
        ratios = above[counts] / below[counts]
        reached = float(ratios.min() if direction > 0 else ratios.max())
        if abs(reached - rules.value_l[line]) <= STANDS_STILL * max(lever.size, abs(reached)):
            return reached
        if np.isfinite(value) and (reached - value) * direction <= 0.0:
            return value
        value = reached
        rules.widen(line, np.where(counts, below, lever.slope_r))
        moved = rules.value_l.copy()
        moved[line] = value
        rules.set_values(moved)
    return value
