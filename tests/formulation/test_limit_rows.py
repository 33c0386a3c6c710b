"""Rows of limits: every basis, selector form, timing and unit, against plain loops."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from loops import AXES, Loops
from strategies import LIMITED, Row, small_instances
from worked import instance_of, limit

from optimizer.formulation.limits import limit_block
from optimizer.formulation.program import Family
from optimizer.instance.record import Instance
from optimizer.instance.schema import BASES
from optimizer.options.enumerate import options_of

AMOUNTS = {
    "establishment_tco2e_per_ha": 1.2, "establishment_cost_per_ha": 8000,
    "operation_tco2e_per_ha_yr": 0.2, "operation_cost_per_ha_yr": 500, "income_per_ha_yr": 900,
    "aftercare_years": 7, "aftercare_tco2e_per_ha_yr": 0.1, "aftercare_cost_per_ha_yr": 300,
    "water_m3_per_ha_yr": 4000, "labour_days_per_ha": 25, "ch4_kg_per_ha_yr": 80,
    "n2o_kg_per_ha_yr": 1.5, "account:points": 3, "account:fish": 2.5,
}
BASE: dict[str, Any] = {
    "parcels": [{"parcel": "a", "slope_pct": 30, "baseline_tco2e_per_ha_yr": 0.3},
                {"parcel": "b", "area_ha": 25, "zone": "south", "release_year": 2031},
                {"parcel": "c", "area_ha": 4, "zone": "south"}],
    "methods": [
        {"use": "crop", "method": "plain", "curve_soil": "fast"} | AMOUNTS,
        {"use": "crop", "method": "cover", "after:soil_depth_m": 0.5, "curve_soil": "fast"}
        | AMOUNTS | {"income_per_ha_yr": 1100},
        {"use": "forest", "method": "plain", "curve_biomass": "fast"} | AMOUNTS
        | {"labour_days_per_ha": 40},
        {"use": "forest", "method": "regrade", "after:slope_pct": 20} | AMOUNTS],
    "curves": [{"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12,
                "rate_per_year": 0.1}],
    "sources": [{"source": "heap", "carbon_loss_pct_per_year": 3, "soc_t_per_m3": 0.006,
                 "volume_loss_pct_per_year": 2}],
    "hauls": [{"source": "heap", "parcel": parcel, "distance_km": 2} for parcel in "abc"],
    "accounts": [{"account": "points", "unit": "points", "timing": "once"},
                 {"account": "fish", "unit": "t", "timing": "per_year", "years": 8}],
    "settings": {"periods": (2026, 2031, 2040)},
}
USE_CELLS, METHOD_CELLS = (None, "crop", "crop|forest", "*"), (None, "plain", "cover|plain", "*")
ZONE_CELLS, PERIOD_CELLS = (None, "south", "north|south", "*"), (None, "2031", "2026|2040", "*")
CELLS = {"use": USE_CELLS, "method": METHOD_CELLS, "zone": ZONE_CELLS, "period": PERIOD_CELLS}


def assert_rows_are_those_of_loops(instance: Instance) -> None:
    options = options_of(instance)
    block, loops = limit_block(instance, options), Loops(instance, options)
    expected = list(loops.limit_rows())
    assert block.matrix.shape == (len(expected), loops.columns)
    matrix = block.matrix.toarray()
    for number, row in enumerate(expected):
        size = max(np.abs(row.coefficients).max(initial=0.0), 1e-300)
        assert np.abs(matrix[number] - row.coefficients).max(initial=0.0) <= 1e-12 * size, row.names
        assert block.lower[number] == pytest.approx(row.lower, rel=1e-12)
        assert block.upper[number] == pytest.approx(row.upper, rel=1e-12)
        assert block.labels.family[number] == Family.LIMIT
        for axis in AXES:
            label = getattr(block.labels, axis)[number]
            assert (loops.names[axis][label] if label >= 0 else "") == row.names[axis]


def variants(basis: str) -> list[Row]:
    """Every selector on every axis, with every way of counting, for one basis."""
    account = {"absolute": "net_sink", "average": "income", "average_of_available": "fish",
               "equal": "cost"}.get(basis, "area")
    rows = []
    for axis, other in product(CELLS, CELLS):
        for cell, second, cumulative, counted in product(
                CELLS[axis], CELLS[other], (None, 1), (None, "started")):
            cells = {other: second, axis: cell, "cumulative": cumulative, "counted": counted}
            stars = [name for name in AXES if cells.get(name) == "*"]
            if cumulative and not cells.get("period"):
                continue
            if basis == "equal" and stars not in (["zone"], ["period"]):
                continue
            rows.append(limit(f"l{len(rows)}", account, "=" if basis == "equal" else "<=",
                              None if basis == "equal" else 7.5, basis=basis, **cells))
    return rows


@pytest.mark.parametrize("basis", BASES)
def test_limit_matrix_of_every_selector(basis: str) -> None:
    assert_rows_are_those_of_loops(instance_of(**BASE, limits=variants(basis)))


@pytest.mark.parametrize("account", LIMITED)
def test_limit_matrix_of_every_account_and_unit(account: str) -> None:
    rows = [limit(f"{unit} {sense} {period}", account, sense, 12.5, unit=unit, period=period)
            for unit in LIMITED[account] for sense in ("<=", ">=", "=")
            for period in (None, "2031", "2026|2031", "*")]
    assert_rows_are_those_of_loops(instance_of(**BASE, limits=rows))


@given(small_instances())
def test_limit_matrix_on_random_instances(instance: Instance) -> None:
    assert_rows_are_those_of_loops(instance)


def bounds(*rows: Row) -> list[tuple[float, float]]:
    instance = instance_of(**BASE, limits=list(rows))
    block = limit_block(instance, options_of(instance))
    return list(zip(block.lower.tolist(), block.upper.tolist(), strict=True))


@pytest.mark.parametrize(("cells", "bound"), [
    # 30 mu = 2 ha; 2 x 10,000 CNY; 3 x 1,000 m3.
    ({"account": "area", "value": 30, "unit": "mu"}, 2.0),
    ({"account": "cost", "value": 2, "unit": "10000 CNY"}, 20_000.0),
    ({"account": "water", "value": 3, "unit": "1000 m3"}, 3000.0),
    # Periods of 5, 9 and 6 years: in one, in two, in all, up to the second.
    ({"account": "water", "value": 100, "unit": "m3/yr", "period": "2031"}, 900.0),
    ({"account": "water", "value": 100, "unit": "m3/yr", "period": "2026|2040"}, 1100.0),
    ({"account": "water", "value": 100, "unit": "m3/yr"}, 2000.0),
    ({"account": "water", "value": 100, "unit": "m3/yr", "period": "2031", "cumulative": 1},
     1400.0),
    # 20 % of 39 ha, of the 29 ha in the south, of the 14 ha free by 2026.
    ({"value": 20, "basis": "share_of_available", "unit": "%"}, 7.8),
    ({"value": 20, "basis": "share_of_available", "zone": "south"}, 5.8),
    ({"value": 20, "basis": "share_of_released", "period": "2026"}, 2.8),
    # 900 CNY on each of the 29 ha in the south.
    ({"account": "income", "value": 900, "basis": "average_of_available", "zone": "south",
      "unit": "CNY/ha"}, 26_100.0),
    # 60 CNY/mu = 900 CNY/ha.
    ({"account": "income", "value": 60, "basis": "average_of_available", "zone": "south",
      "unit": "CNY/mu"}, 26_100.0),
    ({"value": 20, "basis": "share_of_reclaimed", "use": "crop"}, 0.0),
    ({"account": "income", "value": 20, "basis": "average"}, 0.0),
])
def test_bounds_by_hand(cells: Row, bound: float) -> None:
    assert bounds(limit(**cells)) == [(-np.inf, pytest.approx(bound))]


def test_a_bound_for_each_of_a_star() -> None:
    # 100 m3 a year in periods of 5, 9 and 6 years.
    rows = bounds(limit(account="water", value=100, unit="m3/yr", period="*"))
    assert rows == [(-np.inf, 500.0), (-np.inf, 900.0), (-np.inf, 600.0)]


def test_senses() -> None:
    assert bounds(limit("most", sense="<=", value=3), limit("least", sense=">=", value=2),
                  limit("exactly", sense="=", value=1)) == [
        (-np.inf, 3.0), (2.0, np.inf), (1.0, 1.0)]


def row_of(rows: Row, **named: str) -> dict[tuple[str, ...], float]:
    """Coefficients of the only row by use, method and period (sum over sources), for parcel c."""
    instance = instance_of(**BASE, limits=[rows])
    options = options_of(instance)
    row = limit_block(instance, options).matrix.toarray()[0]
    loops = Loops(instance, options)
    return {(names["use"], names["method"], names["period"]): float(row[o])
            for o, names in enumerate(loops.option_names) if options.parcel_o[o] == 2
            and row[o] and all(names[axis] == name for axis, name in named.items())}


def test_what_occurs_in_a_period_comes_from_earlier_starts_too() -> None:
    # 500 CNY a year and 300 in the first seven: started in 2026 nine years of 500 and the two
    # years 2031 and 2032 of 300; started in 2031 8,000 at once, nine and seven years.
    assert row_of(limit(account="cost", period="2031"), use="crop", method="plain") == {
        ("crop", "plain", "2026"): pytest.approx(9 * 500 + 2 * 300),
        ("crop", "plain", "2031"): pytest.approx(8000 + 9 * 500 + 7 * 300)}


def test_what_is_started_in_a_period_is_counted_to_its_end() -> None:
    # From 2031 fifteen years are left: 8,000 + 15 x 500 + 7 x 300.
    assert row_of(limit(account="cost", period="2031", counted="started"), use="crop",
                  method="plain") == {("crop", "plain", "2031"): pytest.approx(17_600)}


def test_an_account_of_eight_years() -> None:
    # 2.5 t a year for eight years: from 2026 all 20 in full, of which 3 x 2.5 after 2031.
    assert row_of(limit(account="fish", period="2031"), use="crop", method="plain") == {
        ("crop", "plain", "2026"): pytest.approx(7.5), ("crop", "plain", "2031"): pytest.approx(20)}


def test_equal_by_zone_divides_by_the_area_of_the_zone() -> None:
    instance = instance_of(**BASE, limits=[
        limit(sense="=", value=None, basis="equal", zone="*", use="crop")])
    options = options_of(instance)
    row = limit_block(instance, options).matrix.toarray()
    uses = instance.practices.use_um[options.practice_o]
    expected = [(1 / 10 if i == 0 else -1 / 29) if use == 0 else 0.0
                for i, use in zip(options.parcel_o, uses, strict=True)]
    np.testing.assert_allclose(row[:, :options.count], [expected])


def test_net_sink_of_all_land_carries_the_holding_of_stocks() -> None:
    instance = instance_of(**BASE, limits=[limit("all", "net_sink", ">=", 0),
                                           limit("crop", "net_sink", ">=", 0, use="crop")])
    options = options_of(instance)
    stocks = limit_block(instance, options).matrix.toarray()[:, options.count:]
    # 0.006 x 44/12 x (1 - 0.97^years) for 5, 9 and 6 years; a use holds no stocks.
    np.testing.assert_allclose(stocks, [
        [-0.022 * (1 - 0.97 ** years) for years in (5, 9, 6)], [0, 0, 0]])
