"""Land, practices and topsoil as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from worked import instance_of, with_methods

from optimizer.instance.findings import InstanceRefused


def test_land() -> None:
    land = instance_of(parcels=[
        {"parcel": "007", "release_year": 2028, "zone": "south", "group": "g", "ph": 7},
        {"parcel": "b", "longest_wait_years": 3, "zone": "north", "ph": 8,
         "baseline_tco2e_per_ha_yr": -0.2},
        {"parcel": "c", "must_reclaim": 1, "zone": None, "ph": 9}],
        suitability=[{"use": "grass", "attribute": "ph", "maximum": 9}]).land
    assert land.parcels.tolist() == ["007", "b", "c"]
    assert land.release_i.tolist() == [2028, -np.inf, -np.inf]
    # A longest wait makes a duty of it.
    assert land.must_i.tolist() == [False, True, True]
    # Zones in the order in which they come; -1 has none.
    assert (land.zones, land.zone_i.tolist()) == (("south", "north"), [0, 1, -1])
    assert (land.groups, land.group_i.tolist()) == (("g",), [0, -1, -1])
    assert land.attribute("ph").tolist() == [7, 8, 9]
    assert land.baseline_i.tolist() == [0, -0.2, 0]
    assert np.isnan(land.attribute("salinity")).all()
    # Names and sizes are no attributes.
    assert {"parcel", "area_ha", "zone", "group", "must_reclaim"}.isdisjoint(land.attributes)


def test_latest_start() -> None:
    land = instance_of(parcels=[{"release_year": 2010, "longest_wait_years": 4},
                                {"parcel": "b", "release_year": 2030, "longest_wait_years": 1},
                                {"parcel": "c"}]).land
    # From the later of release and first period: 2026 + 4; 2030 + 1; no end.
    assert land.latest_i(2026).tolist() == [2030, 2031, np.inf]


def test_practices_come_in_the_order_of_the_methods_table() -> None:
    practices = instance_of(
        uses=[{"use": "grass", "label": "Sown grass"}, {"use": "crop"}],
        methods=[{"use": "crop", "method": "till"}, {"use": "grass", "method": "sow"},
                 {"use": "crop", "method": "sow"}]).practices
    assert practices.uses == ("grass", "crop")
    assert practices.methods == ("till", "sow")
    assert [practices.name_um(um) for um in range(practices.count)] == [
        ("crop", "till"), ("grass", "sow"), ("crop", "sow")]
    assert practices.label_u == ("Sown grass", "crop")


def test_a_row_with_a_period_beats_the_row_without() -> None:
    practices = instance_of(methods=[
        {"labour_days_per_ha": 10, "curve_soil": "none"},
        {"labour_days_per_ha": 7, "period": "2031", "curve_soil": "fast"}],
        curves=[{"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 1,
                 "rate_per_year": 0.1}]).practices
    assert practices.count == 1
    assert practices.amount_umt("labour_days_per_ha").tolist() == [[10, 7]]
    assert practices.curve_soil_umt.tolist() == [["none", "fast"]]
    assert practices.offered_umt.tolist() == [[True, True]]


def test_a_period_without_a_row_is_not_offered() -> None:
    practices = with_methods(instance_of(), [
        {"method": "old", "period": "2026"}, {"method": "new", "period": "2031"}]).practices
    assert practices.offered_umt.tolist() == [[True, False], [False, True]]


def test_blank_and_absent_amounts_are_none() -> None:
    practices = instance_of(methods=[{"account:x": None}, {"method": "two", "account:x": 3}],
                            accounts=[{"account": "x", "unit": "t", "timing": "once"}]).practices
    assert practices.amount_umt("account:x").tolist() == [[0, 0], [3, 3]]
    assert practices.amount_umt("account:y").tolist() == [[0, 0], [0, 0]]


def test_after_values_are_kept_apart() -> None:
    practices = instance_of(
        parcels=[{"slope_pct": 30}],
        methods=[{"after:slope_pct": 20, "respread_own_soil": 1}, {"method": "two"}]).practices
    assert practices.after_um["slope_pct"].tolist() == pytest.approx([20, np.nan], nan_ok=True)
    assert practices.respread_um.tolist() == [True, False]
    assert "after:slope_pct" not in practices.number_umt


TOPSOIL = {
    "parcels": [{"x": 600_000, "y": 4_000_000}, {"parcel": "b", "x": 603_000, "y": 4_004_000}],
    "methods": [{"after:soil_depth_m": 0.5}],
}


def test_topsoil_by_source_and_period() -> None:
    topsoil = instance_of(**TOPSOIL, sources=[
        {"source": "pit", "period": "2031", "supply_m3": 30, "volume_loss_pct_per_year": 9},
        {"source": "pit", "period": "2026", "supply_m3": 10, "volume_loss_pct_per_year": 2,
         "carbon_loss_pct_per_year": 3},
        {"source": "hill", "supply_m3": 5, "soc_t_per_m3": 0.01}],
        hauls=[{"source": source, "parcel": parcel, "distance_km": 1}
               for source in ("pit", "hill") for parcel in "ab"]).topsoil
    assert topsoil.sources == ("pit", "hill")
    assert topsoil.supply_kt.tolist() == [[10, 30], [5, 5]]
    assert topsoil.supplied_kt().tolist() == [[10, 40], [5, 10]]
    # Lost between the starts at the rate of the first period: 1 - 0.98^5.
    np.testing.assert_allclose(topsoil.loss_kt, [[0, 1 - 0.98 ** 5], [0, 0]])
    # 1 - 0.97^5 of the carbon in five years.
    np.testing.assert_allclose(topsoil.carbon_lost_kt, [[1 - 0.97 ** 5, 0], [0, 0]])
    np.testing.assert_allclose(topsoil.soc_kt, [[0, 0], [0.01, 0.01]])


def test_hauls_beat_the_line_between_coordinates() -> None:
    topsoil = instance_of(
        **TOPSOIL, sources=[{"x": 600_000, "y": 4_000_000}],
        hauls=[{"source": "heap", "parcel": "a", "distance_km": 0.7}]).topsoil
    # By table 0.7 km; 3-4-5 triangle of 5 km x road factor 1.5.
    np.testing.assert_allclose(topsoil.distance_ik, [[0.7], [7.5]])


def test_a_source_that_misses_a_period_is_refused() -> None:
    with pytest.raises(InstanceRefused, match="2031"):
        instance_of(**TOPSOIL, sources=[{"period": "2026", "x": 0, "y": 0}])


def test_without_sources_there_are_arrays_without_rows() -> None:
    topsoil = instance_of().topsoil
    assert topsoil.count == 0
    assert topsoil.supply_kt.shape == (0, 2)
    assert topsoil.distance_ik.shape == (1, 0)
