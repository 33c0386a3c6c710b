"""Every benchmark runs at tiny sizes; the figures themselves stand in benchmarks/README.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("module", "phrase"), [
    ("run", "certify"), ("assemble", "peak MB"), ("solvers", "simplex gap"),
    ("commands", "reclaim --help"), ("explain", "first way"), ("terrain", "land from"),
    ("scale", "times decomposition"), ("sweep", "Two workers against"), ("compare", "gain curve"),
    ("layout", "HiGHS")])
def test_benchmark_runs(module: str, phrase: str) -> None:
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{module}", "--smoke"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert phrase in done.stdout
    assert done.stdout.count("\n| ") >= 3  # a header's rule and two sizes at the least


def test_readme_names_every_benchmark() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    for module in (ROOT / "benchmarks").glob("*.py"):
        if module.stem not in ("__init__", "measure"):
            assert f"python -m benchmarks.{module.stem}" in text
