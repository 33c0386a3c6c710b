"""Land and must-reclaim: no parcel is used more than once, some in full."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import small_instances
from worked import instance_of

import optimizer as ro
from optimizer.formulation.land import land_block
from optimizer.formulation.program import Family
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of

GRASS = {"curve_biomass": "fast"}
CURVES = [{"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12, "rate_per_year": 0.1}]


@given(small_instances(limits=False))
def test_land_matrix(instance: Instance) -> None:
    options = options_of(instance)
    block = land_block(instance, options)
    parcels = instance.tables["parcels"]
    for i in range(instance.land.count):
        row = [1.0 if parcel == i else 0.0 for parcel in options.parcel_o]
        stocks = [0.0] * (instance.topsoil.count * instance.calendar.count)
        np.testing.assert_array_equal(block.matrix.toarray()[i], row + stocks)
        area = parcels.number("area_ha")[i]
        must = (parcels.number("must_reclaim", 0)[i] == 1
                or not np.isnan(parcels.number("longest_wait_years")[i]))
        assert block.upper[i] == area
        assert block.lower[i] == (area if must else -np.inf)
        assert block.labels.family[i] == (Family.MUST_RECLAIM if must else Family.LAND)
        assert block.labels.parcel[i] == i


def test_land_answer() -> None:
    # Grass gains 44 (1 - exp(-2)) t on each of 10 ha; nothing else holds it back.
    solution = ro.solve(instance_of(methods=[GRASS], curves=CURVES))
    gain = 44 * (1 - np.exp(-2))
    assert solution.objective == pytest.approx(10 * gain)
    assert solution.parcels["land_price"].to_list() == [pytest.approx(gain)]


@pytest.mark.parametrize("duty", [{"must_reclaim": 1}, {"longest_wait_years": 0}])
def test_must_reclaim_answer(duty: dict[str, int]) -> None:
    # 0.2 t a year for 20 years in 2026 or 15 in 2031: nobody would, but the duty costs 10 x 4
    # where the start may not wait, 10 x 3 where it may.
    method = {"operation_tco2e_per_ha_yr": 0.2}
    assert ro.solve(instance_of(methods=[method])).objective == 0.0
    expected = -30.0 if "must_reclaim" in duty else -40.0
    solution = ro.solve(instance_of(parcels=[duty], methods=[method]))
    assert solution.objective == pytest.approx(expected)
    assert solution.reclaimed_ha == pytest.approx(10.0)


def test_must_reclaim_refuses_land_without_option() -> None:
    instance = instance_of(parcels=[{"slope_pct": 65, "must_reclaim": 1}])
    with pytest.raises(ro.Infeasible) as caught:
        ro.solve(instance)
    words = "\n".join(caught.value.reasons)
    assert "a" in words
    assert "10" in words
    assert "slope_pct <= 25" in words
