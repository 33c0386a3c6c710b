"""Worker processes: the same table from any number of them, and one that is lost costs one case."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from optimizer.analysis.sweep import pool as pool_module
from optimizer.analysis.sweep.cases import plan_of
from optimizer.analysis.sweep.plan import SweepPlan
from optimizer.analysis.sweep.pool import Pool
from optimizer.analysis.sweep.row import Row
from optimizer.analysis.sweep.run import reference_of, run_cases
from optimizer.analysis.sweep.travel import packed
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size

INSTANCE = generate_instance(Size(80, 3))
PLAN = plan_of([[f"limits[*].value*={0.95 + 0.004 * number:.3f}",
                 f"works.haul_l_per_m3_km*={1 + 0.3 * (number % 3):.1f}"]
                for number in range(12)], INSTANCE)


@pytest.fixture(scope="module")
def pack() -> bytes:
    return packed(INSTANCE, reference_of(INSTANCE, ()))


@pytest.fixture(scope="module")
def expected() -> list[Row]:
    return without_seconds(run_cases(INSTANCE, PLAN, workers=0))


def without_seconds(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def in_order(rows: list[Row], plan: SweepPlan = PLAN) -> list[Row]:
    by_name = {row["case"]: row for row in rows}
    assert len(by_name) == len(rows) == len(plan.cases)
    return [by_name[case.name] for case in plan.cases]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_workers_does_not_show_in_a_single_bit(
    workers: int, pack: bytes, expected: list[Row]
) -> None:
    rows = in_order(list(Pool(pack, workers).rows(PLAN.cases)))
    assert without_seconds(rows) == expected
    assert {row["status"] for row in rows} == {"optimal"}
    assert all(isinstance(row["seconds"], float) for row in rows)


def while_running(pool: Pool, act: Callable[[int], None]) -> list[Row]:
    """Rows of a pool, one of whose workers something happens to as soon as it is at a case."""
    met: list[int] = []

    def watch() -> None:
        while not met:
            busy = [worker for worker in pool._workers if worker.case is not None]
            if busy:
                met.append(busy[0].process.pid)
                act(met[0])
            time.sleep(0.0005)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    rows = list(pool.rows(PLAN.cases))
    thread.join()
    return rows


def test_a_worker_that_is_killed_costs_one_case(pack: bytes, expected: list[Row]) -> None:
    rows = while_running(Pool(pack, 2), lambda pid: os.kill(pid, signal.SIGKILL))
    rows = in_order(rows)
    lost = [row for row in rows if row["status"] == "crashed"]
    assert len(lost) == 1
    assert "signal 9" in str(lost[0]["reason"])
    kept = [row["case"] for row in rows if row["status"] == "optimal"]
    assert len(kept) == len(PLAN.cases) - 1
    assert [r for r in without_seconds(rows) if r["case"] in kept] == [
        r for r in expected if r["case"] in kept]


def test_a_worker_that_does_not_come_back_is_ended_at_its_time(
    pack: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "GRACE_SECONDS", 0.2)
    rows = in_order(while_running(
        Pool(pack, 1, time_limit=2.0), lambda pid: os.kill(pid, signal.SIGSTOP)))
    stopped = [row for row in rows if row["status"] == "stopped"]
    assert [row["case"] for row in stopped] == [PLAN.cases[0].name]
    assert "2 s" in str(stopped[0]["reason"])
    assert len([row for row in rows if row["status"] == "optimal"]) == len(PLAN.cases) - 1


def test_leaving_early_leaves_no_process_behind(pack: bytes) -> None:
    pool = Pool(pack, 2)
    rows = pool.rows(PLAN.cases)
    next(rows)
    processes = [worker.process for worker in pool._workers]
    assert len(processes) == 2
    rows.close()  # type: ignore[attr-defined]
    assert all(process.poll() is not None for process in processes)
    assert not pool._workers


def test_workers_that_cannot_even_start_are_a_fault() -> None:
    from optimizer.solve.errors import SolverFault

    with pytest.raises(SolverFault, match="could not build the base"):
        list(Pool(b"no pack", 1).rows(PLAN.cases))
