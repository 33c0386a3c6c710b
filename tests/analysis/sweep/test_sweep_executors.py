"""Pools of others: threads, processes, and a Dask cluster reached by its address."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

import optimizer as ro
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size

INSTANCE = generate_instance(Size(30, 3))
CASES = {f"{number}": [f"limits[*].value*={0.97 + 0.005 * number:.3f}"] for number in range(6)}
CASES["broken"] = ["limits[*].sense=>=", "limits[*].value=1e12"]


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return ro.sweep(INSTANCE, CASES, workers=0).drop(columns="seconds")


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found.drop(columns="seconds"), expected, check_exact=True)


def test_threads(expected: pd.DataFrame) -> None:
    assert expected["status"].tolist()[:-1] == ["optimal"] * 6
    assert expected["status"].iloc[-1] in ("infeasible", "refused")
    with ThreadPoolExecutor(2) as executor:
        same(ro.sweep(INSTANCE, CASES, executor=executor), expected)


def test_processes(expected: pd.DataFrame) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        same(ro.sweep(INSTANCE, CASES, executor=executor), expected)


class _Breaking:
    """A pool that breaks at its third task, as one of processes does when one of them dies."""

    def __init__(self) -> None:
        self.taken = 0

    def submit(self, task, *arguments):
        self.taken += 1
        future: Future[object] = Future()
        if self.taken > 3:
            raise BrokenProcessPool
        if self.taken == 3:
            future.set_exception(BrokenProcessPool("one of them died"))
        else:
            future.set_result(task(*arguments))
        return future


def test_what_a_broken_pool_leaves_is_done_by_a_process_of_our_own(expected: pd.DataFrame) -> None:
    same(ro.sweep(INSTANCE, CASES, executor=_Breaking()), expected)


class _Losing:
    """A pool that loses one task."""

    def submit(self, task, pack, key, case, limit):
        future: Future[object] = Future()
        if case.name == "3":
            future.set_exception(RuntimeError("the machine is gone"))
        else:
            future.set_result(task(pack, key, case, limit))
        return future


def test_a_task_that_is_lost_costs_one_case(expected: pd.DataFrame) -> None:
    table = ro.sweep(INSTANCE, CASES, executor=_Losing())
    assert table.loc[3, "status"] == "crashed"
    assert "the machine is gone" in table.loc[3, "reason"]
    kept = table["case"] != "3"
    pd.testing.assert_frame_equal(table[kept].drop(columns="seconds"), expected[kept],
                                  check_exact=True)


def test_what_is_no_executor_is_refused() -> None:
    with pytest.raises(TypeError, match="executor takes"):
        ro.sweep(INSTANCE, CASES, executor=object())
    with pytest.raises(ValueError, match="workers"):
        ro.sweep(INSTANCE, CASES, workers=-1)


@pytest.mark.filterwarnings("ignore")  # the cluster's own, at its start and end
def test_a_dask_cluster_by_its_address(expected: pd.DataFrame, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from optimizer.cli.main import run
    from optimizer.instance.write import write_instance

    folder = tmp_path / "made"
    folder.mkdir()
    write_instance(INSTANCE, folder)
    (folder / "sweeps").mkdir()
    (folder / "sweeps" / "s.toml").write_text("[sweep]\n" + "".join(
        f"[[sweep.case]]\nname = '{name}'\nset = {overrides}\n"
        for name, overrides in CASES.items()), encoding="utf-8")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None,
        host="127.0.0.1", protocol="tcp", silence_logs=50,
    ) as cluster:
        out = tmp_path / "out"
        assert run(["sweep", str(folder), "s", "-o", str(out), "--scheduler",
                    cluster.scheduler_address]) == 0
        same(pd.read_parquet(out / "cases.parquet"), expected)
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            same(ro.sweep(INSTANCE, CASES, executor=client), expected)
