"""A worker of a sweep: a process that is sent cases one by one and answers each with its row.

It is a fresh interpreter, neither a fork nor a re-import of the main script, and ends at once when
its parent does: the pipe from the parent then closes. (`executors` has the way through pools of
others.)
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any

from optimizer.solve.child import private_stdout


def main() -> None:
    """Build the base once, then answer cases until told to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends us
    answers = private_stdout()
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    def send(kind: str, content: Any) -> None:
        pickle.dump((kind, content), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()

    try:
        from optimizer.analysis.sweep.solved import case_row
        from optimizer.analysis.sweep.travel import unpacked

        ready = unpacked(requests.get())
    except Exception as fault:
        send("fault", f"{type(fault).__name__}: {fault}")
        os._exit(0)
    send("ready", None)
    while True:
        request = requests.get()
        if request is None:
            os._exit(0)  # solver threads need no farewell
        case, time_limit = request
        send("row", case_row(ready, case, time_limit))


def _listen(requests: queue.SimpleQueue[Any]) -> None:
    """Pass requests on; end at once when the parent is gone, even in the middle of a solve."""
    try:
        while True:
            requests.put(pickle.load(sys.stdin.buffer))
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(1)
