import pytest
from helpers import MINIMAL, write_folder

from optimizer.instance.european import like_thousands, with_points
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.instance.reader import read_table
from optimizer.instance.schema import TABLES


def read(folder, text, name="parcels"):
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, TABLES[name])


def findings(result):
    return [(f.rule, f.row, f.column) for f in result.findings]


@pytest.mark.parametrize(("cell", "says"), [
    ("120.000", "Write 120000 or 120.0, whichever is meant, or put commas between the cells."),
    ("1.375", "Write 1375 or 1.3750, whichever is meant, or put commas between the cells."),
    ("-1.500", "Write -1500 or -1.5, whichever is meant, or put commas between the cells."),
    ("1.234.567", "Write it without thousands separators: 1234567."),
])
def test_points_that_may_stand_between_thousands_are_refused(tmp_path, cell, says):
    result = read(tmp_path, f"parcel;area_ha;ph\na;2;{cell}\nb;3;7\n")
    finding, = result.findings
    assert (finding.rule, finding.row, finding.column) == ("ambiguous number", 2, "ph")
    assert finding.do == says
    assert cell in finding.seen


@pytest.mark.parametrize("cell", ["120.0", "120.00", "1.3750", "0.125", "1200.500", "12", ".125"])
def test_points_that_can_only_be_decimal_are_read(tmp_path, cell):
    result = read(tmp_path, f"parcel;area_ha;ph\na;2;{cell}\n")
    assert result.findings == []
    assert result.table.number("ph").tolist() == [float(cell)]


def test_between_commas_a_point_is_decimal(tmp_path):
    result = read(tmp_path, "parcel,area_ha\na,120.000\n")
    assert result.findings == []
    assert result.table.number("area_ha").tolist() == [120.0]


def test_decimal_commas_that_cannot_be_thousands_are_read(tmp_path):
    result = read(tmp_path, "parcel;area_ha;ph;slope_pct\na;12,5;0,351;2\nb;120;1234,567;\n")
    assert result.findings == []
    assert result.table.number("area_ha").tolist() == [12.5, 120.0]
    assert result.table.number("ph").tolist() == [0.351, 1234.567]


def test_one_comma_that_may_be_thousands_refuses_its_column(tmp_path):
    result = read(tmp_path, "parcel;area_ha\na;12,5\nb;1,500\nc;0,35\n")
    assert findings(result) == [("not a number", row, "area_ha") for row in (2, 3, 4)]
    assert [f.do for f in result.findings] == [
        "Write 12.5.", "Write 1500 or 1.5, whichever is meant.", "Write 0.35."]


def test_points_and_commas_in_one_column_are_refused(tmp_path):
    result = read(tmp_path, "parcel;area_ha\na;12,5\nb;1.500\nc;1.234,5\nd;2.5\n")
    assert sorted(findings(result)) == [
        ("ambiguous number", 3, "area_ha"), ("not a number", 2, "area_ha"),
        ("not a number", 4, "area_ha")]


@pytest.mark.parametrize(("cells", "read_as"), [
    (["1", "2"], None), (["", "0,5"], ["", "0.5"]), (["1,500"], None), (["x", "0,5"], None),
    (["+1,25", "-0,125", "7"], ["+1.25", "-0.125", "7"]), (["012,345"], ["012.345"]),
    (["1.5", "0,5"], None), (["1,5,5"], None),
])
def test_columns_of_decimal_commas(cells, read_as):
    assert with_points(cells) == read_as


def test_an_attribute_in_decimal_commas_is_a_column_of_bad_numbers(tmp_path):
    files = {
        "parcels.csv": MINIMAL["parcels.csv"].replace("zone", "zone,ph").replace(
            "north", 'north,"7,1"').replace("south", 'south,"8,25"'),
        "suitability.csv": "use,attribute,minimum,maximum\ncrop,ph,6,8.5\n",
    }
    with pytest.raises(InstanceRefused) as refused:
        read_instance(write_folder(tmp_path, files))
    assert [(f.rule, f.row, f.column, f.do) for f in refused.value.findings] == [
        ("not a number", 2, "ph", "Write 7.1."), ("not a number", 3, "ph", "Write 8.25.")]


def test_a_folder_of_a_european_spreadsheet_reads_as_the_plain_one(tmp_path):
    plain = read_instance(write_folder(tmp_path / "plain"))
    european = {name: text.replace(",", ";").replace(".", ",") if name.endswith(".csv") else text
                for name, text in MINIMAL.items()}
    assert read_instance(write_folder(tmp_path / "european", european)).sha256 == plain.sha256


@pytest.mark.parametrize(("cells", "warned"), [
    (["120.000", "4500"], ["`120.000`, read as 120"]),
    (["120.000"], ["`120.000`, read as 120"]),
    (["1.000", "7", "2.000"], ["`1.000`, read as 1 (and 1 more like it)"]),
    # A column that a program wrote with three decimals, and one with decimals of its own.
    (["120.000", "45.000"], []), (["120.000", "4.5"], []), (["0.000", "3"], []),
])
def test_a_point_that_looks_like_thousands_is_warned_of(cells, warned):
    found = like_thousands(cells, range(2, 2 + len(cells)), "sources.csv", "supply_m3")
    assert [finding.seen for finding in found] == warned
    assert all(finding.severity == "warning" for finding in found)


def test_the_warning_reaches_the_planner(tmp_path):
    folder = write_folder(tmp_path / "mine", limits=(
        "limit,account,use,sense,value,unit\nbudget,cost,,<=,900.000,CNY\n"
        "crop,area,crop,>=,10,ha\n"))
    (warning,) = [one for one in read_instance(folder).warnings if "thousands" in one.rule]
    assert str(warning) == (
        "limits.csv row 2, value: number looks like thousands. Seen: `900.000`, read as 900. "
        "Expected: a point before decimals only. If 900000 is meant, write 900000; if not, write "
        "900.")
