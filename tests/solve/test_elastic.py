from __future__ import annotations

import numpy as np
import pytest
from helpers import write_folder
from small_programs import column_labels, program_of

import optimizer as ro
from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.elastic import shortfall
from optimizer.solve.linear import NoPlan, solve_linear


def conflict(must=False):
    """10 ha; option 1 costs 3 a hectare, option 2 costs 1; at least 8 ha of 1, money for 15."""
    rows = RowLabels.concatenate([
        RowLabels.of(Family.MUST_RECLAIM if must else Family.LAND, 1, parcel=0),
        RowLabels.of(Family.LIMIT, 2, limit=np.arange(2))])
    return program_of([[1, 1], [1, 0], [3, 1]], [10.0 if must else -np.inf, 8, -np.inf],
                      [10, np.inf, 15], [1, 1], rows, column_labels([0, 0]))


def test_least_relative_loosening_by_hand():
    program = conflict()
    with pytest.raises(NoPlan):
        solve_linear(program)
    # 8 ha of option 1 cost 24: 9 too much, 9/15 = 0.6 of the bound. Or 15/3 = 5 ha: 3 short,
    # 3/8 = 0.375 of the bound. The latter is less.
    assert shortfall(program).tolist() == pytest.approx([0.0, 3.0, 0.0], abs=1e-9)


def test_duties_to_reclaim_may_give_way_but_land_is_not_used_twice():
    program = conflict(must=True)
    # With x1 = a, x2 = b: (10 - a - b)/10 + (8 - a)/8 where 3a + b <= 15. A unit of money makes
    # b worth 1/10, a worth (1/10 + 1/8)/3 = 0.075: so b first. b = 10, a = 0 leaves 5 unspent;
    # replacing b by a costs 2 more a hectare: a = 2.5, b = 7.5, short 8 - 2.5 = 5.5. No less:
    # 5.5/8 = 0.6875 against more a: one b less for 1/3 a: + 1/10 - (1/10 + 1/8)/3 > 0.
    assert shortfall(program).tolist() == pytest.approx([0.0, 5.5, 0.0], abs=1e-9)


def test_whole_parcels():
    # The one parcel of 10 ha: option 1 whole costs 30, 15 over: 15/15 = 1. Nothing: 8 short,
    # 8/8 = 1. Option 2 whole: 10 in money, 8 short: 1. All loosen by 1 in total.
    short = shortfall(conflict(), whole=True)
    assert abs(short[1]) / 8 + abs(short[2]) / 15 == pytest.approx(1.0, abs=0.011)


def test_reasons_read_as_sentences_with_numbers(tmp_path):
    # 30 ha of crop cost 30 * 30,000 CNY to establish, more than the 500,000 allowed.
    limits = ("limit,account,use,sense,value,unit\n"
              "budget,cost,,<=,500000,CNY\ncrop-minimum,area,crop,>=,30,ha\n")
    instance = ro.read_instance(write_folder(tmp_path / "instance", limits=limits))
    with pytest.raises(ro.Infeasible) as refused:
        ro.solve(instance)
    (line,) = refused.value.reasons
    # Crop: 30,000 + 20 * 1,000 (all years to the horizon) = 50,000 CNY/ha in 2026, and
    # 30,000 + 15 * 1,000 = 45,000 CNY/ha in 2031: 500,000 / 45,000 = 11.11 ha, 18.89 ha short
    # (0.63 of the bound), against 30 * 45,000 - 500,000 = 850,000 CNY (1.7 of the bound).
    assert line.startswith("crop-minimum: area (crop) >= 30 ha: cannot be met together with")
    assert "short by 18.8889 ha (11.1111 ha is possible)" in line
