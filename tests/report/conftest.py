"""One solved instance and its result folder, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.instance.read import read_instance
from optimizer.report.output import write_out
from optimizer.solve.engine import solve
from optimizer.solve.solution import Solution


@pytest.fixture(scope="session")
def two_parcels() -> Solution:
    return solve(read_instance("two-parcels"))


@pytest.fixture(scope="session")
def out(two_parcels: Solution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "OUT"
    write_out(two_parcels, folder, seconds={"read": 0.1, "check": 0.1})
    return folder
