"""A new workbook: it solves as it stands, says what columns mean, and offers what may be chosen."""

from __future__ import annotations

import openpyxl
import pytest

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.locations import shipped_libraries
from optimizer.instance.read import read_instance
from optimizer.instance.schema import TABLES
from optimizer.instance.template import init_folder
from optimizer.instance.workbook.meanings_zh import MEANINGS, WHEN
from optimizer.instance.workbook.settings_sheet import SECTIONS
from optimizer.instance.workbook.sheets import init_workbook

REGIONS = sorted(shipped_libraries())


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("init")
    return {language: init_workbook(folder / f"mine-{language}.xlsx", "loess-plateau", language)
            for language in ("en", "zh")}


@pytest.mark.parametrize("region", REGIONS)
def test_it_is_the_instance_that_the_folder_is(tmp_path, region):
    folder = init_folder(tmp_path / "mine", region)
    book = init_workbook(tmp_path / "mine.xlsx", region)
    instance = read_instance(book)
    assert instance.warnings == ()
    assert instance.sha256 == read_instance(folder).sha256


def test_the_chinese_one_says_the_same(books):
    english, chinese = (read_instance(books[language]) for language in ("en", "zh"))
    assert english.tables.keys() == chinese.tables.keys()
    for name, table in english.tables.items():
        assert table.frame().equals(chinese.tables[name].frame()), name
    titles = openpyxl.load_workbook(books["zh"]).sheetnames
    assert titles[:3] == ["设置", "地块", "用途"]


def test_every_table_has_a_sheet_with_every_column_and_a_note_on_each(books):
    book = openpyxl.load_workbook(books["en"])
    assert book.sheetnames == ["instance", *TABLES, "note"]
    for name, spec in TABLES.items():
        header = book[name][1]
        declared = [c.name for c in spec.columns if c.name not in ("area_mu", "slope_deg")]
        assert [cell.value for cell in header][:len(declared)] == declared
        assert all(cell.comment is not None and cell.comment.text for cell in header), name
        assert book[name].freeze_panes is not None
    note = book["parcels"]["B1"].comment.text
    note_zh = openpyxl.load_workbook(books["zh"])["地块"]["B1"].comment.text
    assert note_zh == ("地块平面面积（台阶坡面按整治后的占地面积）。\narea_ha\n单位：ha\n可填："
                       "大于 0\n需要填写：未填 area_mu 时。")
    assert note == ("Plan area of the parcel (finished footprint for bench faces).\nUnit: ha\n"
                    "May hold: above 0\nNeeded when area_mu is not given.")


def rules(sheet):
    return {sheet[str(rule.sqref).partition(":")[0].replace("2", "1")].value: rule
            for rule in sheet.data_validations.dataValidation}


def test_lists_offer_words_and_names(books):
    english, chinese = (openpyxl.load_workbook(books[language]) for language in ("en", "zh"))
    parcels = rules(english["parcels"])
    assert parcels["regrade_form"].formula1 == '"bench,tilt"'
    assert parcels["must_reclaim"].formula1 == '"yes,no"'
    assert rules(chinese["地块"])["必须复垦"].formula1 == '"是,否"'
    # Names come from the filled part of the sheet that has them.
    assert rules(english["methods"])["use"].formula1 == (
        "OFFSET('uses'!$A$2,0,0,MAX(1,COUNTA('uses'!$A:$A)-1),1)")
    assert rules(english["methods"])["use"].showErrorMessage
    # Limits may also say a|b and *: the list offers, and refuses nothing.
    assert not rules(english["limits"])["use"].showErrorMessage
    assert rules(english["limits"])["sense"].formula1 == '"<=,>=,="'
    assert rules(english["limits"])["sense"].showErrorMessage


def test_names_are_formatted_as_text(books):
    book = openpyxl.load_workbook(books["en"])
    assert book["parcels"]["A2"].number_format == "@"
    assert book["parcels"].column_dimensions["A"].number_format == "@"
    assert book["parcels"].column_dimensions["B"].number_format == "General"


def test_everything_has_a_chinese_meaning():
    declared = {(name, column.name) for name, spec in TABLES.items() for column in spec.columns}
    declared |= {(name, key.name) for name, keys in SECTIONS.items() for key in keys}
    known = {(name, column) for name, columns in MEANINGS.items() for column in columns}
    assert declared == known
    cases = {column.required_when for spec in TABLES.values() for column in spec.columns}
    assert cases - {""} == set(WHEN)


def test_an_unknown_region_leaves_nothing_behind(tmp_path):
    with pytest.raises(InstanceRefused, match="Did you mean `loess-plateau`"):
        init_workbook(tmp_path / "mine.xlsx", "loess-plato")
    assert list(tmp_path.iterdir()) == []
