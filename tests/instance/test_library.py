import numpy as np
import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.library import locate_library, read_library
from optimizer.instance.locations import (
    instances_folder,
    locate_instance,
    models_folder,
    shipped_instances,
    shipped_libraries,
)
from optimizer.instance.provenance import DEFAULT, OWN, SET, covering_row, covers
from optimizer.instance.read import read_instance

LIBRARY = {
    "library.toml": '[library]\nname = "lib"\nversion = "1.2"\ntitle = "T"\n'
                    "[works]\nroad_factor = 1.5\nswell_factor = 1.3\n",
    "uses.csv": "use,label,colour,max_slope_pct,min_soil_depth_m\n"
                "crop,Library crop,#111111,8,0.6\ngrass,Library grass,#222222,46,0.2\n"
                "forest,Forest,#333333,70,0.3\n",
    "suitability.csv": "use,attribute,minimum,maximum\ncrop,ph,6,8\ncrop,gravel_pct,,10\n"
                       "grass,ph,5,9\nforest,ph,5,9\n",
    "methods.csv": "use,method,after:ph,curve_soil,curve_biomass,growth_factor,n2o_kg_per_ha_yr,"
                   "account:jobs\ncrop,cover,7,soil,none,0.5,2,3\ngrass,sow,,lib-soil,none,0.4,0,1\n",
    "curves.csv": "curve,form,c_max_tc_per_ha,rate_per_year\nsoil,exponential,99,0.1\n"
                  "lib-soil,exponential,30,0.1\nunused,exponential,1,1\n",
    "accounts.csv": "account,unit,timing\njobs,jobs,once\nbees,hives,once\n",
    "provenance.csv": "table,key,column,standing,source\n"
                      "methods,\"crop,*\",growth_factor,read,Paper A\n"
                      "methods,*,growth_factor,derived,Paper B\n"
                      "methods,*,*,second-hand,Paper C\n"
                      "works,*,road_factor,assumed,Guess D\nworks,*,swell_factor,read,Book E\n"
                      "curves,lib-soil,*,read,Paper F\ncurves,unused,*,read,Paper G\n",
}
METHODS = """\
use,method,curve_soil,curve_biomass,growth_factor,n2o_kg_per_ha_yr,establishment_tco2e_per_ha,\
operation_tco2e_per_ha_yr,aftercare_years,aftercare_tco2e_per_ha_yr,ch4_kg_per_ha_yr,\
establishment_cost_per_ha,operation_cost_per_ha_yr,aftercare_cost_per_ha_yr
crop,cover,,,0.9,,1,0,0,0,0,1,0,0
grass,sow,,,,0,1,0,0,0,0,1,0,0
"""
WORKS = MINIMAL["instance.toml"].replace("road_factor = 1.4\n", "").replace(
    "periods = [2026, 2031]\n", 'periods = [2026, 2031]\nlibrary = "../lib"\n')


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lib").mkdir()
    for name, text in LIBRARY.items():
        (tmp_path / "lib" / name).write_text(text)
    return write_folder(
        tmp_path / "instance", instance__toml=WORKS, methods=METHODS,
        uses="use,label,max_slope_pct\ncrop,,9\ngrass,Own grass,\n",
        suitability="use,attribute,minimum,maximum\ncrop,ph,5.5,\ncrop,gravel_pct,,\n",
        curves="curve,form,c_max_tc_per_ha,rate_per_year\nsoil,exponential,20,0.05\n",
        parcels="parcel,area_ha,slope_pct,slope_length_m,soil_depth_m,ph,gravel_pct\n"
                "flat,60,2,400,1,7,1\nsteep,40,8,20,1,7,1\n")


def column(instance, table, name, *keys):
    t = instance.table(table)
    return dict(zip(t.key_rows(keys), t.columns[name].tolist(), strict=True))


def test_blank_cells_take_the_librarys_value_and_given_ones_stay(folder):
    instance = read_instance(folder)
    labels = column(instance, "uses", "label", "use")
    assert labels == {("crop",): "Library crop", ("grass",): "Own grass"}
    assert column(instance, "uses", "max_slope_pct", "use") == {("crop",): 9, ("grass",): 46}
    growth = column(instance, "methods", "growth_factor", "use", "method")
    assert growth == {("crop", "cover"): 0.9, ("grass", "sow"): 0.4}
    # 0 means zero: only the blank cell of crop takes the library's 2
    n2o = column(instance, "methods", "n2o_kg_per_ha_yr", "use", "method")
    assert n2o == {("crop", "cover"): 2, ("grass", "sow"): 0}
    np.testing.assert_array_equal(instance.table("methods").number("after:ph"), [7, np.nan])


