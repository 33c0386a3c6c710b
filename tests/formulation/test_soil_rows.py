"""Soil balance: topsoil is used, kept at a loss, or left over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import small_instances
from worked import instance_of

import optimizer as ro
from optimizer.formulation.program import Family
from optimizer.formulation.soil import soil_block
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of


@given(small_instances(limits=False))
def test_soil_balance_matrix(instance: Instance) -> None:
    options, calendar = options_of(instance), instance.calendar
    block = soil_block(instance, options)
    table = instance.tables["sources"].frame()
    periods = len(calendar.labels)
    number = 0
    for k, source in enumerate(instance.topsoil.sources):
        for t, label in enumerate(calendar.labels):
            row = np.zeros(options.count + instance.topsoil.count * periods)
            for o in range(options.count):
                if options.source_o[o] == k and options.period_o[o] == t:
                    row[o] = options.soil_m3_o[o]
            row[options.count + k * periods + t] = 1.0
            if t:
                before = table[(table["source"] == source)
                               & (table["period"] == calendar.labels[t - 1])].iloc[0]
                kept = (1 - before["volume_loss_pct_per_year"] / 100) ** calendar.years_t[t - 1]
                row[options.count + k * periods + t - 1] = -kept
            np.testing.assert_allclose(block.matrix.toarray()[number], row, rtol=1e-12, atol=1e-15)
            here = table[(table["source"] == source) & (table["period"] == label)].iloc[0]
            assert block.lower[number] == block.upper[number] == here["supply_m3"]
            assert block.labels.key(number) == (
                Family.SOIL_BALANCE, -1, -1, -1, t, k, -1, -1, -1, -1)
            number += 1
    assert number == block.matrix.shape[0]


def covered(**source: float) -> Instance:
    """Ten hectares to cover with 0.2 m, freed in 2031, worth 5 t each; a source in 2026 only."""
    rows = [{"period": "2026", "supply_m3": 10_000} | source, {"period": "2031", "supply_m3": 0}]
    return instance_of(
        parcels=[{"release_year": 2031}],
        methods=[{"after:soil_depth_m": 0.5}], sources=rows,
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 0}],
        site=[{"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 5}],
        settings={"works": {"diesel_kgco2e_per_l": 3.0, "load_l_per_m3": 0, "haul_l_per_m3_km": 0,
                            "spread_l_per_m3": 0, "swell_factor": 1, "regrade_l_per_m3": 0}})


def test_soil_balance_answer() -> None:
    # 10,000 m3 wait five years and lose 2 % a year; 2,000 m3 cover a hectare.
    solution = ro.solve(covered(volume_loss_pct_per_year=2))
    hectares = 10_000 * 0.98 ** 5 / 2000
    assert solution.reclaimed_ha == pytest.approx(hectares)
    assert solution.objective == pytest.approx(5 * hectares)
    # One more cubic metre then is 1/2,000 ha x 5 t; one more now has shrunk by then.
    prices = solution.prices.set_index("period")["price"]
    assert prices["2031"] == pytest.approx(0.0025)
    assert prices["2026"] == pytest.approx(0.0025 * 0.98 ** 5)


def test_soil_left_over_is_charged_to_the_end() -> None:
    # Nothing can use soil in 2026: 10,000 m3 x 0.022 t x (1 - 0.97^5), then 10 ha take 20,000
    # m3 where only 10,000 are: all of it, nothing is left.
    solution = ro.solve(covered(carbon_loss_pct_per_year=3, soc_t_per_m3=0.006))
    assert solution.objective == pytest.approx(25 - 10_000 * 0.022 * (1 - 0.97 ** 5))
    assert solution.stocks["stock_m3"].to_list() == pytest.approx([10_000, 0])


def test_soil_balance_refuses_a_duty_that_lacks_soil() -> None:
    instance = ro.with_overrides(covered(), ("parcels[a].must_reclaim=yes",))
    with pytest.raises(ro.Infeasible) as caught:
        ro.solve(instance)
    # 10 ha are asked for, 10,000 / 2,000 = 5 ha can be covered.
    words = "\n".join(caught.value.reasons)
    assert "parcel a" in words
    assert "5 ha" in words
