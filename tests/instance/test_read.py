import random

import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.locations import shipped_instances
from optimizer.instance.raw import read_raw
from optimizer.instance.read import instance_from_tables, read_instance
from optimizer.instance.schema import TABLES
from optimizer.instance.table import Table


def refusal(folder):
    with pytest.raises(InstanceRefused) as refused:
        read_instance(folder)
    return refused.value


def rules(folder):
    return sorted(finding.rule for finding in refusal(folder).findings)


def test_the_minimal_instance_reads_without_a_finding(tmp_path):
    instance = read_instance(write_folder(tmp_path))
    assert instance.warnings == ()
    assert instance.name == "minimal"
    assert instance.land.area_i.tolist() == [60, 40]
    assert instance.practices.uses == ("crop", "grass")
    assert instance.topsoil.supply_kt.tolist() == [[300000, 100000]]
    assert instance.calendar.labels == ("2026", "2031")
    assert instance.folder == tmp_path
    assert instance.uses_carbon


@pytest.mark.parametrize("name", sorted(shipped_instances()))
def test_shipped_instances_read(name):
    assert len(read_instance(name).sha256) == 64


def test_the_hash_knows_the_values_and_not_the_form(tmp_path):
    plain = read_instance(write_folder(tmp_path / "a")).sha256
    semicolons = {name: text.replace(",", ";").encode("utf-16") if name.endswith(".csv") else text
                  for name, text in MINIMAL.items()}
    assert read_instance(write_folder(tmp_path / "b", semicolons)).sha256 == plain
    mu = MINIMAL["parcels.csv"].replace("area_ha", "area_mu").replace("60,", "900,").replace(
        "steep,40,", "steep,600,")
    assert read_instance(write_folder(tmp_path / "c", parcels=mu)).sha256 == plain
    other = MINIMAL["parcels.csv"].replace("0.3,2026", "0.31,2026")
    assert read_instance(write_folder(tmp_path / "d", parcels=other)).sha256 != plain


def test_all_findings_at_once(tmp_path):
    folder = write_folder(
        tmp_path, instance__toml=MINIMAL["instance.toml"].replace("[works]", "[wroks]"),
        parcels="parcel,area_ha,slope_pct\nflat,x,2\n", uses="use,colr\ncrop,red\n",
        hauls="source,parcel,distance_km\nheap,flat\n")
    assert {(f.file, f.row, f.rule) for f in refusal(folder).findings} >= {
        ("instance.toml", 7, "unknown section"), ("parcels.csv", 2, "not a number"),
        ("uses.csv", 1, "unknown column"), ("hauls.csv", 2, "line with a wrong number of cells")}


def test_faults_across_tables_come_with_the_others(tmp_path):
    folder = write_folder(
        tmp_path, limits=MINIMAL["limits.csv"].replace("area,crop", "area,crp"),
        uses=MINIMAL["uses.csv"].replace("crop,Cropland,耕地,#e69f00,9,", "crop,,,,nine,"))
    found = {(f.file, f.row, f.column) for f in refusal(folder).findings}
    assert found == {("limits.csv", 3, "use"), ("uses.csv", 2, "max_slope_pct")}


def test_one_fault_is_told_once(tmp_path):
    text = MINIMAL["parcels.csv"].replace("flat,60", 'flat,"6,0"')
    finding, = refusal(write_folder(tmp_path, parcels=text)).findings
    assert (finding.rule, finding.row, finding.column) == ("not a number", 2, "area_ha")


@pytest.mark.parametrize("name", ["parcels", "uses", "methods"])
def test_required_tables(tmp_path, name):
    error = refusal(write_folder(tmp_path, {f"{name}.csv": None}))
    assert [(f.file, f.rule) for f in error.findings] == [(f"{name}.csv", "missing file")]
    assert "refused, 1 error" in str(error)


