import numpy as np
import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.locations import shipped_instances
from optimizer.instance.manifest import read_manifest
from optimizer.instance.read import read_instance
from optimizer.instance.settings import Objective, Settings
from optimizer.instance.write import csv_text, manifest_text, write_instance


def assert_same(one, other):
    assert one.sha256 == other.sha256
    assert set(one.tables) == set(other.tables)
    for name, table in one.tables.items():
        assert list(table.columns) == list(other.table(name).columns)
        for column, values in table.columns.items():
            np.testing.assert_array_equal(values, other.table(name).columns[column])


@pytest.mark.parametrize("above", [0, 20_000])
def test_what_is_written_reads_back_the_same(tmp_path, above):
    text = MINIMAL["parcels.csv"].replace("flat,60", '"fl, ""at""\u3000x",0.1').replace(
        "steep,40", "007,33.333333333333336")
    hauls = MINIMAL["hauls.csv"].replace("flat", '"fl, ""at""\u3000x"').replace("steep", "007")
    extra = {"accounts.csv": "account,unit,timing\n", "mining.csv": "year_from,year_to,"
             "emission_unit,coal_t\n2000,2001,C,1e12\n"}
    instance = read_instance(write_folder(tmp_path / "a", extra, parcels=text, hauls=hauls))
    write_instance(instance, tmp_path / "b", parquet_above=above)
    assert (tmp_path / "b" / ("parcels.parquet" if above == 0 else "parcels.csv")).exists()
    assert_same(instance, read_instance(tmp_path / "b"))


@pytest.mark.parametrize("name", sorted(shipped_instances()))
def test_shipped_instances_write_and_read_back(tmp_path, name):
    instance = read_instance(name)
    write_instance(instance, tmp_path)
    again = read_instance(tmp_path)
    assert_same(instance, again)
    assert again.settings.library == ""
    assert again.settings.library_version == instance.settings.library_version
    assert (tmp_path / "parcels.geojson").exists() == (
        instance.folder / "parcels.geojson").exists()


def test_overrides_are_in_the_values_and_in_a_comment(tmp_path):
    instance = read_instance(write_folder(tmp_path / "a"), ["limits[budget].value*=0.1"])
    write_instance(instance, tmp_path / "b")
    assert_same(instance, read_instance(tmp_path / "b"))
    text = (tmp_path / "b" / "instance.toml").read_text(encoding="utf-8")
    assert text.startswith("# --set limits[budget].value*=0.1\n\n[instance]\n")


def test_writing_twice_leaves_no_table_of_the_first_time(tmp_path):
    instance = read_instance(write_folder(tmp_path / "a"))
    write_instance(instance, tmp_path / "b")
    write_instance(instance, tmp_path / "b", parquet_above=0)
    assert_same(instance, read_instance(tmp_path / "b"))
    write_instance(read_instance(tmp_path / "b"), tmp_path / "b")
    assert_same(instance, read_instance(tmp_path / "b"))


def test_settings_survive_with_every_awkward_text(tmp_path):
    settings = Settings(
        name='a "b" \\ c', base_year=2026, horizon_years=30, periods=(2026, 2031), title="题\t\x7f",
        crediting_years=12, gwp="AR5", max_slope_pct=0.1 + 0.2, crs="EPSG:32649",
        library_version="lib 1", licence="CC0", sources=("# no comment", "= [x]", "两"),
        objectives=(Objective("net_sink", 1 / 3, "max", 2, 0.01, 5.0),
                    Objective("cost", 1.0, "min", 3)),
        works={"swell_factor": 1.25}, layout={"boundary_weight_tco2e_per_km": 1e-7},
        defaults={"parcels": {"soil_depth_m": 0.2, "zone": "a", "ph x": 7.0}})
    (tmp_path / "instance.toml").write_text(manifest_text(settings), encoding="utf-8")
    manifest = read_manifest(tmp_path)
    rules = {(finding.rule, finding.column) for finding in manifest.findings}
    # a control character within text is the one thing that is refused
    assert rules == {("control characters in text", "instance.title")}
    plain = manifest_text(settings).replace("\\u007f", "")
    (tmp_path / "instance.toml").write_text(plain, encoding="utf-8")
    again = read_manifest(tmp_path)
    assert again.findings == []
    for name in Settings.__dataclass_fields__:
        if name != "title":
            assert getattr(again.settings, name) == getattr(settings, name), name


def test_tables_are_plain(tmp_path):
    instance = read_instance(write_folder(tmp_path))
    assert csv_text(instance.table("hauls")) == MINIMAL["hauls.csv"]
    flags = csv_text(instance.table("methods")).splitlines()
    assert flags[3].split(",")[4] == "no"
    assert flags[1].split(",")[4] == ""
