"""`reclaim explain`: what it prints, writes and returns."""

from __future__ import annotations

import json
from pathlib import Path

from optimizer.cli.main import run
from optimizer.report.output_schema import BY_NAME
from optimizer.report.written import KEY


def test_ways_out_are_told_with_texts_to_copy(capsys):
    assert run(["explain", "hand-conflict"]) == 0
    told = capsys.readouterr().out
    assert "These three cannot hold together" in told
    assert "900 -> 840 mu" in told
    assert '--set "limits[cropland-minimum].value=750"' in told
    assert "+6,400.0 t CO2e" in told


def test_a_feasible_instance_is_told_how_far_it_is_from_breaking(capsys):
    assert run(["explain", "two-parcels"]) == 0
    told = capsys.readouterr().out
    assert "there is a plan" in told
    # Cropland on all 60 ha of the platform is the most; 20 ha at 60,000 CNY the cheapest.
    assert "up to 60 ha" in told
    assert "down to 1,200,000 CNY" in told


def test_out_holds_the_record_the_eligibility_and_the_plans(tmp_path: Path, capsys):
    out = tmp_path / "why"
    assert run(["explain", "hand-conflict", "-o", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((out / "explain.json").read_text(encoding="utf-8"))
    assert written == {**printed, KEY: written[KEY]}
    assert {"feasible", "attainable", "loosenings", "conflicts", "reach"} <= set(written)
    assert written["feasible"] is False
    assert sorted(path.name for path in out.iterdir()) == [
        "eligibility.csv", "eligibility_map.csv", "explain.json", "obstacles.csv",
        "plan-fewest_limits.csv", "plan-least_change.csv"]
    for name in ("eligibility.csv", "obstacles.csv"):
        header = (out / name).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert header == [column.name for column in BY_NAME[name].columns]
    assert run(["explain", "hand-conflict", "-o", str(out)]) == 2
    assert run(["explain", "hand-conflict", "-o", str(out), "--overwrite"]) == 0


def test_limits_can_be_kept_and_weighed(capsys):
    assert run(["explain", "hand-conflict", "--keep", "budget", "--keep", "cropland-minimum",
                "--json"]) == 0
    ways = json.loads(capsys.readouterr().out)["loosenings"]
    assert [change["new"] for change in ways[0]["changes"]] == [80.0]
    assert run(["explain", "hand-conflict", "--weight", "budget=5"]) == 0
    assert "by your weights" in capsys.readouterr().out
    assert run(["explain", "hand-conflict", "--weight", "budget"]) == 2
    assert run(["explain", "hand-conflict", "--keep", "budgt"]) == 3
    assert "budget" in capsys.readouterr().err


def test_a_solve_that_finds_no_plan_points_here(tmp_path: Path, capsys):
    assert run(["solve", "hand-conflict", "-o", str(tmp_path / "out")]) == 4
    assert "reclaim explain" in capsys.readouterr().err
