"""What keeps land from becoming a use, in hectares."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import small_instances
from worked import instance_of

from optimizer.analysis.explain.obstacles import eligibility_map, hectares_by_obstacle, obstacles_of
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of


def four_parcels() -> Instance:
    """Fit 10 ha; too steep 20 ha; too thin 30 ha; both 40 ha."""
    return instance_of(
        parcels=[{"parcel": "fit", "area_ha": 10, "slope_pct": 5, "soil_depth_m": 0.6},
                 {"parcel": "steep", "area_ha": 20, "slope_pct": 30, "soil_depth_m": 0.6},
                 {"parcel": "thin", "area_ha": 30, "slope_pct": 5, "soil_depth_m": 0.1},
                 {"parcel": "both", "area_ha": 40, "slope_pct": 30, "soil_depth_m": 0.1}],
        uses=[{"use": "crop", "max_slope_pct": 9, "min_soil_depth_m": 0.5}],
        methods=[{"use": "crop"}])


def test_hectares_alone_and_in_all() -> None:
    # Slope stands before 20 + 40 ha, alone before 20; soil before 30 + 40, alone before 30.
    table = hectares_by_obstacle(four_parcels())
    assert table[["rule", "in_all_ha", "alone_ha", "barred_ha"]].to_numpy().tolist() == [
        ["soil_depth_m >= 0.5", 70, 30, 90], ["slope_pct <= 9", 60, 20, 90]]


def test_the_machine_limit_and_the_limit_of_the_use_are_one_obstacle() -> None:
    table = hectares_by_obstacle(read_instance("two-parcels"))
    # Only the face, 40 ha of 65 %, cannot become cropland: 9 %, and 25 % for machines.
    assert table.to_dict("records") == [{
        "use": "cropland", "rule": "slope_pct <= 9", "attribute": "slope_pct",
        "minimum": pytest.approx(np.nan, nan_ok=True), "maximum": 9, "clause": "",
        "alone_ha": 40, "in_all_ha": 40, "barred_ha": 40}]


def test_a_method_that_mends_the_slope_leaves_the_soil_alone_in_the_way() -> None:
    instance = instance_of(
        parcels=[{"slope_pct": 30, "soil_depth_m": 0.1}],
        uses=[{"use": "crop", "max_slope_pct": 9, "min_soil_depth_m": 0.5}],
        methods=[{"use": "crop"}, {"use": "crop", "method": "regrade", "after:slope_pct": 9}])
    table = hectares_by_obstacle(instance)
    assert table[["rule", "in_all_ha", "alone_ha"]].to_numpy().tolist() == [
        ["soil_depth_m >= 0.5", 10, 10]]


def test_map_columns() -> None:
    table = eligibility_map(four_parcels())
    assert dict(zip(table["parcel"], table["crop"], strict=True)) == {
        "fit": "allowed", "steep": "slope_pct <= 9", "thin": "soil_depth_m >= 0.5",
        "both": "slope_pct <= 9"}


@given(small_instances())
def test_hectares_agree_with_the_rules(instance: Instance) -> None:
    eligibility, table = eligibility_of(instance), hectares_by_obstacle(instance)
    mapped, area = eligibility_map(instance), instance.land.area_i
    for u, use in enumerate(instance.practices.uses):
        mine = instance.practices.use_um == u
        barred = ~eligibility.allowed_ium[:, mine].any(axis=1)
        rows = table[table["use"] == use]
        assert ((mapped[use] != "allowed").to_numpy() == barred).all()
        assert rows["barred_ha"].to_list() == pytest.approx([area[barred].sum()] * len(rows))
        assert (rows["alone_ha"] <= rows["barred_ha"] + 1e-9).all()
        for obstacle in obstacles_of(eligibility.rules[u]):
            # Without the obstacle's rules this land would become eligible.
            left = eligibility.failed_ium[:, mine] & ~np.uint64(obstacle.bits)
            freed = float(area[barred & (left == 0).any(axis=1)].sum())
            told = rows.loc[rows["rule"] == str(obstacle.rule), "alone_ha"].sum()
            assert told == pytest.approx(freed)
