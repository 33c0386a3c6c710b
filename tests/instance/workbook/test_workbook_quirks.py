"""What spreadsheets do to cells: read right, or refused with sheet, row and column."""

from __future__ import annotations

import datetime
import re
import sys
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from workbooks import edited, minimal_book, place, refused, warnings_in_words

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.instance.workbook.draft import ColumnDraft, SheetDraft
from optimizer.instance.workbook.sheets import write_workbook
from optimizer.instance.workbook.write_book import write_book


def test_an_untouched_workbook_has_nothing_to_say(tmp_path):
    assert edited(tmp_path, lambda book: None).warnings == ()


def test_names_typed_as_numbers_are_told_and_are_not_the_padded_ones(tmp_path):
    def edit(book):
        place(book["parcels"], "parcel", 2).value = 7
        place(book["hauls"], "parcel", 2).value = "007"

    found = refused(tmp_path, edit)
    assert any(text.startswith("mine.xlsx sheet hauls row 2, parcel: unknown") and "`007`" in text
               for text in found)
    assert any(text.startswith("mine.xlsx sheet parcels row 2, parcel: names stored as numbers. "
                               "Seen: `7`") for text in found)


def test_a_number_shown_with_leading_zeros_is_the_name_that_is_shown(tmp_path):
    def edit(book):
        cell = place(book["parcels"], "parcel", 2)
        cell.value, cell.number_format = 7, "000"
        place(book["hauls"], "parcel", 2).value = "007"

    instance = edited(tmp_path, edit)
    assert instance.land.parcels[0] == "007"
    assert not any("stored as numbers" in text for text in warnings_in_words(instance))


@pytest.mark.parametrize(("value", "form", "read"), [(0.02, "0%", 2.0), (0.07, "0.00%", 7.0),
                                                     (0.125, "0.0%;-0.0%", 12.5)])
def test_percent_of_a_percentage_column_is_read_as_shown(tmp_path, value, form, read):
    def edit(book):
        cell = place(book["parcels"], "slope_pct", 2)
        cell.value, cell.number_format = value, form

    instance = edited(tmp_path, edit)
    assert instance.land.attribute("slope_pct")[0] == read
    (warning,) = warnings_in_words(instance)
    assert warning.startswith("mine.xlsx sheet parcels row 2, slope_pct: numbers shown as percent")
    assert f"Read as {read:g}" in warning


def test_percent_anywhere_else_is_refused(tmp_path):
    def edit(book):
        cell = place(book["limits"], "value", 3)
        cell.value, cell.number_format = 0.3, "0%"

    (text,) = refused(tmp_path, edit)
    assert text.startswith("mine.xlsx sheet limits row 3, value: number shown as percent. "
                           "Seen: `30%`, stored as 0.3")


def test_dates_are_refused_but_for_notes(tmp_path):
    def edit(book):
        place(book["parcels"], "release_year", 2).value = datetime.datetime(2026, 1, 1)
        place(book["parcels"], "zone", 3).value = datetime.date(2026, 3, 1)
        place(book["limits"], "reason", 2).value = datetime.datetime(2025, 5, 6)

    found = refused(tmp_path, edit)
    assert [re.sub(r"\. Expected.*", "", text) for text in found] == [
        "mine.xlsx sheet parcels row 2, release_year: date in a cell. Seen: `2026-01-01`",
        "mine.xlsx sheet parcels row 3, zone: date in a cell. Seen: `2026-03-01`"]
    assert "Expected: a year" in found[0]


def test_error_cells_and_formulas_never_calculated_are_refused(tmp_path):
    def edit(book):
        cell = place(book["parcels"], "area_ha", 2)
        cell.value = "#N/A"
        assert cell.data_type == "e"
        place(book["parcels"], "soil_depth_m", 3).value = "=0.05*2"

    found = refused(tmp_path, edit)
    assert [re.sub(r"\. Expected.*", "", text) for text in found] == [
        "mine.xlsx sheet parcels row 2, area_ha: error in a cell. Seen: `#N/A`",
        "mine.xlsx sheet parcels row 3, soil_depth_m: formula without a result. Seen: `=0.05*2`"]


