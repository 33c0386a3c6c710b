"""Tasks for the child process that end badly, on purpose."""

from __future__ import annotations

import os
import time


def crash(send):
    os._exit(41)


def complain(send):
    message = "the solver lost its way"
    raise RuntimeError(message)


def echo(send, value):
    send("half-way")
    return value * 2


def chatter(send):
    # What libraries print must not be taken for an answer.
    os.write(1, b"banner of a library\n" * 20_000)
    return "answer"


def dawdle(send):
    send("started")
    time.sleep(60)
