"""Topsoil of any plan, period by period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from worked import instance_of

from optimizer.analysis.allocation import allocation_of
from optimizer.analysis.stocks import Stocks, follow_stocks


def stocks(**hectares: float) -> Stocks:
    """Stocks of a plan by period: 2,000 m3 cover a hectare; 3 % of the volume rot away a year."""
    instance = instance_of(
        methods=[{"after:soil_depth_m": 0.5}],
        sources=[{"supply_m3": 10_000, "volume_loss_pct_per_year": 3,
                  "carbon_loss_pct_per_year": 4, "soc_t_per_m3": 0.006}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}])
    rows = [{"parcel": "a", "use": "grass", "period": period.removeprefix("from_"),
             "area_ha": area} for period, area in hectares.items()]
    plan = pd.DataFrame(rows, columns=["parcel", "use", "period", "area_ha"])
    return follow_stocks(instance, allocation_of(instance, plan))


def test_what_is_not_taken_waits_and_shrinks() -> None:
    found = stocks(from_2026=2)
    # 10,000 - 4,000 = 6,000; 6,000 x 0.97^5 + 10,000.
    np.testing.assert_allclose(found.stock_kt, [[6000, 6000 * 0.97 ** 5 + 10_000]])
    np.testing.assert_array_equal(found.short_kt, 0.0)
    # 0.022 t x (1 - 0.96^5) for five years, (1 - 0.96^15) for fifteen.
    np.testing.assert_allclose(found.holding_kt, [[
        6000 * 0.022 * (1 - 0.96 ** 5),
        (6000 * 0.97 ** 5 + 10_000) * 0.022 * (1 - 0.96 ** 15)]])


def test_what_is_missing_is_not_owed_later() -> None:
    found = stocks(from_2026=6, from_2031=1)
    # 12,000 of 10,000 taken: 2,000 short; then 10,000 - 2,000 whatever was short before.
    np.testing.assert_allclose(found.short_kt, [[2000, 0]], atol=1e-9)
    np.testing.assert_allclose(found.stock_kt, [[0, 8000]])


def test_nothing_done() -> None:
    assert stocks().stock_kt[0, 1] == pytest.approx(10_000 * (1 + 0.97 ** 5))
