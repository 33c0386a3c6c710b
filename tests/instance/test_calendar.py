"""Periods, credited years and years within each period."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worked import settings_of

from optimizer.instance.calendar import calendar_of


def test_periods_end_where_the_next_starts_and_the_last_at_the_horizon() -> None:
    calendar = calendar_of(settings_of(periods=(2026, 2031, 2040), base_year=2025,
                                       horizon_years=30))
    assert calendar.labels == ("2026", "2031", "2040")
    # The account ends in 2055.
    assert calendar.end_t.tolist() == [2031, 2040, 2055]
    assert calendar.years_t.tolist() == [5, 9, 15]
    assert calendar.credited_t.tolist() == [29, 24, 15]
    assert calendar.count == 3


def test_crediting_years_are_the_same_for_all() -> None:
    calendar = calendar_of(settings_of(crediting_years=12))
    assert calendar.credited_t.tolist() == [12, 12]
    # The periods themselves stay as they are.
    assert calendar.years_t.tolist() == [5, 15]


@pytest.mark.parametrize(("crediting", "before", "after"), [
    # Horizon 2046: 20 and 15 years.
    (None, [[0, 5], [0, 0]], [[5, 20], [0, 15]]),
    # Three years end within the first period.
    (3, [[0, 3], [0, 0]], [[3, 3], [0, 3]]),
    # Thirty years reach beyond the horizon: the last period runs on.
    (30, [[0, 5], [0, 0]], [[5, 30], [0, 30]]),
])
def test_elapsed(crediting: int | None, before: list[list[int]], after: list[list[int]]) -> None:
    found = calendar_of(settings_of(crediting_years=crediting)).elapsed_tp()
    np.testing.assert_array_equal(found[0], before)
    np.testing.assert_array_equal(found[1], after)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.integers(1, 30),
       st.none() | st.integers(1, 60))
def test_years_of_the_periods_add_up_to_the_credited_ones(
    gaps: list[int], last: int, crediting: int | None
) -> None:
    starts = [2026]
    for gap in gaps[:-1]:
        starts.append(starts[-1] + gap)
    calendar = calendar_of(settings_of(periods=tuple(starts), crediting_years=crediting,
                                       horizon_years=starts[-1] - 2026 + last))
    before, after = calendar.elapsed_tp()
    np.testing.assert_array_equal((after - before).sum(axis=1), calendar.credited_t)
    assert np.all(after >= before)
    # One period starts where the one before ends.
    np.testing.assert_array_equal(before[:, 1:], after[:, :-1])
