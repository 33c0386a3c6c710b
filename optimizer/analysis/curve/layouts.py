r"""The curve over the boundary weight of a large layout: every point by the first-order method.

Where `solve` would take that method, HiGHS takes minutes a point, and tangents are known to a
certified gap only. With plans j (rest_j, km_j) and bounds found at weights w_j

    max_j (rest_j - w km_j)  <=  z(w)  <=  chord of the bounds on either side of w

as every plan is one at any weight, and z is convex. The widest gap is asked next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.curve.boundary import NAMES, boundary_parameter
from optimizer.analysis.curve.envelope import CurvePoint, Envelope, Tangent
from optimizer.analysis.curve.record import Breakpoint, Front, ValueCurve
from optimizer.analysis.curve.totals import Totals
from optimizer.formulation.assemble import assemble
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.layout.plain import plain_costs, without_boundary
from optimizer.solve.errors import Stopped
from optimizer.solve.first_order.answer import LayoutRun
from optimizer.solve.layout_choice import (
    announcement,
    declined,
    expected_seconds,
    takes_first_order,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimizer.analysis.curve.moves import Setting
    from optimizer.instance.record import Instance

#: Certified gap that layouts are solved to at the least weight; what is added where boundaries
#: cost as much as all the rest brings, as steps get small there; least gap left between layouts.
POINT_GAP, FAR_GAP, LEAST_TOLERANCE = 5e-4, 2e-2, 1e-3
#: Weights to begin with, and solves where no number was asked for.
FIRST_WEIGHTS, SOLVES_AT_MOST = 8, 14
#: Each layout but the first may take so many times what is expected, and so many seconds at least.
EXPECTED_TIMES, LEAST_SECONDS = 3.0, 5.0
#: Places between two weights at which the gap is looked at.
CHECKED = 33
#: A point that takes less needs no announcement.
WORTH_SAYING_A_POINT_S = 0.5


def is_large_layout(setting: Setting) -> bool:
    """Whether a curve is over the boundary weight of what the first-order method lays out."""
    return setting.parameter.path in NAMES and is_large(setting.parameter.instance)


def is_large(instance: Instance) -> bool:
    """Whether an instance with a boundary weight is laid out by the first-order method."""
    return takes_first_order(instance, "auto", compact=None) and not declined(instance)


def curve_announcement(instance: Instance, *, over_boundary: bool) -> str | None:
    """What a point of a curve of a long layout is expected to take; None where it is quick.

    Parameters
    ----------
    over_boundary
        Whether the curve is over the boundary weight, which the first-order method can trace.
    """
    if over_boundary:
        instance = boundary_parameter(instance).instance
    engine = "auto" if over_boundary else "highs"
    told = announcement(instance, engine, compact=None, worth_saying_s=WORTH_SAYING_A_POINT_S)
    return None if told is None else f"{told}, for each of some dozen points (--most-solves)"


@dataclass(frozen=True)
class Layout:
    """The best plan found at a weight, and what no plan can exceed there.

    Parameters
    ----------
    weight
        t CO2e per km.
    rest, km
        What the plan brings without its boundary, and its boundary.
    bound
        Upper bound on the optimum at the weight.
    totals
        Of the plan.
    """

    weight: float
    rest: float
    km: float
    bound: float
    totals: dict[str, float]

    @property
    def line(self) -> Tangent:
        """What the plan earns over the weight."""
        return Tangent(self.weight, self.rest - self.weight * self.km, -self.km)


def layout_curve(
    setting: Setting, tolerance: float, lower: float | None, upper: float | None,
    most_solves: int | None, say: Callable[[str], None],
) -> ValueCurve:
    """Trace the curve between plans found and bounds proven.

    Raises
    ------
    NoPlan
        If no plan keeps the limits.
    """
    solver = _Solver(setting, say)
    solver.at(0.0 if lower is None else lower)
    first = solver.found[0]
    high = _far_weight(first) if upper is None else upper
    for weight in _spread(first.weight, high):
        solver.at(weight)
    most, size = most_solves or SOLVES_AT_MOST, max(1.0, abs(first.rest))
    while len(solver.found) < most:
        gaps, middles = _gaps(solver.found, certified=False)
        widest = int(np.argmax(gaps)) if len(gaps) else 0
        if not len(gaps) or gaps[widest] <= max(tolerance, LEAST_TOLERANCE) * size:
            break
        if solver.at(float(middles[widest])) is None:
            break
    return _curve(setting, solver.found)


def _far_weight(start: Layout) -> float:
    """Weight at which half the boundary there is would cost as much as all the rest brings."""
    return start.weight + (0.5 * abs(start.rest) / start.km if start.km > 0.0 else 1.0)


def _spread(low: float, high: float) -> list[float]:
    """Weights to begin with, the lowest left out: each twice the one before it."""
    if not high > low:
        return []
    return [low + (high - low) / 2.0**halved for halved in range(FIRST_WEIGHTS - 1, -1, -1)]


class _Solver:
    """Solves the layout at one weight after the other."""

    def __init__(self, setting: Setting, say: Callable[[str], None]) -> None:
        self.found: list[Layout] = []
        self._say, self._program = say, setting.program
        self._instance, self._options = setting.parameter.instance, setting.options
        self._stage = plain_costs(self._instance, self._options)[-1]
        self._plain = assemble(without_boundary(self._instance), self._options)
        self._adder = Totals(self._instance, self._options)
        # Large weights take ever more steps: what is proven by then will do.
        self._seconds = max(LEAST_SECONDS, EXPECTED_TIMES * expected_seconds(
            self._instance, first_order=True))

    def at(self, weight: float) -> Layout | None:
        """Solve at a weight, and keep what was found there; None where that was nothing."""
        stage = replace(self._stage, boundary=weight)
        run = LayoutRun(self._instance, self._options, self._plain, (stage,))
        try:
            found = run.search(gap=self._gap(weight), time_limit=self._limit())
        except Stopped:
            return None  # no plan in its time: the curve ends before, or is coarser there
        staged = run.laid_out(found, in_full=False).staged
        edges = np.zeros(self._program.shape[1] - len(staged.answer.x_c))
        totals = self._adder.of(with_edges(self._program, np.append(staged.answer.x_c, edges)))
        result, km = staged.stages[-1], totals["boundary_km"]
        layout = Layout(weight, result.objective + weight * km, km, result.bound, totals)
        self.found = sorted([*self.found, layout], key=lambda one: one.weight)
        self._say(f"tracing the curve: {len(self.found)} layouts")
        return layout

    def _limit(self) -> float | None:
        """Seconds for a layout: the first takes what it takes, the compiling of passes included."""
        return self._seconds if self.found else None

    def _gap(self, weight: float) -> float:
        """Certified gap to solve to at a weight."""
        if not self.found:
            return POINT_GAP
        first = self.found[0]
        share = (weight - first.weight) * first.km / max(1.0, abs(first.rest))
        return POINT_GAP + FAR_GAP * min(1.0, share)


def _gaps(
    found: Sequence[Layout], *, certified: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Between neighbours the widest gap from the best plan's line to the chord, and its weight.

    The optimum is convex in the weight: no chord between two bounds is ever below it. Without
    what is `certified`, chords run between plans: that gap can be closed by more weights.
    """
    gaps, places = [], []
    for left, right in pairwise(found):
        ends = np.array([left.weight, right.weight])
        tops = np.array([left.bound, right.bound]) if certified else _best(found, ends)
        inside = np.linspace(left.weight, right.weight, CHECKED)
        gap = np.interp(inside, ends, tops) - _best(found, inside)
        worst = 1 + int(np.argmax(gap[1:-1]))
        gaps.append(float(gap[worst]))
        places.append(float(inside[worst]))
    return np.array(gaps), np.array(places)


