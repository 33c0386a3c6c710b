"""Run a call in a child process that can be killed and may crash without taking us along.

HiGHS's own time limit is late by minutes on large programs, and its mixed-integer search has
crashed in recent releases; a process of its own makes the limit hold and the crash a message.

The child is a fresh interpreter fed through pipes, not a fork and not a re-import of the main
script: it works the same on Windows, in notebooks and in scripts without a main guard.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from optimizer.solve.errors import SolverFault

#: What the child sends: ("message", ...), ("answer", ...), ("fault", ...).
Record = tuple[str, Any]
#: How often the parent looks at the clock and hears Ctrl-C, in seconds.
LOOK_UP_SECONDS = 0.05
#: The last words of a child that failed are enough.
STDERR_SHOWN = 2000
#: A child whose pipe has closed is given so long to say with which code it ends.
FAREWELL_SECONDS = 5.0

_START = "from optimizer.solve.child import main; main()"


@dataclass(frozen=True)
class Killed:
    """The child was killed at the time limit."""

    seconds: float


def run_isolated(
    task: str, arguments: dict[str, Any], *, time_limit: float | None = None,
    on_message: Callable[[Any], None] | None = None,
) -> Any:
    """Return what `task` returns, run in a child process.

    Parameters
    ----------
    task
        `module:function`; called with `send` (a function for messages on the way) and
        `arguments` by name. Everything passed and returned is pickled.
    time_limit
        Seconds after which the child is killed; None never.
    on_message
        Hears what the task sends.

    Returns
    -------
    object
        The answer, or `Killed` at the time limit.

    Raises
    ------
    SolverFault
        Where the child crashes or its task raises.
    """
    started = time.monotonic()
    records: queue.Queue[Record | None] = queue.Queue()
    with tempfile.TemporaryFile() as said:  # a pipe that nobody reads would block the child
        child = start_interpreter(_START, said)
        threads = [
            threading.Thread(target=_listen, args=(child.stdout, records), daemon=True),
            threading.Thread(target=_feed, args=(child.stdin, (task, arguments)), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            answer = _wait(records, started, time_limit, on_message or _ignore)
        finally:
            _end(child, threads)
        if isinstance(answer, _Crashed):
            raise SolverFault(crash_in_words(child.returncode, said))
    return answer


class _Crashed:
    """The child ended without an answer."""


def start_interpreter(
    code: str, said: IO[bytes] | int, beside: int = 1
) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter that finds the same modules, with pipes to and from it.

    Parameters
    ----------
    code
        What it runs.
    said
        Where its stderr goes.
    beside
        How many such processes share the cores: compiled passes take no more than their part.
    """
    environment = dict(os.environ)
    if beside > 1:
        environment.setdefault("NUMBA_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // beside)))
    environment["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
    )


def _end(child: subprocess.Popen[bytes], threads: list[threading.Thread]) -> None:
    """Leave neither the child nor a thread nor a pipe behind."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(FAREWELL_SECONDS if child.poll() is None and not threads[0].is_alive() else 0)
    child.kill()
    child.wait()
    for thread in threads:
        thread.join()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _wait(
    records: queue.Queue[Record | None], started: float, time_limit: float | None,
    on_message: Callable[[Any], None],
) -> Any:
    """Read records until the answer, the end of the child or the time limit."""
    while True:
        seconds = time.monotonic() - started
        if time_limit is not None and seconds >= time_limit:
            return Killed(seconds)
        try:
            record = records.get(timeout=LOOK_UP_SECONDS)
        except queue.Empty:
            continue
        if record is None:
            return _Crashed()
        kind, content = record
        if kind == "answer":
            return content
        if kind == "fault":
            raise SolverFault(str(content))
        on_message(content)


def crash_in_words(code: int, said: IO[bytes]) -> str:
    """What is known of a child that ended without an answer."""
    said.seek(0)
    words = said.read()[-STDERR_SHOWN:].decode("utf-8", "replace").strip()
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"the solver process {how} before it had an answer" + (f": {words}" if words else "")


def _listen(pipe: IO[bytes], records: queue.Queue[Record | None]) -> None:
    """Pass the child's records on; None at its end."""
    try:
        while True:
            records.put(pickle.load(pipe))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        records.put(None)


def _feed(pipe: IO[bytes], request: tuple[str, dict[str, Any]]) -> None:
    """Send the request; the pipe stays open, its end tells the child that we are gone."""
    try:
        pickle.dump(request, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()
    except OSError:  # the child has died; the listener reports it
        return


def _ignore(message: Any) -> None:
    """Hear a message and do nothing."""
    del message
