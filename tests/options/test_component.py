"""When components occur: once, every year, in the first years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worked import instance_of, settings_of

from optimizer.instance.calendar import Calendar, calendar_of
from optimizer.options.component import Component, by_option, first_years, once, yearly
from optimizer.options.enumerate import options_of


def calendar(**settings: Any) -> Calendar:
    return calendar_of(settings_of(**{"periods": (2026, 2031, 2040), **settings}))


def test_once_is_in_the_period_of_the_start() -> None:
    np.testing.assert_array_equal(once(calendar())[0], np.eye(3))


def test_yearly_is_the_years_left_in_each_period() -> None:
    # Horizon 2046: periods of 5, 9 and 6 years.
    np.testing.assert_array_equal(yearly(calendar())[0], [[5, 9, 6], [0, 9, 6], [0, 0, 6]])


def test_yearly_with_crediting_years_runs_on_in_the_last_period() -> None:
    # Eight years each: from 2026 to 2034, from 2031 to 2039, from 2040 to 2048.
    np.testing.assert_array_equal(
        yearly(calendar(crediting_years=8))[0], [[5, 3, 0], [0, 8, 0], [0, 0, 8]])


def test_yearly_with_a_late_base_year() -> None:
    # The account ends in 2024 + 20 = 2044.
    np.testing.assert_array_equal(
        yearly(calendar(base_year=2024))[0], [[5, 9, 4], [0, 9, 4], [0, 0, 4]])


def test_first_years_are_cut_at_the_end_of_the_account() -> None:
    years = np.array([[7.0, 7.0, 7.0], [2.5, 100.0, 0.0]])
    found = first_years(calendar(), years)
    # 7 years: 5 + 2; 7; only 6 are left of the last. 2.5, 100 and none: 2.5; 9 + 6; nothing.
    np.testing.assert_array_equal(found[0], [[5, 2, 0], [0, 7, 0], [0, 0, 6]])
    np.testing.assert_array_equal(found[1], [[2.5, 0, 0], [0, 9, 6], [0, 0, 0]])


def test_total_adds_up_over_the_life_of_each_option() -> None:
    instance = instance_of()
    options = options_of(instance)
    part = Component("operation", np.array([2.0, 3.0]), yearly(instance.calendar))
    # From 2026 twenty years at 2, from 2031 fifteen at 3.
    np.testing.assert_array_equal(part.total_o(options), [40.0, 45.0])


@pytest.mark.parametrize(("table", "expected"), [
    ([[1.0, 2.0]], [1.0, 2.0, 1.0, 2.0]),
    ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0, 3.0, 4.0]),
])
def test_tables_are_looked_up_by_practice_and_period(
    table: list[list[float]], expected: list[float]
) -> None:
    options = options_of(instance_of(methods=[{"method": "one"}, {"method": "two"}]))
    np.testing.assert_array_equal(by_option(np.array(table), options), expected)