def test_the_stored_result_of_a_formula_is_read(tmp_path):
    path = minimal_book(tmp_path, lambda book: setattr(
        place(book["parcels"], "area_ha", 2), "value", "=50+11"))
    # A spreadsheet program stores the result beside the formula; the library never does.
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    name = next(name for name, text in content.items() if b"<f>50+11</f>" in text)
    content[name] = re.sub(rb"<f>50\+11</f><v\s*/?>(</v>)?", b"<f>50+11</f><v>61</v>",
                           content[name])
    with zipfile.ZipFile(path, "w") as parts:
        for each, text in content.items():
            parts.writestr(each, text)
    assert read_instance(path).land.area_i[0] == 61.0


def test_merged_cells_are_refused_within_the_table_only(tmp_path):
    def within(book):
        book["parcels"].merge_cells("H2:H3")

    (text,) = refused(tmp_path, within)
    assert text.startswith("mine.xlsx sheet parcels row 2: merged cells. Seen: H2:H3 are one cell")
    beyond = edited(tmp_path / "2", lambda book: book["parcels"].merge_cells("A40:C41"))
    assert beyond.warnings == ()


def test_empty_rows_and_columns_with_a_format_are_not_there(tmp_path):
    def edit(book):
        for row in (4, 5, 900):
            for column in (1, 3, 30):
                book["parcels"].cell(row, column).fill = PatternFill("solid", fgColor="FFFF00")
        book["parcels"].cell(6, 1).value = "  "
        book.create_sheet("Sheet1")

    instance = edited(tmp_path, edit)
    assert instance.land.count == 2
    assert instance.warnings == ()


def test_a_gap_between_rows_keeps_the_numbers_of_the_sheet(tmp_path):
    def edit(book):
        sheet = book["parcels"]
        sheet.move_range("A3:Z3", rows=4)
        place(sheet, "area_ha", 7).value = -1

    (text,) = refused(tmp_path, edit)
    assert text.startswith("mine.xlsx sheet parcels row 7, area_ha: out of range")


def test_what_is_hidden_is_read_and_told(tmp_path):
    def edit(book):
        book["parcels"].row_dimensions[3].hidden = True
        book["parcels"].column_dimensions["B"].hidden = True
        book["hauls"].sheet_state = "hidden"

    instance = edited(tmp_path, edit)
    assert instance.land.count == 2
    told = warnings_in_words(instance)
    assert [text.partition(". Expected")[0] for text in told] == [
        "mine.xlsx sheet parcels: hidden cells are read. Seen: 1 row from row 3 on and 1 column",
        "mine.xlsx sheet hauls: hidden cells are read. Seen: the whole sheet"]


def test_unknown_sheets_name_the_nearest_and_notes_are_left_alone(tmp_path):
    def edit(book):
        book.create_sheet("Note")["A1"] = "call the surveyor"
        book.create_sheet("备注")["A1"] = "a"
        book["hauls"].title = "haul"

    found = refused(tmp_path, edit)
    assert len(found) == 1
    assert found[0].startswith("mine.xlsx sheet haul: unknown sheet")
    assert found[0].endswith("Did you mean `hauls`?")


def test_a_plan_among_the_tables_is_told_apart(tmp_path):
    def edit(book):
        book.create_sheet("plans")["A1"] = "parcel"

    (text,) = refused(tmp_path, edit)
    assert "a plan in an instance" in text


def test_two_sheets_for_one_table(tmp_path):
    def edit(book):
        book.copy_worksheet(book["hauls"]).title = "运距"

    (text,) = refused(tmp_path, edit)
    assert text.startswith("mine.xlsx: two sheets for one table. Seen: `hauls` and `运距`")


def test_capitals_of_sheets_and_breaks_in_headers_do_not_matter(tmp_path):
    def edit(book):
        book["parcels"].title = "other"  # the library gives no sheet a name it has already
        book["other"].title = "Parcels"
        place(book["Parcels"], "area_ha", 1).value = " area_ha\n"

    assert edited(tmp_path, edit).warnings == ()


