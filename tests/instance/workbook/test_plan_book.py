"""Plans in workbooks: the sheet `plan`, or the only one."""

from __future__ import annotations

import openpyxl
import pytest

from optimizer.analysis.check import check_plan
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.plan_file import read_plan
from optimizer.instance.read import read_instance

HEADER = ("parcel", "use", "method", "period", "area_ha")


@pytest.fixture(scope="module")
def instance():
    return read_instance("two-parcels")


def plan_book(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def rows_of(instance):
    use, method = instance.practices.name_um(0)
    return [HEADER, (str(instance.land.parcels[0]), use, method, 2026, 12.5)]


@pytest.mark.parametrize("title", ["plan", "Plans", "方案", "Sheet1"])
def test_a_plan_is_read_as_from_csv(tmp_path, instance, title):
    rows = rows_of(instance)
    path = plan_book(tmp_path / "p.xlsx", (title, rows), ("empty", []))
    (tmp_path / "p.csv").write_text(
        "\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    books, text = read_plan(path, instance), read_plan(tmp_path / "p.csv", instance)
    assert books.frame().equals(text.frame())
    assert books.text("period")[0] == "2026"
    assert check_plan(instance, books.frame()).accounts == check_plan(
        instance, text.frame()).accounts


def test_chinese_headers(tmp_path, instance):
    rows = rows_of(instance)
    path = plan_book(tmp_path / "p.xlsx", ("方案", [
        ("地块", "用途", "方法", "时期", "面积_公顷"), rows[1]]), ("说明", [("手工",)]))
    assert read_plan(path, instance).number("area_ha")[0] == 12.5


def test_which_sheet_is_the_plan_must_be_clear(tmp_path, instance):
    path = plan_book(tmp_path / "p.xlsx", ("a", rows_of(instance)), ("b", rows_of(instance)))
    with pytest.raises(InstanceRefused, match=r"p\.xlsx: no plan in the workbook\. Seen: a, b"):
        read_plan(path, instance)


def test_faults_name_sheet_and_row(tmp_path, instance):
    rows = rows_of(instance)
    bad = ("nowhere", *rows[1][1:])
    path = plan_book(tmp_path / "p.xlsx", ("plan", [*rows, bad]))
    with pytest.raises(InstanceRefused, match=r"p\.xlsx sheet plan row 3, parcel: unknown parcel"):
        read_plan(path, instance)


def test_no_file(tmp_path, instance):
    with pytest.raises(InstanceRefused, match="missing file"):
        read_plan(tmp_path / "p.xlsx", instance)
