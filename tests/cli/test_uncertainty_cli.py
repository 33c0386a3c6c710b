"""`reclaim alternatives`, `robust` and `sensitivity` from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from optimizer.cli.main import run
from optimizer.report.written import KEY

INSTANCES = Path(__file__).parents[2] / "instances"


def test_alternatives_print_json_that_is_the_file(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert run(["alternatives", "two-parcels", "--within", "2%", "--count", "1", "-o", str(out),
                "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((out / "alternatives.json").read_text(encoding="utf-8"))
    assert written == {**printed, KEY: written[KEY]}
    assert printed["within"] == pytest.approx(0.02)
    assert len(printed["plans"]) == 1


def test_whole_parcels_are_refused_in_words(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert run(["alternatives", "two-parcels", "--whole-parcels", "-o", str(out)]) == 2
    assert "linear programs" in capsys.readouterr().err
    assert not out.exists()


def test_an_infeasible_instance_has_no_alternatives(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(["alternatives", "hand-conflict", "-o", str(out)]) == 4
    assert not out.exists()


def test_robust_tells_values_and_price(tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert run(["robust", "hand-scenarios", "--goal", "regret", "--goal", "worst", "-o",
                str(out)]) == 0
    told = capsys.readouterr().out
    # WORKED.md: least regret has 2,200, 7,150 and 13,200 t; the best worst case costs 2,200 t.
    regret = next(line for line in told.splitlines() if line.startswith("least regret"))
    assert regret.split()[2:6] == ["2,200.0", "7,150.0", "13,200", "7,150.0"]
    assert "2,200.0" in told
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"regret", "worst"}


def test_overrides_reach_the_cases(tmp_path: Path, capsys) -> None:
    assert run(["robust", "hand-scenarios", "--goal", "worst", "-o", str(tmp_path / "out"),
                "--set", "curves[sward,20].gain_tc_per_ha=12", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    worst = next(plan for plan in record["plans"] if plan["plan"] == "worst")
    # Grass has 4 units of 11 t everywhere now, as shrub has in the dry case: 100 x 44 t.
    assert worst["worst"] == pytest.approx(4400.0)


@pytest.mark.parametrize("command", ["robust", "sensitivity"])
def test_an_instance_without_the_table_is_refused_with_the_way_out(
    command: str, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out"
    assert run([command, "two-parcels", "-o", str(out)]) == 3
    assert f"reclaim schema {'scenarios' if command == 'robust' else 'uncertainty'}" in (
        capsys.readouterr().err)
    assert not out.exists()


@pytest.mark.parametrize("arguments", [
    ["robust", "hand-scenarios", "--alpha", "1.5"], ["robust", "hand-scenarios", "--goal", "best"],
    ["sensitivity", "hand-scenarios", "--runs", "3"],
    ["sensitivity", "hand-scenarios", "--method", "fast"],
    ["alternatives", "two-parcels", "--within", "200%"],
    ["alternatives", "two-parcels", "--least-difference", "0"]])
def test_arguments_that_make_no_sense_are_usage(arguments, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run([*arguments, "-o", str(out)]) == 2
    assert not out.exists()


def test_the_number_of_cases_is_told_beforehand(tmp_path: Path, capsys) -> None:
    pytest.importorskip("SALib")
    assert run(["sensitivity", "hand-scenarios", "--runs", "11", "--seed", "4", "-o",
                str(tmp_path / "out"), "--json"]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("8 cases to solve: 2 trajectories of 3 + 1 cases")
    record = json.loads(told.out)
    assert (record["cases"], record["seed"], record["method"]) == (8, 4, "morris")


def test_without_salib_the_way_to_get_it_is_told(tmp_path: Path, capsys, monkeypatch) -> None:
    from importlib import metadata

    def gone(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", gone)
    monkeypatch.setitem(sys.modules, "SALib", None)
    assert run(["sensitivity", "hand-scenarios", "-o", str(tmp_path / "out")]) == 2
    assert "reclaim-optimizer[sensitivity]" in capsys.readouterr().err
