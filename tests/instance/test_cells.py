import numpy as np
import pytest

from optimizer.instance.cells import (
    MOST_PER_COLUMN,
    CellFault,
    checked_numbers,
    normal,
    parse_cell,
    plain_number,
    required_findings,
    typed_column,
)
from optimizer.instance.schema import ColumnSpec

AREA = ColumnSpec("area_ha", "number", "Area.", "ha", lowest=0, above=True)
DEPTH = ColumnSpec("soil_depth_m", "number", "Depth.", "m", lowest=0, highest=10)
YEAR = ColumnSpec("release_year", "integer", "Year.", "year", lowest=1900, highest=2200)
FLAG = ColumnSpec("must_reclaim", "flag", "Must.")
SENSE = ColumnSpec("sense", "choice", "Direction.", choices=("<=", ">=", "="))
PERIOD = ColumnSpec("period", "text", "Period.")
NAME = ColumnSpec("parcel", "text", "Name.", required="always", key=True)


@pytest.mark.parametrize(("cell", "value"), [
    ("12", 12.0), ("+1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e-3", 1e-3), ("3E2", 300.0),
    ("３．５", 3.5), (" 7 ", 7.0),
])
def test_numbers(cell, value):
    assert parse_cell(AREA, cell) == value


@pytest.mark.parametrize(("cell", "says"), [
    ("1,000", "Write 1000 or 1.0, whichever"), ("12,5", "Write 12.5."), ("0,004", "Write 0.004."),
    ("1,500", "Write 1500 or 1.5, whichever"), (",5", "Write 0.5."), ("-,5", "Write -0.5."),
    ("1,234,567", "without thousands separators: 1234567."), ("1,234.5", "separators: 1234.5."),
    ("1.234,5", "Write 1234.5."), ("1.234.567", "without thousands separators: 1234567."),
    ("12,34,5", "digits"), ("1,", "digits"),
    ("nan", "blank"), ("NaN", "blank"), ("inf", "blank"), ("N/A", "blank"), ("-", "blank"),
    ("1_000", "digits"), ("12 ha", "digits"), ("0x10", "digits"), ("1e", "digits"),
    ("٣", "digits"), ("1-2", "digits"), ("--1", "digits"),
])
def test_what_is_no_number_is_refused_with_what_to_write(cell, says):
    with pytest.raises(CellFault) as caught:
        parse_cell(AREA, cell)
    assert caught.value.rule == "not a number"
    assert says in caught.value.do


@pytest.mark.parametrize(("spec", "cell", "expected"), [
    (ColumnSpec("maximum", "number", "Most.", "of the limit"), "x", "a number"),
    (ColumnSpec("factor", "number", "Factor.", "1"), "x", "a number"),
    (YEAR, "x", "a number"), (YEAR, "2026.5", "a whole number"),
    (YEAR, "1899", "at least 1900 and at most 2200"), (AREA, "x", "a number in ha"),
])
def test_only_units_that_can_be_said_after_a_number_are(spec, cell, expected):
    with pytest.raises(CellFault) as caught:
        parse_cell(spec, cell)
    assert caught.value.expected == expected


@pytest.mark.parametrize("cell", ["1e999", "1.01e12"])
def test_a_number_larger_than_any_figure_is_refused(cell):
    with pytest.raises(CellFault, match="too large"):
        parse_cell(AREA, cell)


@pytest.mark.parametrize(("spec", "cell"), [
    (AREA, "0"), (AREA, "-1"), (DEPTH, "-0.1"), (DEPTH, "10.01"), (YEAR, "1899"), (YEAR, "20260"),
])
def test_out_of_range(spec, cell):
    with pytest.raises(CellFault, match="out of range"):
        parse_cell(spec, cell)


def test_the_ends_of_a_range_are_in_it():
    assert parse_cell(DEPTH, "0") == 0
    assert parse_cell(DEPTH, "10") == 10


def test_whole_numbers_may_have_the_point_a_spreadsheet_adds():
    assert parse_cell(YEAR, "2026.0") == 2026
    with pytest.raises(CellFault, match="not a whole number"):
        parse_cell(YEAR, "2026.5")


