r"""What to change first: the largest objective reachable when at most D hectares change.

    f(D) = max { c x : x keeps the loosened rules, changed(x) <= D }

with `changed` as defined in `change_program`. f is concave and piecewise linear; it starts at the
actual plan, with the topsoil drawn from where it earns most (a source is no change of the land),
and ends at the optimum, at the fewest hectares by which an optimum differs from the actual plan.
`fixed` hectares stay in every plan of the curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.analysis.compare.change_program import (
    Floats,
    change_program,
    changed_hectares,
)
from optimizer.analysis.compare.change_solver import ChangeAnswer, ChangeSolver
from optimizer.analysis.curve.concave import Envelope, Tangent, trace_concave

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from optimizer.analysis.compare.loosened import Loosened

#: Up to so many options the curve is traced with all its breakpoints, unless asked otherwise.
EXACT_UP_TO_OPTIONS = 1_000
#: Distance between the envelopes otherwise, relative to the size of the curve.
CLOSE = 1e-6
#: Gains below this, relative to the objective, are rounding: the curve has reached the optimum.
AT_END = 1e-9
#: Steps at most on the way to the end of the curve, and the first ones back from an optimum.
STEPS, STEP_BACK = 60, 0.95
#: The slope at 0 is asked this part of the way along.
FIRST_STEP = 1e-6


@dataclass(frozen=True)
class GainCurve:
    """The curve, traced.

    Parameters
    ----------
    loosened
        The actual plan and the rules that let it through.
    envelope
        Points, and how far the curve may lie above the chords between them.
    actual, optimal
        Objective of the actual plan, and the one the curve ends at.
    solver
        Finds the plan for any D.
    """

    loosened: Loosened
    envelope: Envelope
    actual: float
    optimal: float
    solver: ChangeSolver

    @property
    def unit(self) -> str:
        """Unit of the objective."""
        return self.loosened.stage.unit

    @property
    def exact(self) -> bool:
        """Whether all breakpoints are known."""
        return self.envelope.exact

    @property
    def end_ha(self) -> float:
        """Fewest hectares by which an optimum differs from the actual plan."""
        return self.envelope.points[-1].value

    @property
    def from_sources(self) -> float:
        """What other topsoil sources alone gain, without changing any land."""
        return self.envelope.points[0].objective - self.actual

    def lower(self, hectares: float) -> float:
        """Objective that is reached at least when so many hectares may change."""
        return self.envelope.lower(min(max(hectares, 0.0), self.end_ha))

    def hectares_for(self, share: float) -> float:
        """Fewest hectares with which a share of the gap is won back, by the chords."""
        wanted = self.actual + share * (self.optimal - self.actual)
        points = self.envelope.points
        for left, right in pairwise(points):
            if right.objective >= wanted:
                if left.objective >= wanted:
                    return left.value
                part = (wanted - left.objective) / (right.objective - left.objective)
                return left.value + part * (right.value - left.value)
        return points[-1].value

    @property
    def table(self) -> pd.DataFrame:
        """Points: changed_ha, objective, gain, per_ha_left, per_ha_right, gap_to_next.

        `per_ha_*` is what one more hectare adds before and after the point; `gap_to_next` how far
        the curve may at most lie above the straight line to the next point.
        """
        import pandas as pd

        points = self.envelope.points
        return pd.DataFrame({
            "changed_ha": [point.value for point in points],
            "objective": [point.objective for point in points],
            "gain": [point.objective - self.actual for point in points],
            "per_ha_left": [point.slope_left for point in points],
            "per_ha_right": [point.slope_right for point in points],
            "gap_to_next": [*self.envelope.gap_between, math.nan],
        })

    def at(self, hectares: float) -> ChangeAnswer:
        """Find the best plan in which at most so many hectares change.

        Raises
        ------
        ValueError
            If it is no number of hectares.
        """
        if not math.isfinite(hectares) or hectares < 0.0:
            msg = f"{hectares!r} is no number of hectares that may change: 0 or more"
            raise ValueError(msg)
        return self.solver.solve(min(hectares, self.end_ha))


def gain_curve(
    loosened: Loosened, optimum_c: Floats, tolerance: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> GainCurve:
    """Trace the gain curve of an actual plan.

    Parameters
    ----------
    loosened
        The actual plan and the rules that let it through.
    optimum_c
        An optimum of the loosened program, shape (C,).
    tolerance
        Distance between lower and upper envelope, relative to the size of the curve; 0 for all
        breakpoints; None for all of them on small instances, and 1e-6 on others.
    progress
        Told in a few words what is being done.
    """
    if tolerance is None:
        tolerance = 0.0 if loosened.option_count <= EXACT_UP_TO_OPTIONS else CLOSE
    solver = ChangeSolver(change_program(loosened), optimum_c)
    optimal = loosened.program.value(optimum_c)
    changed = changed_hectares(loosened, optimum_c)
    end = _fewest(solver, optimal, changed) if changed > 0.0 else 0.0
    asked = _Asked(solver, optimal, end, progress)
    envelope = trace_concave(asked.tangent, 0.0, asked.end, tolerance)
    return GainCurve(loosened, _ended(envelope, optimal), loosened.actual, optimal, solver)


def _fewest(solver: ChangeSolver, optimal: float, hectares: float) -> float:
    """Fewest hectares that an optimum changes; those of the optimum at hand are the most.

    From a place left of the end, the tangent reaches the optimum no later than the curve: going
    there again and again ends where the curve does.
    """
    play = AT_END * max(1.0, abs(optimal))
    made, end = solver.made, hectares
    for _ in range(STEPS):
        answer = solver.solve(STEP_BACK * end)
        if answer.objective < optimal - play:
            break
        end = min(answer.hectares, changed_hectares(made.loosened, made.plan_of(answer.x_c)))
        if end <= play:
            return 0.0
    for _ in range(STEPS):
        if answer.price <= 0.0:
            return end
        further = answer.hectares + (optimal - answer.objective) / answer.price
        if further >= end:
            return end
        answer = solver.solve(further)
        if answer.objective >= optimal - play:
            return further
    return end


@dataclass
class _Asked:
    """Answers of the solver as tangents; the ends are known better than a solve can tell."""

    solver: ChangeSolver
    optimal: float
    end: float
    progress: Callable[[str], None] | None

    def tangent(self, hectares: float) -> Tangent:
        """The curve and a slope of it."""
        if self.progress is not None:
            self.progress(f"what to change first ({self.solver.solves + 1} plans)")
        if hectares >= self.end > 0.0:
            # No plan earns more than the optimum, however much changes.
            return Tangent(self.end, self.optimal, 0.0)
        answer = self.solver.solve(hectares)
        slope = max(answer.price, 0.0)
        if hectares == 0.0 and self.end > 0.0:
            slope = self._first_slope(answer.objective, slope)
        return Tangent(hectares, answer.objective, slope)

    def _first_slope(self, objective: float, slope: float) -> float:
        """Slope at 0: where nothing may change any price is one, but the least tells most."""
        step = FIRST_STEP * self.end
        answer = self.solver.solve(step)
        through = answer.objective - answer.price * step <= objective + AT_END * abs(objective)
        return min(slope, max(answer.price, 0.0)) if through else slope


def _ended(envelope: Envelope, optimal: float) -> Envelope:
    """End the curve where it reaches the optimum; what lies behind is level."""
    points = envelope.points
    play = AT_END * max(1.0, envelope.scale)
    last = next(n for n, point in enumerate(points)
                if point.objective >= optimal - play or n == len(points) - 1)
    kept = (*points[:last], replace(points[last], slope_right=math.nan))
    return replace(envelope, points=kept, gap_between=envelope.gap_between[:last])
