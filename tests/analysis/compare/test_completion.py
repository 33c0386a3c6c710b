"""Blanks of an actual plan: rules are broken least, then most is earned, all rows together."""

import pandas as pd
import pytest
from worked import instance_of, limit

from optimizer.analysis.compare.actual import read_actual
from optimizer.analysis.compare.completion import complete

#: Per hectare: cheap emits 5 t and costs 100, dear emits nothing and costs 1,000.
METHODS = [
    {"use": "grass", "method": "cheap", "establishment_cost_per_ha": 100,
     "establishment_tco2e_per_ha": 5},
    {"use": "grass", "method": "dear", "establishment_cost_per_ha": 1000},
    {"use": "pond", "method": "dig", "establishment_cost_per_ha": 400},
]


def completed(instance, **columns):
    return complete(instance, read_actual(instance, pd.DataFrame(columns)))


def test_rows_share_what_a_limit_leaves():
    # 20 ha of grass for 11,000 CNY: 100 x 20 = 2,000 at least; 9,000 more buy 10 ha of dear.
    instance = instance_of(
        parcels=[{"parcel": "a"}, {"parcel": "b"}], methods=METHODS,
        settings={"periods": (2026,)}, limits=[limit("budget", "cost", "<=", 11_000)])
    found = completed(instance, parcel=["a", "b"], use=["grass", "grass"])
    areas = found.plan.groupby("method")["area_ha"].sum()
    assert areas.to_dict() == pytest.approx({"cheap": 10, "dear": 10})
    assert found.plan.groupby("parcel")["area_ha"].sum().to_dict() == pytest.approx(
        {"a": 10, "b": 10})
    assert not found.method_measured
    assert found.completed_ha["method"] == pytest.approx(20)
    assert set(found.plan["completed"]) == {"method"}


def test_what_is_given_is_kept_though_it_breaks_a_rule():
    # The given row overspends already; the blank one then takes the cheapest, not the best.
    instance = instance_of(
        parcels=[{"parcel": "a"}, {"parcel": "b"}], methods=METHODS,
        settings={"periods": (2026,)}, limits=[limit("budget", "cost", "<=", 5_000)])
    found = completed(instance, parcel=["a", "b"], use=["grass", "grass"], method=["dear", ""])
    assert found.plan.set_index("parcel")["method"].to_dict() == {"a": "dear", "b": "cheap"}
    assert found.method_measured
    assert any("compared on the hectares where they are given" in note for note in found.notes)


def test_the_allowed_method_is_read_into_a_blank_where_there_is_one():
    # Forest by plain wants 0.5 m of soil and has 0.3; cover brings it and costs more than allowed.
    instance = instance_of(
        uses=[{"use": "forest", "min_soil_depth_m": 0.5}],
        methods=[{"use": "forest", "method": "plain"},
                 {"use": "forest", "method": "cover", "after:soil_depth_m": 0.5,
                  "establishment_cost_per_ha": 900}],
        sources=[{}], hauls=[{"source": "heap", "parcel": "a", "distance_km": 1}],
        settings={"periods": (2026,)}, limits=[limit("budget", "cost", "<=", 10)])
    found = completed(instance, parcel=["a"], use=["forest"])
    assert found.plan["method"].tolist() == ["cover"]
    assert found.plan["source"].tolist() == ["heap"]
    assert found.completed_ha == {"method": 10, "period": 0, "source": 0}


def test_uses_with_one_method_leave_nothing_unmeasured():
    instance = instance_of(methods=METHODS, settings={"periods": (2026,)})
    found = completed(instance, parcel=["a"], use=["pond"])
    assert found.method_measured
    assert found.notes == ()
    assert found.plan["completed"].tolist() == [""]


def test_a_period_is_chosen_inside_the_window():
    instance = instance_of(parcels=[{"parcel": "a", "release_year": 2031}], methods=METHODS)
    found = completed(instance, parcel=["a"], use=["pond"])
    assert found.plan["period"].tolist() == ["2031"]
    assert any("timing" in note for note in found.notes)


def test_topsoil_is_shared_between_rows():
    # 0.5 m more on 10 ha needs 50,000 m3 a parcel; each heap has just that.
    instance = instance_of(
        parcels=[{"parcel": "a"}, {"parcel": "b"}],
        methods=[{"use": "grass", "method": "cover", "after:soil_depth_m": 0.8}],
        sources=[{"source": "heap", "supply_m3": 50_000}, {"source": "pit", "supply_m3": 50_000}],
        hauls=[{"source": source, "parcel": parcel, "distance_km": km}
               for parcel in "ab" for source, km in (("heap", 1), ("pit", 9))],
        settings={"periods": (2026,)})
    found = completed(instance, parcel=["a", "b"], use=["grass", "grass"])
    assert found.plan.groupby("source")["area_ha"].sum().to_dict() == pytest.approx(
        {"heap": 10, "pit": 10})
    assert found.completed_ha["source"] == pytest.approx(20)


def test_a_plan_of_nothing_is_a_plan():
    instance = instance_of(methods=METHODS)
    found = completed(instance, parcel=[], use=[])
    assert len(found.plan) == 0
    assert found.method_measured
