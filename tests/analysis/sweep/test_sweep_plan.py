"""Which cases a sweep has: files, tables, mappings and lists, and what is refused in them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from strategies import table_of

import optimizer as ro
from optimizer.analysis.sweep.cases import plan_of, plan_of_scenarios
from optimizer.analysis.sweep.file import read_sweep
from optimizer.analysis.sweep.plan import path_text

INSTANCE = ro.read_instance("two-parcels")
HEAD = '[sweep]\nname = "money"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "money.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_product_has_every_combination_the_last_path_fastest(tmp_path: Path) -> None:
    plan = read_sweep(written(tmp_path, HEAD + """
[[sweep.path]]
path = "works.road_factor"
values = [1.2, 1.4]
[[sweep.path]]
path = "sources[*,*].supply_m3"
multiply = [0.5, 1, 2]
"""))
    assert [case.name for case in plan.cases] == ["1", "2", "3", "4", "5", "6"]
    assert plan.cases[4].overrides == ("works.road_factor=1.4", "sources[*,*].supply_m3*=1")
    assert plan.columns == ("works.road_factor", "sources[*,*].supply_m3*")


@pytest.mark.parametrize(("keys", "values"), [
    ("from = 0\nto = 1\nsteps = 5", ("0", "0.25", "0.5", "0.75", "1")),
    # 0.1 * 3 is 0.30000000000000004 in floating point; nobody wrote that.
    ("from = 0.1\nto = 0.3\nstep = 0.1", ("0.1", "0.2", "0.3")),
    ("from = 2\nto = 1\nstep = 0.4", ("2", "1.6", "1.2")),
])
def test_ranges(tmp_path: Path, keys: str, values: tuple[str, ...]) -> None:
    plan = read_sweep(written(
        tmp_path, f'{HEAD}[[sweep.path]]\npath = "works.road_factor"\n{keys}\n'))
    assert plan.axes[0].values == values
    assert not plan.axes[0].multiplies


def test_a_range_of_factors_and_one_path_at_a_time(tmp_path: Path) -> None:
    plan = read_sweep(written(tmp_path, HEAD + 'mode = "one_at_a_time"\n' + """
[[sweep.path]]
path = "works.road_factor"
multiply = true
from = 0.5
to = 1.5
steps = 2
[[sweep.path]]
path = "works.swell_factor"
values = [1.2]
label = "swell"
"""))
    assert [case.overrides for case in plan.cases] == [
        (), ("works.road_factor*=0.5",), ("works.road_factor*=1.5",), ("works.swell_factor=1.2",)]
    assert plan.cases[0].name == "base"
    assert plan.axes[1].name == "swell"


def test_listed_cases_set_what_they_want(tmp_path: Path) -> None:
    plan = read_sweep(written(tmp_path, HEAD + """
