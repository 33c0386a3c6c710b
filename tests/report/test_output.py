from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from optimizer.instance.read import read_instance
from optimizer.report import carbon_picture, output
from optimizer.report.folder import OutputRefused, refuse_unwritable, whole_folder
from optimizer.report.leftovers import STALE_SECONDS, clear_leftovers
from optimizer.report.output import write_out
from optimizer.report.output_schema import OUTPUTS, OutputFile, outputs_records, outputs_text
from optimizer.report.written import KEY
from optimizer.solve.solution import Solution

#: Files of other results than the one here.
ELSEWHERE = {"incumbent.csv", "edge_prices.parquet"}
TABLES = [entry for entry in OUTPUTS if entry.kind == "table" and entry.name not in ELSEWHERE]


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_the_files_are_those_declared(out: Path) -> None:
    declared = {entry.name.strip("/") for entry in OUTPUTS} - ELSEWHERE
    assert names(out) == declared


@pytest.mark.parametrize("declared", TABLES, ids=lambda entry: entry.name)
def test_the_columns_are_those_declared(out: Path, declared: OutputFile) -> None:
    header = (out / declared.name).read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == [column.name for column in declared.columns]


def test_every_unit_that_a_row_gives_has_its_column() -> None:
    for entry in TABLES:
        if any(column.unit == "row" for column in entry.columns):
            assert any(column.name.endswith("unit") for column in entry.columns), entry.name


def test_the_declaration_names_every_column_in_words() -> None:
    text = outputs_text()
    for record in outputs_records():
        assert f"## {record['file']}" in text
        assert all(f"| {column['column']} |" in text for column in record["columns"])


def test_numbers_keep_all_their_digits(two_parcels: Solution, out: Path) -> None:
    for name, column in (("prices", "price"), ("plan", "area_ha"), ("carbon", "tco2e")):
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            read = [float(row[column]) for row in csv.DictReader(file)]
        assert read == getattr(two_parcels, name)[column].tolist()


def test_the_instance_inside_is_the_one_solved(two_parcels: Solution, out: Path) -> None:
    inside = read_instance(out / "instance")
    assert inside.sha256 == two_parcels.instance.sha256
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["instance_sha256"] == inside.sha256


