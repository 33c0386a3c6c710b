from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.analysis.explain.changes import path_text
from optimizer.analysis.explain.hitting import cheapest_hitting_sets
from optimizer.analysis.explain.rounding import rounded_outward
from optimizer.instance.path_grammar import parse_path


@given(st.lists(st.sets(st.integers(0, 6), min_size=1), max_size=6))
def test_hitting_sets_are_the_smallest(conflicts):
    found = cheapest_hitting_sets(conflicts, dict.fromkeys(range(7), 1.0))
    smallest = next(size for size in range(8) if any(
        all(set(chosen) & conflict for conflict in conflicts)
        for chosen in combinations(range(7), size)))
    assert found
    for chosen in found:
        assert len(chosen) == smallest
        assert all(chosen & conflict for conflict in conflicts)


def test_a_conflict_of_kept_members_has_no_hitting_set():
    assert cheapest_hitting_sets([{1, 2}], {3: 1.0}) == ()


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_rounded_values_are_far_enough_and_hardly_further(old, exact):
    new = rounded_outward(old, exact)
    change = exact - old
    assert abs(new - exact) <= 1e-3 * abs(change) + 1e-12 * abs(exact)
    # Short of the exact value only by rounding.
    assert (new - exact) * change >= -1e-6 * change * change


@pytest.mark.parametrize(("old", "exact", "new"), [
    (600.0, 375.00000000001, 375.0), (100.0, 90.9090909090909, 90.909),
    (400.0, 424.1234567, 424.124), (1_000_000.0, 1_000_000.25, 1_000_000.25)])
def test_rounding_by_hand(old, exact, new):
    assert rounded_outward(old, exact) == new


@pytest.mark.parametrize("name", ["plain", "a,b", 'say "so"'])
def test_paths_read_back(name):
    path = parse_path(path_text("limits", (name,), "value"))
    assert (path.where, path.keys, path.column) == ("limits", (name,), "value")
