"""Tracing concave piecewise-linear functions: against minima of random lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.analysis.curve.concave import Tangent, trace_concave

#: Slope and height at 0 of each line; the function is their minimum.
Lines = list[tuple[float, float]]

LINES = st.lists(st.tuples(st.integers(-40, 40), st.integers(-1000, 1000)), min_size=1,
                 max_size=25).map(lambda lines: [(a / 8, b / 4) for a, b in lines])


def height(lines: Lines, at: float) -> float:
    return min(b + a * at for a, b in lines)


def asked(lines: Lines, mix: float, log: list[float] | None = None) -> Callable[
        [float], Tangent]:
    """Answers of a solver that at corners picks any slope between those of both sides."""
    def evaluate(at: float) -> Tangent:
        if log is not None:
            log.append(at)
        lowest = height(lines, at)
        slopes = [a for a, b in lines if b + a * at <= lowest + 1e-9 * max(1.0, abs(lowest))]
        return Tangent(at, lowest, mix * min(slopes) + (1 - mix) * max(slopes))
    return evaluate


def test_three_pieces_by_hand() -> None:
    # min(2 v, 10 + v / 2, 20): corners where 2 v = 10 + v / 2, v = 20 / 3; and where
    # 10 + v / 2 = 20, v = 20.
    lines: Lines = [(2.0, 0.0), (0.5, 10.0), (0.0, 20.0)]
    found = trace_concave(asked(lines, 0.5), 0.0, 40.0)
    assert found.exact
    assert [p.value for p in found.points] == pytest.approx([0.0, 20 / 3, 20.0, 40.0])
    assert [p.objective for p in found.points] == pytest.approx([0.0, 40 / 3, 20.0, 20.0])
    assert [p.slope_right for p in found.points[:-1]] == pytest.approx([2.0, 0.5, 0.0])
    assert [p.slope_left for p in found.points[1:]] == pytest.approx([2.0, 0.5, 0.0])
    assert math.isnan(found.points[0].slope_left)
    assert math.isnan(found.points[-1].slope_right)


@settings(deadline=None, max_examples=200)
@given(LINES, st.sampled_from((0.0, 0.3, 1.0)), st.floats(-50, 50))
def test_at_tolerance_0_the_curve_is_the_function(lines: Lines, mix: float, at: float) -> None:
    found = trace_concave(asked(lines, mix), -50.0, 50.0)
    assert found.exact
    assert found.gap == 0.0
    size = 1e-7 * found.scale + 1e-9
    assert found.lower(at) == pytest.approx(height(lines, at), abs=size)
    assert found.upper(at) == pytest.approx(height(lines, at), abs=size)
    slopes = [p.slope_right for p in found.points[:-1]]
    assert all(one >= two - 1e-9 for one, two in pairwise(slopes))


@settings(deadline=None, max_examples=100)
@given(LINES, st.sampled_from((0.0, 0.5)))
def test_breakpoints_are_those_of_the_function(lines: Lines, mix: float) -> None:
    # Corners of the minimum: where the slope just left and just right differ.
    crossings = {(d - b) / (a - c) for a, b in lines for c, d in lines if a != c}
    corners = []
    for at in sorted(crossings):
        on = [a for a, b in lines if abs(b + a * at - height(lines, at)) < 1e-9]
        if -50.0 < at < 50.0 and len(on) > 1 and max(on) - min(on) > 1e-6:
            corners.append(at)
    found = trace_concave(asked(lines, mix), -50.0, 50.0)
    inner = [p.value for p in found.points[1:-1]]
    distinct = [at for i, at in enumerate(corners) if i == 0 or at - corners[i - 1] > 1e-6]
    assert inner == pytest.approx(distinct, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(LINES, st.sampled_from((1e-3, 0.05)), st.floats(-50, 50))
def test_a_tolerance_is_kept_by_envelopes_on_both_sides(
    lines: Lines, tolerance: float, at: float
) -> None:
    found = trace_concave(asked(lines, 0.5), -50.0, 50.0, tolerance)
    rounding = 1e-9 * found.scale + 1e-9
    assert found.gap <= tolerance * found.scale
    assert found.lower(at) <= height(lines, at) + rounding
    assert height(lines, at) <= found.upper(at) + rounding
    assert found.upper(at) - found.lower(at) <= found.gap + rounding


def test_few_solves_leave_a_gap_that_is_told() -> None:
    lines: Lines = [(-v / 10, (v / 10) ** 2 * 5) for v in range(-100, 101)]
    log: list[float] = []
    found = trace_concave(asked(lines, 0.5, log), -50.0, 50.0, most_solves=12)
    assert len(log) == found.solves == 12
    assert not found.exact
    assert found.gap > 0.0
    whole = trace_concave(asked(lines, 0.5), -50.0, 50.0)
    worst = max(whole.lower(at) - found.lower(at) for at in range(-50, 51))
    assert 0.0 < worst <= found.gap


def test_a_convex_function_is_traced_upside_down() -> None:
    # max(-v, v / 2): corner at 0.
    found = trace_concave(asked([(1.0, 0.0), (-0.5, 0.0)], 0.5), -10.0, 10.0).negated()
    assert [p.value for p in found.points] == pytest.approx([-10.0, 0.0, 10.0])
    assert [p.objective for p in found.points] == pytest.approx([10.0, 0.0, 5.0])
    assert found.points[1].slope_right == pytest.approx(0.5)


def test_one_value_is_a_point() -> None:
    found = trace_concave(asked([(1.0, 3.0)], 0.5), 2.0, 2.0)
    assert [(p.value, p.objective) for p in found.points] == [(2.0, 5.0)]
    assert found.exact
    assert found.lower(2.0) == found.upper(2.0) == 5.0


def test_what_is_not_concave_is_refused() -> None:
    with pytest.raises(ValueError, match="not concave"):
        trace_concave(lambda at: Tangent(at, at * at, 2 * at), -1.0, 2.0)
    with pytest.raises(ValueError, match="ends before it starts"):
        trace_concave(lambda at: Tangent(at, 0.0, 0.0), 1.0, 0.0)
