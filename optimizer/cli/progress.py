"""A line on stderr for whatever takes more than two seconds; silent when not a terminal."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

#: Whatever is quicker needs no line.
QUIET_SECONDS = 2.0
BEAT_SECONDS = 0.5


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show what is going on and since when, until the body ends.

    Parameters
    ----------
    what
        One word or two (`solving`).

    Yields
    ------
    Callable
        Changes these words as the work goes on.
    """
    words = [what]
    if not sys.stderr.isatty():
        yield words.append
        return
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(words, ended), daemon=True)
    thread.start()
    try:
        yield words.append
    finally:
        ended.set()
        thread.join()


def _beat(words: list[str], ended: threading.Event) -> None:
    """Write the line again and again, and wipe it at the end."""
    started = time.monotonic()
    if ended.wait(QUIET_SECONDS):
        return
    width = 0
    while True:
        line = f"{words[-1]} ... {time.monotonic() - started:.0f} s"
        width = max(width, len(line))
        sys.stderr.write(f"\r{line:<{width}}")
        sys.stderr.flush()
        if ended.wait(BEAT_SECONDS):
            break
    sys.stderr.write(f"\r{'':<{width}}\r")
    sys.stderr.flush()
