"""A run that is killed goes on where it was: nothing lost, nothing twice, nobody left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import optimizer as ro
from optimizer.analysis.sweep.journal import NAME
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.write import write_instance

ROOT = Path(__file__).resolve().parents[3]
CASES = 30
SWEEP = f"""
[sweep]
name = "tight"
[[sweep.path]]
path = "limits[*].value"
multiply = true
from = 0.95
to = 1.0
steps = {CASES}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("instance") / "made"
    made.mkdir()
    write_instance(generate_instance(Size(120, 3)), made)
    (made / "sweeps").mkdir()
    (made / "sweeps" / "tight.toml").write_text(SWEEP, encoding="utf-8")
    return made


def started(folder: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "optimizer.cli.main", "sweep", str(folder), "tight", "-o", str(out),
         "--workers", "2", *more], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def lines_of(out: Path) -> list[bytes]:
    path = out / NAME
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def runs(pid: int) -> bool:
    """Whether a process is there and not just a name that nobody has asked after."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def until(holds, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_killed_half_way_and_gone_on_with(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = started(folder, out, "--resume")  # a fresh folder is no obstacle
    until(lambda: len(lines_of(out)) > CASES // 3 or run.poll() is not None)
    workers = children_of(run.pid)
    run.send_signal(signal.SIGKILL)
    run.wait()
    if run.stdout is not None:
        run.stdout.close()
    before = [line for line in lines_of(out) if line.endswith(b"\n")]
    assert CASES // 3 < len(before) < CASES + 1, "it was to be killed half-way"
    assert len(workers) == 2
    until(lambda: not any(runs(pid) for pid in workers))
    assert not (out / "cases.parquet").exists()
    with (out / NAME).open("ab") as file:
        file.write(before[-1][: len(before[-1]) // 2])  # as if it had been writing just then

    again = started(folder, out, "--resume")
    said = again.communicate()[0].decode()
    assert again.returncode == 0, said
    lines = lines_of(out)
    assert lines[: len(before)] == before
    assert len(lines) == CASES + 1
    table = pd.read_parquet(out / "cases.parquet")
    assert table["case"].is_unique
    assert len(table) == CASES
    whole = ro.sweep(ro.read_instance(folder), "tight", workers=0)
    pd.testing.assert_frame_equal(
        table.drop(columns="seconds"), whole.drop(columns="seconds"), check_exact=True)


def test_other_cases_or_another_instance_are_refused(folder: Path, tmp_path: Path) -> None:
    from optimizer.report.folder import OutputRefused

    instance = ro.read_instance(folder)
    out = tmp_path / "out"
    ro.sweep(instance, {"one": ["limits[*].value*=0.99"]}, workers=0, out=out)
    kept = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(OutputRefused, match="its cases have changed since"):
        ro.sweep(instance, {"one": ["limits[*].value*=0.98"]}, workers=0, out=out, resume=True)
    other = ro.with_overrides(instance, ["works.haul_l_per_m3_km*=2"])
    with pytest.raises(OutputRefused, match="the instance has changed since"):
        ro.sweep(other, {"one": ["limits[*].value*=0.99"]}, workers=0, out=out, resume=True)
    with pytest.raises(OutputRefused, match="--resume"):
        ro.sweep(instance, {"one": ["limits[*].value*=0.99"]}, workers=0, out=out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == kept
    # Nothing is left to do, and nothing is done again: the row keeps its seconds.
    again = ro.sweep(instance, {"one": ["limits[*].value*=0.99"]}, workers=0, out=out, resume=True)
    pd.testing.assert_frame_equal(again, pd.read_parquet(out / "cases.parquet"))
    assert (out / NAME).read_bytes() == kept[NAME]
    anew = ro.sweep(other, {"one": ["limits[*].value*=0.99"]}, workers=0, out=out, overwrite=True)
    assert anew.loc[0, "objective"] < again.loc[0, "objective"]


def test_interrupted_before_the_first_case_nothing_is_left(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.report import sweep as module

    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_cases", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ro.sweep(ro.read_instance(folder), "tight", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()

    def noted(*arguments: object, **named: object) -> None:
        (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_cases", noted)
    with pytest.raises(KeyboardInterrupt):
        ro.sweep(ro.read_instance(folder), "tight", out=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["notes.txt"]