def _best(found: Sequence[Layout], weight_n: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the best of the plans found earns at some weights."""
    lines = np.array([[one.rest, one.km] for one in found])
    return np.asarray((lines[:, 0] - np.outer(weight_n, lines[:, 1])).max(axis=1))


def _front(found: Sequence[Layout]) -> list[tuple[float, float, Layout]]:
    """Plans that are best for some weights between the ends: from, to, plan."""
    low, high = found[0].weight, found[-1].weight
    front: list[tuple[float, float, Layout]] = []
    at = low
    best = max(found, key=lambda one: (one.rest - low * one.km, -one.km))
    while True:
        meets = [((best.rest - one.rest) / (best.km - one.km), one.km, one) for one in found
                 if one.km < best.km]
        to, _, then = min(meets, default=(high, 0.0, best), key=lambda meet: meet[:2])
        if to >= high or then is best:
            return [*front, (at, high, best)]
        if to > at:
            front.append((at, to, best))
        best, at = then, max(at, to)


def _curve(setting: Setting, found: Sequence[Layout]) -> ValueCurve:
    """The record of what was found."""
    parameter, weights = setting.parameter, np.array([one.weight for one in found])
    earned, gaps = _best(found, weights), _gaps(found, certified=True)[0]
    gap = max([*gaps.tolist(), *(one.bound - float(value) for one, value in zip(
        found, earned, strict=True))])
    slopes = [*(np.diff(earned) / np.diff(weights)).tolist(), -found[-1].km]
    points = tuple(
        Breakpoint(one.weight, float(value), before, after, one.totals)
        for one, value, before, after in zip(
            found, earned, [math.nan, *slopes[:-1]], slopes, strict=True))
    bounds = tuple(CurvePoint(one.weight, one.bound, math.nan, math.nan) for one in found)
    envelope = Envelope(bounds, tuple(one.line for one in found), tuple(gaps.tolist()),
                        max(1.0, abs(found[0].rest)), len(found))
    front = tuple(Front(start, end, one.rest, one.km, one.totals)
                  for start, end, one in _front(found))
    worst = max((one.bound - float(value)) / max(1.0, abs(one.rest))
                for one, value in zip(found, earned, strict=True))
    note = (f"the layouts were found by the first-order method: at every weight asked the best is "
            f"proven to within {100.0 * max(worst, 0.0):.2g} % of the optimum; finer by "
            "--from, --to, --most-solves")
    return ValueCurve(
        instance=parameter.instance, parameter=parameter, moves="costs",
        objective_unit=setting.unit_of(setting.costs[-1]),
        below="below: values that are not allowed" if found[0].weight == 0.0
        else "below: not looked at", above="above: not looked at", points=points,
        segments=(envelope,), exact=False, gap=max(gap, 0.0), solves=len(found),
        now=float(_best(found, np.array([parameter.value]))[0]), front=front,
        notes=(*parameter.notes, *setting.notes, note))
