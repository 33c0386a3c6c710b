import pytest

from optimizer.instance.manifest import read_manifest
from optimizer.instance.settings import Objective

HEAD = '[instance]\nname = "a"\nbase_year = 2026\nhorizon_years = 30\nperiods = [2026, 2031]\n'


def read(folder, text):
    (folder / "instance.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(folder)


def only(folder, text):
    finding, = read(folder, text).findings
    return finding


def test_defaults_of_the_settings(tmp_path):
    settings = read(tmp_path, HEAD).settings
    assert settings.periods == (2026, 2031)
    assert settings.horizon_end == 2056
    assert settings.objectives == (Objective("net_sink"),)
    assert (settings.gwp, settings.currency, settings.max_slope_pct) == ("AR6", "CNY", 25.0)


def test_everything_that_can_be_said(tmp_path):
    text = HEAD + """
title = "题目"
crediting_years = 20
gwp = "AR5"
max_slope_pct = 20
sources = ["one", "two"]
[[objective]]
account = "net_sink"
tolerance = 0.01
[[objective]]
account = "cost"
weight = 2
sense = "min"
[works]
swell_factor = 1.3
[layout]
boundary_weight_tco2e_per_km = 5
[defaults.parcels]
soil_depth_m = 0.2
regrade_form = "bench"
must_reclaim = true
ph = 7
"""
    manifest = read(tmp_path, text)
    assert manifest.findings == []
    settings = manifest.settings
    assert settings.title == "题目"
    assert settings.sources == ("one", "two")
    assert settings.crediting_years == 20
    assert settings.objectives == (
        Objective("net_sink", 1.0, "max", 1, 0.01), Objective("cost", 2.0, "min", 2))
    assert settings.works == {"swell_factor": 1.3}
    assert settings.layout == {"boundary_weight_tco2e_per_km": 5.0}
    assert settings.defaults == {
        "parcels": {"soil_depth_m": 0.2, "regrade_form": "bench", "must_reclaim": 1.0, "ph": 7.0}}


def test_stages_follow_the_largest_before(tmp_path):
    text = HEAD + "".join(f'[[objective]]\naccount = "{name}"\n{stage}\n' for name, stage in (
        ("net_sink", "stage = 3"), ("cost", ""), ("water", "stage = 3")))
    assert [entry.stage for entry in read(tmp_path, text).settings.objectives] == [3, 4, 3]


def test_syntax_errors_have_a_line(tmp_path):
    finding = only(tmp_path, HEAD + "title = unquoted\n")
    assert (finding.rule, finding.row) == ("not TOML", 6)


def test_byte_order_mark_is_no_error(tmp_path):
    assert read(tmp_path, HEAD.encode("utf-8-sig")).findings == []


def test_a_missing_manifest_is_a_finding(tmp_path):
    finding, = read_manifest(tmp_path).findings
    assert finding.rule == "unreadable file"


@pytest.mark.parametrize(("line", "rule", "row", "says"), [
    ("horizon = 3", "unknown key", 6, "Did you mean `horizon_years`?"),
    ("crediting_years = 20.5", "not a whole number", 6, "whole"),
    ('crediting_years = "20"', "not a number", 6, "without quotes"),
    ("title = 3", "not text", 6, "quotes"),
    ("crediting_years = true", "not a number", 6, "without quotes"),
    ("max_slope_pct = 30", "out of range", 6, "never raised above 25"),
    ("max_slope_pct = nan", "not a number", 6, "blank"),
    ('gwp = "AR4"', "unknown word", 6, "Did you mean"),
    ("[wroks]\nswell_factor = 1", "unknown section", 6, "Did you mean `works`?"),
    ("[works]\nswell = 1", "unknown key", 7, "Did you mean `swell_factor`?"),
    ("[works]\nswell_factor = 9", "out of range", 7, "Check the unit"),
    ('[objective]\naccount = "cost"', "not a list", 6, "two brackets"),
    ("[[objective]]\nweight = 1", "missing key", 6, "account"),
    ("[defaults.parcel]\nzone = \"a\"", "unknown table", 6, "Did you mean `parcels`?"),
    ("[defaults.uses]\nmax_slope = 1", "unknown column", 7, "Did you mean `max_slope_pct`?"),
    ("[defaults.parcels]\nparcel = \"a\"", "unknown column", 7, ""),
    ("[defaults.parcels]\nsoil_depth_m = -1", "out of range", 7, "Check the unit"),
    ("[defaults]\nparcels = 3", "not a section", 7, "[defaults.parcels]"),
    ("sources = \"one\"", "not a list of texts", 6, "sources"),
    ("works = 3", "unknown key", 6, ""),
])
def test_each_fault_with_its_line(tmp_path, line, rule, row, says):
    finding = only(tmp_path, HEAD + line + "\n")
    assert (finding.rule, finding.row) == (rule, row)
    assert says in finding.do


@pytest.mark.parametrize(("periods", "rule"), [
    ("[2031, 2026]", "periods out of order"), ("[2026, 2026]", "periods out of order"),
    ("[2025]", "period before the base year"), ("[2026, 2056]", "period after the horizon"),
    ("[]", "not a list of years"), ("2026", "not a list of years"),
    ('["2026"]', "not a number"), ("[2026.5]", "not a whole number"), ("[26]", "out of range"),
])
def test_periods(tmp_path, periods, rule):
    text = HEAD.replace("[2026, 2031]", periods)
    finding = only(tmp_path, text)
    assert (finding.rule, finding.row) == (rule, 5)


def test_a_key_before_its_section_says_so(tmp_path):
    finding = only(tmp_path, 'library = "loess-plateau"\n' + HEAD)
    assert finding.rule == "key outside its section"
    assert "[instance]" in finding.do


def test_missing_keys_are_all_named(tmp_path):
    manifest = read(tmp_path, "[instance]\n")
    assert manifest.settings is None
    assert [f.column for f in manifest.findings] == [
        "instance.name", "instance.base_year", "instance.horizon_years", "instance.periods"]


def test_nothing_at_all(tmp_path):
    manifest = read(tmp_path, "")
    assert manifest.settings is None
    assert "missing section" in [f.rule for f in manifest.findings]
