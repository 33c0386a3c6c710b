"""What is not exported, what is left when it fails, and what the command says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from divided_plan import LIMITS, divided_instance

import optimizer as ro
from optimizer.analysis.verify import Verdict
from optimizer.cli.main import cli, run
from optimizer.geo import extra
from optimizer.instance.findings import InstanceRefused
from optimizer.report import export_checks, workbook
from optimizer.report.folder import OutputRefused


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refusals")
    ro.write_out(ro.solve(divided_instance(folder / "instance")), folder / "OUT")
    return folder / "OUT"


@pytest.fixture
def out(solved: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copytree(solved, tmp_path / "OUT"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(out: Path) -> str:
    """What an export says, which must leave nothing."""
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    with pytest.raises(InstanceRefused) as refused:
        ro.export(out, ["gpkg"], overwrite=True)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    return str(refused.value)


def test_a_plan_changed_by_hand_is_not_exported(out: Path) -> None:
    rows = (out / "plan.csv").read_text(encoding="utf-8").splitlines()
    crop = next(row for row in rows if ",crop," in row)
    change(out / "plan.csv", crop, crop.rpartition(",")[0] + ",44")
    said = refusal(out)
    # 44 ha crop and 15 ha grass by the plan, 60 ha by the table of parcels.
    assert ("parcels.csv, reclaimed_ha: files that belong together. Seen: 60 for flat. "
            "Expected: 59, as the plan has it.") in said
    assert "`reclaim check`" in said


def test_parcels_of_another_run_are_not_exported(out: Path, tmp_path: Path) -> None:
    other = LIMITS.replace("grass-south,area,grass,south,=,25", "grass-south,area,grass,south,=,24")
    ro.write_out(ro.solve(divided_instance(tmp_path / "other", limits=other)), tmp_path / "OTHER")
    shutil.copyfile(tmp_path / "OTHER" / "parcels.csv", out / "parcels.csv")
    said = refusal(out)
    assert "Seen: 24 for steep. Expected: 25, as the plan has it." in said
    assert "parcels.csv, net_sink_tco2e" in said


def test_prices_of_another_run_are_not_exported(out: Path) -> None:
    flat = (out / "parcels.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    priced = [*flat[:7], "123.5", *flat[8:]]
    change(out / "parcels.csv", ",".join(flat), ",".join(priced))
    assert "files that belong together (parcels table)" in refusal(out)


def test_an_instance_changed_since_is_not_exported(out: Path) -> None:
    change(out / "instance" / "parcels.csv", "steep,40", "steep,41")
    assert "the hash of instance/" in refusal(out)


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("plan.csv", "method", "way", "plan.csv, method: files that belong together. Seen: no such"),
    ("parcels.csv", "margin", "lead", "parcels.csv, margin"),
    ("plan.csv", "crop", "cork", "the use must be one the instance has"),
    ("parcels.csv", "flat", "steep", "2 rows, not those of the instance"),
    ("parcels.csv", ",60.0,60.0,", ",60.0,sixty,", "could not convert"),
    ("parcels.csv", ",60.0,60.0,", ",61.0,60.0,", "parcels.csv, area_ha"),
    ("summary.json", "{", "[", "summary.json"),
])
def test_broken_files_are_named(out: Path, file: str, old: str, new: str, says: str) -> None:
    change(out / file, old, new)
    assert says in refusal(out)


def test_missing_files_are_named(out: Path) -> None:
    (out / "prices.csv").unlink()
    assert "prices.csv" in refusal(out)


def test_results_with_rules_of_a_script_are_exported(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(out / "prices.csv", "1,limit,", "1,script,")
    assert not ro.verify(out).holds

    def never(_: Path) -> Verdict:
        raise AssertionError

    monkeypatch.setattr(export_checks, "verify", never)
    assert list(ro.export(out, overwrite=True).files) == ["plan.gpkg"]


def test_nothing_is_replaced_unasked(out: Path) -> None:
    before = (out / "plan.gpkg").read_bytes()
    with pytest.raises(OutputRefused, match=r"OUT has plan.gpkg already. Replace with --overwr"):
        ro.export(out, ["gpkg", "xlsx"])
    assert (out / "plan.gpkg").read_bytes() == before
    assert not (out / "plan.xlsx").exists()


@pytest.mark.parametrize("fresh", [True, False])
def test_a_failure_half_way_leaves_nothing_new(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook, "write_results_workbook", fails)
    folder = tmp_path / "maps"
    if not fresh:
        folder.mkdir()
        (folder / "plan.gpkg").write_text("earlier", encoding="utf-8")
    with pytest.raises(OSError, match="No space"):
        ro.export(out, ["gpkg", "parquet", "xlsx"], to=folder, overwrite=True)
    if fresh:
        assert not folder.exists()
        assert {path.name for path in tmp_path.iterdir()} == {"OUT"}
    else:
        assert [path.name for path in folder.iterdir()] == ["plan.gpkg"]
        assert (folder / "plan.gpkg").read_text(encoding="utf-8") == "earlier"


def test_a_file_or_a_folder_in_the_way(out: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputRefused, match="is not a folder"):
        ro.export(out, to=tmp_path / "taken")
    (tmp_path / "maps" / "plan.gpkg").mkdir(parents=True)
    with pytest.raises(OutputRefused, match="cannot be replaced by a file"):
        ro.export(out, to=tmp_path / "maps", overwrite=True)


def test_an_export_does_not_disturb_the_proof(out: Path) -> None:
    ro.export(out, ["gpkg", "parquet", "tif", "xlsx"], cell=25.0, overwrite=True)
    assert ro.verify(out).holds


def test_formats_nobody_knows(out: Path) -> None:
    with pytest.raises(ValueError, match="No such format: shp"):
        ro.export(out, ["shp"])


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["export", *words], standalone_mode=False)


def test_the_command_says_what_it_wrote(out: Path, tmp_path: Path) -> None:
    done = call(str(out), "--to", str(tmp_path / "maps"), "--gpkg", "--tif", "--cell", "50")
    assert done.exception is None
    assert f"Written to {tmp_path / 'maps'}\n  plan.gpkg" in done.output
    assert "share of each cell's parcel under Cropland, 0 to 1" in done.output
    assert "2 of 2 parcels are divided" in done.output
    assert "Sum area_ha, not areas of outlines." in done.output


def test_the_command_for_machines(out: Path, tmp_path: Path) -> None:
    done = call(str(out), "--to", str(tmp_path / "maps"), "--lang", "zh", "--json")
    record = json.loads(done.output)
    assert record["instance"] == "minimal"
    assert list(record["files"]) == ["plan.gpkg"]
    assert (record["parcels"], record["divided"], record["findings"]) == (2, 2, [])


def test_without_outlines_a_workbook(tmp_path: Path) -> None:
    ro.write_out(ro.solve(ro.read_instance("two-parcels")), tmp_path / "OUT")
    done = call(str(tmp_path / "OUT"))
    assert done.exception is None
    assert "plan.xlsx" in done.output
    assert "divided" not in done.output
    with pytest.raises(InstanceRefused, match="polygons with the parcels' names"):
        ro.export(tmp_path / "OUT", ["gpkg"])


@pytest.mark.parametrize(("words", "code", "says"), [
    (["nowhere"], 2, "nowhere is no result folder."),
    (["OUT", "--cell", "50"], 2, "--cell goes with --tif."),
    (["OUT", "--tif", "--cell", "-1"], 2, "is no number above 0"),
    (["OUT"], 2, "OUT has plan.gpkg already."),
    (["OUT/instance"], 2, "It is an instance: solve it first"),
])
def test_exit_codes(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], code: int, says: str,
) -> None:
    monkeypatch.chdir(out.parent)
    assert run(["export", *words]) == code
    assert says in capsys.readouterr().err


def test_the_command_without_the_extra(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    assert run(["export", str(out), "--overwrite"]) == 2
    assert 'pip install "reclaim-optimizer[geo]"' in capsys.readouterr().err
