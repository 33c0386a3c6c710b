"""The child's side of `isolated`: one task, read from stdin, answered on stdout."""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import sys
import threading
from typing import IO, Any


def main() -> None:
    """Run the one task that the parent sends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and kills us
    answers = private_stdout()
    lock = threading.Lock()

    def send(message: Any, kind: str = "message") -> None:
        with lock:
            pickle.dump((kind, message), answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()

    task, arguments = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        module, _, function = task.partition(":")
        answer = getattr(importlib.import_module(module), function)(send=send, **arguments)
        send(answer, "answer")
    except Exception as fault:
        send(f"{type(fault).__name__}: {fault}", "fault")
    os._exit(0)  # solver threads need no farewell


def private_stdout() -> IO[bytes]:
    """Keep stdout for answers alone; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _end_with_parent() -> None:
    """End at once when the parent is gone, so that no solve is left running."""
    sys.stdin.buffer.read()
    os._exit(1)
