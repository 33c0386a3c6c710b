"""Limits added up from the tables agree with the rows of the program, on any plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from strategies import small_instances
from worked import instance_of, limit

from optimizer.analysis.allocation import Allocation, allocation_of
from optimizer.analysis.held_limits import TOLERANCE, HeldLimit, held_limits
from optimizer.analysis.stocks import follow_stocks
from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import Family
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of


@given(small_instances(), st.integers(0, 2 ** 16))
def test_held_limits_agree_with_the_rows(instance: Instance, seed: int) -> None:
    options = options_of(instance)
    program = assemble(instance, options)
    random = np.random.default_rng(seed)
    area_o = random.choice([0.0, 0.0, 1.0, 2.5, 7.0], options.count)
    allocation = Allocation(options, area_o)
    stocks = follow_stocks(instance, allocation)
    x_c = np.concatenate([area_o, stocks.stock_kt.ravel()])
    rows = np.flatnonzero(program.rows.family == Family.LIMIT)
    activity_r, size_r = program.activity(x_c), abs(program.matrix) @ x_c
    held = held_limits(instance, allocation, stocks)
    assert len(held) == len(rows)
    bases = instance.tables["limits"].text("basis") if len(rows) else []
    for row, found in zip(rows, held, strict=True):
        lower, upper = program.row_lower[row], program.row_upper[row]
        bound = lower if np.isfinite(lower) else upper
        room = 1e-9 * max(1.0, size_r[row], abs(bound))
        basis = bases[program.rows.limit[row]]
        if basis in ("", "absolute"):
            assert abs(found.activity - activity_r[row]) <= room
            assert abs(found.bound - bound) <= room
        beyond = max(lower - activity_r[row], activity_r[row] - upper)
        # Means and shares are judged per hectare: a verdict is certain away from the tolerance.
        if beyond <= room:
            assert found.missed == 0.0, (found, beyond)
        elif beyond > 200 * TOLERANCE * max(1.0, size_r[row], abs(bound)):
            assert found.missed > 0.0, (found, beyond)


def held(*rows: dict[str, object], hectares: float = 4.0, period: str = "2026") -> list[HeldLimit]:
    instance = instance_of(
        parcels=[{}, {"parcel": "b", "area_ha": 30, "zone": "south"}],
        methods=[{"income_per_ha_yr": 100}], limits=list(rows))  # type: ignore[arg-type]
    plan = pd.DataFrame({"parcel": ["a"], "use": ["grass"], "period": [period],
                         "area_ha": [hectares]})
    allocation = allocation_of(instance, plan)
    return held_limits(instance, allocation, follow_stocks(instance, allocation))


def test_activity_bound_and_unit_of_each_basis() -> None:
    found = held(
        limit("absolute", "income", value=100, unit="CNY/yr", period="2031"),
        limit("share", value=20, zone="north", basis="share_of_available"),
        limit("mean", "income", ">=", 150, unit="CNY/mu", basis="average"),
        limit("fair", sense="=", value=None, zone="*", basis="equal"))
    assert [(line.activity, line.bound, line.unit, line.missed) for line in found] == [
        # 4 ha x 100 x 15 years; 100 x 15.
        (6000.0, 1500.0, "CNY", 4500.0),
        # 4 of 10 ha.
        (40.0, 20.0, "%", 20.0),
        # 100 x 20 years; 150 x 15 mu.
        (2000.0, 2250.0, "CNY/ha", 250.0),
        # 4 of 10 ha in the north, none of 30 in the south.
        (0.4, 0.0, "ha/ha", 0.4),
    ]


def test_an_amount_on_no_area_is_above_every_mean() -> None:
    # Income occurs from 2031 on, but nothing is started then.
    found = held(limit("mean", "income", value=100, period="2031", basis="average"))[0]
    assert found.activity == np.inf
    assert found.missed == np.inf


def test_nothing_at_all_meets_every_mean_and_share() -> None:
    found = held(limit("mean", "income", ">=", 100, basis="average"),
                 limit("share", sense=">=", value=50, basis="share_of_reclaimed"), hectares=0.0)
    assert [line.missed for line in found] == [0.0, 0.0]


def test_a_cumulative_equal_compares_what_came_before_too() -> None:
    rows = [limit("flow", sense="=", value=None, zone="*", period="2031", cumulative=1,
                  basis="equal")]
    # 6 ha of 2026 count by 2031: 0.6 of the north, nothing of the south.
    assert held(*rows, hectares=6.0)[0].activity == 0.6


def test_equal_by_zone_for_each_use_compares_a_use_with_itself_only() -> None:
    instance = instance_of(
        parcels=[{}, {"parcel": "b", "area_ha": 30, "zone": "south"}],
        uses=[{"use": "grass"}, {"use": "forest"}],
        methods=[{}, {"use": "forest"}],
        limits=[limit("fair", use="*", zone="*", sense="=", value=None, basis="equal")])
    # A tenth of each zone as forest, two tenths as grass: equal within each use.
    plan = pd.DataFrame({"parcel": ["a", "b", "a", "b"],
                         "use": ["grass", "grass", "forest", "forest"],
                         "period": ["2026"] * 4, "area_ha": [2.0, 6.0, 1.0, 3.0]})
    allocation = allocation_of(instance, plan)
    found = held_limits(instance, allocation, follow_stocks(instance, allocation))
    assert [(line.use, line.zone, line.missed) for line in found] == [
        ("grass", "north", 0.0), ("forest", "north", 0.0)]