@pytest.mark.parametrize(("cell", "value"), [
    ("yes", 1), ("No", 0), ("TRUE", 1), ("false", 0), ("1", 1), ("0", 0), ("是", 1), ("否", 0),
])
def test_flags(cell, value):
    assert parse_cell(FLAG, cell) == value


def test_what_is_no_flag_is_refused():
    with pytest.raises(CellFault, match="not yes or no"):
        parse_cell(FLAG, "maybe")


@pytest.mark.parametrize(("cell", "word"), [
    ("<=", "<="), ("≤", "<="), ("≥", ">="), ("＝", "="), ("", ""),
])
def test_choices(cell, word):
    assert parse_cell(SENSE, cell) == word


def test_an_unknown_choice_names_the_nearest():
    spec = ColumnSpec("regrade_form", "choice", "Form.", choices=("bench", "tilt"))
    with pytest.raises(CellFault) as caught:
        parse_cell(spec, "Bench")
    assert caught.value.do == "Did you mean `bench`?"


def test_years_written_by_spreadsheets_become_text_without_the_point():
    assert parse_cell(PERIOD, "2026.0") == "2026"
    assert parse_cell(PERIOD, "２０２６") == "2026"
    assert parse_cell(PERIOD, "2026.0 | 2031") == "2026|2031"
    assert parse_cell(PERIOD, "*") == "*"


def test_names_are_trimmed_and_nothing_else():
    assert parse_cell(NAME, "\u3000００７ a\u00a0") == "００７ a"
    with pytest.raises(CellFault, match="control characters"):
        parse_cell(NAME, "a\x1fb")


def test_a_column_types_at_once_or_cell_by_cell_with_the_same_result():
    cells = ["1", "", "2.5"]
    fast, none = typed_column(AREA, cells, [2, 3, 4], "f")
    slow, findings = typed_column(AREA, [*cells, "x"], [2, 3, 4, 5], "f")
    np.testing.assert_array_equal(fast, [1, np.nan, 2.5])
    np.testing.assert_array_equal(slow, [1, np.nan, 2.5, np.nan])
    assert none == []
    assert [(f.row, f.column, f.seen) for f in findings] == [(5, "area_ha", "`x`")]


def test_every_bad_cell_has_a_finding_up_to_a_count():
    count = MOST_PER_COLUMN + 7
    _, findings = typed_column(AREA, ["x"] * count, list(range(count)), "f")
    assert len(findings) == MOST_PER_COLUMN + 1
    assert findings[-1].seen == "7 more cells"


def test_numbers_that_came_typed_are_checked_too():
    values, findings = checked_numbers(DEPTH, np.array([1.0, np.nan, 99.0, np.inf]),
                                       [2, 3, 4, 5], "f")
    np.testing.assert_array_equal(values, [1, np.nan, np.nan, np.nan])
    assert [f.row for f in findings] == [4, 5]


def test_text_columns_hold_text_objects():
    values, _ = typed_column(NAME, ["007", "", "7"], [2, 3, 4], "f")
    assert values.dtype == object
    assert values.tolist() == ["007", "", "7"]


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e22, 123456789.0, 5e-324, -2.5, 1e15, 7.0])
def test_plain_numbers_read_back_as_themselves(value):
    assert float(plain_number(value)) == value


def test_plain_numbers_have_no_needless_point():
    assert [plain_number(v) for v in (7.0, np.nan, 0.5)] == ["7", "", "0.5"]


def test_required_cells():
    column = np.array(["a", ""], dtype=object)
    finding, = required_findings(NAME, column, [2, 3], "parcels.csv")
    assert (finding.rule, finding.row) == ("blank cell", 3)
    finding, = required_findings(NAME, None, [], "parcels.csv")
    assert finding.rule == "missing column"
    assert required_findings(DEPTH, None, [], "parcels.csv") == []


def test_full_width_text_becomes_plain():
    assert normal("　ａｒｅａ＿ｈａ ") == "area_ha"
