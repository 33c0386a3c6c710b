from __future__ import annotations

import subprocess
import sys
import time

import pytest

from optimizer.solve.errors import SolverFault
from optimizer.solve.isolated import Killed, run_isolated


def test_answers_and_messages_come_back():
    heard = []
    assert run_isolated("crashing:echo", {"value": 21}, on_message=heard.append) == 42
    assert heard == ["half-way"]


def test_a_child_is_killed_at_the_time_limit():
    heard = []
    started = time.monotonic()
    answer = run_isolated("crashing:dawdle", {}, time_limit=2.0, on_message=heard.append)
    assert isinstance(answer, Killed)
    assert 2.0 <= answer.seconds < 3.0
    assert time.monotonic() - started < 10.0
    assert heard == ["started"]  # what was found before the end is kept


def test_a_crash_becomes_an_error_in_words():
    with pytest.raises(SolverFault, match="ended with code 41 before it had an answer"):
        run_isolated("crashing:crash", {})


def test_an_exception_in_the_child_is_told():
    with pytest.raises(SolverFault, match="RuntimeError: the solver lost its way"):
        run_isolated("crashing:complain", {})


def test_what_libraries_print_is_not_an_answer():
    assert run_isolated("crashing:chatter", {}) == "answer"


def test_a_script_without_a_main_guard_can_use_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from optimizer.solve.isolated import run_isolated\n"
                      "print('once')\n"
                      "print(run_isolated('crashing:echo', {'value': 4}))\n", encoding="utf-8")
    environment = {"PYTHONPATH": subprocess.os.pathsep.join(p for p in sys.path if p)}
    said = subprocess.run([sys.executable, str(script)], capture_output=True, text=True,
                          check=True, env={**subprocess.os.environ, **environment}, timeout=60)
    assert said.stdout.split() == ["once", "8"]