def test_the_instance_decides_which_uses_there_are(folder):
    assert read_instance(folder).practices.uses == ("crop", "grass")


def test_suitability_of_the_library_holds_unless_the_instance_has_values(folder):
    rules = read_instance(folder).table("suitability")
    bounds = {key: (low, high) for key, low, high in zip(
        rules.key_rows(("use", "attribute")), rules.number("minimum", -1).tolist(),
        rules.number("maximum", -1).tolist(), strict=True)}
    assert bounds == {("crop", "ph"): (5.5, -1), ("crop", "gravel_pct"): (-1, 10),
                      ("grass", "ph"): (5, 9)}


def test_curves_and_accounts_come_along_if_named(folder):
    instance = read_instance(folder)
    c_max = column(instance, "curves", "c_max_tc_per_ha", "curve")
    assert c_max == {("soil",): 20, ("lib-soil",): 30}
    assert instance.table("accounts").text("account").tolist() == ["jobs"]


def test_works_and_version(folder):
    settings = read_instance(folder).settings
    assert settings.works["road_factor"] == 1.5
    assert settings.works["swell_factor"] == 1.25
    assert settings.library_version == "lib 1.2"


def test_provenance_comes_along_and_own_numbers_count_as_assumed(folder):
    provenance = read_instance(folder).table("provenance")
    rows = provenance.key_rows(("table", "key", "column"))

    def source(table, key, name):
        return provenance.text("source")[covering_row(rows, (table, key, name))]

    assert source("methods", ("grass", "sow", ""), "growth_factor") == "Paper B"
    assert source("methods", ("crop", "cover", ""), "growth_factor") == OWN
    assert source("methods", ("crop", "cover", ""), "n2o_kg_per_ha_yr") == "Paper C"
    assert source("works", (), "road_factor") == "Guess D"
    assert "Book E" not in provenance.text("source")
    assert source("curves", ("lib-soil", ""), "c_max_tc_per_ha") == "Paper F"
    assert "Paper G" not in provenance.text("source")


def test_the_period_row_takes_blanks_from_the_row_without_period(folder):
    lines = METHODS.replace("use,method,", "use,method,period,").replace(
        "crop,cover,", "crop,cover,,").replace("grass,sow,", "grass,sow,,")
    (folder / "methods.csv").write_text(lines + "crop,cover,2031,,,,5,,,,,,,,\n")
    practices = read_instance(folder).practices
    assert practices.amount_umt("growth_factor").tolist() == [[0.9, 0.9], [0.4, 0.4]]
    assert practices.amount_umt("n2o_kg_per_ha_yr").tolist() == [[2, 5], [0, 0]]


def test_defaults_fill_what_the_library_leaves_and_are_assumed(folder):
    text = WORKS + "[defaults.methods]\ngrowth_factor = 0.1\nlabour_days_per_ha = 9\n"
    (folder / "instance.toml").write_text(text)
    instance = read_instance(folder)
    assert instance.table("methods").number("growth_factor").tolist() == [0.9, 0.4]
    assert instance.table("methods").number("labour_days_per_ha").tolist() == [9, 9]
    provenance = instance.table("provenance")
    index = covering_row(provenance.key_rows(("table", "key", "column")),
                         ("methods", ("crop", "cover", ""), "labour_days_per_ha"))
    assert provenance.text("source")[index] == DEFAULT
    assert provenance.text("standing")[index] == "assumed"


def test_an_unknown_library_names_the_shipped_ones(folder):
    (folder / "instance.toml").write_text(WORKS.replace("../lib", "loess-platteau"))
    with pytest.raises(InstanceRefused) as refused:
        read_instance(folder)
    finding, = refused.value.findings
    assert finding.do == "Did you mean `loess-plateau`?"


def test_faults_of_a_library_name_its_files(folder):
    (folder.parent / "lib" / "uses.csv").write_text("use,max_slope_pct\ncrop,x\n")
    with pytest.raises(InstanceRefused, match=r"lib/uses\.csv row 2, max_slope_pct: not a number"):
        read_instance(folder)


