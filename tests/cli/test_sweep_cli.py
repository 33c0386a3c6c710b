"""`reclaim sweep`: what it prints, writes, refuses and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.main import run
from optimizer.report.output_schema import BY_NAME

SWEEP = """
[sweep]
name = "soil"
[[sweep.path]]
path = "sources[*,*].supply_m3"
multiply = [0.5, 1.0]
"""


@pytest.fixture
def sweep_file(tmp_path: Path) -> str:
    path = tmp_path / "soil.toml"
    path.write_text(SWEEP, encoding="utf-8")
    return str(path)


def test_out_holds_what_the_schema_says(sweep_file: str, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert run(["sweep", "two-parcels", sweep_file, "-o", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert {name: written[name] for name in printed} == printed
    assert printed["statuses"] == {"optimal": 2}
    assert list(written) == [column.name for column in BY_NAME["sweep.json"].columns]
    assert sorted(path.name for path in out.iterdir()) == [
        "cases.parquet", "journal.jsonl", "lines.png", "reference.npz", "sweep.json"]
    table = pd.read_parquet(out / "cases.parquet")
    declared = [column.name for column in BY_NAME["cases.parquet"].columns]
    kinds = list(dict.fromkeys(
        f"{name.partition(':')[0]}:" if ":" in name else
        "PATH" if name == "sources[*,*].supply_m3*" else name for name in table))
    assert kinds == list(dict.fromkeys(
        f"{name.partition(':')[0]}:" if ":" in name else name for name in declared))
    # The whole of the soil: WORKED.md, 7,336.8 t CO2e.
    assert table["objective"].iloc[1] == pytest.approx(7336.8)
    assert table["objective"].iloc[0] < table["objective"].iloc[1]


def test_again_needs_resume_or_overwrite(sweep_file: str, tmp_path: Path, capsys) -> None:
    out = str(tmp_path / "out")
    command = ["sweep", "two-parcels", sweep_file, "-o", out]
    assert run([*command, "--resume"]) == 0
    assert "2 cases, 2 with a plan" in capsys.readouterr().out
    assert run(command) == 2
    assert "--resume" in capsys.readouterr().err
    assert run([*command, "--resume"]) == 0
    assert run([*command, "--resume", "--set", "limits[*].value*=0.99"]) == 2
    assert "the instance has changed since" in capsys.readouterr().err
    assert run([*command, "--overwrite", "--set", "limits[*].value*=0.99"]) == 0


@pytest.mark.parametrize(("more", "said"), [
    (["--workers", "0"], "0 is not in the range"),
    (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "give one"),
    (["--scheduler", "localhost"], "Write tcp://host:port"),
    (["--resume", "--overwrite"], "give one"),
    (["--time-limit", "-1"], "no number above 0"),
])
def test_options_that_do_not_go_together(
    more: list[str], said: str, sweep_file: str, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out"
    assert run(["sweep", "two-parcels", sweep_file, "-o", str(out), *more]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_unknown_sweeps_and_paths_leave_nothing(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert run(["sweep", "pingshuo", "nowhere", "-o", str(out)]) == 3
    assert "budget, topsoil-and-fields" in capsys.readouterr().err
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SWEEP.replace("supply_m3", "suply_m3"), encoding="utf-8")
    assert run(["sweep", "two-parcels", str(wrong), "-o", str(out)]) == 3
    assert "supply_m3" in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_that_is_no_sweep_is_never_touched(sweep_file: str, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "precious.txt").write_text("x", encoding="utf-8")
    for more in ([], ["--resume"], ["--overwrite"]):
        assert run(["sweep", "two-parcels", sweep_file, "-o", str(out), *more]) == 2
    assert [path.name for path in out.iterdir()] == ["precious.txt"]


def test_the_schema_tells_how_a_sweep_is_written(capsys) -> None:
    assert run(["schema", "sweep.path"]) == 0
    told = capsys.readouterr().out
    assert "multiply" in told
    assert "steps" in told
