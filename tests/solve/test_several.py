"""The best plan for several objectives, against another solver and its own proof."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from small_programs import program_of, random_program

from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.several import Gain, best_of_several, with_level, worst_weighting
from optimizer.solve.warm import WarmProgram

CLOSE = 1e-7


def gains_for(program, count: int, seed: int) -> list[Gain]:
    rng = np.random.default_rng(seed)
    return [Gain(program.cost * rng.uniform(0.2, 1.8, len(program.cost)), rng.normal() * 100)
            for _ in range(count)]


def by_scipy(program, gains: list[Gain], cap_s: np.ndarray) -> float:
    """max level - cap . short, written once more for another solver."""
    count, columns = len(gains), len(program.cost)
    matrix = program.matrix.toarray()
    equal = program.row_lower == program.row_upper
    upper, lower = np.isfinite(program.row_upper) & ~equal, np.isfinite(program.row_lower) & ~equal
    wide = np.zeros((len(matrix), 1 + count))
    rows = np.hstack([matrix, wide])
    values = np.hstack([-np.array([g.cost_c for g in gains]), np.ones((count, 1)), -np.eye(count)])
    found = linprog(
        np.concatenate([np.zeros(columns), [-1.0], cap_s]),
        A_ub=np.vstack([rows[upper], -rows[lower], values]),
        b_ub=np.concatenate([program.row_upper[upper], -program.row_lower[lower],
                             [g.offset for g in gains]]),
        A_eq=rows[equal], b_eq=program.row_upper[equal],
        bounds=[(0, None)] * columns + [(None, None)] + [(0, None)] * count, method="highs-ds")
    assert found.status == 0
    return -found.fun


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cap", [1.0, 0.25, 0.4, 0.7])
def test_the_value_is_that_of_another_formulation(seed: int, cap: float) -> None:
    program = random_program(parcels=8, options=4, limits=2, seed=seed)
    gains = gains_for(program, 4, seed)
    cap_s = np.full(4, cap)
    best = best_of_several(program, gains, cap_s)
    size = np.abs(program.cost * best.x_c).sum()
    assert best.value == pytest.approx(by_scipy(program, gains, cap_s), abs=CLOSE * size)
    assert best.relative_gap <= 1e-9
    assert best.primal_violation <= 1e-7


@pytest.mark.parametrize("seed", range(3))
def test_any_weighting_bounds_every_plan(seed: int) -> None:
    program = random_program(seed=seed)
    gains = gains_for(program, 3, seed)
    best = best_of_several(program, gains)
    assert best.weight_s.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(best.weight_s >= 0.0)
    for gain in gains:  # plans that are best for one objective alone
        other = solve_linear(program.with_cost(gain.cost_c)).x_c
        assert min(one.of(other) for one in gains) <= best.bound + 1e-6 * abs(best.bound)


def test_one_objective_is_an_ordinary_program() -> None:
    program = random_program(seed=3)
    best = best_of_several(program, [Gain(program.cost, 7.0)])
    assert best.value == pytest.approx(program.value(solve_linear(program).x_c) + 7.0)
    assert best.weight_s.tolist() == [1.0]


def test_from_a_basis_the_value_is_the_same() -> None:
    program = random_program(seed=5)
    gains = gains_for(program, 2, 5)
    start = with_level(WarmProgram(program).basis)
    warm = best_of_several(program, gains, start=start)
    assert warm.value == pytest.approx(best_of_several(program, gains).value, rel=1e-9)
    third = [*gains, Gain(-program.cost)]
    longer = best_of_several(program, third, start=warm.basis)
    assert longer.value == pytest.approx(best_of_several(program, third).value, rel=1e-9)


def test_rules_that_cannot_be_met_are_told() -> None:
    program = random_program(seed=1)
    lower = program.row_lower.copy()
    lower[0] = program.row_upper[0] + 1.0
    none = program_of(program.matrix, lower, program.row_upper, program.cost, program.rows,
                      program.columns)
    with pytest.raises(NoPlan):
        best_of_several(none, gains_for(none, 2, 0))


@pytest.mark.parametrize(("caps", "expected"), [
    # 3 once; half 3 and half 5; the plain mean of 3, 5 and 10.
    ([1.0, 1.0, 1.0], 3.0), ([0.5, 0.5, 0.5], 4.0), ([1 / 3, 1 / 3, 1 / 3], 6.0),
    # 0.3 of 3, then 0.7 of 5.
    ([1.0, 0.3, 1.0], 0.3 * 3 + 0.7 * 5)])
def test_the_worst_weighting_takes_the_lowest_first(caps, expected) -> None:
    assert worst_weighting(np.array([5.0, 3.0, 10.0]), np.array(caps)) == pytest.approx(expected)
