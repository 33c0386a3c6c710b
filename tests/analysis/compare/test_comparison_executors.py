"""The programs of a comparison through threads, processes and a Dask cluster by its address."""

from __future__ import annotations

import json
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import optimizer as ro
from optimizer.analysis.compare import chain as chains
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve.errors import SolverFault

INSTANCE = generate_instance(Size(30, 3))


@pytest.fixture(scope="module")
def actual() -> pd.DataFrame:
    """The optimum with a fifth of the rows left out and uses turned about: it breaks rules."""
    plan = ro.solve(INSTANCE).plan
    plan = plan[["parcel", "use", "method", "period", "source", "area_ha"]]
    plan = plan[np.arange(len(plan)) % 5 != 0].copy()
    changed = np.arange(len(plan)) % 3 == 0
    plan.loc[changed, ["use", "method"]] = plan[["use", "method"]].iloc[0].tolist()
    plan.loc[changed, "source"] = ""
    return plan.reset_index(drop=True)


@pytest.fixture(scope="module")
def expected(actual: pd.DataFrame) -> ro.Comparison:
    found = ro.compare(INSTANCE, actual)
    assert found.gap > 1.0
    assert found.loosened.breaks_rules
    assert len(found.steps) == 4
    assert len(found.alone) == 4
    return found


def same(found: ro.Comparison, expected: ro.Comparison) -> None:
    assert found.record() == expected.record()
    for one, other in ((found.steps, expected.steps), (found.alone, expected.alone)):
        assert [*one] == [*other]
        for name, step in one.items():
            assert step.x_c.tolist() == other[name].x_c.tolist()
            assert step.certificate == other[name].certificate
    assert found.optimum.price_r.tolist() == expected.optimum.price_r.tolist()


def test_threads(actual: pd.DataFrame, expected: ro.Comparison) -> None:
    told: list[str] = []
    with ThreadPoolExecutor(2) as executor:
        same(ro.compare(INSTANCE, actual, executor=executor, progress=told.append), expected)
    # Optimum, within the rules, three of the chain and three alone.
    assert "0 of 8 programs solved on the cluster" in told


def test_processes(actual: pd.DataFrame, expected: ro.Comparison) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        same(ro.compare(INSTANCE, actual, executor=executor), expected)


class _Losing:
    """A pool that loses one task, and breaks at its fifth."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def submit(self, task, pack, key, name):
        self.names.append(name)
        if len(self.names) >= 5:
            raise BrokenProcessPool
        future: Future[object] = Future()
        if len(self.names) == 2:
            future.set_exception(OSError("the machine is gone"))
        else:
            future.set_result(task(pack, key, name))
        return future


def test_what_the_pool_loses_is_solved_here(
    actual: pd.DataFrame, expected: ro.Comparison
) -> None:
    told: list[str] = []
    same(ro.compare(INSTANCE, actual, executor=_Losing(), progress=told.append), expected)
    assert sum("is solved here" in words for words in told) == 5


class _Faulty:
    """A pool in which the solver fails."""

    def submit(self, task, *arguments):
        future: Future[object] = Future()
        future.set_exception(SolverFault("the solver's plan breaks a rule"))
        return future


def test_a_fault_of_the_solver_stays_one(actual: pd.DataFrame) -> None:
    with pytest.raises(SolverFault, match="breaks a rule"):
        ro.compare(INSTANCE, actual, executor=_Faulty())
    with pytest.raises(TypeError, match="executor takes"):
        ro.compare(INSTANCE, actual, executor=object())


def test_large_programs_are_decomposed_in_the_pool_too(
    actual: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, expected: ro.Comparison
) -> None:
    monkeypatch.setattr(chains, "DECOMPOSITION_FROM_COLUMNS", 1)
    with ThreadPoolExecutor(2) as executor:
        found = ro.compare(INSTANCE, actual, executor=executor)
    assert "decomposition" in found.optimum.solver
    assert found.optimal == pytest.approx(expected.optimal, rel=1e-9)
    for part, value in expected.parts.items():
        assert found.parts[part] == pytest.approx(value, rel=1e-7, abs=1e-6 * expected.gap)


@pytest.mark.filterwarnings("ignore")  # the cluster's own, at its start and end
def test_a_dask_cluster_by_its_address(
    actual: pd.DataFrame, expected: ro.Comparison, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from optimizer.cli.main import run
    from optimizer.instance.write import write_instance

    folder, plan = tmp_path / "made", tmp_path / "actual.csv"
    folder.mkdir()
    write_instance(INSTANCE, folder)
    actual.to_csv(plan, index=False)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
        host="127.0.0.1", protocol="tcp", silence_logs=50,
    ) as cluster:
        assert run(["compare", str(folder), str(plan), "-o", str(tmp_path / "out"), "--tolerance",
                    "0.01", "--scheduler", cluster.scheduler_address]) == 0
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            same(ro.compare(INSTANCE, actual, executor=client), expected)
    record = json.loads((tmp_path / "out" / "gap.json").read_text(encoding="utf-8"))
    assert record["parts"] == expected.record()["parts"]


def test_an_address_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from optimizer.cli.main import run

    plan = tmp_path / "actual.csv"
    plan.write_text("parcel,use\n", encoding="utf-8")
    assert run(["compare", "two-parcels", str(plan), "-o", str(tmp_path / "out"), "--scheduler",
                "nowhere"]) == 2
    assert "tcp://host:port" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