[[sweep.case]]
name = "as it is"
[[sweep.case]]
name = "far"
set = ["works.road_factor*=2", "works.swell_factor = 1.1"]
"""))
    assert [case.name for case in plan.cases] == ["as it is", "far"]
    assert plan.columns == ("works.road_factor*", "works.swell_factor")
    assert dict(plan.cases[1].parameters) == {"works.road_factor*": "2",
                                              "works.swell_factor": "1.1"}


def test_the_shipped_sweeps_are_sound() -> None:
    pingshuo = ro.read_instance("pingshuo")
    assert len(plan_of("budget", pingshuo).cases) == 6
    plan = plan_of("topsoil-and-fields", pingshuo)
    assert plan.cases[4].name == "all three"
    assert plan.cases[4].overrides == (
        "sources[*,*].supply_m3*=0.9", "works.haul_l_per_m3_km*=3",
        "limits[cropland-minimum].value=1000")


@pytest.mark.parametrize(("text", "rule"), [
    ("", "missing section"),
    (HEAD, "no paths"),
    (HEAD + "colour = 1\n[[sweep.path]]\npath = 'works.road_factor'\nvalues = [1]\n",
     "unknown key"),
    (HEAD + "[[sweep.path]]\nvalues = [1]\n", "missing key"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\n", "values"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nvalues = 3\n", "not a list"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nvalues = []\n", "not a list"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nmultiply = ['a']\n", "not a number"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nvalues = [nan]\n", "not a number"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nvalues = [[1]]\n", "not a value"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nfrom = 1\nto = 2\n", "range"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nfrom = 0\nto = 9\nstep = 1e-9\n",
     "too many values"),
    (HEAD + "mode = 'table'\n[[sweep.path]]\npath = 'works.road_factor'\nvalues = [1, 2]\n"
     "[[sweep.path]]\npath = 'works.swell_factor'\nvalues = [1]\n", "values of a table"),
    (HEAD + "mode = 'table'\ncases = ['a', 'a']\n[[sweep.path]]\npath = 'works.road_factor'\n"
     "values = [1, 2]\n", "case twice"),
    (HEAD + "[[sweep.path]]\npath = 'works.road_factor'\nvalues = [1]\n"
     "[[sweep.path]]\npath = 'works.road_factor'\nvalues = [2]\n", "path twice"),
    (HEAD + "[[sweep.case]]\nset = ['works.road_factor=1']\n", "missing key"),
    (HEAD + "[[sweep.case]]\nname = 'x'\nset = 'works.road_factor=1'\n", "not a list of texts"),
    (HEAD + "[[sweep.case]]\nname = 'x'\nset = ['nonsense']\n", "not a path"),
    ("[swep]\n", "unknown section"),
    ("[sweep\n", "not TOML"),
])
def test_what_is_wrong_with_a_file_is_a_finding(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(ro.InstanceRefused) as refused:
        read_sweep(written(tmp_path, text))
    assert rule in {finding.rule for finding in refused.value.findings}


def test_products_that_nobody_waits_for_are_refused(tmp_path: Path) -> None:
    axes = "".join(f"[[sweep.path]]\npath = '{path}'\nfrom = 1\nto = 2\nsteps = 200\n"
                   for path in ("works.road_factor", "works.swell_factor",
                                "works.haul_l_per_m3_km"))
    with pytest.raises(ro.InstanceRefused, match="8,000,000 combinations"):
        read_sweep(written(tmp_path, HEAD + axes))


@pytest.mark.parametrize(("override", "seen"), [
    ("works.rode_factor=1", "rode_factor"),
    ("limits[nothing].value=1", "nothing"),
    ("sorces[*].supply_m3*=2", "sorces"),
])
def test_a_path_the_instance_lacks_is_refused_before_anything_runs(
    override: str, seen: str
) -> None:
    with pytest.raises(ro.InstanceRefused, match=seen):
        plan_of({"x": override}, INSTANCE)


def test_pandas_tables_mappings_and_lists() -> None:
    frame = pd.DataFrame({"case": ["near", "far"], "sources[*,*].supply_m3*": [0.5, 2.0],
                          "instance.horizon_years": [None, 40]})
    plan = plan_of(frame, INSTANCE)
    assert [case.overrides for case in plan.cases] == [
        ("sources[*,*].supply_m3*=0.5",),
        ("sources[*,*].supply_m3*=2", "instance.horizon_years=40")]
    named = plan_of({"near": ["sources[*,*].supply_m3*=0.5"], "far": {"works.road_factor": 2.5}},
                    INSTANCE)
    assert [case.overrides for case in named.cases] == [
        ("sources[*,*].supply_m3*=0.5",), ("works.road_factor=2.5",)]
    listed = plan_of([["works.road_factor=1.5"]] * 11, INSTANCE)
    assert [case.name for case in listed.cases][:2] == ["01", "02"]


def test_tables_with_two_cases_of_one_name_or_none_are_refused() -> None:
    with pytest.raises(ro.InstanceRefused, match="case twice"):
        plan_of(pd.DataFrame({"case": ["a", "a"], "works.road_factor": [1, 2]}), INSTANCE)
    with pytest.raises(ro.InstanceRefused, match="no cases"):
        plan_of([], INSTANCE)
    with pytest.raises(ro.InstanceRefused, match="no such sweep"):
        plan_of("nowhere", INSTANCE)


def test_rows_of_scenarios_with_one_case_belong_together() -> None:
    from optimizer.instance.table import Table

    rows = table_of("parcels", [{"parcel": "x"}] * 4)
    text = {"case": ["dry", "dry", "wet", "plain"],
            "path": ["works.road_factor", "sources[*,*].supply_m3*", "works.road_factor", ""],
            "value": ["1.5", "0.8", "1.1", ""]}
    import numpy as np

    table = Table("scenarios", "scenarios.csv",
                  {name: np.array(cells, dtype=object) for name, cells in text.items()}, rows.lines)
    plan = plan_of_scenarios(table)
    assert {case.name: case.overrides for case in plan.cases} == {
        "dry": ("works.road_factor=1.5", "sources[*,*].supply_m3*=0.8"),
        "wet": ("works.road_factor=1.1",), "plain": ()}


def test_scenarios_are_swept_as_values_and_as_factors() -> None:
    # Only grass is sure when it is dry: 15 t C/ha x 44/12 x 100 ha = 5,500 t. Bush 21 t C/ha as it
    # stands: 7,700. When it is wet the wood's 18 t C/ha are multiplied by 2.5: 45, 16,500 t.
    table = ro.sweep(ro.read_instance("hand-scenarios"), "scenarios").set_index("case")
    assert table["objective"].to_dict() == pytest.approx(
        {"dry": 5500.0, "usual": 7700.0, "wet": 16500.0})
    assert table.loc["wet", "curves[wood,20].gain_tc_per_ha*"] == 2.5


@pytest.mark.parametrize(("override", "value", "path"), [
    ('limits["a=b"].value *= 2', "2", 'limits["a=b"].value'),
    ("works.road_factor=", "", "works.road_factor"),
    ("instance.title=a=b", "a=b", "instance.title"),
])
def test_paths_are_told_from_their_values(override: str, value: str, path: str) -> None:
    assert path_text(override, value) == path


def test_the_hash_of_the_cases_changes_with_them() -> None:
    one = plan_of({"x": "works.road_factor=1.5"}, INSTANCE)
    assert one.sha256 == plan_of({"x": "works.road_factor=1.5"}, INSTANCE).sha256
    assert one.sha256 != plan_of({"x": "works.road_factor=1.6"}, INSTANCE).sha256
    assert one.sha256 != plan_of({"y": "works.road_factor=1.5"}, INSTANCE).sha256