def test_headers_that_are_missing_doubled_or_unknown(tmp_path):
    def edit(book):
        sheet = book["uses"]
        width = sheet.max_column
        sheet.cell(2, width + 2).value = "stray"
        sheet.cell(1, width + 1).value = "labell"
        place(sheet, "label_zh", 1).value = "colour"

    found = refused(tmp_path, edit)
    assert any("sheet uses row 1: blank header. Seen: column 8 has no header" in t for t in found)
    assert any("sheet uses row 1, colour: duplicate header" in text for text in found)
    assert any("unknown column. Seen: `labell`" in text for text in found)


def test_missing_sheets(tmp_path):
    def edit(book):
        del book["methods"], book["instance"]

    found = refused(tmp_path, edit)
    assert [text.partition(". Expected")[0] for text in found] == [
        "mine.xlsx: missing sheet. Seen: no sheet `instance`",
        "mine.xlsx: missing sheet. Seen: no sheet `methods`"]


def test_truth_values_are_flags_and_text_numbers_are_numbers(tmp_path):
    def edit(book):
        place(book["methods"], "respread_own_soil", 4).value = False
        cell = place(book["parcels"], "area_ha", 2)
        cell.value, cell.data_type = "60", "s"
        cell = place(book["parcels"], "area_ha", 3)
        cell.value = "４０"

    instance = edited(tmp_path, edit)
    assert list(instance.land.area_i) == [60.0, 40.0]


def test_findings_of_the_checks_speak_of_the_settings_sheet(tmp_path):
    def edit(book):
        for row in book["instance"].iter_rows(min_row=2):
            if row[0].value == "works.diesel_kgco2e_per_l":
                row[1].value = None

    (text,) = refused(tmp_path, edit)
    assert text.startswith("mine.xlsx sheet instance, works.diesel_kgco2e_per_l: needed key")
    assert "instance.toml" not in text


@pytest.mark.parametrize(("content", "said"), [
    (b"\xd0\xcf\x11\xe0rest", "a workbook with a password, or of the old .xls format"),
    (b"PK\x03\x04 and then nothing", "no Excel workbook"),
    (b"", "no Excel workbook"),
])
def test_files_that_are_no_workbook(tmp_path, content, said):
    (tmp_path / "mine.xlsx").write_bytes(content)
    with pytest.raises(InstanceRefused, match=said):
        read_instance(tmp_path / "mine.xlsx")


def test_a_workbook_that_lost_a_sheet_is_not_read_without_it(tmp_path):
    path = minimal_book(tmp_path)
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    lost = next(name for name, text in content.items()
                if name.startswith("xl/worksheets/sheet") and b"crop-minimum" in text)
    del content[lost]
    with zipfile.ZipFile(path, "w") as parts:
        for each, text in content.items():
            parts.writestr(each, text)
    with pytest.raises(InstanceRefused, match="1 of its sheets cannot be read"):
        read_instance(path)


def test_without_the_library_the_message_says_what_to_install(tmp_path, monkeypatch):
    path = minimal_book(tmp_path)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InstanceRefused, match=r"pip install .reclaim-optimizer\[excel\]"):
        read_instance(path)


def test_a_folder_with_a_workbook_in_it_says_so(tmp_path):
    minimal_book(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "mine.xlsx").rename(tmp_path / "b" / "mine.xlsx")
    with pytest.raises(InstanceRefused, match=r"If the workbook is the instance, name it"):
        read_instance(tmp_path / "b")


def test_text_that_a_sheet_cannot_hold_is_refused_not_cut(tmp_path):
    sheet = SheetDraft("notes", (ColumnDraft("note", ["x" * 32_768]),))
    with pytest.raises(InstanceRefused, match="32,768 characters in notes"):
        write_book(tmp_path / "long.xlsx", [sheet])
    assert list(tmp_path.iterdir()) == []


def test_a_formula_in_a_name_is_text_in_the_file(tmp_path):
    def edit(book):
        for sheet in ("parcels", "hauls"):
            cell = place(book[sheet], "parcel", 2)
            cell.value = "=1+1"
            cell.data_type = "s"

    write_workbook(edited(tmp_path, edit), tmp_path / "again.xlsx")
    cell = place(openpyxl.load_workbook(tmp_path / "again.xlsx")["parcels"], "parcel", 2)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
