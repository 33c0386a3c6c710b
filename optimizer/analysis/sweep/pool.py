"""Worker processes of a sweep: one that crashes or overruns its time costs one case."""

from __future__ import annotations

import contextlib
import pickle
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from optimizer.analysis.sweep.plan import Case
from optimizer.analysis.sweep.row import Row, row_without_plan
from optimizer.analysis.sweep.solved import stopped_words
from optimizer.solve.errors import SolverFault
from optimizer.solve.isolated import crash_in_words, start_interpreter

_START = "from optimizer.analysis.sweep.worker import main; main()"
#: A worker that keeps its time limit itself is given so long to say so.
GRACE_SECONDS = 2.0
#: How often the clock is looked at, in seconds.
LOOK_UP_SECONDS = 0.1
#: Workers that end before they have built the base are started anew so often.
STARTS_AT_MOST = 3
#: Kind of the record that follows the last of a worker.
GONE = "gone"


@dataclass(eq=False)
class _Worker:
    """One process, the case it is at, and when it has to be done."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    ready: bool = False
    case: Case | None = None
    began: float = 0.0
    deadline: float | None = None
    threads: list[threading.Thread] = field(default_factory=list)


class Pool:
    """Processes that solve cases.

    Parameters
    ----------
    pack
        What they need, from `travel.packed`.
    workers
        How many, at least one.
    time_limit
        Seconds for each case.
    """

    def __init__(self, pack: bytes, workers: int, time_limit: float | None = None) -> None:
        self._pack = pack
        self._count = workers
        self._time_limit = time_limit
        self._heard: queue.Queue[tuple[_Worker, str, Any]] = queue.Queue()
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    def rows(self, cases: Iterable[Case]) -> Iterator[Row]:
        """Solve cases and give their rows as they are done, in any order.

        Raises
        ------
        SolverFault
            Where workers cannot even be started.
        """
        waiting = list(reversed(list(cases)))
        try:
            for _ in range(min(self._count, len(waiting))):
                self._start()
            while waiting or any(worker.case for worker in self._workers):
                yield from self._step(waiting)
        finally:
            for worker in list(self._workers):
                self._end(worker)

    def _step(self, waiting: list[Case]) -> Iterator[Row]:
        """Hear one record, or look at the clock."""
        late = [worker for worker in self._workers
                if worker.deadline is not None and time.monotonic() > worker.deadline]
        for worker in late:
            yield self._lost(worker, "stopped", stopped_words(self._time_limit))
            self._replace(worker, waiting)
        try:
            worker, kind, content = self._heard.get(timeout=LOOK_UP_SECONDS)
        except queue.Empty:
            return
        if worker not in self._workers:
            return  # last words of one that was ended
        if kind == "row":
            worker.case = worker.deadline = None
            yield content
            self._hand_out(worker, waiting)
        elif kind == "ready":
            worker.ready = True
            self._hand_out(worker, waiting)
        elif kind == "fault":
            msg = f"a worker of the sweep could not build the base: {content}"
            raise SolverFault(msg)
        else:
            yield from self._gone(worker, waiting)

    def _gone(self, worker: _Worker, waiting: list[Case]) -> Iterator[Row]:
        """A worker ended by itself: its case is lost, and another takes its place."""
        worker.process.wait()
        words = crash_in_words(worker.process.returncode, worker.said)
        if worker.case is not None:
            yield self._lost(worker, "crashed", words)
        elif not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS_AT_MOST:
                raise SolverFault(words)
        self._replace(worker, waiting)

    def _lost(self, worker: _Worker, status: str, reason: str) -> Row:
        """Row of a case whose worker is lost."""
        assert worker.case is not None
        row = row_without_plan(worker.case, status, reason)
        row["seconds"] = time.monotonic() - worker.began
        worker.case = None
        return row

    def _hand_out(self, worker: _Worker, waiting: list[Case]) -> None:
        """Give a worker its next case, if there is one."""
        if not waiting:
            return
        worker.case, worker.began = waiting.pop(), time.monotonic()
        if self._time_limit is not None:
            worker.deadline = worker.began + self._time_limit + GRACE_SECONDS
        # One that has just died is heard of through its other pipe.
        with contextlib.suppress(OSError):
            _send(worker, (worker.case, self._time_limit))

    def _replace(self, worker: _Worker, waiting: list[Case]) -> None:
        """End a worker and start another if there is work left for it."""
        self._end(worker)
        if waiting:
            self._start()

    def _start(self) -> None:
        """Start a worker and send it the base."""
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        worker = _Worker(start_interpreter(_START, said, beside=self._count), said)
        self._workers.append(worker)
        worker.threads = [
            threading.Thread(target=self._listen, args=(worker,), daemon=True),
            threading.Thread(target=_feed, args=(worker, self._pack), daemon=True),
        ]
        for thread in worker.threads:
            thread.start()

    def _listen(self, worker: _Worker) -> None:
        """Pass on what a worker says; that it is gone, at the end."""
        assert worker.process.stdout is not None
        with contextlib.suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
            while True:
                kind, content = pickle.load(worker.process.stdout)
                self._heard.put((worker, kind, content))
        self._heard.put((worker, GONE, None))

    def _end(self, worker: _Worker) -> None:
        """Leave neither the process nor a thread nor a pipe behind."""
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.wait()
        for thread in worker.threads:
            thread.join()
        for pipe in (worker.process.stdin, worker.process.stdout, worker.said):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _send(worker: _Worker, message: Any) -> None:
    """Send one message."""
    assert worker.process.stdin is not None
    pickle.dump(message, worker.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
    worker.process.stdin.flush()


def _feed(worker: _Worker, pack: bytes) -> None:
    """Send the base; the pipe stays open, its end tells the worker that we are gone."""
    with contextlib.suppress(OSError):
        _send(worker, pack)
