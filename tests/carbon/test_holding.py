"""Carbon lost from topsoil that waits."""

from __future__ import annotations

import numpy as np
import pytest
from worked import instance_of

from optimizer.carbon.gases import GWP
from optimizer.carbon.holding import holding_if_nothing_is_done, holding_kt

TOPSOIL = {
    "methods": [{"after:soil_depth_m": 0.5}],
    "hauls": [{"source": "heap", "parcel": "a", "distance_km": 1}],
    "sources": [
        {"supply_m3": 1000, "volume_loss_pct_per_year": 2, "carbon_loss_pct_per_year": 3,
         "soc_t_per_m3": 0.006, "period": "2026"},
        {"supply_m3": 400, "volume_loss_pct_per_year": 9, "carbon_loss_pct_per_year": 1,
         "soc_t_per_m3": 0.012, "period": "2031"}],
}


def test_a_cubic_metre_held_through_a_period() -> None:
    # 0.006 t C x 44/12 x (1 - 0.97^5); the last period runs to the horizon, 15 years:
    # 0.012 x 44/12 x (1 - 0.99^15).
    expected = [[0.022 * (1 - 0.97 ** 5), 0.044 * (1 - 0.99 ** 15)]]
    np.testing.assert_allclose(holding_kt(instance_of(**TOPSOIL)), expected)


def test_nothing_done() -> None:
    # 1,000 m3 are held for five years, 1,000 x 0.98^5 + 400 for fifteen.
    expected = (1000 * 0.022 * (1 - 0.97 ** 5)
                + (1000 * 0.98 ** 5 + 400) * 0.044 * (1 - 0.99 ** 15))
    assert holding_if_nothing_is_done(instance_of(**TOPSOIL)) == pytest.approx(expected)


def test_without_sources_nothing_is_held() -> None:
    instance = instance_of()
    assert holding_kt(instance).shape == (0, 2)
    assert holding_if_nothing_is_done(instance) == 0.0


def test_warming_of_the_gases() -> None:
    # IPCC 2021, Table 7.15 (methane of biogenic origin); IPCC 2013, Table 8.A.1.
    assert dict(GWP) == {"AR6": (27.0, 273.0), "AR5": (28.0, 265.0)}