def test_the_same_solution_gives_the_same_bytes(
    two_parcels: Solution, out: Path, tmp_path: Path
) -> None:
    write_out(two_parcels, tmp_path / "again")
    for path in sorted(out.rglob("*")):
        again = tmp_path / "again" / path.relative_to(out)
        if path.is_dir() or path.name == "summary.json":
            continue
        assert path.read_bytes() == again.read_bytes(), path.name
    first, second = (json.loads((place / "summary.json").read_text(encoding="utf-8"))
                     for place in (out, tmp_path / "again"))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@pytest.mark.parametrize("fault", [RuntimeError("disk full"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing(
    two_parcels: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(carbon_picture, "draw_carbon", fails)
    with pytest.raises(type(fault)):
        write_out(two_parcels, tmp_path / "OUT")
    assert names(tmp_path) == set()


def test_a_failure_half_way_keeps_the_earlier_result(
    two_parcels: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_out(two_parcels, tmp_path / "OUT")
    before = (tmp_path / "OUT" / "summary.json").read_bytes()

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output, "summary_of", fails)
    with pytest.raises(OSError, match="No space"):
        write_out(two_parcels, tmp_path / "OUT", overwrite=True)
    assert (tmp_path / "OUT" / "summary.json").read_bytes() == before
    assert names(tmp_path) == {"OUT"}


def test_a_failed_swap_puts_the_earlier_result_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "OUT"
    with whole_folder(earlier, overwrite=False) as new:
        (new / "summary.json").write_text('{"run": "earlier"}', encoding="utf-8")
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name.startswith(".reclaim-new-"):
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(PermissionError), whole_folder(earlier, overwrite=True) as new:
        (new / "summary.json").write_text('{"run": "new"}', encoding="utf-8")
    assert json.loads((earlier / "summary.json").read_text(encoding="utf-8"))["run"] == "earlier"
    assert names(tmp_path) == {"OUT"}


def test_a_killed_run_leaves_no_result(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from optimizer.report.folder import whole_folder\n"
        "with whole_folder(Path(sys.argv[1]), overwrite=False) as new:\n"
        "    (new / 'plan.csv').write_text('half')\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "OUT")], check=False)
    left = names(tmp_path)
    assert len(left) == 1
    assert next(iter(left)).startswith(".reclaim-")
    (tmp_path / ".reclaim-new-OUT-2-aaaaaaaa").mkdir()  # of another result, and just made
    with whole_folder(tmp_path / "OUT", overwrite=False) as new:
        (new / "summary.json").write_text("{}", encoding="utf-8")
    assert names(tmp_path) == {"OUT", ".reclaim-new-OUT-2-aaaaaaaa"}


KILLED_IN_THE_SWAP = """
import os, sys
from pathlib import Path
from optimizer.report import folder
keep = Path.rename
def rename(self, target):
    if self.name.startswith(".reclaim-new-"):
        os._exit(9)
    return keep(self, target)
Path.rename = rename
with folder.whole_folder(Path(sys.argv[1]), overwrite=True) as new:
    (new / "summary.json").write_text('{"run": "second"}')
"""


def test_a_result_moved_away_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "OUT"
    with whole_folder(out, overwrite=False) as new:
        (new / "summary.json").write_text('{"run": "first"}', encoding="utf-8")
    subprocess.run([sys.executable, "-c", KILLED_IN_THE_SWAP, str(out)], check=False)
    assert "OUT" not in names(tmp_path)
    assert len(names(tmp_path)) == 2
    # The next run into it, asked or not, finds the first result again.
    with pytest.raises(OutputRefused, match="replace it with --overwrite"):
        refuse_unwritable(out, overwrite=False)
    assert names(tmp_path) == {"OUT"}
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["run"] == "first"


def test_a_live_run_is_left_alone(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "OUT", overwrite=False) as first:
        (first / "summary.json").write_text("{}", encoding="utf-8")
        clear_leftovers(tmp_path, "OUT")
        assert first.is_dir()
    assert names(tmp_path) == {"OUT"}


def test_what_killed_runs_left_is_cleared_after_a_day(tmp_path: Path) -> None:
    half, moved = tmp_path / ".reclaim-new-OUT-aaaaaaaa", tmp_path / ".reclaim-old-OUT-bbbbbbbb"
    half.mkdir()
    (moved / "OUT").mkdir(parents=True)
    (moved / "OUT" / "summary.json").write_text("earlier", encoding="utf-8")
    long_ago = time.time() - STALE_SECONDS - 60
    for left in (half, moved):
        os.utime(left, (long_ago, long_ago))
    clear_leftovers(tmp_path, "OUT")
    assert names(tmp_path) == {"OUT"}
    assert (tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8") == "earlier"


def test_another_run_at_work_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".reclaim-new-OUT-aaaaaaaa").mkdir()
    with whole_folder(tmp_path / "OUT", overwrite=False) as new:
        (new / "summary.json").write_text("{}", encoding="utf-8")
    assert names(tmp_path) == {"OUT", ".reclaim-new-OUT-aaaaaaaa"}


def test_an_existing_result_is_refused_without_overwrite(
    two_parcels: Solution, out: Path
) -> None:
    with pytest.raises(OutputRefused, match=r"exists\. Choose another folder, or"):
        write_out(two_parcels, out)


def test_overwrite_replaces_a_result_as_a_whole(two_parcels: Solution, tmp_path: Path) -> None:
    write_out(two_parcels, tmp_path / "OUT")
    (tmp_path / "OUT" / ".DS_Store").write_text("", encoding="utf-8")  # nobody's work
    write_out(two_parcels, tmp_path / "OUT", overwrite=True)
    assert not (tmp_path / "OUT" / ".DS_Store").exists()
    assert names(tmp_path) == {"OUT"}


def test_the_record_tells_every_file(out: Path) -> None:
    written = json.loads((out / "summary.json").read_text(encoding="utf-8"))[KEY]
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert set(written) == there - {"summary.json"}
    for name, sha256 in written.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256


def contents(place: Path) -> dict[str, bytes]:
    """Every file below a folder; empty folders by their names."""
    return {path.relative_to(place).as_posix(): path.read_bytes() if path.is_file() else b""
            for path in place.rglob("*")}


@pytest.mark.parametrize(("name", "told"), [
    ("notes.txt", "notes.txt was added since"),
    ("instance/plans/actual.csv", "instance/plans/ was added since"),
    ("plan.csv", "plan.csv was changed since"),
    ("instance/limits.csv", "instance/limits.csv was changed since"),
])
def test_overwrite_never_deletes_what_the_planner_put_there(
    two_parcels: Solution, tmp_path: Path, name: str, told: str
) -> None:
    out = tmp_path / "OUT"
    write_out(two_parcels, out)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine", encoding="utf-8")
    before = contents(out)
    for overwrite in (True, False):
        with pytest.raises(OutputRefused) as refused:
            write_out(two_parcels, out, overwrite=overwrite)
        assert told in str(refused.value)
        assert "replace it with" not in str(refused.value)
    assert contents(out) == before
    assert names(tmp_path) == {"OUT"}


def test_links_and_empty_folders_are_the_planners_too(
    two_parcels: Solution, tmp_path: Path
) -> None:
    out = tmp_path / "OUT"
    write_out(two_parcels, out)
    (out / "to come").mkdir()
    (tmp_path / "map.png").write_bytes((out / "map.png").read_bytes())
    (out / "map.png").unlink()
    (out / "map.png").symlink_to(tmp_path / "map.png")
    with pytest.raises(OutputRefused, match=r"map\.png, to come/ were added since"):
        write_out(two_parcels, out, overwrite=True)
    assert (out / "map.png").is_symlink()


def test_a_file_put_there_during_the_run_is_kept(tmp_path: Path) -> None:
    for run in ("first", "second"):
        try:
            with whole_folder(tmp_path / "OUT", overwrite=True) as new:
                (new / "summary.json").write_text(json.dumps({"run": run}), encoding="utf-8")
                if run == "second":
                    (tmp_path / "OUT" / "notes.txt").write_text("mine", encoding="utf-8")
        except OutputRefused as refused:
            assert "notes.txt was added since" in str(refused)  # noqa: PT017 - the second run
    there = json.loads((tmp_path / "OUT" / "summary.json").read_text(encoding="utf-8"))
    assert there["run"] == "first"
    assert names(tmp_path) == {"OUT"}


@pytest.mark.parametrize("record", ["{}", "[]", "no JSON", '{"written": 3}'])
def test_a_result_that_does_not_tell_its_files_is_kept(tmp_path: Path, record: str) -> None:
    (tmp_path / "OUT").mkdir()
    (tmp_path / "OUT" / "summary.json").write_text(record, encoding="utf-8")
    with pytest.raises(OutputRefused, match="is not replaced"):
        refuse_unwritable(tmp_path / "OUT", overwrite=True)


def test_overwrite_never_replaces_what_is_no_result(
    two_parcels: Solution, tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(OutputRefused, match="no earlier result"):
        write_out(two_parcels, tmp_path, overwrite=True)
    assert names(tmp_path) == {"thesis.docx"}


def test_a_file_in_the_way_is_refused(two_parcels: Solution, tmp_path: Path) -> None:
    (tmp_path / "OUT").write_text("", encoding="utf-8")
    with pytest.raises(OutputRefused, match="is not a folder"):
        write_out(two_parcels, tmp_path / "OUT", overwrite=True)
    with pytest.raises(OutputRefused, match="is not a folder to write in"):
        write_out(two_parcels, tmp_path / "OUT" / "below")


def test_a_stopped_run_writes_an_incumbent_and_no_plan(
    two_parcels: Solution, tmp_path: Path
) -> None:
    from dataclasses import replace

    write_out(replace(two_parcels, status="stopped"), tmp_path / "OUT")
    assert "incumbent.csv" in names(tmp_path / "OUT")
    assert "plan.csv" not in names(tmp_path / "OUT")


def test_large_tables_are_parquet(
    two_parcels: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "LARGE_PARCELS", 1)
    write_out(two_parcels, tmp_path / "OUT")
    assert {"plan.parquet", "parcels.parquet", "limits.csv"} <= names(tmp_path / "OUT")
    plan = pd.read_parquet(tmp_path / "OUT" / "plan.parquet")
    assert plan["area_ha"].tolist() == two_parcels.plan["area_ha"].tolist()
