"""Mutated instances through the command: exit codes, and a whole OUT or none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mutated_folder import folder_of, mutate, write

from optimizer.cli.main import run

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT / "instances"
#: What a whole OUT holds at the least.
WHOLE = ("summary.json", "plan.csv", "limits.csv", "prices.csv", "parcels.csv", "map.png",
         "instance/instance.toml")


@pytest.mark.parametrize(("name", "count"), [
    ("two-parcels", 14), ("hand-two-periods", 14), ("hand-infeasible", 12), ("steppe", 12)])
def test_solve_writes_a_whole_out_or_none(
    name: str, count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(INSTANCES / name)
    for number in range(count):
        changed, done = mutate(folder, f"command {name} {number}")
        path, home = write(changed, tmp_path / "instance"), tmp_path / "home"
        home.mkdir()
        code = run(["solve", str(path), "-o", str(home / "out")])
        told = capsys.readouterr()
        assert code in (0, 3, 4), (done, code, told.err[-500:])
        assert "Traceback" not in told.err + told.out
        left = sorted(file.name for file in home.iterdir())
        if code == 0:
            assert left == ["out"], done
            assert all((home / "out" / file).is_file() for file in WHOLE), done
            assert json.loads((home / "out" / "summary.json").read_text("utf-8"))["status"] == (
                "optimal")
            assert run(["verify", str(home / "out")]) == 0, done
        else:
            assert left == [], (done, left)
            assert told.err.strip(), done
        shutil.rmtree(home)
        shutil.rmtree(path)


@pytest.mark.parametrize("command", ["validate", "sources", "check"])
def test_other_commands_answer_mutated_instances(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(INSTANCES / "hand-two-periods")
    for number in range(25):
        changed, done = mutate(folder, f"{command} {number}")
        path = write(changed, tmp_path / "instance")
        plan = tmp_path / "plan.csv"
        plan.write_text("parcel,use,area_ha\nterrace,grass,5\n", encoding="utf-8")
        code = run([command, str(path), *([str(plan)] if command == "check" else [])])
        told = capsys.readouterr()
        assert code in (0, 1, 3, 4), (done, code, told.err[-500:])
        assert "Traceback" not in told.err + told.out
        shutil.rmtree(path)


@pytest.mark.skipif(os.name == "nt", reason="a console group is needed to send Ctrl-C on Windows")
def test_interrupted_solve_leaves_nothing_and_exits_130(tmp_path: Path) -> None:
    made = tmp_path / "large"
    assert run(["generate", "--parcels", "4000", "-o", str(made)]) == 0
    home = tmp_path / "home"
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", _SOLVE_AND_TELL, "solve", str(made), "-o", str(home / "out")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "solving"
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert list(home.iterdir()) == []


#: The command as it is, but for a word on stdout when HiGHS starts. Ctrl-C is heard even where the
#: tests run in the background, which would have the command ignore it.
_SOLVE_AND_TELL = """
import signal
import sys
from optimizer.cli.main import main
from optimizer.solve.highs import HighsSession

solve = HighsSession.solve

def told(self, *arguments, **named):
    print("solving", flush=True)
    return solve(self, *arguments, **named)

HighsSession.solve = told
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""
