"""Programs small enough to solve on paper, among them every odd one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_programs import column_labels, program_of

from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.certificate import certify
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.decomposition.split import Unsuited, split_of
from optimizer.solve.linear import NoPlan


def shared_water(lower=-np.inf, upper=15.0, must=(False, False), area=(10.0, 5.0), **more):
    """Parcel A: options 1 and 2; parcel B: option 3; water in m3.

    maximise 5 x1 + 3 x2 + 4 x3;  x1 + x2 <= 10;  x3 <= 5;  lower <= 2 x1 + x2 + x3 <= upper
    """
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, 2, parcel=np.arange(2)),
        RowLabels.of(Family.LIMIT, 1, limit=0)])
    rows.family[:2] = [Family.MUST_RECLAIM if m else Family.LAND for m in must]
    least = [a if m else -np.inf for a, m in zip(area, must, strict=True)]
    return program_of([[1, 1, 0], [0, 0, 1], [2, 1, 1]], [*least, lower], [*area, upper],
                      [5, 3, 4], rows, column_labels([0, 0, 1]), **more)


def solved(program):
    answer = solve_decomposed(program)
    proof = certify(program, answer.x_c, answer.price_r)
    assert proof.relative_gap <= 1e-12
    assert proof.primal_violation <= 1e-12
    assert proof.dual_violation <= 1e-12
    return answer, program.value(answer.x_c)


def test_scarce_water():
    # 15 m3: B takes 5 (4 a m3, the dearest use); A has 10 m3 for 10 ha: 10 ha of option 2 earn 30,
    # 5 ha of option 1 earn 25. Together 20 + 30 = 50. Any price of 2 to 3 a m3 proves it.
    answer, value = solved(shared_water())
    assert value == pytest.approx(50.0, rel=1e-12)
    assert answer.x_c.tolist() == pytest.approx([0.0, 10.0, 5.0])
    assert 2.0 <= answer.price_r[2] <= 3.0


def test_a_parcel_that_takes_two_options():
    # 18 m3: 5 for B leaves 13 for A: x1 + x2 = 10, 2 x1 + x2 = 13, so 3 ha and 7 ha:
    # 20 + 15 + 21 = 56. One more m3 turns a hectare from 2 to 1: 5 - 3 = 2.
    answer, value = solved(shared_water(upper=18.0))
    assert value == pytest.approx(56.0, rel=1e-12)
    assert answer.x_c.tolist() == pytest.approx([3.0, 7.0, 5.0])
    assert answer.price_r.tolist() == pytest.approx([1.0, 2.0, 2.0])


def test_no_water_at_all():
    # All need water, so nothing is done.
    answer, value = solved(shared_water(upper=0.0))
    assert value == 0.0
    assert answer.x_c.tolist() == [0.0, 0.0, 0.0]


def test_an_equality_that_costs():
    # All 25 m3: x1 = 10, x3 = 5 earn 50 + 20 = 70, the most there is anyway.
    assert solved(shared_water(lower=25.0, upper=25.0))[1] == pytest.approx(70.0, rel=1e-12)
    # Exactly 3 m3: 3 ha of option 3 earn 12; 1 hectare of 1 or 2 earn less by the m3.
    answer, value = solved(shared_water(lower=3.0, upper=3.0))
    assert value == pytest.approx(12.0, rel=1e-12)
    assert answer.price_r[2] == pytest.approx(4.0)


def test_a_range_that_holds_at_its_lower_end():
    # Gains are negative: each m3 used costs least by option 1 (5/2 = 2.5 a m3). At least 6 m3:
    # 3 ha of option 1, -15.
    program = shared_water(lower=6.0, upper=20.0)
    program = replace(program, cost=-program.cost)
    answer, value = solved(program)
    assert value == pytest.approx(-15.0, rel=1e-12)
    assert answer.price_r[2] == pytest.approx(-2.5)


def test_land_that_must_be_reclaimed():
    # Water for 15, all 15 ha in use: x1 = 0, x2 = 10, x3 = 5 is all that fits.
    answer, value = solved(shared_water(must=(True, True)))
    assert value == pytest.approx(50.0, rel=1e-12)
    assert answer.x_c[0] + answer.x_c[1] == pytest.approx(10.0, rel=1e-14)
    # Water for 14 is not enough for 15 ha.
    with pytest.raises(NoPlan):
        solve_decomposed(shared_water(must=(True, True), upper=14.0))


def test_more_than_all_land_can_use():
    # At most 2 * 10 + 5 = 25 m3 can be used: 26 cannot. At a price of -1 a m3 the rule asks for 26
    # and the land gives 25, which is the proof.
    with pytest.raises(NoPlan) as refused:
        solve_decomposed(shared_water(lower=26.0, upper=np.inf))
    proof = refused.value.proof_r
    assert proof is not None
    assert proof[2] < 0.0
    assert proof[:2].tolist() == [0.0, 0.0]


def test_parcels_without_options():
    # Parcel B loses its only option: A alone, 10 ha of option 1 earn 50 with 20 m3.
    program = shared_water(upper=20.0)
    none = replace(program, matrix=program.matrix[:, :2], cost=program.cost[:2],
                   column_lower=np.zeros(2), column_upper=np.full(2, np.inf),
                   columns=column_labels([0, 0]))
    answer, value = solved(none)
    assert value == pytest.approx(50.0, rel=1e-12)
    assert answer.price_r[1] == 0.0
    must = replace(none, row_lower=np.array([-np.inf, 5.0, -np.inf]))
    must.rows.family[1] = Family.MUST_RECLAIM
    with pytest.raises(NoPlan):
        solve_decomposed(must)


def test_a_parcel_without_land():
    answer, value = solved(shared_water(upper=20.0, area=(10.0, 0.0)))
    assert value == pytest.approx(50.0, rel=1e-12)
    assert answer.x_c[2] == 0.0


def test_a_single_giant_among_many():
    # 999 parcels of 1 ha and one of a million; option "a" of each earns 2 and takes 1, option "b"
    # earns 1 and takes nothing; 500,000 to take. The giant has both: 499,000 or so of a.
    parcels = 1_000
    area = np.ones(parcels)
    area[500] = 1e6
    count = 2 * parcels
    parcel = np.repeat(np.arange(parcels), 2)
    matrix = np.zeros((parcels + 1, count))
    matrix[parcel, np.arange(count)] = 1.0
    matrix[parcels, ::2] = 1.0
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, parcels, parcel=np.arange(parcels)),
        RowLabels.of(Family.LIMIT, 1, limit=0)])
    program = program_of(matrix, np.full(parcels + 1, -np.inf), [*area, 500_000.0],
                         np.tile([2.0, 1.0], parcels), rows, column_labels(parcel))
    # 1,000,999 ha earn 1 each, and 500,000 of them 1 more.
    answer, value = solved(program)
    assert value == pytest.approx(1_500_999.0, rel=1e-12)
    assert answer.price_r[parcels] == pytest.approx(1.0)


def test_without_any_coupling_row():
    program = shared_water(upper=np.inf)
    alone = replace(program, matrix=program.matrix[:2], row_lower=program.row_lower[:2],
                    row_upper=program.row_upper[:2],
                    rows=RowLabels.of(Family.LAND, 2, parcel=np.arange(2)))
    # Each parcel takes its best: 10 * 5 + 5 * 4.
    assert solved(alone)[1] == pytest.approx(70.0, rel=1e-12)


def test_soil_that_keeps_for_later():
    # One parcel of 10 ha, options in periods 0 and 1, 2 m3 a hectare, gains 3 and 5; supply 10 and
    # 4 m3; a fifth of a stock is lost, and holding a m3 over costs 0.1. Stock columns last.
    #   s0 + 2 x0 = 10,   s1 - 0.8 s0 + 2 x1 = 4
    # A m3 is worth 1.5 now, or 0.8 * 2.5 - 0.1 = 1.9 later: all of it is kept.
    # x1 = (4 + 8)/2 = 6 ha: 6*5 - 10*0.1 = 29.
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, 1, parcel=0),
        RowLabels.of(Family.SOIL_BALANCE, 2, source=0, period=np.arange(2))])
    program = program_of(
        [[1, 1, 0, 0], [2, 0, 1, 0], [0, 2, -0.8, 1]], [-np.inf, 10, 4], [10, 10, 4],
        [3, 5, -0.1, -0.1], rows,
        column_labels([0, 0, -1, -1], period=[0, 1, 0, 1], source=[0, 0, 0, 0]))
    answer, value = solved(program)
    assert value == pytest.approx(29.0, rel=1e-12)
    assert answer.x_c.tolist() == pytest.approx([0.0, 6.0, 10.0, 0.0])
    assert answer.price_r.tolist() == pytest.approx([0.0, 1.9, 2.5])


@pytest.mark.parametrize(("change", "words"), [
    ({"column_lower": np.array([0.0, 1.0, 0.0])}, "given from the start"),
    ({"integer_c": np.array([True, False, False])}, "whole"),
    ({"columns": column_labels([1, 0, 1])}, "order of the parcels"),
    ({"columns": column_labels([0, 1, 1])}, "one hectare of one parcel"),
    ({"columns": column_labels([0, 0, -1])}, "neither options nor stocks"),
    ({"row_lower": np.array([3.0, -np.inf, -np.inf])}, "a least and a most"),
])
def test_programs_that_do_not_fall_apart_are_named(change, words):
    with pytest.raises(Unsuited, match=words):
        split_of(replace(shared_water(), **change))
