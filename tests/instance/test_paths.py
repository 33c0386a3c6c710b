import numpy as np
import pytest
from helpers import write_folder

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.path_grammar import PathFault, ValuePath, parse_assignment, parse_path
from optimizer.instance.read import read_instance, with_overrides


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path)


def cells(instance, table, column):
    return instance.table(table).columns[column].tolist()


def refusal(folder, text):
    with pytest.raises(InstanceRefused) as refused:
        read_instance(folder, [text])
    finding, = refused.value.findings
    assert finding.file == "override (--set)"
    assert finding.column == text
    return finding


@pytest.mark.parametrize(("text", "where", "keys", "column"), [
    ("works.swell_factor", "works", None, "swell_factor"),
    ("limits[budget].value", "limits", ("budget",), "value"),
    ("methods[crop, cover].after:slope_pct", "methods", ("crop", "cover"), "after:slope_pct"),
    ('uses["a,b"].label', "uses", ("a,b",), "label"),
    ("site[a,b,,2031].quality", "site", ("a", "b", "", "2031"), "quality"),
    (" parcels[*] . area_ha ", "parcels", ("*",), "area_ha"),
])
def test_paths_are_taken_apart(text, where, keys, column):
    assert parse_path(text) == ValuePath(where, keys, column)


def test_the_two_signs():
    assert parse_assignment("works.swell_factor = 1.3").value == "1.3"
    assert parse_assignment("limits[a].value*=2").multiplies
    assert parse_assignment("limits[a].reason=x = y [z].q").value == "x = y [z].q"


@pytest.mark.parametrize("text", ["", "works", "works.swell_factor:1", "limits[a]=3", "[a].b=1",
                                  'limits["a].value=1'])
def test_what_is_no_path(text):
    with pytest.raises(PathFault, match="not a path"):
        parse_assignment(text)


def test_set_and_multiply(folder):
    instance = read_instance(folder, ["limits[budget].value=10", "limits[budget].value*=2.5",
                                      "sources[heap,*].supply_m3*=2", "works.swell_factor=1.5",
                                      "instance.horizon_years=25", "parcels[flat].must_reclaim=yes",
                                      "methods[grass,sow].after:soil_depth_m=0.2"])
    assert cells(instance, "limits", "value") == [25, 10]
    assert cells(instance, "sources", "supply_m3") == [600000, 200000]
    assert instance.settings.works["swell_factor"] == 1.5
    assert instance.settings.horizon_years == 25
    assert instance.land.must_i.tolist() == [True, False]
    assert instance.practices.after_um["soil_depth_m"].tolist() == [0.8, 0.2, 0.3]
    assert len(instance.settings.overrides) == 7


def test_optional_keys_at_the_end_may_be_left_out(folder):
    instance = read_instance(folder, ["methods[*,cover].growth_factor=2"])
    assert cells(instance, "methods", "growth_factor") == [2, 1, 0.9]
    instance = read_instance(folder, ["curves[sward].gain_tc_per_ha*=2"])
    np.testing.assert_array_equal(instance.table("curves").number("gain_tc_per_ha"),
                                  [np.nan, 0, 6, 6])
    instance = read_instance(folder, ["curves[sward,30].gain_tc_per_ha=4"])
    np.testing.assert_array_equal(instance.table("curves").number("gain_tc_per_ha"),
                                  [np.nan, 0, 3, 4])


def test_the_weight_of_an_objective(folder):
    instance = read_instance(folder, ["objective.net_sink*=3"])
    assert [entry.weight for entry in instance.settings.objectives] == [3]
    assert refusal(folder, "objective.net_snk=1").do == "Did you mean `net_sink`?"


def test_overrides_make_a_new_instance(folder):
    before = read_instance(folder)
    after = with_overrides(before, {"limits[budget].value": 7.5, "parcels[steep].zone": "north"})
    assert cells(before, "limits", "value") == [5000000, 10]
    assert cells(after, "limits", "value") == [7.5, 10]
    assert cells(after, "parcels", "zone") == ["north", "north"]
    assert after.sha256 != before.sha256
    assert with_overrides(before, []).sha256 == before.sha256


def test_a_refused_override_from_python_is_called_so(folder):
    with pytest.raises(InstanceRefused, match=r"override \(--set\), works\.swell=1: unknown key"):
        with_overrides(read_instance(folder), ["works.swell=1"])


def test_an_override_is_the_same_as_another_file(folder, tmp_path):
    changed = read_instance(folder, ["limits[budget].value*=2"])
    text = (folder / "limits.csv").read_text().replace("5000000", "10000000")
    other = write_folder(tmp_path / "other", limits=text)
    assert read_instance(other).sha256 == changed.sha256


@pytest.mark.parametrize(("text", "rule", "says"), [
    ("work.swell_factor=1", "unknown section", "Did you mean `works`?"),
    ("works.swell=1", "unknown key", "Did you mean `swell_factor`?"),
    ("limit[budget].value=1", "unknown table", "Did you mean `limits`?"),
    ("limits[budgett].value=1", "unknown limit", "Did you mean `budget`?"),
    ("limits[budget].valu=1", "unknown column", "Did you mean `value`?"),
    ("limits[budget].value+=1", "unknown sign", "Only = and *= exist"),
    ("limits[budget].value -= 1", "unknown sign", "Only = and *= exist"),
    ("works.swell_factor/=2", "unknown sign", "Only = and *= exist"),
    ("limits[budget].limit=a", "key column", "Keys cannot be set"),
    ("limits[budget].value=ten", "not a number", "digits"),
    ("limits[budget].sense=<", "unknown word", "Did you mean `<=`?"),
    ("limits[budget].value*=", "blank value", "number"),
    ("limits[budget].reason*=2", "nothing to multiply", "Use ="),
    ("limits[a,b].value=1", "wrong number of keys", "one key for each"),
    ("methods[crop].growth_factor=1", "wrong number of keys", "one key for each"),
    ("methods[crop,sow].growth_factor=1", "no such row", "not together"),
    ("methods[crop,cover].growth_factor=11", "out of range", "Check the unit"),
    ("methods[crop,cover].growth_factor*=11", "out of range", "Check the unit"),
    ("parcels[*].area_mu=1", "converted at reading", "area_ha"),
    ("parcels[*].ph*=2", "unknown column", ""),
    ("parcels[*].baseline_tco2e_per_ha_yr*=2", "nothing to multiply", "Use ="),
    ("layout.boundary_weight_tco2e_per_km*=2", "nothing to multiply", "Use ="),
    ("adjacency[a,b].shared_boundary_m=2", "no such table", "add it"),
    ("instance.periods=2026", "cannot be set", "instance.toml"),
    ("instance.horizon_years=3", "period after the horizon", "Lengthen"),
    ("instance.horizon_years*=0.33", "not a whole number", "whole"),
    ("instance.max_slope_pct=30", "out of range", "never raised"),
    ("instance.name=", "blank value", "Write a value"),
    ("works.swell_factor=", "blank value", "number"),
    ("nonsense", "not a path", "limits[budget]"),
])
def test_what_cannot_be_applied_is_refused(folder, text, rule, says):
    finding = refusal(folder, text)
    assert finding.rule == rule
    assert says in finding.do


def test_every_fault_of_every_override_at_once(folder):
    with pytest.raises(InstanceRefused) as refused:
        read_instance(folder, ["works.swell=1", "limits[x].value=1"])
    assert len(refused.value.findings) == 2


def test_the_library_cannot_be_changed_later(folder):
    with pytest.raises(InstanceRefused, match="cannot be set any more"):
        with_overrides(read_instance(folder), ["instance.library=loess-plateau"])
