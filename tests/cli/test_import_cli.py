"""`reclaim import` at the terminal: what it says, exit codes, a folder whole or not at all."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner, Result
from rasterio.transform import Affine

import optimizer as ro
from optimizer.cli.main import cli, run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plane of 10 % and a mask of 12 cells on it, made the working folder."""
    x = np.arange(20) * 10.0
    z = np.broadcast_to(300.0 - 0.1 * x, (20, 20))
    mask = np.zeros((20, 20), dtype=np.uint8)
    mask[5:8, 5:9] = 1
    for name, values in (("dem.tif", z), ("mask.tif", mask)):
        with rasterio.open(tmp_path / name, "w", driver="GTiff", height=20, width=20, count=1,
                           dtype=values.dtype, crs="EPSG:32649",
                           transform=Affine(10.0, 0.0, 5e5, 0.0, -10.0, 4e6)) as file:
            file.write(values, 1)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["import", *words], standalone_mode=False)


ENOUGH = ("--dem", "dem.tif", "--elevation-unit", "m", "--cells", "mask.tif", "--region",
          "loess-plateau")


def test_it_says_what_it_made(folder: Path) -> None:
    done = call(*ENOUGH, "-o", "mine")
    assert done.exception is None
    assert "mine: 12 parcels from 12 cells, 0.1 ha, 17 shared boundaries." in done.output
    assert re.search(r"8.7-25 % +100.0 %", done.output)
    assert "At most 25 %: 100.0 % of the cells, 0.1 ha." in done.output
    assert "soil_depth_m = 0.3" in done.output
    assert ro.read_instance(folder / "mine").land.count == 12


def test_for_machines(folder: Path) -> None:
    done = call(*ENOUGH, "--block", "4", "-o", "mine", "--json")
    record = json.loads(done.output)
    # Blocks of 4: columns 5-7 and 8, rows 5-7, are two blocks.
    assert (record["parcels"], record["groups"]) == (2, 2)
    assert record["share_by_slope_class"]["8.7-25"] == 1.0
    assert record["at_most_25_pct_ha"] == pytest.approx(0.12)
    assert [file["role"] for file in record["files"]] == ["dem", "land"]
    assert all(len(file["sha256"]) == 64 for file in record["files"])
    assert record == {**json.loads((folder / "mine" / "import.json").read_text(encoding="utf-8")),
                      "instance": "mine", "sha256": ro.read_instance(folder / "mine").sha256}


def test_the_command_is_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["import", *ENOUGH, "-o", "mine"]
    monkeypatch.setattr(sys, "argv", ["reclaim", *words])
    assert run(words) == 0
    readme = (folder / "mine" / "README.md").read_text(encoding="utf-8")
    assert f"reclaim {' '.join(words)}" in readme


def test_a_folder_in_the_way_is_kept(folder: Path) -> None:
    assert run(["import", *ENOUGH, "-o", "mine"]) == 0
    assert run(["import", *ENOUGH, "-o", "mine"]) == 2
    assert run(["import", *ENOUGH, "-o", "mine", "--overwrite"]) == 0


def test_an_instance_that_was_filled_in_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", *ENOUGH, "-o", "mine"]) == 0
    limits = folder / "mine" / "limits.csv"
    limits.write_text(limits.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (folder / "mine" / "plans").mkdir()
    filled = limits.read_bytes()
    for words in ([], ["--overwrite"]):
        assert run(["import", *ENOUGH, "-o", "mine", *words]) == 2
        told = capsys.readouterr().err
        assert "plans/ was added since and limits.csv was changed since" in told
        assert "replace it with" not in told
    assert limits.read_bytes() == filled
    assert (folder / "mine" / "plans").is_dir()


def test_an_instance_made_otherwise_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["generate", "--parcels", "10", "-o", "mine"]) == 0
    before = {path.name: path.read_bytes() for path in (folder / "mine").iterdir()}
    assert run(["import", *ENOUGH, "-o", "mine", "--overwrite"]) == 2
    assert "holds no import.json" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in (folder / "mine").iterdir()} == before


@pytest.mark.parametrize(("words", "code"), [
    (("--dem", "dem.tif", "-o", "x"), 2),
    (("--dem", "dem.tif", "--cells", "mask.tif", "--parcels", "dem.tif", "-o", "x"), 2),
    (("--dem", "dem.tif", "--parcels", "dem.tif", "--block", "3", "-o", "x"), 2),
    ((*ENOUGH, "--raster", "ph", "-o", "x"), 2),
    ((*ENOUGH, "--default", "ph=acid", "-o", "x"), 2),
    ((*ENOUGH, "--rule", "cropland,ph", "-o", "x"), 2),
    ((*ENOUGH, "--periods", "2031,2026", "-o", "x"), 2),
    ((*ENOUGH, "--soil-depth", "a.tif", "--raster", "soil_depth_m=b.tif", "-o", "x"), 2),
    ((*ENOUGH, "--soil-depth", "absent.tif", "-o", "x"), 3),
    (("--dem", "absent.tif", "--cells", "mask.tif", "-o", "x"), 3),
    (("--dem", "mask.tif", "--parcels", "dem.tif", "-o", "x"), 3),
    ((*ENOUGH, "--default", "zone=3", "-o", "x"), 3),
    ((*ENOUGH, "--default", "nonsense=3", "-o", "x"), 3),
])
def test_what_cannot_be_leaves_nothing(
    folder: Path, words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", *words]) == code
    told = capsys.readouterr().err
    assert told
    assert "Traceback" not in told
    assert not (folder / "x").exists()
    assert not [path for path in folder.iterdir() if path.name.startswith(".reclaim")]


def test_without_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch,
                           capsys: pytest.CaptureFixture[str]) -> None:
    from optimizer.geo import extra

    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    assert run(["import", *ENOUGH, "-o", "x"]) == 2
    assert 'pip install "reclaim-optimizer[geo]"' in capsys.readouterr().err
