"""Every term of the net sink on one hectare, against arithmetic; horizon 20 years from 2026."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import Row, small_instances
from worked import PARCEL, instance_of, the_option

from optimizer.carbon.terms import net_sink, term_values
from optimizer.instance.names import CARBON_TERMS
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of

FAST = {"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12, "rate_per_year": 0.1}
SLOW = {"curve": "slow", "form": "chapman_richards", "c_max_tc_per_ha": 60,
        "rate_per_year": 0.05, "shape": 1.5}
STEPS = [{"curve": "steps", "form": "table", "year": year, "gain_tc_per_ha": gain}
         for year, gain in ((0, 0), (10, 6), (30, 2))]
CURVES = [FAST, SLOW, *STEPS]


def terms(instance: Instance, **named: str) -> dict[str, float]:
    """Terms of one option, t CO2e per hectare, without those that are zero."""
    option = the_option(instance, **named)
    values = term_values(instance, options_of(instance))
    return {term: float(value[option]) for term, value in values.items() if value[option]}


def of_method(method: Row, period: str = "2026", **tables: Any) -> dict[str, float]:
    return terms(instance_of(methods=[method], **tables), period=period)


def test_there_is_a_value_for_every_term_but_holding_in_reporting_order() -> None:
    instance = instance_of()
    assert (*term_values(instance, options_of(instance)), "holding") == CARBON_TERMS


def test_soil() -> None:
    # 12 t C (1 - exp(-0.1 x 20)) x 44/12 = 44 (1 - exp(-2)).
    assert of_method({"curve_soil": "fast"}, curves=CURVES) == {
        "soil": pytest.approx(44 * (1 - math.exp(-2)))}


def test_biomass() -> None:
    # 60 t C (1 - exp(-0.05 x 20))^1.5 x 44/12 = 220 (1 - exp(-1))^1.5.
    assert of_method({"curve_biomass": "slow"}, curves=CURVES) == {
        "biomass": pytest.approx(220 * (1 - math.exp(-1)) ** 1.5)}


def test_a_tabulated_curve_may_fall_again() -> None:
    # After 20 years half way from 6 down to 2 t C: 4 x 44/12.
    assert of_method({"curve_soil": "steps"}, curves=CURVES) == {
        "soil": pytest.approx(4 * 44 / 12)}
    # From 2031 fifteen years: 6 - 4 x 5/20 = 5 t C.
    assert of_method({"curve_soil": "steps"}, period="2031", curves=CURVES) == {
        "soil": pytest.approx(5 * 44 / 12)}


def test_growth_factor_and_quality_multiply_both_gains() -> None:
    found = of_method(
        {"curve_soil": "fast", "curve_biomass": "slow", "growth_factor": 0.5}, curves=CURVES,
        site=[{"parcel": "a", "use": "grass", "quality": 0.8}])
    # 0.5 x 0.8 = 0.4 of what the curves say.
    assert found == {"soil": pytest.approx(0.4 * 44 * (1 - math.exp(-2))),
                     "biomass": pytest.approx(0.4 * 220 * (1 - math.exp(-1)) ** 1.5)}


def test_site() -> None:
    # Added once, neither for years nor multiplied by quality.
    found = of_method({}, site=[
        {"parcel": "a", "use": "grass", "quality": 0.5, "extra_tco2e_per_ha": -3.5}])
    assert found == {"site": -3.5}


def test_regrading() -> None:
    # 12.5 x 20 m x (65 - 25) = 10,000 m3 x 0.3 L x 3 kg / 1000.
    assert of_method({"after:slope_pct": 25}, parcels=[
        {"slope_pct": 65, "slope_length_m": 20}]) == {"regrading": pytest.approx(-9.0)}


COVER = {"after:soil_depth_m": 0.8}
HEAP = {"sources": [{}], "hauls": [{"source": "heap", "parcel": "a", "distance_km": 3}]}


def test_loading_hauling_and_spreading_of_soil_that_is_brought() -> None:
    # 10,000 x (0.8 - 0.3) = 5,000 m3 as placed, x 1.25 = 6,250 m3 loose.
    assert of_method(COVER, **HEAP) == {
        # 6,250 x 0.2 L x 3 kg / 1000.
        "loading": pytest.approx(-3.75),
        # 6,250 x 3 km x 0.04 L x 3 kg / 1000.
        "hauling": pytest.approx(-2.25),
        # Spreading is of the placed volume: 5,000 x 0.15 L x 3 kg / 1000.
        "spreading": pytest.approx(-2.25),
    }


def test_own_soil_is_loaded_and_spread_but_not_hauled() -> None:
    found = of_method(
        {"after:slope_pct": 25, "after:soil_depth_m": 0.5, "respread_own_soil": 1},
        parcels=[{"slope_pct": 65, "slope_length_m": 20}], **HEAP)
    assert found == {
        "regrading": pytest.approx(-9.0),
        # 3,000 m3 of its own and 2,000 brought: 5,000 x 1.25 x 0.2 x 3 / 1000.
        "loading": pytest.approx(-3.75),
        # The 2,000 brought only: 2,500 x 3 x 0.04 x 3 / 1000.
        "hauling": pytest.approx(-0.9),
        # 5,000 x 0.15 x 3 / 1000.
        "spreading": pytest.approx(-2.25),
    }


def test_hauls_by_coordinates() -> None:
    # 3-4-5 triangle of 1 km x road factor 1.5 = 1.5 km: 6,250 x 1.5 x 0.04 x 3 / 1000.
    found = of_method(COVER, parcels=[PARCEL | {"x": 600_600, "y": 4_000_800}],
                      sources=[{"x": 600_000, "y": 4_000_000}])
    assert found["hauling"] == pytest.approx(-1.125)


def test_soil_that_arrives_is_no_sink() -> None:
    # Its carbon was there before; only what is emitted to bring it counts.
    found = of_method(COVER, sources=[{"soc_t_per_m3": 0.02}], hauls=HEAP["hauls"])
    assert found == of_method(COVER, **HEAP)


def test_establishment() -> None:
    for period in ("2026", "2031"):
        assert of_method({"establishment_tco2e_per_ha": 1.2}, period) == {"establishment": -1.2}


def test_aftercare_is_cut_at_the_end_of_the_account() -> None:
    care = {"aftercare_tco2e_per_ha_yr": 0.1, "aftercare_years": 3}
    # Three years of 0.1.
    assert of_method(care) == {"aftercare": pytest.approx(-0.3)}
    # Eighteen years: all fit from 2026, only fifteen from 2031.
    long = care | {"aftercare_years": 18}
    assert of_method(long) == {"aftercare": pytest.approx(-1.8)}
    assert of_method(long, "2031") == {"aftercare": pytest.approx(-1.5)}


def test_operation_runs_every_year() -> None:
    # 20 years of 0.2 from 2026, 15 from 2031.
    assert of_method({"operation_tco2e_per_ha_yr": 0.2}) == {"operation": pytest.approx(-4.0)}
    assert of_method({"operation_tco2e_per_ha_yr": 0.2}, "2031") == {
        "operation": pytest.approx(-3.0)}


@pytest.mark.parametrize(("gwp", "methane", "nitrous_oxide"), [
    # 80 kg x 20 years x 27 / 1000 and 1.5 x 20 x 273 / 1000.
    ("AR6", -43.2, -8.19),
    # 80 x 20 x 28 / 1000 and 1.5 x 20 x 265 / 1000.
    ("AR5", -44.8, -7.95),
])
def test_gases(gwp: str, methane: float, nitrous_oxide: float) -> None:
    found = of_method({"ch4_kg_per_ha_yr": 80, "n2o_kg_per_ha_yr": 1.5}, settings={"gwp": gwp})
    assert found == {"ch4": pytest.approx(methane), "n2o": pytest.approx(nitrous_oxide)}


def test_methane_taken_up_is_a_sink() -> None:
    # -2 kg x 20 x 27 / 1000, removed.
    assert of_method({"ch4_kg_per_ha_yr": -2}) == {"ch4": pytest.approx(1.08)}


def test_baseline_given_up() -> None:
    # 0.5 t a year for 20 years; land that loses carbon as it lies is relieved of that.
    assert of_method({}, parcels=[{"baseline_tco2e_per_ha_yr": 0.5}]) == {
        "baseline": pytest.approx(-10.0)}
    assert of_method({}, parcels=[{"baseline_tco2e_per_ha_yr": -0.2}]) == {
        "baseline": pytest.approx(4.0)}


def test_crediting_years_give_every_start_the_same_years() -> None:
    method = {"operation_tco2e_per_ha_yr": 0.2, "curve_soil": "fast", "aftercare_years": 30,
              "aftercare_tco2e_per_ha_yr": 0.1}
    for period in ("2026", "2031"):
        found = of_method(method, period, curves=CURVES, settings={"crediting_years": 12})
        assert found == {
            # 44 (1 - exp(-0.1 x 12)); 12 x 0.1, cut from 30; 12 x 0.2.
            "soil": pytest.approx(44 * (1 - math.exp(-1.2))),
            "aftercare": pytest.approx(-1.2), "operation": pytest.approx(-2.4)}


def test_the_horizon_counts_from_the_base_year() -> None:
    # 2024 + 20 = 2044: 18 years from 2026.
    assert of_method({"operation_tco2e_per_ha_yr": 0.2}, settings={"base_year": 2024}) == {
        "operation": pytest.approx(-3.6)}


def test_amounts_may_differ_by_period() -> None:
    rows = [{"period": "2026", "establishment_tco2e_per_ha": 2, "curve_soil": "none"},
            {"period": "2031", "establishment_tco2e_per_ha": 1, "curve_soil": "fast"}]
    instance = instance_of(methods=rows, curves=CURVES)
    assert terms(instance, period="2026") == {"establishment": -2.0}
    # 44 (1 - exp(-0.1 x 15)).
    assert terms(instance, period="2031") == {
        "establishment": -1.0, "soil": pytest.approx(44 * (1 - math.exp(-1.5)))}


@given(small_instances(limits=False))
def test_terms_add_up_to_the_net_sink(instance: Instance) -> None:
    options = options_of(instance)
    values = term_values(instance, options)
    size = np.sum([np.abs(value) for value in values.values()], axis=0)
    difference = np.sum(list(values.values()), axis=0) - net_sink(instance, options)
    assert np.all(np.abs(difference) <= 1e-12 * np.maximum(size, 1.0))