@pytest.mark.parametrize(("file", "rule", "meant"), [
    ("parcel.csv", "unknown table", "parcels.csv"), ("Limits.csv", "unknown table", "limits.csv"),
    ("site.CSV", "unknown table", "site.csv"), ("haul.parquet", "unknown table", "hauls.csv"),
    ("地块.csv", "unknown table", "parcels.csv"), ("adjacency.txt", "unknown table", "adjacency"),
    ("site.xlsx", "unknown table", "site.csv"),
])
def test_files_named_nearly_like_a_table_are_refused(tmp_path, file, rule, meant):
    folder = write_folder(tmp_path)
    if (folder / file).exists():
        pytest.skip("the file system does not tell the case of letters apart")
    (folder / file).write_text("a\n1\n", encoding="utf-8")
    finding, = refusal(folder).findings
    assert (finding.file, finding.rule) == (file, rule)
    assert meant in finding.do


def test_other_files_are_left_alone(tmp_path):
    read_instance(write_folder(tmp_path, {
        "README.md": "", "notes.txt": "", "parcels.txt": "",
        "WORKED.md": "", "expected.json": "{}", "make.py": "",
        "plans/actual.csv": "x", "sweeps/a.toml": "", ".parcels.csv.swp": ""}))


@pytest.mark.parametrize("file", ["survey2019.csv", "parcels.gpkg", "parcels.xlsx"])
def test_files_that_are_no_tables_of_the_format_are_a_warning(tmp_path, file):
    warning, = read_instance(write_folder(tmp_path, {file: "x"})).warnings
    assert (warning.file, warning.rule) == (file, "file not read")


def test_a_layer_in_place_of_the_table_says_what_to_do(tmp_path):
    folder = write_folder(tmp_path, {"parcels.csv": None, "parcels.gpkg": "x"})
    assert "layers are not read yet" in rules(folder)


def test_a_folder_in_place_of_a_table_is_a_finding(tmp_path):
    folder = write_folder(tmp_path, {"uses.csv": None})
    (folder / "uses.csv").mkdir()
    assert "unreadable file" in rules(folder)
    assert read_raw(folder / "uses.csv", "uses.csv").columns == {}


def test_outlines_of_unknown_parcels_refuse_the_instance(tmp_path):
    ring = "[[[0,0],[1,0],[1,1],[0,0]]]"
    folder = write_folder(tmp_path, {"parcels.geojson": (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"parcel":"flt"},'
        f'"geometry":{{"type":"Polygon","coordinates":{ring}}}}}]}}')})
    finding, = refusal(folder).findings
    assert (finding.rule, finding.do) == ("unknown parcel", "Did you mean `flat`?")


def test_tables_in_memory_are_checked_like_files(tmp_path):
    instance = read_instance(write_folder(tmp_path))
    same = instance_from_tables(instance.settings, instance.tables)
    assert same.sha256 == instance.sha256
    tables = dict(instance.tables)
    del tables["uses"]
    with pytest.raises(InstanceRefused, match=r"uses\.csv: missing file"):
        instance_from_tables(instance.settings, tables)
    parcels = instance.table("parcels")
    bad = parcels.with_columns(area_ha=-parcels.number("area_ha"))
    with pytest.raises(InstanceRefused, match="out of range"):
        instance_from_tables(instance.settings, {**instance.tables, "parcels": bad})
    assert isinstance(bad, Table)


def test_garbage_is_refused_and_never_a_traceback(tmp_path):
    """Cut, swap and overwrite bytes of every file; read or refuse, nothing else."""
    dice = random.Random(7)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(120):
        name = dice.choice(sorted(MINIMAL))
        data = bytearray(MINIMAL[name].encode())
        for _ in range(dice.randint(1, 2)):
            at = dice.randrange(len(data))
            choice = dice.random()
            if choice < 0.4:
                data[at] = dice.choice(b'0,;"\n-\t\x00\xe9\xff[]= .x')
            elif choice < 0.7:
                del data[at:at + dice.randint(1, 12)]
            else:
                data[at:at] = data[:dice.randint(1, 30)]
            data = data or bytearray(b"x")
        folder = write_folder(tmp_path, {name: bytes(data)})
        try:
            read_instance(folder)
            outcomes["read"] += 1
        except InstanceRefused as error:
            outcomes["refused"] += 1
            assert error.findings  # noqa: PT017 - a refusal says why
    assert outcomes["refused"] > 30
    assert outcomes["read"] > 0


def test_the_schema_has_no_label_twice():
    for spec in TABLES.values():
        labels = [column.label_zh for column in spec.columns if column.label_zh]
        assert len(labels) == len(set(labels))
