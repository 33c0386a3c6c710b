"""What a planner made or changed is never deleted, whatever the command and its options."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from optimizer.cli.main import run

GENERATE = ["generate", "--parcels", "20", "--seed", "3", "-o"]


def contents(place: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(place).as_posix(): path.read_bytes()
            for path in place.rglob("*") if path.is_file()}


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Run a command that is to be refused; what it says."""
    assert run([str(argument) for argument in arguments]) == 2
    return capsys.readouterr().err


def test_a_hand_made_instance_is_never_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    assert run(["init", str(mine), "--region", "loess-plateau"]) == 0
    (mine / "plans").mkdir()
    (mine / "plans" / "actual.csv").write_text("parcel,use\n", encoding="utf-8")
    before = contents(mine)
    for words in ([], ["--overwrite"]):
        told = refused(capsys, *GENERATE, mine, *words)
        assert "holds no generate.json" in told
        assert "replace it with" not in told
    assert contents(mine) == before


def test_a_generated_instance_is_replaced_as_it_was_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    assert run([*GENERATE, str(made)]) == 0
    record = json.loads((made / "generate.json").read_text(encoding="utf-8"))
    assert (record["parcels"], record["seed"]) == (20, 3)
    assert "replace it with --overwrite" in refused(capsys, *GENERATE, made)
    assert run([*GENERATE, str(made), "--overwrite", "--parcels", "25"]) == 0
    assert run(["validate", str(made)]) == 0


def test_a_generated_instance_that_was_edited_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    assert run([*GENERATE, str(made)]) == 0
    with (made / "limits.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    (made / "plans").mkdir()
    (made / "plans" / "actual.csv").write_text("parcel,use\n", encoding="utf-8")
    before = contents(made)
    for words in ([], ["--overwrite"]):
        told = refused(capsys, *GENERATE, made, *words)
        assert "plans/ was added since and limits.csv was changed since" in told
        assert "replace it with" not in told
    assert contents(made) == before


@pytest.mark.parametrize("command", [
    ["solve", "two-parcels"], ["curve", "two-parcels", "budget"],
    ["explain", "hand-conflict"],
])
def test_notes_in_a_result_are_kept(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "OUT"
    code = run([*command, "-o", str(out)])
    (out / "sub").mkdir()
    (out / "sub" / "notes.txt").write_text("mine", encoding="utf-8")
    before = contents(out)
    assert "sub/ was added since" in refused(capsys, *command, "-o", out, "--overwrite")
    assert contents(out) == before
    shutil.rmtree(out / "sub")
    assert run([*command, "-o", str(out), "--overwrite"]) == code


def test_the_instance_itself_is_no_place_for_a_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    assert run(["init", str(mine), "--region", "loess-plateau"]) == 0
    monkeypatch.chdir(mine)
    before = contents(mine)
    for place in (".", str(mine)):
        assert "replace it with" not in refused(capsys, "solve", ".", "-o", place)
    assert contents(mine) == before
