"""Sweeps through pools of others: any `concurrent.futures` executor, or a Dask client.

Each process (or thread) builds the base once and keeps it; a case is one task, so that a crash
costs no more than the case where the pool survives it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import Executor as FuturesExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from optimizer.analysis.sweep.plan import Case
from optimizer.analysis.sweep.pool import Pool
from optimizer.analysis.sweep.row import Row, row_without_plan
from optimizer.analysis.sweep.solved import case_row
from optimizer.analysis.sweep.travel import key_of, unpacked

#: Tasks handed out at a time: enough for any pool, few enough to be called back.
AHEAD = 512
#: What each thread has built, by the name of its pack; programs are not shared between threads.
_KEPT = threading.local()


def solve_in_executor(pack: bytes, key: str, case: Case, time_limit: float | None) -> Row:
    """Solve one case, in whatever process or thread the pool chose."""
    if getattr(_KEPT, "key", None) != key:
        _KEPT.ready, _KEPT.key = unpacked(pack), key
    return case_row(_KEPT.ready, case, time_limit)


def rows_by(
    executor: Any, pack: bytes, cases: Iterable[Case], time_limit: float | None = None
) -> Iterator[Row]:
    """Solve cases through a pool and give their rows as they are done, in any order.

    Parameters
    ----------
    executor
        Anything with the `submit` of `concurrent.futures`, or a Dask client.
    pack
        From `travel.packed`.
    cases
        What to solve.
    time_limit
        Seconds for each case; kept by the solver itself, which may be late.

    Raises
    ------
    TypeError
        Where the executor is neither.
    """
    pool, shared = pool_and_pack(executor, pack)
    waiting, key = iter(cases), key_of(pack)
    running: dict[Future[Row], Case] = {}
    broken: list[Case] = []
    try:
        while True:
            for case in islice(waiting, AHEAD - len(running)):
                try:
                    running[pool.submit(solve_in_executor, shared, key, case, time_limit)] = case
                except BrokenProcessPool:
                    broken.append(case)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                case = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    broken.append(case)
                else:
                    yield _row_of(future, case)
    finally:
        for future in running:
            future.cancel()
    # A broken pool takes nothing any more; which case broke it shows where each is alone.
    yield from Pool(pack, 1, time_limit).rows(broken)


def pool_and_pack(executor: Any, pack: bytes) -> tuple[Any, Any]:
    """The pool to submit to, and the pack as its tasks take it.

    Raises
    ------
    TypeError
        Where the executor is neither a pool nor a Dask client.
    """
    if hasattr(executor, "get_executor") and hasattr(executor, "scatter"):
        shared = executor.scatter(pack, hash=False)
        return executor.get_executor(pure=False), shared
    if isinstance(executor, FuturesExecutor) or hasattr(executor, "submit"):
        return executor, pack
    msg = ("executor takes a concurrent.futures executor or a Dask client, not "
           f"{type(executor).__name__}")
    raise TypeError(msg)


def _row_of(future: Future[Row], case: Case) -> Row:
    """Row of a finished task; where the pool lost it, a row that says so."""
    try:
        return future.result()
    except (Exception, CancelledError) as error:
        reason = f"the pool lost the case: {type(error).__name__}: {error}"
        return {**row_without_plan(case, "crashed", reason), "seconds": 0.0}
