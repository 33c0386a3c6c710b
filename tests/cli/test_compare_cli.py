"""`reclaim compare` and `reclaim diff`: what they print, write and return."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.main import run
from optimizer.report.output_schema import BY_NAME

FOLDER = Path(__file__).parents[2] / "instances" / "hand-gap"
ACTUAL = str(FOLDER / "plans" / "actual.csv")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared") / "gap"
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(folder), "--changes", "10"]) == 0
    return folder


def test_every_file_and_column_is_declared(out: Path) -> None:
    names = sorted(path.name for path in out.iterdir())
    assert names == sorted([
        "gap.json", "violations.csv", "terms.csv", "gap_by_limit.csv", "gap_by_parcel.csv",
        "gain_curve.csv", "changes.csv", "actual.csv", "plan.csv", "plan_within_rules.csv",
        "plan_changed.csv", "gap.png", "gap_map.png", "gain_curve.png", "instance"])
    for name in names:
        if name.endswith(".csv"):
            header = (out / name).read_text(encoding="utf-8").splitlines()[0].split(",")
            assert header == [column.name for column in BY_NAME[name].columns], name
    record = json.loads((out / "gap.json").read_text(encoding="utf-8"))
    assert list(record) == [column.name for column in BY_NAME["gap.json"].columns]


def test_the_record_has_the_names_scripts_rely_on(out: Path) -> None:
    record = json.loads((out / "gap.json").read_text(encoding="utf-8"))
    assert list(record["parts"]) == ["method", "layout", "structure", "scale"]
    # The worked page: 220 -> 816, 785 within the rules.
    assert (record["actual"], record["optimal"]) == pytest.approx((220, 816))
    assert record["price_of_rules"] == pytest.approx(-31)
    assert sum(record["parts"].values()) == pytest.approx(record["gap"], rel=1e-9)
    assert record["gain_curve"]["exact"] is True
    assert record["gain_curve"]["end_ha"] == pytest.approx(26)


def test_tables_add_up_to_the_gap(out: Path) -> None:
    for name in ("gap_by_limit.csv", "gap_by_parcel.csv"):
        assert pd.read_csv(out / name)["lost"].sum() == pytest.approx(596, rel=1e-9)
    curve = pd.read_csv(out / "gain_curve.csv")
    assert curve["objective"].iloc[-1] == pytest.approx(816)
    assert pd.read_csv(out / "changes.csv")["area_ha"].sum() == pytest.approx(10)


def test_the_completed_plan_can_be_compared_again(out: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run(["compare", str(FOLDER), str(out / "actual.csv"), "-o", str(again)]) == 0
    first, second = (json.loads((folder / "gap.json").read_text(encoding="utf-8"))
                     for folder in (out, again))
    assert first["parts"] == pytest.approx(second["parts"])
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(again)]) == 2
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(again), "--overwrite"]) == 0


def test_a_planner_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(tmp_path / "gap")]) == 0
    told = capsys.readouterr().out
    assert "+220.0" in told
    assert "+816.0" in told
    assert "keeping the rules costs 31.0 t CO2e." in told
    assert "Method: how it is done" in told
    assert "+310.0" in told
    assert "Parcels that lose most" in told
    assert "--changes" in told


def test_the_next_command_carries_what_was_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "instance.max_slope_pct=24"
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(tmp_path / "gap"), "--set", own]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    words = shlex.split(line)
    assert words[1:5] == ["compare", str(FOLDER), ACTUAL, "--changes"]
    assert words[6:] == ["--set", own, "-o", "OTHER"]


def test_all_changes_leave_nothing_for_a_further_hectare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # All of the gap takes 26 ha.
    out = tmp_path / "OUT"
    assert run(["compare", str(FOLDER), ACTUAL, "-o", str(out), "--changes", "30"]) == 0
    told = capsys.readouterr().out
    assert "Changing 26.0 ha gains 596.0 t CO2e; that is all of it" in told
    assert json.loads((out / "gap.json").read_text())["changes"]["price"] == 0.0


def test_rounding_is_no_gap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # All land is used and the platform cannot change: the rest is the best already.
    plan = tmp_path / "plan.csv"
    plan.write_text("parcel,use,method,period,source,area_ha,fixed\n"
                    "platform,grass,sow,2026,,60,yes\nface,forest,regrade-cover,2026,heap,40,no\n")
    assert run(["compare", "two-parcels", str(plan), "-o", str(tmp_path / "OUT")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["gap", "0.00"] in lines


def test_codes_without_methods(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = FOLDER / "plans"
    assert run(["compare", str(FOLDER), str(plans / "codes.csv"), "--use-map",
                str(plans / "use_map.csv"), "-o", str(tmp_path / "gap"), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["parts"]["method"] is None
    assert record["parts"]["layout"] == pytest.approx(220)
    assert run(["compare", str(FOLDER), str(plans / "codes.csv"), "-o",
                str(tmp_path / "other")]) == 3
    assert not (tmp_path / "other").exists()


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    for wrong in (["--changes", "-3"], ["--changes", "some"], ["--tolerance", "2"]):
        assert run(["compare", str(FOLDER), ACTUAL, "-o", str(tmp_path / "x"), *wrong]) == 2
    assert run(["compare", str(FOLDER), str(tmp_path / "none.csv"), "-o",
                str(tmp_path / "x")]) == 3


def test_a_plan_beside_itself_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(FOLDER), ACTUAL, ACTUAL]) == 0
    assert "Net sink +220.0 -> +220.0 t CO2e: the same\n" in capsys.readouterr().out


def test_two_plans_are_told_apart(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", str(FOLDER), ACTUAL, str(out), "-o", str(tmp_path / "diff")]) == 0
    told = capsys.readouterr().out
    assert "+220.0 -> +816.0" in told
    assert "26.0 of 30.0 ha change their use" in told
    assert "breaks 2 rules" in told
    for name in ("transitions.csv", "moves.csv"):
        header = (tmp_path / "diff" / name).read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == [column.name for column in BY_NAME[name].columns]
    record = json.loads((tmp_path / "diff" / "diff.json").read_text(encoding="utf-8"))
    assert list(record) == [column.name for column in BY_NAME["diff.json"].columns]
    assert run(["diff", str(FOLDER), ACTUAL, str(tmp_path / "none"), "--json"]) == 3
