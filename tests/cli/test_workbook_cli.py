"""Workbooks on the command line: made, filled in, solved, judged."""

from __future__ import annotations

import json

import openpyxl
import pytest
from workbooks import minimal_book, place

import optimizer as ro
from optimizer.cli.main import run


@pytest.mark.parametrize("arguments", [["mine.xlsx"], ["mine", "--xlsx"],
                                       ["mine.xlsx", "--xlsx", "--lang", "zh"]])
def test_init_makes_a_workbook_that_is_fine(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    assert run(["init", *arguments, "--region", "loess-plateau"]) == 0
    assert "reclaim solve mine.xlsx -o OUT" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["mine.xlsx"]
    assert run(["validate", "mine.xlsx", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["instance"], record["findings"]) == ("mine", [])


def test_init_leaves_what_is_there_and_knows_what_a_language_is_for(tmp_path, capsys):
    path = tmp_path / "mine.xlsx"
    path.write_text("kept", encoding="utf-8")
    assert run(["init", str(path), "--region", "loess-plateau"]) == 2
    assert path.read_text(encoding="utf-8") == "kept"
    assert run(["init", str(tmp_path / "new"), "--lang", "zh", "--region", "loess-plateau"]) == 2
    assert "--lang is for workbooks" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_solve_verify_and_check_take_workbooks(tmp_path, capsys):
    book, out = minimal_book(tmp_path), tmp_path / "out"
    assert run(["solve", str(book), "-o", str(out), "--set", "limits[budget].value*=0.9"]) == 0
    assert run(["verify", str(out), str(book)]) == 0
    plan = openpyxl.Workbook()
    for line in (out / "plan.csv").read_text(encoding="utf-8").splitlines():
        plan.active.append(line.split(","))
    plan.save(tmp_path / "plan.xlsx")
    capsys.readouterr()
    assert run(["check", str(book), str(tmp_path / "plan.xlsx"), "--json"]) == 0
    from_book = json.loads(capsys.readouterr().out)
    assert run(["check", str(book), str(out / "plan.csv"), "--json"]) == 0
    from_text = json.loads(capsys.readouterr().out)
    assert from_book["accounts"] == from_text["accounts"]


def test_faults_of_a_workbook_are_told_and_exit_3(tmp_path, capsys):
    book = minimal_book(tmp_path, lambda book: setattr(
        place(book["parcels"], "area_ha", 3), "value", "#DIV/0!"))
    assert run(["validate", str(book), "--json"]) == 3
    captured = capsys.readouterr()
    (finding,) = json.loads(captured.out)["findings"]
    assert (finding["file"], finding["row"], finding["column"]) == (
        "mine.xlsx sheet parcels", 3, "area_ha")
    assert "mine.xlsx sheet parcels row 3, area_ha: error in a cell" in captured.err
    assert run(["validate", str(tmp_path / "none.xlsx")]) == 3


SWEEP = """[sweep]
name = "less"
mode = "product"
[[sweep.path]]
path = "curves[wood,20].gain_tc_per_ha"
multiply = [0.5, 1.0]
"""


@pytest.fixture(scope="module")
def chinese(tmp_path_factory):
    """`hand-scenarios` as a Chinese workbook, an optimal plan of it, and a sweep."""
    folder = tmp_path_factory.mktemp("chinese")
    instance = ro.read_instance("hand-scenarios")
    ro.write_workbook(instance, folder / "mine.xlsx", language="zh")
    ro.write_out(ro.solve(instance), folder / "out")
    (folder / "less.toml").write_text(SWEEP, encoding="utf-8")
    return folder


@pytest.mark.parametrize("words", [
    "validate BOOK", "check BOOK PLAN", "diff BOOK PLAN PLAN", "explain BOOK", "prices BOOK",
    "sources BOOK", "curve BOOK parcels[platform].area_ha -o NEW", "sweep BOOK SWEEP -o NEW",
    "compare BOOK PLAN -o NEW", "alternatives BOOK --within 1% -o NEW", "robust BOOK -o NEW",
    "verify OUT BOOK"])
def test_every_command_takes_a_chinese_workbook(chinese, tmp_path, capsys, words):
    place = {"BOOK": chinese / "mine.xlsx", "PLAN": chinese / "out" / "plan.csv",
             "SWEEP": chinese / "less.toml", "OUT": chinese / "out", "NEW": tmp_path / "new"}
    assert run([str(place.get(word, word)) for word in words.split()]) == 0, (
        capsys.readouterr().err)
