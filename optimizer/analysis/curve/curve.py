r"""`value_curve`: the optimum as a function of one number of the instance, exactly where it can be.

A number that moves right-hand sides along a line gives a concave curve, one that moves costs a
convex one (its slope is the total of what it weighs): both consist of straight pieces and are
traced to the last breakpoint. Whatever else the number does to the program, the curve is sampled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.analysis.curve.boundary import curve_parameter
from optimizer.analysis.curve.concave import (
    CurvePoint,
    Envelope,
    Tangent,
    refuse_tolerance,
    trace_concave,
)
from optimizer.analysis.curve.edges import beyond, joined, mirrored, usual_range, with_ends
from optimizer.analysis.curve.ends import far_enough, feasible_range
from optimizer.analysis.curve.front import front_of, last_weight
from optimizer.analysis.curve.layouts import is_large_layout, layout_curve
from optimizer.analysis.curve.moves import Setting, lies_on_line, setting_of
from optimizer.analysis.curve.record import Breakpoint, ValueCurve
from optimizer.analysis.curve.sampled import sampled_curve
from optimizer.analysis.curve.side import first_of, first_piece
from optimizer.analysis.curve.staged import Staged
from optimizer.analysis.curve.totals import Totals
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.row_names import number_text
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.options.eligibility import eligibility_of
from optimizer.solve.elastic import loosenings
from optimizer.solve.errors import Infeasible, SolverFault
from optimizer.solve.linear import NoPlan

if TYPE_CHECKING:
    from optimizer.analysis.curve.path import Parameter
    from optimizer.instance.record import Instance
    from optimizer.solve.stages import Answer

Progress = Callable[[str], None]

#: Ends that a solver found are entered this far, relative to the range, where they are too tight.
INWARD = (0.0, 1e-9, 1e-8, 1e-7, 1e-6)


def value_curve(
    instance: Instance, path: str, tolerance: float = 0.0, *, lower: float | None = None,
    upper: float | None = None, shift: bool = False, most_solves: int | None = None,
    progress: Progress | None = None,
) -> ValueCurve:
    """Trace the optimum as a function of one number.

    Parameters
    ----------
    instance
        Checked instance. The curve is of its linear program: parcels may be divided.
    path
        Bare name of a limit; a path as `--set` takes it, such as `sources[K,T].supply_m3` or
        `objective.cost` (the weight); one with `*` behind it, for a factor; or `boundary`.
    tolerance
        Largest gap between lower and upper envelope to be left, relative to the size of the
        curve (over a weight: of its optimum at the least weight); 0 asks for every breakpoint.
        Sampled curves take 0.001 for 0.
    lower, upper
        Ends; None for the least feasible value and where the number stops to matter.
    shift
        Shift the rows of a limit instead of changing its value: exact for shares and averages
        too, whose value stands in the matrix.
    most_solves
        Stop after so many solves and say what gap is left.
    progress
        Told in a few words what is being done.

    Raises
    ------
    ValueError
        For a tolerance that is no number of at least 0.
    InstanceRefused
        For an unknown path, one that no curve can be drawn over, or ends that make no sense.
    Infeasible
        If there is no plan at any value asked for.
    SolverFault
        If the solver fails, or its answers along the curve do not fit together.
    """
    say = progress or _silent
    refuse_tolerance(tolerance)
    parameter = curve_parameter(instance, path, shift=shift)
    _refuse_ends(parameter, (lower, upper))
    say(f"finding out what {parameter.label} moves")
    setting = setting_of(parameter)
    if not setting.options.count:
        # As `solve` has it: where nothing can become anything there is no plan to speak of.
        raise Infeasible(unattainable(setting.instance, setting.program,
                                      eligibility_of(setting.instance)))
    if setting.moving is None or setting.moving.what == "nothing":
        return sampled_curve(setting, tolerance, lower, upper, most_solves, say)
    return _traced(setting, tolerance, (lower, upper), most_solves, say)


def _traced(
    setting: Setting, tolerance: float, ends: tuple[float | None, float | None],
    most_solves: int | None, say: Progress,
) -> ValueCurve:
    """Trace a curve of straight pieces; sample it if they turn out not to be all there is."""
    parameter = setting.parameter
    try:
        if is_large_layout(setting):
            return layout_curve(setting, tolerance, *ends, most_solves, say)
        trace = _Trace(setting, say)
        way = trace.convex if trace.moving.what == "costs" else trace.concave
        curve = way(tolerance, *ends, most_solves)
    except NoPlan:
        found = loosenings(parameter.instance, setting.program, whole=False)
        reasons = (f"there is no plan at any value of {parameter.label} asked for", *found)
        raise Infeasible(reasons) from None
    except ValueError as fault:
        message = f"the solver's answers along the curve do not fit together: {fault}"
        raise SolverFault(message) from fault
    say(f"holding the curve against the program at {len(curve.points)} values")
    if lies_on_line(setting, [point.value for point in curve.points]):
        return curve
    return sampled_curve(setting, tolerance, *ends, most_solves, say)


def _refuse_ends(parameter: Parameter, ends: tuple[float | None, float | None]) -> None:
    """Refuse ends that the number cannot take."""
    found = [Finding("ends of the curve", "out of range", f"{end:g} {parameter.unit}",
                     f"from {parameter.lowest:g} to {parameter.highest:g}", "Give other ends.")
             for end in ends if end is not None
             and not parameter.lowest <= end <= parameter.highest]
    lower, upper = ends
    if not found and lower is not None and upper is not None and lower > upper:
        found = [Finding("ends of the curve", "the wrong way round", f"{lower:g} to {upper:g}",
                         "the lower end first", "Change them round.")]
    if found:
        raise InstanceRefused(parameter.instance.name, found)


def _silent(message: str) -> None:
    del message


class _Trace:
    """One curve being traced: who solves, and the totals of the plans met on the way."""

    def __init__(self, setting: Setting, say: Progress) -> None:
        assert setting.moving is not None
        self.setting, self.say, self.moving = setting, say, setting.moving
        self.parameter = setting.parameter
        self._adder = Totals(self.parameter.instance, setting.options)
        self.totals: dict[float, dict[str, float]] = {}
        self.staged = Staged(self.moving, setting.costs, self._seen)
        self.met = 0

    def _seen(self, value: float, answer: Answer) -> None:
        """Keep the totals of a plan, and say how many there were."""
        self.met += 1
        self.say(f"tracing the curve: {self.met} points")
        self.totals[value] = self._adder.of(answer.x_c)

    def concave(
        self, tolerance: float, lower: float | None, upper: float | None, most: int | None
    ) -> ValueCurve:
        """Curve over a number that moves bounds."""
        parameter = self.parameter
        least, most_value = feasible_range(self.moving, parameter.lowest, parameter.highest)
        start, end = (least if lower is None else lower), (most_value if upper is None else upper)
        if end < least or start > most_value or start > end:
            raise Infeasible(_elsewhere(parameter, least, most_value))
        start, end = self._entered(max(start, least), min(end, most_value))
        lasts_left, lasts_right = math.isinf(start), math.isinf(end)
        if lasts_right:
            base = start if math.isfinite(start) else min(parameter.value, most_value)
            end = far_enough(self.staged, max(base, parameter.value))
        backwards = Staged(self.moving.reversed(), self.setting.costs)
        if lasts_left:
            start = -far_enough(backwards, -end)
        slopes = math.nan, math.nan
        if lasts_right:
            end, slopes = self._last_corner(backwards, end, start)
        if lasts_left:
            piece = first_piece(self.staged, start, end)
            slopes = (piece.slope, slopes[1])
            start = min(piece.end, end)
        segments = self.staged.traced(start, end, tolerance, most)
        points = with_ends(joined(segments), slopes)
        below = beyond("below", start, least, parameter.lowest, points[0], lasts=lasts_left)
        above = beyond("above", end, most_value, parameter.highest, points[-1],
                        lasts=lasts_right)
        return self._curve("rows", points, segments, (below, above))

    def convex(
        self, tolerance: float, lower: float | None, upper: float | None, most: int | None
    ) -> ValueCurve:
        """Curve over a number that moves costs: minus it is concave."""
        parameter, staged = self.parameter, self.staged
        floors = staged.floors_at(self.moving.origin)
        low, high = _cost_range(self.setting, lower, upper)

        def upside_down(value: float) -> Tangent:
            tangent = staged.tangent(staged.last, value, floors)
            return Tangent(value, -tangent.value, -tangent.slope)

        lasts, slope = math.isinf(high), math.nan
        if lasts:
            high = last_weight(staged, self.moving, floors, low)
            slope = upside_down(high).slope
            piece = first_of(lambda at: mirrored(upside_down(-at)), mirrored(upside_down(high)),
                             -low)
            high = max(-piece.end, low)
        # The weighed account swamps the curve at large weights; a gap there is one of the front,
        # in the unit of the rest of the objective, and is held against the size of that.
        size = abs(upside_down(low).value) or None
        traced = trace_concave(upside_down, low, high, tolerance, most_solves=most, size=size)
        segment = traced.negated()
        points = with_ends(joined([segment]), (math.nan, -slope))
        sign = -1.0 if parameter.sense == "min" else 1.0
        front = front_of(staged, floors, traced, self.totals, sign=sign, lasts=lasts) \
            if parameter.kind == "weight" else ()
        above = beyond("above", high, math.inf, parameter.highest, points[-1], lasts=lasts)
        curve = self._curve("costs", points, [segment], ("", above))
        return replace(curve, front=front)

    def _last_corner(
        self, backwards: Staged, end: float, start: float
    ) -> tuple[float, tuple[float, float]]:
        """Last breakpoint before a far end, and the slopes beyond the curve's ends."""
        piece = first_piece(backwards, -end, -start)
        return max(-piece.end, start), (math.nan, -piece.slope)

    def _entered(self, start: float, end: float) -> tuple[float, float]:
        """Move finite ends inwards until the solver finds a plan there."""
        span = max(abs(end - start) if math.isfinite(end - start) else 0.0,
                   abs(start) if math.isfinite(start) else 0.0,
                   abs(end) if math.isfinite(end) else 0.0)
        if math.isfinite(start):
            start = min(self._first_feasible(start, span), end)
        if math.isfinite(end):
            end = max(self._first_feasible(end, -span), start)
        return start, end

    def _first_feasible(self, end: float, span: float) -> float:
        for part in INWARD:
            value = end + part * span
            try:
                self.staged.tangent(0, value, ())
            except NoPlan:
                continue
            return value
        raise NoPlan

    def _curve(
        self, moves: str, points: list[CurvePoint], segments: list[Envelope],
        outside: tuple[str, str],
    ) -> ValueCurve:
        parameter, last = self.parameter, self.setting.costs[-1]
        for point in points:
            if point.value not in self.totals:
                self.staged.tangent(self.staged.last, point.value,
                                    self.staged.floors_at(point.value))
        return ValueCurve(
            instance=parameter.instance, parameter=parameter, moves=moves,
            objective_unit=self.setting.unit_of(last), below=outside[0], above=outside[1],
            points=tuple(Breakpoint(p.value, p.objective, p.slope_left, p.slope_right,
                                    self.totals.get(p.value, {})) for p in points),
            segments=tuple(segments), exact=all(segment.exact for segment in segments),
            gap=max(segment.gap for segment in segments), solves=self.staged.solves,
            now=self._now(), notes=(*parameter.notes, *self.setting.notes),
        )

    def _now(self) -> float:
        """Optimum at the present value, NaN where there is no plan."""
        value, staged = self.parameter.value, self.staged
        try:
            return staged.tangent(staged.last, value, staged.floors_at(value)).value
        except NoPlan:
            return math.nan


def _elsewhere(parameter: Parameter, least: float, most: float) -> tuple[str, ...]:
    """Say that there is no plan between the ends asked for, and where there is one."""
    where = f"from {number_text(least)}" if math.isfinite(least) else ""
    if math.isfinite(most):
        where = f"{where} up to {number_text(most)}".strip()
    return (f"there is no plan at any value of {parameter.label} asked for; there is one "
            f"{where} {parameter.unit}".rstrip(),)


def _cost_range(setting: Setting, lower: float | None, upper: float | None) -> tuple[float, float]:
    """Ends of a curve over costs: a weight goes from 0, others from half to twice theirs."""
    parameter = setting.parameter
    if parameter.kind == "weight":
        return (0.0 if lower is None else lower), (math.inf if upper is None else upper)
    return usual_range(parameter, lower, upper)
