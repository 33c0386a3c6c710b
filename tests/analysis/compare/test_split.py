"""The gap split by rule and by parcel: worked by hand, and exact for every plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from actual_plans import actual_plans
from hypothesis import given, settings
from hypothesis import strategies as st
from optima import optima_of
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.compare.compare import compare
from optimizer.analysis.compare.gap_tables import gap_by_limit, gap_by_parcel
from optimizer.analysis.compare.record import Comparison
from optimizer.instance.record import Instance

FOLDER = Path(__file__).parents[3] / "instances" / "hand-gap"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(ro.read_instance(FOLDER), FOLDER / "plans" / "actual.csv")


def test_the_split_worked_by_hand(comparison: Comparison) -> None:
    split = comparison.split
    # Money is worth 31 / 5,000 = 0.0062 t per CNY; north 42 - 5,000 x 0.0062 = 11 t per ha, south
    # 21 - 2,000 x 0.0062 = 8.6, spare 0. North, irrigated grass: 11 - 6,000 x 0.0062 - 11 = -37.2;
    # south, plain forest: 11 - 4,000 x 0.0062 - 8.6 = -22.4; 10 ha of each. Nothing idle is worth
    # anything, and all money is spent.
    assert split.wrong_i == pytest.approx([372, 224, 0], abs=1e-9)
    assert split.idle_i == pytest.approx([0, 0, 0], abs=1e-9)
    assert split.total == pytest.approx(596)
    # north 420 - 110, south 210 - 110, spare 6 x 31
    assert split.own_i == pytest.approx([310, 100, 186])


def test_what_breaking_gains_is_told_apart(comparison: Comparison) -> None:
    # 5,000 CNY too much, at 0.0062 t; the forbidden forest earns less than its land.
    assert comparison.split.gained == pytest.approx(-31)
    assert comparison.split.gained_c == pytest.approx(np.zeros(comparison.split.gained_c.shape))
    table = comparison.by_limit.set_index("limit")
    assert table.loc["budget", "gained_by_breaking"] == pytest.approx(-31)
    assert table.loc["budget", "lost"] == pytest.approx(0, abs=1e-9)
    # Against the 785 within the rules: 372 + 224 of wrong options, less the 31 of the money.
    assert table.loc["budget", "lost_within_rules"] == pytest.approx(-31)
    assert comparison.by_limit["lost_within_rules"].sum() == pytest.approx(785 - 220)


def test_tables_by_rule_and_by_parcel(comparison: Comparison) -> None:
    table = comparison.by_limit
    wrong = table[table["kind"] == "wrong_option"].set_index(["use", "method"])
    assert wrong.loc[("grass", "irrigated"), "lost"] == pytest.approx(372)
    assert wrong.loc[("forest", "plain"), "lost"] == pytest.approx(224)
    assert table["lost"].sum() == pytest.approx(596)
    parcels = comparison.by_parcel.set_index("parcel")
    assert list(parcels.index[:2]) == ["north", "south"]
    assert parcels.loc["north", "lost_per_ha"] == pytest.approx(37.2)
    assert parcels.loc["spare", "bare_ha"] == pytest.approx(10)
    assert parcels["wrong_ha"].sum() == pytest.approx(20)
    assert parcels["lost"].sum() == pytest.approx(596)
    assert parcels["own_difference"].sum() == pytest.approx(596)


@settings(max_examples=25)
@given(small_instances() | small_instances(boundaries=True), st.data())
def test_tables_add_up_for_every_plan(instance: Instance, data: st.DataObject) -> None:
    found = optima_of(instance, data.draw(actual_plans(instance, fixed=data.draw(st.booleans()))))
    room = 1e-9 * found.size
    by_limit, by_parcel = gap_by_limit(found.split, found.within), gap_by_parcel(found.split)
    assert abs(found.split.total - found.gap) <= room
    assert abs(by_limit["lost"].sum() - found.gap) <= room
    assert abs(by_parcel["lost"].sum() - found.gap) <= room
    assert abs(by_parcel["own_difference"].sum() - found.gap) <= room
    # What lies on a parcel, and what lies on none: the same in both tables.
    on_land = by_limit["kind"].isin(["idle_land", "wrong_option"])
    of_parcel = by_parcel["parcel"] != ""
    assert abs(by_limit["lost"][on_land].sum() - by_parcel["lost"][of_parcel].sum()) <= room
    if found.gap_within_rules is not None:
        assert abs(by_limit["lost_within_rules"].sum() - found.gap_within_rules) <= room


@settings(max_examples=25)
@given(small_instances(), st.data())
def test_no_term_is_negative_and_breaking_only_gains(
    instance: Instance, data: st.DataObject
) -> None:
    found = optima_of(instance, data.draw(actual_plans(instance)))
    split = found.split
    size = found.size + float(np.abs(split.price_r) @ (
        abs(split.program.matrix) @ np.abs(found.loosened.actual_c)))
    assert min(split.row_r.min(initial=0.0), split.column_c.min(initial=0.0)) >= -1e-7 * size
    assert split.gained_r.max(initial=0.0) <= 0
    assert split.gained_c.max(initial=0.0) <= 0
    if found.gap_within_rules is not None:
        # Prices tell the first unit of a breach, and later ones are worth less.
        assert found.gap_within_rules - found.gap <= split.gained + 1e-7 * size
    if not found.loosened.breaks_rules:
        assert split.gained == 0


def test_unique_and_degenerate_prices_are_told_apart(comparison: Comparison) -> None:
    # Basic: north and south tended and managed, spare tended and idle, grass above its least.
    assert comparison.split.prices_unique
    tied = compare(ro.read_instance("hand-tie"), ro.solve(ro.read_instance("hand-tie")).plan)
    assert tied.gap == pytest.approx(0, abs=1e-6)
