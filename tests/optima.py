"""An actual plan and the optimum it is held against, without the chain between the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.analysis.allocation import allocation_of
from optimizer.analysis.compare.gain_curve import GainCurve, gain_curve
from optimizer.analysis.compare.loosened import Loosened, loosen
from optimizer.analysis.compare.split import Split, split_gap
from optimizer.instance.record import Instance
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.stages import Answer


@dataclass(frozen=True)
class Optima:
    """Loosened rules, their optimum, and that of the strict ones where there is one."""

    loosened: Loosened
    optimum: Answer
    strict: Answer | None

    @property
    def optimal(self) -> float:
        return self.loosened.program.value(self.optimum.x_c)

    @property
    def gap(self) -> float:
        return self.optimal - self.loosened.actual

    @property
    def gap_within_rules(self) -> float | None:
        if self.strict is None:
            return None
        return self.loosened.strict.value(self.strict.x_c) - self.loosened.actual

    @property
    def split(self) -> Split:
        return split_gap(self.loosened, self.optimum.x_c, self.optimum.price_r)

    @property
    def within(self) -> Split | None:
        if self.strict is None:
            return None
        return split_gap(self.loosened, self.strict.x_c, self.strict.price_r, within_rules=True)

    @property
    def size(self) -> float:
        """Sum of the sizes of everything that the plans add up."""
        cost = np.abs(self.loosened.program.cost)
        points = [self.optimum.x_c, self.loosened.actual_c]
        return float(max(1.0, *(cost @ np.abs(point) for point in points)))

    def curve(self, tolerance: float = 0.0) -> GainCurve:
        return gain_curve(self.loosened, self.optimum.x_c, tolerance)


def optima_of(instance: Instance, plan: pd.DataFrame) -> Optima:
    """Solve what is needed to split the gap of a plan without blanks."""
    allocation = allocation_of(instance, plan)
    fixed = plan["fixed"].to_numpy(dtype=bool)
    loosened = loosen(instance, allocation, np.where(fixed, allocation.area_o, 0.0))
    try:
        strict = solve_linear(loosened.strict)
    except NoPlan:
        strict = None
    return Optima(loosened, solve_linear(loosened.program), strict)
