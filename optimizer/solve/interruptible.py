"""Run a call that cannot hear Ctrl-C in a thread, so that the caller can."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

#: How often the waiting thread looks up, in seconds; Python hears Ctrl-C only then on Windows.
LOOK_UP_SECONDS = 0.1


def interruptible(call: Callable[[], Answer], cancel: Callable[[], object]) -> Answer:
    """Return `call()`, run in a thread of its own.

    Parameters
    ----------
    call
        Releases the interpreter lock while it works.
    cancel
        Asks `call` to end early; called once when this thread is interrupted.

    Raises
    ------
    KeyboardInterrupt
        As soon as it is heard; the thread is a daemon and ends when `cancel` takes effect.
    """
    answers: list[Answer] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(call())
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK_UP_SECONDS)
    except KeyboardInterrupt:
        cancel()
        raise
    if faults:
        raise faults[0]
    return answers[0]
