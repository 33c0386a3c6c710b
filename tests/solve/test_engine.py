from __future__ import annotations

import _thread
import threading
import time

import pytest
from helpers import write_folder
from small_programs import random_program

import optimizer as ro
from optimizer.solve.engine import solve
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import HighsSession
from optimizer.solve.interruptible import interruptible
from optimizer.solve.isolated import Killed
from optimizer.solve.linear import solve_linear


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    return ro.read_instance(write_folder(tmp_path_factory.mktemp("engine") / "minimal"))


def test_arguments_that_make_no_sense_are_refused_in_words(instance):
    for arguments, words in (
        ({"engine": "decomposition", "whole_parcels": True}, "whole parcels"),
        ({"engine": "cplex"}, "unknown engine 'cplex'"),
        ({"engine": "pyomo", "whole_parcels": True}, "whole parcels"),
        ({"engine": "pyomo", "time_limit": 5.0}, "time limit"),
        ({"gap": -0.1}, "gap is a share"),
        ({"gap": float("nan")}, "gap is a share"),
        ({"time_limit": 0.0}, "time_limit is in seconds"),
    ):
        with pytest.raises(ValueError, match=words):
            solve(instance, **arguments)


def test_other_solvers_by_name(instance):
    by_name = solve(instance, engine="pyomo:highs")
    assert by_name.objective == pytest.approx(solve(instance).objective, rel=1e-10)
    with pytest.raises(SolverFault, match="no-such-solver"):
        solve(instance, engine="pyomo:no-such-solver")


def test_progress_is_told_in_words(instance):
    told = []
    solve(instance, progress=told.append)
    assert told[0] == "listing options"
    assert any("options" in line for line in told[1:])
    assert told[-1] == "solving for net_sink"


def test_a_time_limit_that_suffices_changes_nothing(instance):
    assert solve(instance, time_limit=60).x_c.tolist() == solve(instance).x_c.tolist()


def test_a_time_limit_that_does_not_suffice_stops(instance):
    with pytest.raises(ro.Stopped, match="time limit") as stopped:
        solve(instance, time_limit=0.02)  # no process starts in so short a time
    assert stopped.value.incumbent is None


def test_the_time_limit_of_a_linear_program_holds():
    program = random_program(parcels=1500, options=60, limits=40, seed=1)
    started = time.monotonic()
    with pytest.raises(ro.Stopped):
        solve_linear(program, time_limit=1.0)
    assert time.monotonic() - started < 5.0


def test_a_stopped_search_hands_over_its_incumbent(instance, monkeypatch):
    whole = solve(instance, whole_parcels=True)
    area_o = instance.land.area_i[whole.options.parcel_o]
    shares = whole.x_c.copy()
    shares[:whole.options.count] /= area_o

    def killed_after_a_find(task, arguments, *, time_limit=None, on_message=None):
        if "whole_parcels" in task:
            on_message((shares, 1e6))
            return Killed(5.0)
        from optimizer.solve.linear import run_session

        return run_session(**arguments)

    monkeypatch.setattr("optimizer.solve.whole_parcels.run_isolated", killed_after_a_find)
    with pytest.raises(ro.Stopped) as stopped:
        solve(instance, whole_parcels=True)
    incumbent = stopped.value.incumbent
    assert incumbent.status == "stopped"
    assert incumbent.objective == pytest.approx(whole.objective, rel=1e-12)
    assert incumbent.solver_bound == 1e6
    assert incumbent.relative_gap > 0.0


def test_ctrl_c_is_heard_while_a_call_runs():
    cancelled = threading.Event()
    threading.Timer(0.3, _thread.interrupt_main).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interruptible(lambda: cancelled.wait(30), cancelled.set)
    assert time.monotonic() - started < 5.0
    assert cancelled.is_set()


def test_ctrl_c_ends_the_solver_too():
    program = random_program(parcels=1500, options=40, limits=30, seed=1)
    before = threading.active_count()
    threading.Timer(0.5, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        HighsSession(program).solve("simplex")  # takes seconds when it is let be
    deadline = time.monotonic() + 30.0  # a busy machine
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_faults_of_a_call_come_through():
    def fail():
        message = "lost"
        raise LookupError(message)

    with pytest.raises(LookupError, match="lost"):
        interruptible(fail, lambda: None)


def test_the_package_can_be_called_by_its_name(instance):
    import optimizer.solve

    assert optimizer.solve(instance).status == "optimal"
    assert ro.solve(instance).status == "optimal"
