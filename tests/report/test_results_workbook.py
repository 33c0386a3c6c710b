"""A result as one workbook: what its files hold, units in the headers, a plan that reads back."""

from __future__ import annotations

import json
import re
import shutil

import openpyxl
import pandas as pd
import pytest

import optimizer as ro
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.plan_file import read_plan
from optimizer.report.folder import OutputRefused
from optimizer.report.output_schema import BY_NAME
from optimizer.report.workbook import write_results_workbook
from optimizer.report.workbook_zh import COLUMNS
from optimizer.report.written import KEY


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "out"
    ro.write_out(ro.solve(ro.read_instance("two-parcels")), folder)
    return folder


@pytest.fixture(scope="module")
def book(out):
    return openpyxl.load_workbook(write_results_workbook(out, out.parent / "out.xlsx"))


def frame(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=header)


def test_sheets_hold_what_the_files_hold(book, out):
    assert book.sheetnames == ["summary", "plan", "limits", "parcels", "carbon", "stocks"]
    for name in ("plan", "limits", "parcels", "carbon", "stocks"):
        # As text: reading numbers, some versions of pandas are off by a last digit.
        text = pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)
        sheet = frame(book[name])
        assert [header.partition(" [")[0] for header in sheet.columns] == list(text.columns)
        assert len(sheet) == len(text)
        for header, column in zip(sheet.columns, text.columns, strict=True):
            for seen, stated in zip(sheet[header], text[column], strict=True):
                blank = seen is None or seen != seen
                number = isinstance(seen, int | float) and not isinstance(seen, bool)
                same = float(stated or "nan") == seen if number else str(seen) == stated
                assert stated == "" if blank else same, (name, column, seen, stated)


def test_units_stand_in_the_headers_and_meanings_beside_them(book):
    parcels = [cell.value for cell in book["parcels"][1]]
    assert {"area_ha", "net_sink_tco2e", "land_price [t CO2e/ha]",
            "margin [t CO2e/ha]"} <= set(parcels)
    note = next(cell for cell in book["parcels"][1] if cell.value == "area_ha").comment.text
    assert note == "Area there is.\nUnit: ha"
    # Rows of limits have units of their own, in the column beside.
    assert {"bound", "unit", "shadow_price", "price_unit"} <= {
        cell.value for cell in book["limits"][1]}


def test_the_summary_lists_every_key(book, out):
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    sheet = frame(book["summary"])
    given = dict(zip(sheet["key"], sheet["value"], strict=True))
    assert given["net_sink_tco2e"] == summary["net_sink_tco2e"]
    assert given["carbon_terms.soil"] == summary["carbon_terms"]["soil"]
    assert given["stages[1].unit"] == "t CO2e"
    tops = {key.partition(".")[0].partition("[")[0] for key in given}
    assert tops == {key for key, value in summary.items() if value not in ([], {})} - {KEY}
    units = dict(zip(sheet["key"], sheet["unit"], strict=True))
    assert units["objective"] == "t CO2e"


def test_the_plan_of_the_workbook_is_the_plan(book, out):
    instance = ro.read_instance("two-parcels")
    plan = read_plan(out.parent / "out.xlsx", instance)
    text = read_plan(out / "plan.csv", instance)
    assert plan.frame().equals(text.frame())
    assert ro.check_plan(instance, plan.frame()).allowed


def test_what_is_there_is_replaced_only_when_asked(tmp_path, out):
    path = tmp_path / "out.xlsx"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputRefused, match="exists"):
        write_results_workbook(out, path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_results_workbook(out, path, overwrite=True)
    assert openpyxl.load_workbook(path).sheetnames[0] == "summary"


def test_a_folder_that_is_no_result(tmp_path):
    with pytest.raises(InstanceRefused, match="a result needs this file"):
        write_results_workbook(tmp_path, tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def chinese(out):
    return openpyxl.load_workbook(
        write_results_workbook(out, out.parent / "chinese.xlsx", language="zh"))


def test_a_chinese_workbook_has_no_english_header(chinese):
    assert chinese.sheetnames == ["摘要", "方案", "限制", "地块", "碳项", "表土存量", "名称"]
    for sheet in chinese:
        for cell in sheet[1]:
            label = cell.value.partition(" [")[0].removesuffix("_ha")
            assert not re.search("[A-Za-z]", label), (sheet.title, cell.value)
            assert cell.comment is None or re.search("[\u4e00-\u9fff]", cell.comment.text)


def test_every_column_of_a_result_has_chinese_words():
    for file in ("summary.json", *(f"{name}.csv" for name in (
            "plan", "limits", "parcels", "carbon", "stocks"))):
        assert set(COLUMNS[file]) == {
            column.name for column in BY_NAME[file].columns} - {KEY}, file


def test_units_and_uses_are_chinese(chinese, out):
    summary = {row[1]: row for row in chinese["摘要"].iter_rows(min_row=2, values_only=True)}
    assert summary["net_sink_tco2e"][0] == "净碳汇"
    assert summary["net_sink_tco2e"][3] == "吨 CO₂e"
    assert summary["carbon_terms.soil"][0] == "碳项.土壤增碳"
    assert summary["status"][2] == "最优"
    assert "面积 [公顷]" in [cell.value for cell in chinese["地块"][1]]
    stated = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    # The names of the uses of two-parcels and what its table calls them in Chinese.
    table = ro.read_instance("two-parcels").tables["uses"]
    for use, label in zip(table.text("use"), table.text("label_zh"), strict=True):
        assert summary[f"area_by_use.{use}"][0] == f"各用途面积.{label or use}"
        assert summary[f"area_by_use.{use}"][2] == stated["area_by_use"][use]


def test_a_chinese_plan_reads_back(chinese, out):
    instance = ro.read_instance("two-parcels")
    plan = read_plan(out.parent / "chinese.xlsx", instance)
    assert plan.frame().equals(read_plan(out / "plan.csv", instance).frame())


def test_an_unproven_chinese_plan_reads_back(out, tmp_path):
    stopped = tmp_path / "stopped"
    shutil.copytree(out, stopped)
    (stopped / "plan.csv").rename(stopped / "incumbent.csv")
    summary = json.loads((stopped / "summary.json").read_text(encoding="utf-8"))
    (stopped / "summary.json").write_text(json.dumps({**summary, "status": "stopped"}),
                                          encoding="utf-8")
    path = write_results_workbook(stopped, tmp_path / "stopped.xlsx", language="zh")
    assert openpyxl.load_workbook(path).sheetnames[1] == "未证明方案"
    instance = ro.read_instance("two-parcels")
    assert read_plan(path, instance).frame().equals(
        read_plan(stopped / "incumbent.csv", instance).frame())
