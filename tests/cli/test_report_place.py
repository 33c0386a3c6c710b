"""Where `reclaim report` writes, what it refuses to replace, and what it refuses to tell."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.main import run
from optimizer.report.written import KEY


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report-place") / "OUT"
    assert run(["solve", "two-parcels", "-o", str(out)]) == 0
    return out


@pytest.fixture
def out(solved: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copytree(solved, tmp_path / "OUT"))


def told(capsys: pytest.CaptureFixture[str], code: int, *arguments: str | Path) -> str:
    """Run a command that is to be refused; what it says."""
    capsys.readouterr()
    assert run([str(argument) for argument in arguments]) == code
    return capsys.readouterr().err


@pytest.mark.parametrize("name", ["README.md", "mine.xlsx", "parcels.csv", "instance.toml", "x"])
def test_a_file_of_another_kind_is_never_replaced(
    out: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    for words in ([], ["--overwrite"]):
        said = told(capsys, 2, "report", out, "-o", tmp_path / name, *words)
        assert f"{name} exists and was not written by `reclaim report`: it is never" in said
        assert "--overwrite" not in said
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_another_page_is_replaced_when_asked(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "page.html"
    place.write_text("<html>mine</html>", encoding="utf-8")
    assert "replace it with --overwrite" in told(capsys, 2, "report", out, "-o", place)
    assert place.read_text(encoding="utf-8") == "<html>mine</html>"
    assert run(["report", str(out), "-o", str(place), "--overwrite"]) == 0
    assert run(["report", str(out), "-o", str(place), "--lang", "zh"]) == 0
    assert 'lang="zh-CN"' in place.read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"OUT", "page.html"}


def test_a_result_with_a_later_report_and_export_is_still_whole(out: Path) -> None:
    assert run(["report", str(out), "--lang", "zh"]) == 0
    assert run(["export", str(out), "--xlsx"]) == 0
    record = json.loads((out / "summary.json").read_text(encoding="utf-8"))[KEY]
    assert {"plan.xlsx", "report.html"} <= set(record)
    assert run(["verify", str(out)]) == 0
    assert run(["solve", "two-parcels", "-o", str(out), "--overwrite"]) == 0
    assert not (out / "plan.xlsx").exists()


def test_a_plan_of_alternatives_with_a_later_report_is_still_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "OUT"
    command = ["alternatives", "two-parcels", "--within", "2%", "--count", "1", "-o", str(out)]
    assert run(command) == 0
    assert run(["report", str(out / "plan-1"), "--lang", "zh"]) == 0
    (out / "plan-1" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "plan-1/notes.txt was added since" in told(capsys, 2, *command, "--overwrite")
    (out / "plan-1" / "notes.txt").unlink()
    assert run([*command, "--overwrite"]) == 0


def test_an_export_that_was_edited_is_kept(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", str(out), "--xlsx"]) == 0
    with (out / "plan.xlsx").open("ab") as file:
        file.write(b" ")
    said = told(capsys, 2, "solve", "two-parcels", "-o", out, "--overwrite")
    assert "plan.xlsx was changed since" in said


@pytest.mark.parametrize("command", ["report", "export"])
def test_a_plan_changed_by_hand_is_not_stamped_proven(
    out: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = out / "plan.csv"
    text = plan.read_text(encoding="utf-8")
    rows = text.splitlines()
    area = rows[1].rpartition(",")[2]
    plan.write_text(text.replace(f",{area}", f",{float(area) - 1}", 1), encoding="utf-8")
    page = (out / "report.html").read_bytes()
    said = told(capsys, 3, command, out)
    assert "files that belong together" in said
    assert "`reclaim check`" in said
    assert (out / "report.html").read_bytes() == page


def test_prices_changed_by_hand_are_not_told(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = pd.read_csv(out / "prices.csv", dtype=str, keep_default_na=False)
    assert (prices["price"].astype(float) != 0.0).any()
    prices["price"] = [repr(2.0 * float(price)) for price in prices["price"]]
    prices.to_csv(out / "prices.csv", index=False)
    assert "files that belong together (bound of stage 1)" in told(capsys, 3, "report", out)


def test_a_result_of_another_mine_is_refused(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, variant = tmp_path / "other", tmp_path / "variant"
    assert run(["solve", "hand-tie", "-o", str(other)]) == 0
    assert run(["solve", "two-parcels", "--set", "limits[budget].value*=0.9", "-o",
                str(variant)]) == 0
    said = told(capsys, 2, "report", out, "--with", other)
    assert "is a result of the instance hand-tie, the plan is one of two-parcels" in said
    # Another state of the same instance is told, with a note.
    assert run(["report", str(out), "--with", str(variant)]) == 0


@pytest.mark.parametrize("command", ["report", "verify", "export"])
def test_what_solve_did_not_write_is_said_once(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["curve", "two-parcels", "budget", "-o", str(tmp_path / "curve")]) == 0
    said = told(capsys, 2, command, tmp_path / "curve")
    assert "is no result of `reclaim solve`: it holds no summary.json." in said
    assert "It is one of `reclaim curve`" in said
    assert len(said.splitlines()) == 1
    assert run(["init", str(tmp_path / "mine"), "--region", "loess-plateau"]) == 0
    assert "It is an instance: solve it first" in told(capsys, 2, command, tmp_path / "mine")


def test_a_missing_file_is_told_once_and_in_words(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "prices.csv").unlink()
    said = told(capsys, 3, "verify", out)
    assert said.count("prices.csv") == 1
    assert "no such file" in said
    assert "Errno" not in said


def test_a_missing_folder_is_called_missing(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(capsys, 2, "report", out, "-o", tmp_path / "nodir" / "r.html")
    assert f"there is no folder {tmp_path / 'nodir'}. Make it" in said
    said = told(capsys, 2, "report", out, "-o", tmp_path)
    assert "is a folder. Name a file" in said or "is a directory" in said


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of files there")
def test_a_quota_is_told_with_the_file(out: Path, tmp_path: Path) -> None:
    script = ("import resource, signal, sys\n"
              "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
              "from optimizer.cli.main import run\n"
              "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
              "sys.exit(run(sys.argv[1:]))\n")
    place = tmp_path / "page.html"
    done = subprocess.run([sys.executable, "-c", script, "report", str(out), "-o", str(place)],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"{place} cannot be written (files there may not be as large" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"OUT"}
