"""`reclaim report`: what it writes, says and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.cli.main import run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "OUT"
    assert run(["solve", "two-parcels", "-o", str(folder)]) == 0
    return folder


def test_solve_writes_the_page(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page


def test_the_language_is_chosen_and_the_page_replaced(out: Path, tmp_path: Path, capsys) -> None:
    place = tmp_path / "zh.html"
    assert run(["report", str(out), "--lang", "zh", "-o", str(place), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"report": str(place), "bytes": place.stat().st_size, "language": "zh",
                    "beside": []}
    assert '<html lang="zh-CN">' in place.read_text(encoding="utf-8")
    earlier = (out / "report.html").read_text(encoding="utf-8")
    assert run(["report", str(out)]) == 0
    assert "it needs no network" in capsys.readouterr().out
    assert (out / "report.html").read_text(encoding="utf-8") == earlier


def test_results_still_hold_with_the_page_inside(out: Path) -> None:
    assert run(["report", str(out), "--lang", "zh"]) == 0
    assert run(["verify", str(out)]) == 0


def test_a_folder_of_another_command_is_named(tmp_path: Path, capsys) -> None:
    (tmp_path / "gap.json").write_text("{}", encoding="utf-8")
    assert run(["report", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "reclaim compare" in told
    assert "--with" in told


def test_what_is_no_result_is_refused(out: Path, tmp_path: Path, capsys) -> None:
    assert run(["report", str(tmp_path / "nothing")]) == 2
    assert run(["report", str(out), "--with", str(tmp_path)]) == 2
    assert "holds no result that a report can show" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_told(out: Path, tmp_path: Path, capsys) -> None:
    assert run(["report", str(out), "-o", str(tmp_path / "no" / "such" / "page.html")]) == 2
    assert "Traceback" not in capsys.readouterr().err
