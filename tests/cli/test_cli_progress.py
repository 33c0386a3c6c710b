from __future__ import annotations

import io
import time

import pytest

from optimizer.cli import progress as module
from optimizer.cli.progress import progress


class Terminal(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_slow_work_shows_what_and_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.01)
    with progress("reading") as say:
        _until(lambda: "reading ... 0 s" in terminal.getvalue())
        say("solving")
        _until(lambda: "solving ... 0 s" in terminal.getvalue())
    assert terminal.getvalue().endswith(" \r"), "the line is wiped at the end"


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress("reading"):
        pass
    assert terminal.getvalue() == ""


def test_files_get_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)
    with progress("reading") as say:
        say("solving")
        time.sleep(0.02)
    assert stream.getvalue() == ""


def _until(holds: object) -> None:
    """Wait at most five seconds for something to hold."""
    assert callable(holds)
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within five seconds")