def test_another_library_by_override(folder):
    other = folder.parent / "other"
    other.mkdir()
    for name, text in LIBRARY.items():
        (other / name).write_text(text.replace('"lib"', '"other"').replace("0.4", "0.3"))
    instance = read_instance(folder, ["instance.library=../other"])
    assert instance.settings.library_version == "other 1.2"
    assert instance.table("methods").number("growth_factor").tolist() == [0.9, 0.3]


@pytest.mark.parametrize("name", sorted(shipped_libraries()))
def test_shipped_libraries_read(name):
    library, findings = read_library(shipped_libraries()[name])
    assert findings == []
    assert library.name == name
    assert locate_library(name, None) == locate_library(f"models/coefficients/{name}", None)


def test_there_are_four_shipped_libraries():
    assert len(shipped_libraries()) == 4


@pytest.mark.parametrize(("pattern", "key", "answer"), [
    ("*", ("a", "b"), True), ("", ("a",), True), ("a", ("a", "b"), True), ("a,*", ("a", "b"), True),
    ("*,b", ("a", "b"), True), ("a, b", ("a", "b", ""), True), ("a,c", ("a", "b"), False),
    ("a,b,c", ("a", "b"), False), ("a,b,*", ("a", "b"), True),
])
def test_keys_of_provenance(pattern, key, answer):
    assert covers(pattern, key) is answer


def test_instances_are_found_by_folder_and_by_name(tmp_path):
    assert locate_instance("two-parcels") == instances_folder() / "two-parcels"
    folder = write_folder(tmp_path / "own")
    assert locate_instance(folder) == folder
    assert locate_instance(str(folder / "instance.toml")) == folder
    for name, place in shipped_instances().items():
        assert locate_instance(name) == place
        if name.startswith("published/"):
            assert locate_instance(name.removeprefix("published/")) == place


def test_what_is_no_instance_says_what_there_is(tmp_path):
    finding = locate_instance("two-parcel")
    assert isinstance(finding, Finding)
    assert finding.do == "Did you mean `two-parcels`?"
    assert locate_instance(tmp_path).rule == "missing file"
    assert locate_instance("plan.xlsx").rule == "missing file"
    assert locate_instance("plan.ods").rule == "not an .xlsx workbook"
    assert (models_folder() / "coefficients").is_dir()


@pytest.mark.parametrize(("path", "cell"), [
    ("methods[grass,*].growth_factor*=0.9", ("methods", ("grass", "sow", ""), "growth_factor")),
    ("works.road_factor=1.2", ("works", (), "road_factor")),
])
def test_a_number_set_for_a_run_no_longer_rests_on_its_source(folder, path, cell):
    provenance = read_instance(folder, [path]).table("provenance")
    row = covering_row(provenance.key_rows(("table", "key", "column")), cell)
    assert (provenance.text("source")[row], provenance.text("standing")[row]) == (SET, "assumed")


def test_other_numbers_keep_their_source_when_one_is_set(folder):
    before = read_instance(folder).table("provenance")
    after = read_instance(folder, ["methods[grass,sow].growth_factor=0.1"]).table("provenance")
    assert after.text("source")[1:].tolist() == before.text("source").tolist()
    rows = after.key_rows(("table", "key", "column"))
    assert covering_row(rows, ("methods", ("crop", "cover", ""), "growth_factor")) > 0


def test_a_number_may_be_set_twice_and_where_its_own_row_speaks_of_it(folder):
    paths = ["methods[*,*].growth_factor*=0.9", "methods[*,*].growth_factor*=0.9",
             "works.road_factor=1.2", "works.road_factor=1.3"]
    provenance = read_instance(folder, paths).table("provenance")
    rows = provenance.key_rows(("table", "key", "column"))
    assert len(rows) == len(set(rows))
    assert read_instance(folder, paths).table("methods").number("growth_factor").tolist() == [
        pytest.approx(0.9 * 0.81), pytest.approx(0.4 * 0.81)]


def test_a_result_folder_points_to_the_instance_in_it(tmp_path):
    write_folder(tmp_path / "out" / "instance")
    found = locate_instance(tmp_path / "out")
    assert found.rule == "a result, not an instance"
    assert str(tmp_path / "out" / "instance") in found.do
    assert locate_instance(tmp_path / "out" / "instance") == tmp_path / "out" / "instance"
