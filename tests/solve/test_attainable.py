from __future__ import annotations

import numpy as np
import pytest
from helpers import write_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import random_program

import optimizer as ro
from optimizer.formulation.attainable import attainable
from optimizer.formulation.program import Family
from optimizer.solve.highs import HighsSession


def reasons(tmp_path, **files):
    instance = ro.read_instance(write_folder(tmp_path / "instance", **files))
    with pytest.raises(ro.Infeasible) as refused:
        ro.solve(instance)
    return refused.value.reasons


def test_hectares_that_decide_are_named(tmp_path):
    # Crop fits the 60 ha of `flat` alone; `steep` has 65 % and no crop method regrades it.
    lines = reasons(tmp_path, limits="limit,account,use,sense,value,unit\n"
                                     "crop-minimum,area,crop,>=,1200,mu\n")
    assert len(lines) == 1
    # 1,200 mu = 80 ha.
    assert lines[0].startswith("crop-minimum: area (crop) >= 80 ha: only 60 ha can become crop")
    assert "40 ha fail slope_pct <= 9" in lines[0]


def test_periods_that_come_too_early(tmp_path):
    # `steep` is released in 2031, so at most the 60 ha of `flat` can start in 2026.
    lines = reasons(tmp_path, limits="limit,account,period,sense,value,unit\n"
                                     "early,area,2026,>=,90,ha\n")
    assert "early: area (2026) >= 90 ha: at most 60 ha can be reached" in lines[0]
    assert "40 ha could, but have no option that counts here" in lines[0]


def test_a_zone_counts_only_its_own_land(tmp_path):
    lines = reasons(tmp_path, limits="limit,account,use,zone,sense,value,unit\n"
                                     "south-crop,area,crop,south,>=,1,ha\n")
    assert "only 0 ha can become crop" in lines[0]
    assert "40 ha fail slope_pct" in lines[0]


def test_must_reclaim_without_any_option(tmp_path):
    parcels = (
        "parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,zone,must_reclaim,"
        "release_year\n"
        "flat,60,2,400,bench,0.3,north,,2026\nlate,12.5,3,400,bench,0.3,south,yes,2040\n")
    hauls = "source,parcel,distance_km\nheap,flat,2\nheap,late,4\n"
    files = write_folder(tmp_path / "instance", parcels=parcels, hauls=hauls,
                         limits="limit,account,sense,value,unit\nbudget,cost,<=,1,CNY\n")
    with pytest.raises(ro.Infeasible) as refused:
        ro.solve(ro.read_instance(files))
    assert "parcel late must be reclaimed (12.5 ha), but no use fits" in refused.value.reasons[0]


def test_a_ceiling_below_what_must_be_done(tmp_path):
    parcels = (
        "parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,zone,must_reclaim\n"
        "flat,60,2,400,bench,0.3,north,yes\nsteep,40,65,20,bench,0.1,south,\n")
    # The cheapest way for `flat` is to sow grass; every way has an area of 60 ha.
    lines = reasons(tmp_path, parcels=parcels,
                    limits="limit,account,sense,value,unit\nsmall,area,<=,45,ha\n")
    assert "land that must be reclaimed makes 60 ha" in lines[0]


def test_a_ceiling_on_what_does_not_exist_is_no_obstacle(tmp_path):
    files = write_folder(tmp_path / "instance", limits="limit,account,use,zone,sense,value,unit\n"
                                                       "none,area,crop,south,<=,1,ha\n")
    assert ro.solve(ro.read_instance(files)).status == "optimal"


@settings(max_examples=30)
@given(st.integers(0, 2**31))
def test_least_and_most_are_the_optima_over_land_alone(seed):
    program = random_program(parcels=6, options=4, limits=3, seed=seed, must=0.4)
    loose = random_program(parcels=6, options=4, limits=3, seed=seed, must=0.4)
    free = np.isin(loose.rows.family, [Family.LIMIT, Family.SOIL_BALANCE])
    loose.row_lower[free], loose.row_upper[free] = -np.inf, np.inf
    for found in attainable(program):
        row_c = program.matrix.tocsr()[[found.row]].toarray()[0]
        for sign, value in ((1.0, found.most), (-1.0, found.least)):
            raw = HighsSession(loose.with_cost(sign * row_c)).solve()
            assert float(row_c @ raw.x_c) == pytest.approx(value, rel=1e-9, abs=1e-9)
