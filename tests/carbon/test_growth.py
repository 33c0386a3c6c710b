"""The three forms of growth curves, and gains by period."""

from __future__ import annotations

import math

import numpy as np
import pytest
from strategies import table_of
from worked import instance_of

from optimizer.carbon.growth import curve_named, gain_spread

CURVES = [
    {"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12, "rate_per_year": 0.1},
    {"curve": "slow", "form": "chapman_richards", "c_max_tc_per_ha": 60, "rate_per_year": 0.05,
     "shape": 1.5},
    # Rows in any order; the start at zero need not be stated.
    *({"curve": "steps", "form": "table", "year": year, "gain_tc_per_ha": gain}
      for year, gain in ((30, 2), (10, 6))),
]
TABLE = table_of("curves", CURVES)


@pytest.mark.parametrize(("name", "years", "gain"), [
    ("fast", 0, 0.0), ("fast", 10, 12 * (1 - math.exp(-1))), ("fast", 1e6, 12.0),
    ("slow", 0, 0.0), ("slow", 20, 60 * (1 - math.exp(-1)) ** 1.5), ("slow", 1e6, 60.0),
    # 0 to 6 over ten years, then 6 to 2 over twenty.
    ("steps", 0, 0.0), ("steps", 5, 3.0), ("steps", 10, 6.0), ("steps", 15, 5.0),
    ("steps", 30, 2.0),
    ("none", 20, 0.0), ("", 20, 0.0),
])
def test_gain_after_years(name: str, years: float, gain: float) -> None:
    assert curve_named(TABLE, name)(np.array([years]))[0] == pytest.approx(gain)


def test_small_gains_are_not_lost_to_rounding() -> None:
    # 12 (1 - exp(-0.1 x 1e-12)) = 1.2e-12 to the first order.
    assert curve_named(TABLE, "fast")(np.array([1e-12]))[0] == pytest.approx(1.2e-12, rel=1e-9)


@pytest.mark.parametrize("table", [TABLE, None])
def test_an_unknown_curve_is_refused(table: object) -> None:
    with pytest.raises(KeyError):
        curve_named(table, "fats")  # type: ignore[arg-type]


def test_gains_fall_in_the_periods_in_which_they_grow() -> None:
    instance = instance_of(methods=[{"curve_soil": "steps"}], curves=CURVES,
                           settings={"periods": (2026, 2031, 2040)})
    found = gain_spread(instance, instance.practices.curve_soil_umt)
    # From 2026 after 5, 14, 20 years: 3, 6 - 4 x 4/20 = 5.2, 4; from 2031 after 9, 15: 5.4, 5;
    # from 2040 after 6: 3.6.
    np.testing.assert_allclose(found[0], [[3, 2.2, -1.2], [0, 5.4, -0.4], [0, 0, 3.6]], atol=1e-12)


def test_gains_add_up_to_the_whole_when_the_last_period_runs_on() -> None:
    instance = instance_of(methods=[{"curve_soil": "fast"}], curves=CURVES,
                           settings={"crediting_years": 40})
    found = gain_spread(instance, instance.practices.curve_soil_umt)
    # 12 (1 - exp(-0.1 x 40)) from either start.
    np.testing.assert_allclose(found.sum(axis=2), 12 * (1 - math.exp(-4)))
