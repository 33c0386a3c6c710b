"""Run a sweep: a reference to start from, the cases through a pool, the table in their order."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.sweep.executors import rows_by
from optimizer.analysis.sweep.journal import Journal, as_kept
from optimizer.analysis.sweep.large import is_large
from optimizer.analysis.sweep.near import built, built_near
from optimizer.analysis.sweep.plan import Case, SweepPlan
from optimizer.analysis.sweep.pool import Pool
from optimizer.analysis.sweep.reference import (
    NO_REFERENCE,
    Reference,
    solved_reference,
    still_holds,
)
from optimizer.analysis.sweep.row import Row
from optimizer.analysis.sweep.solved import case_row
from optimizer.analysis.sweep.travel import packed, unpacked
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.read import with_overrides
from optimizer.solve.errors import SolverFault
from optimizer.solve.linear import NoPlan

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

REFERENCE = "reference.npz"
#: So many cases are asked for a plan to start from where the base has none.
ASKED_AT_MOST = 20
Progress = Callable[[str], None]


def run_cases(
    instance: Instance, plan: SweepPlan, *, executor: Any = None, workers: int = 1,
    time_limit: float | None = None, journal: Journal | None = None, folder: Path | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Solve all cases that the journal does not have yet.

    Parameters
    ----------
    instance
        The base.
    plan
        Its cases.
    executor
        Pool of others; None for `workers` processes of our own.
    workers
        Number of processes; 0 solves here, where a crash ends everything.
    time_limit
        Seconds for each case.
    journal, folder
        Where finished cases and the reference are kept; None keeps nothing.
    progress
        Told how far things are.

    Returns
    -------
    list
        One row a case, in the order of the plan.
    """
    progress = progress or _silent
    done = {} if journal is None else journal.done
    left = [case for case in plan.cases if case.name not in done]
    if left:
        progress("preparing the base")
        pack = packed(instance, reference_of(instance, plan.cases, folder))
        progress(f"{len(plan.cases):,} cases")
        rows = _rows(pack, left, executor, workers, time_limit)
        clock = _Clock(len(plan.cases), len(done), progress)
        with closing(rows):
            for row in rows:
                kept = as_kept(row) if journal is None else journal.add(row)
                done[str(kept["case"])] = kept
                clock.one_more()
    return [done[case.name] for case in plan.cases]


def _rows(
    pack: bytes, cases: list[Case], executor: Any, workers: int, time_limit: float | None
) -> Generator[Row, None, None]:
    """Rows as they are done."""
    if executor is not None:
        yield from rows_by(executor, pack, cases, time_limit)
    elif workers:
        yield from Pool(pack, workers, time_limit).rows(cases)
    else:
        ready = unpacked(pack)
        for case in cases:
            yield case_row(ready, case, time_limit)


def reference_of(
    instance: Instance, cases: tuple[Case, ...], folder: Path | None = None
) -> Reference:
    """Solve the base (or the first case with a plan), or take what an earlier run kept of it.

    Cases of large land start from nothing.
    """
    if is_large(instance):
        return NO_REFERENCE
    file = None if folder is None else folder / REFERENCE
    if file is not None and file.is_file():
        kept = _read_back(instance, file)
        if kept is not None:
            return kept
    reference = _found(instance, cases)
    if file is not None:
        unfinished = file.with_suffix(".new")
        unfinished.write_bytes(reference.to_bytes())
        unfinished.replace(file)
    return reference


def _read_back(instance: Instance, file: Path) -> Reference | None:
    """A reference from disk, if it can be read and still proves what it says."""
    try:
        kept = Reference.from_bytes(file.read_bytes())
    except (OSError, ValueError, KeyError, EOFError):
        return None
    if kept.case is None:
        return kept
    base = built(instance)
    if kept.overrides:
        base = built_near(base, with_overrides(instance, kept.overrides))
    return kept if still_holds(kept, base) else None


def _found(instance: Instance, cases: tuple[Case, ...]) -> Reference:
    """The base or the first case that has a plan, solved."""
    base = built(instance)
    try:
        return solved_reference("", (), base)
    except (NoPlan, SolverFault):
        pass
    for case in cases[:ASKED_AT_MOST]:
        try:
            here = built_near(base, with_overrides(instance, case.overrides))
            return solved_reference(case.name, case.overrides, here)
        except (NoPlan, SolverFault, InstanceRefused):
            continue
    return NO_REFERENCE


def _silent(words: str) -> None:
    del words


class _Clock:
    """Says how many cases are done and how long the rest will take."""

    def __init__(self, total: int, done: int, progress: Progress) -> None:
        self._total, self._before, self._done = total, done, done
        self._progress = progress
        self._started = time.monotonic()

    def one_more(self) -> None:
        """Count one case."""
        self._done += 1
        spent = time.monotonic() - self._started
        left = spent / (self._done - self._before) * (self._total - self._done)
        self._progress(f"{self._done:,} of {self._total:,} cases, about {duration(left)} left")


def duration(seconds: float) -> str:
    """Write a length of time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
