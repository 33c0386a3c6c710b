from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_programs import column_labels, known_optimum, program_of, random_program

from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.certificate import (
    certify,
    dual_violation,
    primal_violation,
    stock_caps,
    upper_bound,
)
from optimizer.solve.highs import HighsSession


def water_program(must=False):
    """Parcel A (10 ha): options 1 and 2; parcel B (5 ha): option 3; 15 m3 of water.

    maximise 5 x1 + 3 x2 + 4 x3;  x1 + x2 <= 10;  x3 <= 5;  2 x1 + x2 + x3 <= 15
    """
    family = Family.MUST_RECLAIM if must else Family.LAND
    rows = RowLabels.concatenate([
        RowLabels.of(family, 2, parcel=np.arange(2)), RowLabels.of(Family.LIMIT, 1, limit=0)])
    land = [10.0, 5.0] if must else [-np.inf, -np.inf]
    return program_of(
        [[1, 1, 0], [0, 0, 1], [2, 1, 1]], [*land, -np.inf], [10, 5, 15], [5, 3, 4], rows,
        column_labels([0, 0, 1]),
    )


def test_bound_by_hand():
    program = water_program()
    # x2 = 10, x3 = 5 earns 3*10 + 4*5 = 50 and uses 10 + 5 = 15 m3. At a price of 2 per m3:
    # 15*2 + 10*max(0, 5-4, 3-2) + 5*max(0, 4-2) = 30 + 10 + 10 = 50, so 50 is the optimum.
    assert upper_bound(program, np.array([0.0, 0.0, 2.0])) == 50.0
    # At 3: 45 + 10*max(0, -1, 0) + 5*1 = 50, also optimal: the price may be 2 to 3.
    assert upper_bound(program, np.array([0.0, 0.0, 3.0])) == 50.0
    # At 1: 15 + 10*max(3, 2) + 5*3 = 60. A <= row cannot cost anything: -4 counts as 0,
    # 10*5 + 5*4 = 70.
    assert upper_bound(program, np.array([0.0, 0.0, 1.0])) == 60.0
    assert upper_bound(program, np.array([0.0, 0.0, -4.0])) == 70.0


def test_land_that_must_be_reclaimed_has_no_way_out():
    # At 6 per m3: 15*6 + 10*max(5-12, 3-6) + 5*(4-6) = 90 - 30 - 10 = 50.
    assert upper_bound(water_program(must=True), np.array([0.0, 0.0, 6.0])) == 50.0
    # Land that may lie idle does not lose: 90 + 0 + 0.
    assert upper_bound(water_program(), np.array([0.0, 0.0, 6.0])) == 90.0


def test_certificate_of_the_optimum_and_of_less():
    program = water_program()
    best = certify(program, np.array([0.0, 10.0, 5.0]), np.array([1.0, 2.0, 2.0]))
    assert best.primal_violation == 0.0
    assert best.dual_violation == 0.0
    assert best.relative_gap == 0.0
    # 9 ha of option 2 instead of 10 earn 47: gap (50 - 47) / 47.
    less = certify(program, np.array([0.0, 9.0, 5.0]), np.array([1.0, 2.0, 2.0]))
    assert less.relative_gap == pytest.approx(3.0 / 47.0, rel=1e-15)
    # Held against terms of a size of 150: 3 / 150.
    sized = certify(program, np.array([0.0, 9.0, 5.0]), np.array([1.0, 2.0, 2.0]), size=150.0)
    assert sized.relative_gap == pytest.approx(0.02, rel=1e-15)


def test_violations_by_hand():
    program = water_program()
    # 11 ha on 10 ha of land: 1 over, relative to the 11; water 11 + 5 = 16: 1 over 16.
    assert primal_violation(program, np.array([0.0, 11.0, 5.0])) == pytest.approx(1 / 11)
    # Less than nothing of option 3: -2 is 2 below 0, relative to 2.
    assert primal_violation(program, np.array([0.0, 1.0, -2.0])) == 1.0
    assert primal_violation(program, np.array([np.nan, 1.0, 1.0])) == np.inf
    # A land price of 0 leaves option 1 a reduced gain of 5 - 2*2 = 1, against a size of 5 + 4,
    # and option 2 one of 3 - 2 = 1, against 3 + 2: the larger share is 1/5.
    assert dual_violation(program, np.array([0.0, 2.0, 2.0])) == pytest.approx(1 / 5)
    # A negative price on a <= row is wrong by its whole size.
    assert dual_violation(program, np.array([9.0, 9.0, -2.0])) == 1.0


def test_stock_may_not_be_more_than_was_supplied():
    # One source, two periods: 100 and 50 m3; after the second at most 150.
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, 1, parcel=0),
        RowLabels.of(Family.SOIL_BALANCE, 2, source=0, period=np.arange(2))])
    program = program_of(
        [[1, 0, 0], [2, 1, 0], [0, -0.9, 1]], [-np.inf, 100, 50], [10, 100, 50], [7, 0, -1], rows,
        column_labels([0, -1, -1], period=[0, 0, 1], source=[0, 0, 0]))
    assert stock_caps(program).tolist() == [[100.0, 150.0]]
    # Prices 1 and 2 per m3: 100*1 + 50*2 = 200; land 10*max(0, 7 - 2*1) = 50;
    # stock 0: 0 - 1 + 0.9*2 = 0.8, times 100 = 80; stock 1: -1 - 2 < 0. Together 330.
    assert upper_bound(program, np.array([0.0, 1.0, 2.0])) == pytest.approx(330.0, rel=1e-15)


def test_options_that_are_held_fill_their_parcel_in_order():
    program = water_program()
    program.column_lower[1] = program.column_upper[1] = 4.0  # 4 ha of option 2 are done already
    # At a price of 0: 4*3 + the other 6 ha at 5 = 42, and 5*4 = 20 for parcel B.
    assert upper_bound(program, np.zeros(3)) == 62.0


@given(st.integers(0, 40), st.floats(-3.0, 3.0), st.integers(0, 2**31))
def test_any_prices_give_a_valid_but_no_better_bound(seed, size, noise_seed):
    program = random_program(parcels=6, options=4, limits=3, seed=seed)
    raw = HighsSession(program).solve()
    best = certify(program, raw.x_c, raw.price_r)
    assert best.relative_gap < 1e-9
    noise = np.random.default_rng(noise_seed).normal(0.0, 10.0 ** size, program.shape[0])
    shaken = upper_bound(program, raw.price_r * (1.0 + noise))
    objective = program.value(raw.x_c)
    assert shaken >= objective - 1e-9 * max(1.0, abs(objective))


@given(st.integers(0, 2**31))
def test_programs_with_a_known_optimum_are_certified_at_it(seed):
    program, x_c, price_r, optimum = known_optimum(seed)
    certificate = certify(program, x_c, price_r)
    assert certificate.primal_violation < 1e-12
    assert certificate.dual_violation < 1e-12
    assert certificate.bound == pytest.approx(optimum, rel=1e-12)
    raw = HighsSession(program).solve()
    assert program.value(raw.x_c) == pytest.approx(optimum, rel=1e-10)
