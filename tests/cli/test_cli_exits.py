"""What happens when something is wrong: exit codes, words, and no half-written result."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import MINIMAL, write_folder

from optimizer.cli.main import run
from optimizer.instance.read import read_instance
from optimizer.solve import engine
from optimizer.solve.errors import SolverFault, Stopped

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "pyomo", "highspy", "pyarrow")


@pytest.mark.parametrize("arguments", [
    ["--help"], ["--version"], ["solve", "--help"], ["sovle"], ["solve"],
])
def test_help_and_usage_import_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys; from optimizer.cli.main import run\n"
        f"run({arguments!r})\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Run a command that is to fail; return its exit code and what it says on stderr."""
    code = run([str(argument) for argument in arguments])
    return code, capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "words"), [
    (["sovle"], "Did you mean `solve`?"),
    (["solve", "two-parcels"], "Missing option '-o'"),
    (["solve", "two-parcels", "-o", "OUT", "--engine", "cplex"], "'cplex' is not one of"),
    (["solve", "two-parcels", "-o", "OUT", "--engine", "highs", "--gap", "1%"],
     "--gap is for --whole-parcels"),
    (["solve", "two-parcels", "-o", "OUT", "--engine", "highs", "--log", "steps.csv"],
     "--log tells the steps of a decomposition"),
    (["solve", "two-parcels", "-o", "OUT", "--log", "nowhere/steps.csv"], "cannot be written"),
    (["solve", "two-parcels", "-o", "OUT", "--whole-parcels", "--gap", "nan"], "is no share"),
    (["solve", "two-parcels", "-o", "OUT", "--time-limit", "0"], "is no number above 0"),
    (["solve", "two-parcels", "-o", "OUT", "--time-limit", "soon"], "is no number above 0"),
    (["solve", "two-parcels", "-o", "OUT", "--whole-parcels", "--engine", "pyomo"],
     "leave --engine at auto"),
    (["schema", "parcel"], "Did you mean `parcels`?"),
    (["schema", "--outputs", "limit"], "Did you mean"),
    (["verify", "nowhere"], "is no result folder"),
    (["generate", "--parcels", "0", "-o", "OUT"], "0 is not in the range"),
])
def test_usage_is_exit_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, told = refused(capsys, *arguments)
    assert code == 2
    assert words in told
    assert list(tmp_path.iterdir()) == []


def test_an_existing_out_is_refused_before_anything_is_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["solve", "hand-tie", "-o", str(tmp_path / "OUT")]) == 0
    (tmp_path / "EMPTY").mkdir()
    capsys.readouterr()
    monkeypatch.setattr(engine, "solve", pytest.fail)
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    assert code == 2
    assert "replace it with --overwrite" in told
    # What would be refused is not offered.
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "EMPTY")
    assert code == 2
    assert "not replaced even with --overwrite" in told


def test_a_refused_instance_is_exit_3_with_all_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parcels = MINIMAL["parcels.csv"].replace("flat,60,", "flat,-60,").replace("2031", "soon")
    folder = write_folder(tmp_path / "bad", parcels=parcels)
    code, told = refused(capsys, "solve", folder, "-o", tmp_path / "OUT")
    assert code == 3
    assert "parcels.csv row 2, area_ha" in told
    assert "parcels.csv row 3, release_year" in told
    assert not (tmp_path / "OUT").exists()


