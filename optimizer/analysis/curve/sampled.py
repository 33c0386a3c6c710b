r"""Curves that are not made of straight pieces: sampled, with what is known of the error.

Where a larger value only ever loosens (or only ever tightens) a limit, the curve rises (or falls)
and lies between its neighbours' heights: the error between two samples is bounded by the
difference of their optima. Elsewhere nothing bounds it, and the distance of each sample from the
line through its neighbours is told as an estimate. Numbers that are whole are sampled at whole
values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.analysis.curve.edges import usual_range
from optimizer.analysis.curve.path import IN_MATRIX
from optimizer.analysis.curve.record import Breakpoint, ValueCurve
from optimizer.analysis.curve.totals import Totals
from optimizer.formulation.assemble import assemble
from optimizer.formulation.attainable import unattainable
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.instance.findings import InstanceRefused
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_of
from optimizer.solve.errors import Infeasible
from optimizer.solve.linear import NoPlan
from optimizer.solve.stages import Answer, solve_stages
from optimizer.solve.warm import WarmProgram

if TYPE_CHECKING:
    from optimizer.analysis.curve.moves import Setting
    from optimizer.formulation.program import LinearProgram

#: Tolerance of a sampled curve that was asked for exactly.
TOLERANCE = 1e-3
SAMPLES_FIRST, SAMPLES_AT_MOST = 9, 65
#: Intervals narrower than this part of the range are not halved.
NARROWEST = 1e-3
#: The edge of what is feasible is found to this part of the range.
EDGE = 1e-4
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Sample:
    """The optimum at one value, NaN where there is no plan."""

    value: float
    objective: float
    totals: dict[str, float] = field(default_factory=dict)


def sampled_curve(
    setting: Setting, tolerance: float, lower: float | None, upper: float | None,
    most_solves: int | None, say: Progress,
) -> ValueCurve:
    """Sample the curve, most densely where it may be furthest off.

    Raises
    ------
    Infeasible
        If there is no plan at any of the values.
    InstanceRefused
        If the ends are not allowed.
    """
    sampler = _Sampler(setting, say)
    rises = monotone(setting)
    low, high = _ends(setting, lower, upper)
    samples = sampler.spread(low, high)
    samples = sampler.refined(samples, tolerance or TOLERANCE, most_solves or SAMPLES_AT_MOST,
                              monotone=bool(rises))
    return _curve(setting, samples, sampler, rises, (low, high))


def monotone(setting: Setting) -> int:
    """1 where a larger value only loosens the limit, -1 where it only tightens it, else 0."""
    parameter = setting.parameter
    if parameter.kind != "limit" or len(setting.costs) > 1:
        return 0
    basis = str(parameter.instance.tables["limits"].text("basis")[parameter.limit])
    return {"<=": 1, ">=": -1}.get(parameter.sense, 0) if basis in IN_MATRIX else 0


def _ends(setting: Setting, lower: float | None, upper: float | None) -> tuple[float, float]:
    """Shares go from 0 to 100 %; other numbers from half to twice their present value."""
    parameter = setting.parameter
    if parameter.unit.startswith("%"):
        low = max(0.0, parameter.lowest) if lower is None else lower
        high = min(100.0, parameter.highest) if upper is None else upper
    else:
        low, high = usual_range(parameter, lower, upper)
    return low, max(low, high)


class _Sampler:
    """Solves the instance at values; each stage starts from the basis of its first solve."""

    def __init__(self, setting: Setting, say: Progress) -> None:
        self.setting, self.say = setting, say
        self.solves = 0
        self.found: dict[float, Sample] = {}
        self.refused: dict[float, InstanceRefused] = {}
        # Whole numbers are neighbours at a distance of 1.
        self.closest = 1.0 if setting.parameter.whole else 0.0
        self._warm: dict[int, WarmProgram] = {}

    def at(self, value: float) -> Sample:
        """Solve at a value; one that the checks refuse counts as one without a plan."""
        if value not in self.found:
            self.solves += 1
            self.say(f"sampling the curve: {self.solves} points")
            try:
                self.found[value] = self._solved(value)
            except NoPlan:
                self.found[value] = Sample(value, math.nan)
            except InstanceRefused as refused:
                self.refused[value] = refused
                self.found[value] = Sample(value, math.nan)
        return self.found[value]

    def near(self, value: float) -> Sample:
        """Solve at the value, or at the whole number nearest to it where only those make sense."""
        return self.at(float(round(value)) if self.closest else value)

    def _solved(self, value: float) -> Sample:
        instance = self.setting.parameter.at(value)
        eligibility = eligibility_of(instance)
        options = options_of(instance, eligibility)
        program = assemble(instance, options)
        if unattainable(instance, program, eligibility):
            raise NoPlan
        staged = solve_stages(program, stage_costs(instance, options), self._one, _no_size)
        return Sample(value, staged.stages[-1].objective,
                      Totals(instance, options).of(staged.answer.x_c))

    def _one(self, program: LinearProgram, stage: StageCost) -> Answer:
        if stage.number not in self._warm:
            base = WarmProgram(program)
            answer = base.base
            self._warm[stage.number] = base
            return answer
        return self._warm[stage.number].solve(program)

    def spread(self, low: float, high: float) -> list[Sample]:
        """Take the first samples, and the edges of what is feasible."""
        if high <= low:
            return [sample for sample in [self.near(low)] if not math.isnan(sample.objective)]
        steps = SAMPLES_FIRST - 1
        values = [low + (high - low) * step / steps for step in range(steps + 1)]
        present = self.setting.parameter.value
        if low < present < high:
            values.append(present)
        samples = _in_order(self.near(value) for value in values)
        width = max(EDGE * (high - low), self.closest)
        edges = [self._edge(one, two, width) for one, two in pairwise(samples)
                 if math.isnan(one.objective) != math.isnan(two.objective)]
        return [s for s in _in_order([*samples, *edges]) if not math.isnan(s.objective)]

    def _edge(self, one: Sample, two: Sample, width: float) -> Sample:
        """Halve the way between a value with a plan and one without; the last with one."""
        within, without = (two, one) if math.isnan(one.objective) else (one, two)
        while abs(within.value - without.value) > width:
            middle = self.near(0.5 * (within.value + without.value))
            if math.isnan(middle.objective):
                without = middle
            else:
                within = middle
        return within

    def refined(
        self, samples: list[Sample], tolerance: float, most: int, *, monotone: bool
    ) -> list[Sample]:
        """Halve the interval that may be furthest off, until all are near enough."""
        while len(samples) > 1 and self.solves < most:
            size = max(abs(s.objective) for s in samples) or 1.0
            errors = errors_between(samples, monotone=monotone)
            gaps = self.gaps(samples)
            narrow = max(NARROWEST * (samples[-1].value - samples[0].value), self.closest)
            # A jump stays a jump however near one looks, and in a gap there is nothing to find.
            errors = [error if right.value - left.value > narrow and (left, right) not in gaps
                      else 0.0 for error, (left, right)
                      in zip(errors, pairwise(samples), strict=True)]
            worst = max(range(len(errors)), key=lambda at: errors[at])
            if errors[worst] <= tolerance * size:
                break
            left, right = samples[worst], samples[worst + 1]
            middle = self.near(0.5 * (left.value + right.value))
            if not math.isnan(middle.objective):
                samples.insert(worst + 1, middle)
        return samples

    def gaps(self, samples: list[Sample]) -> list[tuple[Sample, Sample]]:
        """Neighbours between which a value without a plan was met."""
        none = [value for value, sample in self.found.items() if math.isnan(sample.objective)]
        return [(left, right) for left, right in pairwise(samples)
                if any(left.value < value < right.value for value in none)]


def _in_order(samples: Iterable[Sample]) -> list[Sample]:
    """Each value once: the edge of what is feasible may be a sample already taken."""
    return sorted({sample.value: sample for sample in samples}.values(), key=lambda s: s.value)


def _no_size(stage: StageCost, x_c: object) -> float:
    """Size for a gap that nobody reads: 1."""
    del stage, x_c
    return 1.0


def errors_between(samples: list[Sample], *, monotone: bool) -> list[float]:
    """Largest error between neighbouring samples: a bound if monotone, else an estimate."""
    if monotone:
        return [abs(right.objective - left.objective) for left, right in pairwise(samples)]
    off = [0.0] * len(samples)
    for at in range(1, len(samples) - 1):
        left, here, right = samples[at - 1:at + 2]
        part = (here.value - left.value) / (right.value - left.value)
        chord = left.objective + part * (right.objective - left.objective)
        off[at] = abs(here.objective - chord)
    return [max(one, two) for one, two in pairwise(off)]


def _curve(
    setting: Setting, samples: list[Sample], sampler: _Sampler, rises: int,
    ends: tuple[float, float],
) -> ValueCurve:
    parameter, last = setting.parameter, setting.costs[-1]
    if not samples:
        where = f"from {ends[0]:g} to {ends[1]:g}"
        reason = f"there is no plan at any of {sampler.solves} values of {parameter.label} {where}"
        raise Infeasible((reason,))
    slopes = [math.nan, *((b.objective - a.objective) / (b.value - a.value)
                          for a, b in pairwise(samples)), math.nan]
    errors = errors_between(samples, monotone=bool(rises))
    worst = max(errors, default=0.0)
    words = (f"between two samples the curve lies between their optima: the largest difference "
             f"is {worst:.6g}" if rises else
             f"nothing bounds the curve between samples; a sample lies at most {worst:.6g} off "
             "the line through its neighbours")
    points = tuple(Breakpoint(s.value, s.objective, slopes[at], slopes[at + 1], s.totals)
                   for at, s in enumerate(samples))
    return ValueCurve(
        instance=parameter.instance, parameter=parameter, moves="sampled",
        objective_unit=setting.unit_of(last), points=points, segments=(), exact=False,
        gap=worst if rises else math.nan, solves=sampler.solves,
        below=_beyond("below", samples[0].value, ends[0], sampler),
        above=_beyond("above", samples[-1].value, ends[1], sampler),
        now=sampler.at(parameter.value).objective,
        notes=(*parameter.notes, *setting.notes, words, *_gap_notes(sampler, samples)))


def _gap_notes(sampler: _Sampler, samples: list[Sample]) -> tuple[str, ...]:
    """Say where there is no plan between samples, and why values were refused."""
    notes = [f"no plan somewhere between {left.value:.9g} and {right.value:.9g}: the line between "
             "these two is not the curve" for left, right in sampler.gaps(samples)]
    if sampler.refused:
        value, refused = next(iter(sorted(sampler.refused.items())))
        finding = str(refused.findings[0]).rstrip(".")
        notes.append(f"the checks refuse {len(sampler.refused)} of the {sampler.solves} values "
                     f"tried, such as {value:.9g}: {finding}")
    return tuple(notes)


def _beyond(side: str, reached: float, end: float, sampler: _Sampler) -> str:
    """Say what lies beyond the first or last sample with a plan."""
    if reached == end:
        return f"{side}: not looked at"
    beyond = [value for value, sample in sampler.found.items() if math.isnan(sample.objective)
              and (value < reached if side == "below" else value > reached)]
    if not beyond:
        return f"{side}: not looked at"
    refused = min(beyond, key=lambda value: abs(value - reached)) in sampler.refused
    return f"{side}: the checks refuse such values" if refused else \
        f"{side}: no plan meets all rules"
