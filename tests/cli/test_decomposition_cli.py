"""`reclaim solve --engine decomposition`: its log, its words, what goes with it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.cli.main import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    assert run(["generate", "--parcels", "40", "--uses", "3", "--methods", "2", "--periods", "2",
                "-o", str(made)]) == 0
    return made


def solve(*arguments: str | Path) -> int:
    return run(["solve", *(str(argument) for argument in arguments)])


def test_a_log_of_every_step(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "steps.csv"
    assert solve(folder, "-o", tmp_path / "out", "--engine", "decomposition", "--log", log) == 0
    with log.open(encoding="utf-8", newline="") as file:
        steps = list(csv.DictReader(file))
    assert steps[-1]["phase"] == "finish"
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["engine"] == "decomposition"
    assert "shared limits" in summary["engine_reason"]
    assert float(steps[-1]["bound"]) >= summary["objective"] * (1 - 1e-9)
    assert summary["relative_gap"] <= 1e-9


def test_without_a_decomposition_the_log_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "steps.csv"
    assert solve(folder, "-o", tmp_path / "out", "--log", log) == 0
    assert "no engine that takes steps took part" in capsys.readouterr().err
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


def test_a_gap_and_the_proof_that_holds_in_the_files(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert solve(folder, "-o", out, "--engine", "decomposition", "--gap", "5%", "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["status"] in ("optimal", "within_gap")
    assert summary["relative_gap"] <= 0.05
    assert run(["verify", str(out)]) == 0


def test_without_numba_it_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "numba.py").write_text("raise ImportError('Numba needs NumPy 2.2 or less')\n",
                                     encoding="utf-8")
    path = os.pathsep.join([str(broken), str(Path(__file__).parents[2])])
    for engine, code in (("decomposition", 5), ("highs", 0)):
        done = subprocess.run(
            [sys.executable, "-m", "optimizer.cli.main", "solve", str(folder), "-o",
             str(tmp_path / engine), "--engine", engine], check=False, capture_output=True,
            text=True, env={**os.environ, "PYTHONPATH": path})
        assert done.returncode == code
        assert (tmp_path / engine).exists() == (code == 0)
        if code:
            assert "NumPy 2.2" in done.stderr
            assert "--engine highs" in done.stderr
            assert "Traceback" not in done.stderr


def test_a_plan_at_a_gap_comes_before_the_exact_end(tmp_path: Path) -> None:
    made, out, log = tmp_path / "made", tmp_path / "out", tmp_path / "steps.csv"
    assert run(["generate", "--parcels", "700", "--uses", "3", "--methods", "2", "--periods", "2",
                "-o", str(made)]) == 0
    assert solve(made, "-o", out, "--engine", "decomposition", "--gap", "1%", "--log", log) == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "within_gap"
    assert 1e-9 < summary["relative_gap"] <= 0.01
    with log.open(encoding="utf-8", newline="") as file:
        steps = list(csv.DictReader(file))
    assert "finish" not in {step["phase"] for step in steps}
    assert float(steps[-1]["objective"]) == pytest.approx(summary["objective"], rel=1e-9)
    assert run(["verify", str(out)]) == 0