def test_findings_are_json_for_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "bad", parcels=MINIMAL["parcels.csv"].replace("60", "-60", 1))
    assert run(["validate", str(folder), "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert (record["status"], record["exit"]) == ("refused", 3)
    assert record["findings"][0]["column"] == "area_ha"
    assert set(record["findings"][0]) == {
        "severity", "file", "row", "column", "rule", "seen", "expected", "do"}


def test_init_into_a_used_folder_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    code, told = refused(capsys, "init", tmp_path, "--region", "loess-plateau")
    assert code == 2
    assert "Name a new or an empty folder" in told
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_part_of_a_region_suggests_the_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refused(capsys, "init", tmp_path / "mine", "--region", "steppe")
    assert code == 3
    assert "Did you mean `inner-mongolia-steppe`?" in told


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a place where nothing can be made")
def test_a_place_that_takes_no_folders_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = refused(capsys, "solve", "hand-tie", "-o", "/proc/reclaim-out")
    assert code == 2
    assert told.startswith("/proc/reclaim-out cannot be written: nothing can be made in /proc (")
    assert "Errno" not in told
    assert ".reclaim-new" not in told


@pytest.mark.parametrize(("error", "words"), [
    (OSError(28, "No space left on device"),
     "A file cannot be read or written: the disk is full."),
    (OSError(13, "Permission denied", "OUT/plan.csv"),
     "OUT/plan.csv cannot be used: you have no permission"),
    (OSError(28, "No space left on device", "there/.reclaim-new-OUT-0a/plan.csv"),
     "a file in there cannot be used: the disk is full"),
])
def test_the_system_s_refusals_are_told_in_words(
    error: OSError, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(engine, "solve", fails)
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    assert code == 2
    assert told.replace("\\", "/") == f"{words}\n"


@pytest.mark.parametrize("arguments", [
    ["solve", "two-parcels", "-o", "OUT", "--set", "limits[budgt].value=1"],
    ["validate", "no-such-instance"],
    ["check", "two-parcels", "no-such-plan.csv"],
    ["init", "mine", "--region", "moon"],
])
def test_unknown_names_are_exit_3(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, told = refused(capsys, *arguments)
    assert code == 3
    assert "Seen:" in told
    assert list(tmp_path.iterdir()) == []


def test_infeasible_is_exit_4_with_the_deciding_hectares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refused(capsys, "solve", "hand-infeasible", "-o", tmp_path / "OUT")
    assert code == 4
    # 30 of 80 ha are flat enough, 40 ha are asked for: instances/hand-infeasible/WORKED.md.
    assert "40 ha" in told
    assert "30 ha" in told
    assert list(tmp_path.iterdir()) == []
    assert run(["solve", "hand-infeasible", "-o", str(tmp_path / "OUT"), "--json"]) == 4
    record = json.loads(capsys.readouterr().out)
    assert record["status"] == "infeasible"
    assert len(record["reasons"]) >= 1


def test_stopped_is_exit_5_with_an_incumbent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = engine.solve(read_instance("two-parcels"))

    def stops(*_: Any, **__: Any) -> None:
        message = "stopped at the time limit"
        raise Stopped(message, replace(solved, status="stopped"))

    monkeypatch.setattr(engine, "solve", stops)
    assert run(["solve", "two-parcels", "-o", str(tmp_path / "OUT")]) == 5
    printed = capsys.readouterr()
    assert "STOPPED before the proof" in printed.out
    assert "stopped at the time limit" in printed.err
    files = {path.name for path in (tmp_path / "OUT").iterdir()}
    assert "incumbent.csv" in files
    assert "plan.csv" not in files


@pytest.mark.parametrize("fault", [Stopped("out of time"), SolverFault("the solver crashed")])
def test_without_any_plan_exit_5_leaves_nothing(
    fault: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(engine, "solve", fails)
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    assert code == 5
    assert str(fault) in told.lower()
    if isinstance(fault, Stopped):
        assert "Nothing was written. Allow a longer --time-limit" in told
    assert list(tmp_path.iterdir()) == []


def test_the_unexpected_is_one_line_and_debug_shows_the_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr(engine, "solve", breaks)
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    assert code == 70
    assert told.startswith("Unexpected ZeroDivisionError: a\n")
    assert "Traceback" not in told
    with pytest.raises(ZeroDivisionError):
        run(["--debug", "solve", "two-parcels", "-o", str(tmp_path / "OUT")])


def test_ctrl_c_is_exit_130_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "solve", interrupted)
    code, told = refused(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    assert code == 130
    assert "nothing was written" in told
    assert list(tmp_path.iterdir()) == []


#: The command as it is; where the tests run in the background it would ignore Ctrl-C.
_HEARS_CTRL_C = """
import signal
from optimizer.cli.main import main

signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently on Windows")
def test_ctrl_c_ends_a_running_solve(tmp_path: Path) -> None:
    assert run(["generate", "--parcels", "2500", "--seed", "1", "-o", str(tmp_path / "big")]) == 0
    running = subprocess.Popen(
        [sys.executable, "-c", _HEARS_CTRL_C, "solve", str(tmp_path / "big"), "-o",
         # Which takes long enough on any machine.
         str(tmp_path / "OUT"), "--engine", "highs"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        time.sleep(5)
        assert running.poll() is None, "it was meant to be still at work"
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130
    assert b"Traceback" not in told
    assert {path.name for path in tmp_path.iterdir()} == {"big"}


def test_nothing_is_shown_on_stderr_unless_it_is_a_terminal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "optimizer.cli.main", "solve", "two-parcels", "-o",
         str(tmp_path / "OUT")], capture_output=True, check=True)
    assert done.stderr == b""
    assert done.stdout.decode().startswith("two-parcels: optimal, proven")
