"""Accounts by hand: totals of one hectare, timing, units, money for earthworks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import small_instances
from worked import instance_of, limit, the_option

from optimizer.carbon.terms import net_sink, term_values
from optimizer.formulation.accounts import (
    account_components,
    account_total,
    account_unit,
    earthworks_cost,
)
from optimizer.instance.names import CARBON_ACCOUNTS, CARBON_TERMS
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of

METHOD = {
    "establishment_cost_per_ha": 8000, "operation_cost_per_ha_yr": 500, "aftercare_years": 3,
    "aftercare_cost_per_ha_yr": 300, "income_per_ha_yr": 900, "water_m3_per_ha_yr": 4000,
    "labour_days_per_ha": 25, "account:points": 2, "account:fish": 1.5, "account:visits": 4,
}
ACCOUNTS = [
    {"account": "points", "unit": "points", "timing": "once"},
    {"account": "fish", "unit": "t", "timing": "per_year", "years": 8},
    {"account": "visits", "unit": "visits", "timing": "per_year"},
]


def total(account: str, period: str = "2026", **changed: object) -> float:
    instance = instance_of(**{  # type: ignore[arg-type]
        "methods": [METHOD], "accounts": ACCOUNTS, **changed})
    values = account_total(instance, options_of(instance), account)
    return float(values[the_option(instance, period=period)])


@pytest.mark.parametrize(("account", "period", "expected"), [
    ("area", "2026", 1.0), ("area", "2031", 1.0),
    # 8,000 + 3 x 300 + 20 x 500; from 2031 15 x 500.
    ("cost", "2026", 18_900.0), ("cost", "2031", 16_400.0),
    # 20 or 15 years of 900 CNY and 4,000 m3.
    ("income", "2026", 18_000.0), ("income", "2031", 13_500.0),
    ("water", "2026", 80_000.0), ("water", "2031", 60_000.0),
    ("labour", "2026", 25.0), ("labour", "2031", 25.0), ("soil", "2026", 0.0),
    # Once; for eight years; to the horizon.
    ("points", "2031", 2.0), ("fish", "2031", 12.0), ("visits", "2026", 80.0),
])
def test_totals(account: str, period: str, expected: float) -> None:
    assert total(account, period) == pytest.approx(expected)


def test_amounts_of_method_and_site_add_up() -> None:
    site = [{"parcel": "a", "use": "grass", "account:points": 0.5, "account:fish": 0.25}]
    assert total("points", site=site) == pytest.approx(2.5)
    # (1.5 + 0.25) x 8 years.
    assert total("fish", site=site) == pytest.approx(14.0)


def test_earthworks_are_paid_once_as_part_of_cost() -> None:
    instance = instance_of(
        parcels=[{"slope_pct": 65, "slope_length_m": 20, "soil_depth_m": 0.3}],
        methods=[{"after:slope_pct": 25, "after:soil_depth_m": 0.5, "respread_own_soil": 1}],
        sources=[{}], hauls=[{"source": "heap", "parcel": "a", "distance_km": 3}])
    options = options_of(instance)
    # 10,000 m3 x 6; 5,000 m3 moved x 1.25 x 4; 2,000 brought x 1.25 x 3 km x 1.2; 5,000 x 3:
    # 60,000 + 25,000 + 9,000 + 15,000.
    np.testing.assert_allclose(earthworks_cost(instance, options), 109_000.0)
    np.testing.assert_allclose(account_total(instance, options, "cost"), 109_000.0)
    np.testing.assert_allclose(account_total(instance, options, "soil"), 2_000.0)


def test_earthworks_cost_nothing_where_no_money_is_named() -> None:
    instance = instance_of(
        parcels=[{"slope_pct": 65}], methods=[{"after:slope_pct": 25}],
        settings={"works": {"diesel_kgco2e_per_l": 3.0, "regrade_l_per_m3": 0.3}})
    np.testing.assert_array_equal(account_total(instance, options_of(instance), "cost"), 0.0)


@pytest.mark.parametrize(("account", "unit"), [
    ("area", "ha"), ("cost", "AUD"), ("income", "AUD"), ("water", "m3"), ("labour", "days"),
    ("soil", "m3"), ("net_sink", "t CO2e"), ("soil_carbon", "t CO2e"), ("fish", "t")])
def test_units(account: str, unit: str) -> None:
    instance = instance_of(methods=[METHOD], accounts=ACCOUNTS, settings={"currency": "AUD"})
    assert account_unit(instance, account) == unit


def test_an_unknown_account_is_no_account() -> None:
    instance = instance_of(methods=[METHOD], accounts=ACCOUNTS)
    with pytest.raises(ValueError, match="colour"):
        account_components(instance, options_of(instance), "colour")


def test_soil_is_cubic_metres_and_soil_carbon_the_term() -> None:
    instance = instance_of(
        methods=[{"after:soil_depth_m": 0.5, "curve_soil": "fast"}], sources=[{}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 3}], limits=[limit("s", "soil")],
        curves=[{"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12,
                 "rate_per_year": 0.1}])
    options = options_of(instance)
    # 10,000 x (0.5 - 0.3) m3; 44 (1 - exp(-0.1 n)) t for 20 and 15 years.
    np.testing.assert_allclose(account_total(instance, options, "soil"), 2000.0)
    np.testing.assert_allclose(account_total(instance, options, "soil_carbon"),
                               44 * (1 - np.exp([-2.0, -1.5])))


@given(small_instances(limits=False))
def test_every_carbon_term_is_an_account_and_they_add_up(instance: Instance) -> None:
    options = options_of(instance)
    terms = term_values(instance, options)
    for term in set(CARBON_TERMS) - {"holding"}:
        account = "soil_carbon" if term == "soil" else term
        assert account in CARBON_ACCOUNTS
        np.testing.assert_array_equal(account_total(instance, options, account), terms[term])
    np.testing.assert_array_equal(account_total(instance, options, "net_sink"),
                                  net_sink(instance, options))


@given(small_instances(limits=False))
def test_periods_add_up_to_the_whole(instance: Instance) -> None:
    options = options_of(instance)
    for account in ("cost", "income", "fish", "points", "net_sink", "labour"):
        occurring = np.zeros(options.count)
        for part in account_components(instance, options, account):
            um = options.practice_o if len(part.spread_umtp) > 1 else 0
            for p in range(instance.calendar.count):
                occurring += part.amount_o * part.spread_umtp[um, options.period_o, p]
                # Nothing happens before the start.
                early = options.period_o > p
                assert not np.any((part.amount_o * part.spread_umtp[
                    um, options.period_o, p])[early])
        np.testing.assert_allclose(occurring, account_total(instance, options, account),
                                   rtol=1e-9, atol=1e-9)
