"""The years add up to the terms of the account, for any options and any crediting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.mining.sink_by_year import account_end, sink_by_year
from optimizer.carbon.holding import holding_kt
from optimizer.carbon.terms import term_values
from optimizer.instance.locations import instances_folder
from optimizer.instance.plan_file import read_plan
from optimizer.options.enumerate import options_of


@settings(max_examples=20)
@given(small_instances(limits=False), st.integers(0, 2**32 - 1))
def test_years_add_up_to_terms(instance, seed):
    random = np.random.default_rng(seed)
    options = options_of(instance)
    area_o = random.uniform(0.0, 5.0, options.count)
    stock_kt = random.uniform(0.0, 1e5, instance.topsoil.supply_kt.shape)
    years_y = np.arange(instance.settings.base_year, account_end(instance))
    found = sink_by_year(instance, options, area_o, stock_kt, years_y)
    expected = {name: value_o * area_o for name, value_o in term_values(instance, options).items()}
    assert found.keys() == {*expected, "holding"}
    for name, parts in expected.items():
        assert found[name].sum() == pytest.approx(parts.sum(), rel=1e-9,
                                                  abs=1e-9 * np.abs(parts).sum()), name
    assert found["holding"].sum() == pytest.approx(-(holding_kt(instance) * stock_kt).sum(),
                                                   rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", ["steppe", "high-groundwater"])
@pytest.mark.parametrize("crediting", [[], ["instance.crediting_years=25"]])
def test_years_add_up_to_the_solution(name, crediting):
    solution = ro.solve(ro.read_instance(name, crediting))
    table = ro.mining_balance(solution).by_year
    terms = solution.carbon_terms
    size = sum(abs(term) for term in terms.values())
    groups = {"gains_tco2e": ("soil", "biomass", "site"), "holding_tco2e": ("holding",),
              "running_tco2e": ("operation", "ch4", "n2o", "baseline")}
    for column, names in groups.items():
        assert table[column].sum() == pytest.approx(sum(terms[name] for name in names),
                                                    abs=1e-9 * size)
    assert table["net_sink_tco2e"].sum() == pytest.approx(solution.net_sink_tco2e,
                                                          abs=1e-9 * size)
    assert table["reclaimed_ha"].sum() == pytest.approx(solution.reclaimed_ha)


def test_pingshuo_wins_back_little_and_says_what_it_does_not_know():
    instance = ro.read_instance("pingshuo")
    plan = read_plan(instances_folder() / "pingshuo" / "plans" / "actual.csv", instance)
    balance = ro.mining_balance(instance, plan.frame())
    as_co2e, as_c = balance.readings
    # Published: 1,126.76 x 10,000 t; 0.80 million t C of stock lost.
    assert as_co2e.emissions_tco2e == pytest.approx(11_267_600)
    assert as_c.emissions_tco2e == pytest.approx(11_267_600 * 44 / 12)
    assert balance.carbon_lost_tco2e == pytest.approx(800_000 * 44 / 12)
    assert 0.0 < as_c.share_won_back < as_co2e.share_won_back < 0.05
    assert (as_co2e.turns_year, as_c.turns_year) == (None, None)
    assert 2026 < balance.repaid_year < 2040
    assert balance.missing == ("mining: coal_t, 1986-2018", "mining: disturbed_ha, 1986-2018")
    assert {each.name for each in balance.indicators if each.value is None} == {
        "land disturbed", "emissions from fuel", "gangue placed", "reclaimed of what was disturbed"}
