"""`reclaim explain`: what it prints, writes and returns."""

from __future__ import annotations

import json
import shlex
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


def commands_in(text: str, verb: str) -> list[list[str]]:
    """Arguments of the commands that a text suggests, as a shell would hand them over."""
    return [shlex.split(line)[1:] for line in text.splitlines()
            if line.strip().startswith(f"reclaim {verb} ")]


def test_a_way_out_leads_where_it_says(tmp_path: Path, capsys):
    # A tenth less money: the ways out are worked out for it, so the commands must carry it too.
    own = "limits[budget].value*=0.9"
    assert run(["explain", "hand-conflict", "--set", own, "-o", str(tmp_path / "why")]) == 0
    commands = commands_in(capsys.readouterr().out, "solve")
    ways = json.loads((tmp_path / "why" / "explain.json").read_text("utf-8"))["loosenings"]
    assert len(commands) == len(ways) > 0
    for number, (words, way) in enumerate(zip(commands, ways, strict=True)):
        assert words[:4] == ["solve", "hand-conflict", "--set", own]
        assert words[-2:] == ["-o", "OUT"]
        assert run([*words[:-1], str(tmp_path / f"way-{number}"), "--json"]) == 0
        net_sink = json.loads(capsys.readouterr().out)["net_sink_tco2e"]
        assert abs(net_sink - way["net_sink_tco2e"]) <= 1e-6 * abs(net_sink)


def test_a_solve_that_finds_no_plan_says_what_to_type(tmp_path: Path, capsys):
    texts = ["limits[budget].value*=0.9", "instance.horizon_years=30"]
    sets = [word for text in texts for word in ("--set", text)]
    assert run(["solve", "hand-conflict", *sets, "-o", str(tmp_path / "out")]) == 4
    (words,) = commands_in(capsys.readouterr().err, "explain")
    assert words == ["explain", "hand-conflict", *sets]


def test_where_nothing_is_possible_a_parcel_is_explained(capsys):
    # Every use asks for 9 m of soil; no land has them, no method brings them.
    own = "uses[*].min_soil_depth_m=9"
    assert run(["explain", "two-parcels", "--set", own]) == 0
    (words,) = commands_in(capsys.readouterr().out, "explain")
    assert words == ["explain", "two-parcels", "--parcel", words[3], "--set", own]
    assert run(words) == 0
    assert "soil_depth_m >= 9" in capsys.readouterr().out
