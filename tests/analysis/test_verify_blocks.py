"""A large result is verified in blocks of parcels, with the verdict of all options at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import optimizer as ro
from optimizer.analysis import options_to_verify as blocks
from optimizer.analysis.result_files import read_result
from optimizer.analysis.verify import verify
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.options.enumerate import option_keys, options_of
from optimizer.report.output import write_out


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("blocks") / "OUT"
    write_out(ro.solve(generate_instance(Size(60, 3))), out)
    return out


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCKS_FROM_OPTIONS", 1)
    monkeypatch.setattr(blocks, "BLOCK", 700)


def verdict_of(out: Path) -> list[tuple[str, bool, str]]:
    return [(check.name, check.holds, check.words) for check in verify(out).checks]


def test_blocks_cover_all_parcels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 10)
    # Options before each parcel 0, 4, 8, 8, 33, 34: in blocks 0, 0, 0, 0, 3, 3.
    assert list(blocks._blocks(np.array([4, 4, 0, 25, 1, 5]))) == [(0, 4), (4, 6)]
    assert list(blocks._blocks(np.array([3]))) == [(0, 1)]


@pytest.mark.usefixtures("small_blocks")
def test_few_options_are_kept_and_the_plan_among_them(solved: Path) -> None:
    files, instance = read_result(solved), ro.read_instance(solved / "instance")
    every = options_of(instance)
    kept, listed = blocks.options_to_verify(files, instance)
    assert listed == every.count > 2 * kept.count
    keys, known = option_keys(instance, kept), option_keys(instance, every)
    assert (np.diff(keys) > 0).all()
    assert np.isin(keys, known).all()
    assert np.isin(blocks._keys_of_plan(files.plan, instance), keys).all()
    assert blocks.options_to_verify(files, instance, all_of_them=True)[0].count == every.count


def test_the_verdict_is_the_same(solved: Path, request: pytest.FixtureRequest) -> None:
    full = verdict_of(solved)
    assert all(holds for _, holds, _ in full)
    request.getfixturevalue("small_blocks")
    in_blocks = verdict_of(solved)
    # The gap is a rounding error of either sign, and is told in words.
    assert [one[:2] for one in in_blocks] == [one[:2] for one in full]


@pytest.mark.parametrize(("table", "column", "fails"), [
    ("plan", "area_ha", "objective"), ("prices", "price", "bound of stage 1"),
])
@pytest.mark.usefixtures("small_blocks")
def test_what_is_changed_shows(
    solved: Path, tmp_path: Path, table: str, column: str, fails: str
) -> None:
    out = Path(shutil.copytree(solved, tmp_path / "OUT"))
    path = out / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    row = int(np.argmax(np.abs(frame[column].astype(float))))
    frame.loc[row, column] = repr(float(frame.loc[row, column]) * 1.01)
    frame.to_csv(path, index=False)
    assert fails in [check.name for check in verify(out).checks if not check.holds]


@pytest.mark.usefixtures("small_blocks")
def test_a_plan_of_other_options_is_refused(solved: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(solved, tmp_path / "OUT"))
    path = out / "plan.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[0, "parcel"] = "nowhere"
    frame.to_csv(path, index=False)
    assert next(check.name for check in verify(out).checks if not check.holds) == "options"
