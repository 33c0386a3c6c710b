"""Scenarios and uncertainty: read as records, checked, written and left alone by the rest."""

from __future__ import annotations

import math

import pytest
from helpers import write_folder
from sound_tables import sound_rows, told

import optimizer as ro
from optimizer.instance.checks import unknowns
from optimizer.instance.unknowns import scenarios_of, uncertain_of

SCENARIOS = """\
case,path,value,multiply,probability
as it stands,,,,
dear,works.diesel_kgco2e_per_l,,1.5,
dear,limits[budget].value,4000000,,
wet,"methods[crop,cover].water_m3_per_ha_yr",100,,
"""
UNCERTAINTY = """\
path,label,distribution,multiplies,low,high,centre,spread
works.diesel_kgco2e_per_l,,,yes,0.9,1.1,,
curves[soil].c_max_tc_per_ha,soil,lognormal,,,60,20,1.5
"""


def test_cases_are_read_in_order_and_are_equally_likely(tmp_path) -> None:
    folder = write_folder(tmp_path, scenarios=SCENARIOS)
    one, dear, wet = scenarios_of(ro.read_instance(folder))
    assert (one.case, one.overrides) == ("as it stands", ())
    assert dear.overrides == ("works.diesel_kgco2e_per_l*=1.5", "limits[budget].value=4000000")
    assert wet.overrides == ("methods[crop,cover].water_m3_per_ha_yr=100",)
    assert {one.probability, dear.probability, wet.probability} == {1 / 3}


def test_a_probability_may_stand_on_any_row_of_its_case(tmp_path) -> None:
    text = SCENARIOS.replace("stands,,,,", "stands,,,,0.5").replace("4000000,,", "4000000,,0.3")
    folder = write_folder(tmp_path, scenarios=text.replace("100,,", "100,,0.2"))
    cases = scenarios_of(ro.read_instance(folder))
    assert [case.probability for case in cases] == pytest.approx([0.5, 0.3, 0.2])


def test_uncertain_numbers_are_read_with_their_defaults(tmp_path) -> None:
    folder = write_folder(tmp_path, uncertainty=UNCERTAINTY)
    diesel, soil = uncertain_of(ro.read_instance(folder))
    assert (diesel.label, diesel.distribution, diesel.multiplies) == (
        "works.diesel_kgco2e_per_l", "uniform", True)
    assert (soil.label, soil.distribution, soil.multiplies) == ("soil", "lognormal", False)
    assert math.isnan(soil.low)
    assert (soil.high, soil.centre, soil.spread) == (60.0, 20.0, 1.5)


def test_they_are_written_and_read_back_and_change_no_plan(tmp_path) -> None:
    plain = ro.read_instance(write_folder(tmp_path / "plain"))
    folder = write_folder(tmp_path / "given", scenarios=SCENARIOS, uncertainty=UNCERTAINTY)
    given = ro.read_instance(folder)
    ro.write_instance(given, tmp_path / "copy")
    copy = ro.read_instance(tmp_path / "copy")
    assert copy.sha256 == given.sha256
    assert scenarios_of(copy) == scenarios_of(given)
    assert ro.solve(given).objective == ro.solve(plain).objective


def test_without_the_tables_there_are_none(tmp_path) -> None:
    plain = ro.read_instance(write_folder(tmp_path))
    assert scenarios_of(plain) == ()
    assert uncertain_of(plain) == ()


def case(**cells):
    rows = sound_rows()
    rows["scenarios"] = [{"case": "one", **cells}]
    return rows


@pytest.mark.parametrize(("check", "cells", "words"), [
    (unknowns.scenario_values, {"path": "works.swell_factor"}, "a value, or a factor"),
    (unknowns.scenario_values, {"path": "works.swell_factor", "value": "1", "multiply": 2.0},
     "a value and a factor"),
    (unknowns.scenario_values, {"value": "1"}, "what the value is for"),
    (unknowns.scenario_paths, {"path": "works.swel_factor", "value": "1"},
     "Did you mean `swell_factor`?"),
    (unknowns.scenario_paths, {"path": "works.swell_factor", "value": "9"}, "at most 3"),
    (unknowns.scenario_paths, {"path": "limits[watr].value", "value": "9"},
     "Did you mean `water`?"),
    (unknowns.scenario_paths, {"path": "works swell", "value": "9"}, "not a path"),
    (unknowns.scenario_paths, {"path": "uncertainty[x].low", "value": "9"},
     "nothing depends on it"),
    (unknowns.probabilities, {"probability": 0.4}, "together 0.4"),
])
def test_what_a_case_may_not_say(check, cells, words) -> None:
    finding, = told(check, case(**cells))
    assert finding.startswith("error: scenarios.csv row 2")
    assert words in finding


def test_probabilities_of_a_case_must_agree_and_be_complete() -> None:
    rows = sound_rows()
    rows["scenarios"] = [{"case": "one", "probability": 0.5}, {"case": "one", "probability": 0.6}]
    found = told(unknowns.probabilities, rows)
    assert any("two probabilities" in finding for finding in found)
    rows["scenarios"] = [{"case": "one", "probability": 1.0}, {"case": "two"}]
    finding, = told(unknowns.probabilities, rows)
    assert "`two` without one" in finding


@pytest.mark.parametrize(("cells", "words"), [
    ({"low": 1.0}, "needed by uniform"),
    ({"low": 2.0, "high": 1.0}, "low below high"),
    ({"distribution": "triangular", "low": 1.0, "high": 2.0, "centre": 3.0}, "3 outside 1 to 2"),
    ({"distribution": "loguniform", "low": 0.0, "high": 2.0}, "above 0"),
    ({"distribution": "lognormal", "centre": 1.0, "spread": 0.9}, "a factor above 1"),
    ({"distribution": "normal", "centre": 1.0}, "needed by normal"),
])
def test_figures_that_make_no_distribution_are_told(cells, words) -> None:
    rows = sound_rows()
    rows["uncertainty"] = [{"path": "works.swell_factor", **cells}]
    found = told(unknowns.uncertain_figures, rows)
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(("path", "low", "high", "words"), [
    ("works.swell_factor", 0.1, 1.2, "at least 0.5"),      # below the least the format allows
    ("works.swel_factor", 1.0, 1.2, "unknown key"),
    ("limits[*].account", 1.0, 2.0, "account"),
])
def test_numbers_that_cannot_take_the_figures_are_told(path, low, high, words) -> None:
    rows = sound_rows()
    rows["uncertainty"] = [{"path": path, "low": low, "high": high, "multiplies": (
        1.0 if "account" in path else 0.0)}]
    finding, = told(unknowns.uncertain_paths, rows)
    assert words in finding
    assert finding.startswith("error: uncertainty.csv row 2, path")
