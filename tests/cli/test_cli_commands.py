"""Every command, in process: what it prints, writes and returns."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import MINIMAL, write_folder

from optimizer.cli.main import COMMANDS, run
from optimizer.instance.describe import described_names, schema_record
from optimizer.instance.read import read_instance
from optimizer.report.figures import shown_width
from optimizer.report.output_schema import BY_NAME
from optimizer.report.written import KEY

PLAN = """\
parcel,use,method,period,source,area_ha
platform,cropland,cover,2026,heap,20
platform,forest,regrade-cover,2026,heap,40
face,grass,regrade-cover,2026,heap,32
"""


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    """Run a command with --json and return its exit code and document."""
    code = run([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.csv"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--help"]) == 0
    printed = capsys.readouterr().out
    assert f"Usage: reclaim {command}" in printed
    assert "--json" in printed


def test_help_lists_every_command_and_the_exit_codes(
    capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--help"]) == 0
    printed = capsys.readouterr().out
    for name, (_, line) in COMMANDS.items():
        assert name in printed
        assert line in printed
    assert "130 interrupted" in printed


def test_solve_writes_out_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "two-parcels", "-o", str(tmp_path / "OUT")]) == 0
    printed = capsys.readouterr()
    assert "Net sink +7,336.8 t CO2e" in printed.out
    assert printed.err == ""
    assert (tmp_path / "OUT" / "plan.csv").is_file()
    summary = json.loads((tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8"))
    assert summary["seconds"]["read"] > 0
    assert summary["seconds"]["check"] > 0


def test_solve_prints_the_summary_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = as_json(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT")
    written = json.loads((tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8"))
    assert code == 0
    assert {**printed, KEY: written[KEY]} == written


def test_set_changes_the_run_and_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, summary = as_json(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT", "--set",
                            "limits[cropland-minimum].value=10")
    assert code == 0
    assert summary["area_by_use"]["cropland"] == pytest.approx(10)
    assert summary["overrides"] == ["limits[cropland-minimum].value=10"]
    assert read_instance(tmp_path / "OUT" / "instance").sha256 == summary["instance_sha256"]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(["solve", "hand-topsoil", "-o", str(tmp_path / name)]) == 0
    for path in sorted((tmp_path / "one").rglob("*.*")):
        if path.is_dir():
            continue
        again = tmp_path / "two" / path.relative_to(tmp_path / "one")
        if path.name == "summary.json":
            first, second = (json.loads(p.read_text(encoding="utf-8")) for p in (path, again))
            assert {**first, "seconds": 0} == {**second, "seconds": 0}
        else:
            assert path.read_bytes() == again.read_bytes(), path.name


def test_whole_parcels_report_both_bounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, summary = as_json(capsys, "solve", "two-parcels", "-o", tmp_path / "OUT",
                            "--whole-parcels", "--set", "limits[budget].value*=2")
    assert code == 0
    assert summary["solver_bound"] is not None
    assert summary["bound"] >= summary["objective"] - 1e-6


def test_validate_says_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "two-parcels"]) == 0
    assert capsys.readouterr().out == (
        "two-parcels: fine. 2 parcels, 3 uses, 4 methods, 1 period, 1 topsoil source, 2 limits; "
        "100.0 ha.\n")


def test_validate_lists_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 12,000 ha in one parcel are square metres more often than not.
    parcels = MINIMAL["parcels.csv"].replace("flat,60,", "flat,12000,")
    code, record = as_json(capsys, "validate", write_folder(tmp_path / "mine", parcels=parcels))
    assert code == 0
    assert record["status"] == "fine"
    assert {finding["severity"] for finding in record["findings"]} == {"warning"}


def test_check_agrees_with_the_hand_worked_optimum(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = as_json(capsys, "check", "two-parcels", plan)
    assert code == 0
    assert record["allowed"] is True
    assert record["net_sink_tco2e"] == pytest.approx(7336.8)
    assert record["area_by_use"] == {"cropland": 20, "forest": 40, "grass": 32}
    assert run(["check", "two-parcels", str(plan)]) == 0
    assert "plan.csv on two-parcels: breaks no rule; net sink +7,336.8 t CO2e" in (
        capsys.readouterr().out)


def test_check_says_no_and_why(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan.write_text(PLAN.replace("heap,40", "heap,45"), encoding="utf-8")
    assert run(["check", "two-parcels", str(plan)]) == 1
    printed = capsys.readouterr().out
    assert "breaks 2 rules" in printed
    assert "- land, parcel platform: 65 ha planned, 60 ha there" in printed
    assert "BROKEN" in printed


def test_check_accounts_for_all_land_and_sets_thousands_apart(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "two-parcels", str(plan)]) == 0
    printed = capsys.readouterr().out
    assert "  not reclaimed      8.0          8 %\n  all land         100.0\n" in printed
    plan.write_text(PLAN.replace("heap,20", "heap,60020"), encoding="utf-8")
    assert run(["check", "two-parcels", str(plan)]) == 1
    printed = capsys.readouterr().out
    assert "- land, parcel platform: 60,060 ha planned, 60 ha there" in printed
    # 60,000 ha more at 60,000 CNY/ha, on top of a budget that was spent to the last yuan.
    assert ("- limit, budget: 3,606,480,000 CNY, must be <= 6,480,000 CNY; "
            "missed by 3,600,000,000\n") in printed
    assert "e+0" not in printed


def test_verify_tells_numbers_short(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "steppe", "-o", str(tmp_path / "OUT")]) == 0
    capsys.readouterr()
    assert run(["verify", str(tmp_path / "OUT")]) == 0
    stated = re.search(r"objective  +stated ([\d,.]+), recomputed ([\d,.]+)\n",
                       capsys.readouterr().out)
    assert stated is not None
    assert stated[1] == stated[2]
    assert len(re.sub(r"\D", "", stated[1])) <= 10


def test_verify_holds_until_a_file_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "OUT"
    assert run(["solve", "two-parcels", "-o", str(out)]) == 0
    capsys.readouterr()
    code, record = as_json(capsys, "verify", out, "two-parcels")
    assert (code, record["holds"]) == (0, True)
    text = (out / "plan.csv").read_text(encoding="utf-8")
    (out / "plan.csv").write_text(text.replace(",40.0", ",39.0"), encoding="utf-8")
    assert run(["verify", str(out)]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out


def test_verify_tells_another_instance_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "OUT"
    assert run(["solve", "two-parcels", "-o", str(out)]) == 0
    capsys.readouterr()
    code, record = as_json(capsys, "verify", out, "hand-topsoil")
    assert code == 1
    assert [check["name"] for check in record["checks"] if not check["holds"]] == [
        "instance given"]


def test_sources_weigh_assumptions(capsys: pytest.CaptureFixture[str]) -> None:
    code, record = as_json(capsys, "sources", "two-parcels")
    assert code == 0
    assert record["assumed_share"] == 1.0  # every number of the instance is invented
    assert run(["sources", "two-parcels"]) == 0
    assert "two-parcels: 100 % of the plan's sinks and emissions rests on assumptions" in (
        capsys.readouterr().out)


def test_sources_list_all_numbers_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    run(["sources", "two-parcels"])
    short = capsys.readouterr().out
    run(["sources", "two-parcels", "--all"])
    assert "(--all lists them)" in short
    assert len(capsys.readouterr().out) > len(short)


def test_init_writes_an_instance_that_solves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "mine"), "--region", "loess-plateau"]) == 0
    assert "reclaim validate" in capsys.readouterr().out
    assert run(["solve", str(tmp_path / "mine"), "-o", str(tmp_path / "OUT")]) == 0


def test_init_tells_commands_that_work_with_blanks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "my mine"), "--region", "loess-plateau"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith(f'  reclaim validate "{tmp_path / "my mine"}"  ')
    words = ("what each column means", "what is still wrong", "the plan")
    assert len({line.index(word) for line, word in zip(lines[1:], words, strict=True)}) == 1


def test_a_result_inside_the_instance_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_folder(tmp_path / "mine")
    assert run(["solve", str(folder), "-o", str(folder / "OUT")]) == 0
    told = capsys.readouterr().err
    assert f"lies inside the instance {folder}" in told
    assert str(tmp_path / "mine-OUT") in told
    assert run(["solve", str(folder), "-o", str(tmp_path / "OUT")]) == 0
    assert "lies inside" not in capsys.readouterr().err


def test_generate_is_the_same_for_the_same_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hashes = []
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        code, record = as_json(capsys, "generate", "--parcels", "30", "--seed", seed, "-o",
                               tmp_path / name)
        assert (code, record["parcels"]) == (0, 30)
        hashes.append(record["sha256"])
    assert hashes[0] == hashes[1] != hashes[2]
    assert read_instance(tmp_path / "one").sha256 == hashes[0]


def test_generate_never_overwrites_what_is_no_instance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    assert run(["generate", "--parcels", "30", "-o", str(tmp_path), "--overwrite"]) == 2
    assert "no earlier result" in capsys.readouterr().err


def test_schema_describes_one_table_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "parcels"]) == 0
    assert "`slope_length_m`" in capsys.readouterr().out
    code, record = as_json(capsys, "schema")
    assert code == 0
    assert {"parcels", "instance", "works"} <= set(record)


def test_schema_of_one_table_is_narrow_at_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in described_names():
        assert run(["schema", name]) == 0
        printed = capsys.readouterr().out
        assert max(map(shown_width, printed.splitlines())) <= 100
        record = schema_record(name)
        for column in record.get("keys") or record["columns"]:
            assert f"  {column['name']}" in printed
            assert " ".join(column["meaning"].split()) in " ".join(printed.split())


def test_schema_describes_the_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    code, record = as_json(capsys, "schema", "--outputs")
    assert code == 0
    assert [entry["file"] for entry in record] == list(BY_NAME)
    assert run(["schema", "limits", "--outputs"]) == 0
    printed = capsys.readouterr().out
    assert "| shadow_price |" in printed
    assert "## plan.csv" not in printed
