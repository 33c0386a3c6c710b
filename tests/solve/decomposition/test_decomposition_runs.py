"""What a run says and does: log, gap, time limit, fallback, factors against columns."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers import write_folder
from small_programs import random_program

import optimizer as ro
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve import no_plan
from optimizer.solve import run as phases
from optimizer.solve.certificate import certify
from optimizer.solve.decomposition import answer as answers
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.decomposition.decompose import Decomposition, NotClosed
from optimizer.solve.decomposition.finish import Finish
from optimizer.solve.decomposition.log import Step
from optimizer.solve.decomposition.mixture import Mixture
from optimizer.solve.engine import solve

INSTANCES = Path(__file__).parents[3] / "instances"


@pytest.fixture(scope="module")
def instance():
    return generate_instance(Size(900, 5, uses=3, methods=2, periods=3, sources=2))


@pytest.fixture(scope="module")
def by_highs(instance):
    return solve(instance, engine="highs")


def test_the_same_optimum_as_highs_with_every_table(instance, by_highs):
    found = solve(instance, engine="decomposition")
    assert found.engine == "decomposition"
    assert "shared limits" in found.engine_reason
    assert found.objective == pytest.approx(by_highs.objective, rel=1e-10)
    assert found.relative_gap <= 1e-9
    assert found.carbon_terms.keys() == by_highs.carbon_terms.keys()
    assert len(found.plan) > 0
    assert len(found.limits) == len(by_highs.limits)


def test_held_as_factors_nothing_changes(instance, by_highs, monkeypatch):
    in_columns = solve(instance, engine="decomposition")
    monkeypatch.setattr(phases, "FACTORS_FROM_OPTIONS", 1)
    found = solve(instance, engine="auto")
    assert found.engine == "decomposition"
    assert found.objective == pytest.approx(by_highs.objective, rel=1e-10)
    assert found.relative_gap <= 1e-9
    assert found.certificate.primal_violation <= 1e-9
    assert found.options_listed == by_highs.options.count
    assert found.options.count < by_highs.options.count
    # The whole program has no better bound at these prices, though most options were dropped.
    whole = certify(by_highs.program, by_highs.x_c, found.price_r)
    assert whole.bound == pytest.approx(found.bound, rel=1e-12)
    # What is said of parcels rests on their best options of every use, and these are kept.
    told, known = found.parcels, in_columns.parcels
    same = told["use"] == known["use"]
    assert same.mean() > 0.9
    both = same & np.isclose(told["land_price"], known["land_price"], rtol=1e-9, atol=1e-9)
    assert (told["runner_up"][both] == known["runner_up"][both]).mean() > 0.99


def test_every_step_is_logged(instance):
    steps: list[Step] = []
    found = solve(instance, engine="decomposition", log=steps.append)
    bounds = [step.bound for step in steps if step.phase != "sample"]
    assert all(later <= earlier for earlier, later in pairwise(bounds))
    assert bounds[-1] >= found.objective * (1 - 1e-12)
    assert [step.seconds for step in steps] == sorted(step.seconds for step in steps)
    names = Step.header().split(",")
    cells = dict(zip(names, steps[-1].line().split(","), strict=True))
    assert cells["phase"] == "finish"
    assert float(cells["bound"]) == steps[-1].bound
    assert cells["objective"] == ("" if steps[-1].objective is None else repr(
        steps[-1].objective))


def test_a_wide_gap_ends_sooner_and_says_so():
    program = random_program(parcels=600, options=12, limits=8, seed=4)
    exact, loose = [], []
    best = solve_decomposed(program, log=exact.append)
    near = solve_decomposed(program, gap=0.01, log=loose.append)
    assert len(loose) < len(exact)
    gap = certify(program, near.x_c, near.price_r).relative_gap
    assert gap <= 0.01
    assert near.status == ("optimal" if gap <= 1e-9 else "within_gap")
    assert program.value(near.x_c) <= program.value(best.x_c) + 1e-9 * program.value(best.x_c)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    now = [0.0]
    monkeypatch.setattr("optimizer.solve.decomposition.decompose.time.monotonic",
                        lambda: now[0])
    return now


def test_at_the_time_limit_the_plan_known_is_handed_over(clock, monkeypatch):
    monkeypatch.setattr(Finish, "_met", lambda self, gap: False)  # never good enough

    def heard(step: Step) -> None:
        if step.objective is not None:
            clock[0] = 11.0

    program = random_program(parcels=300, options=10, limits=6, seed=1)
    stopped = solve_decomposed(program, time_limit=10.0, log=heard)
    assert stopped.status == "stopped"
    proof = certify(program, stopped.x_c, stopped.price_r)
    assert proof.primal_violation <= 1e-9
    assert proof.relative_gap >= -1e-12


@pytest.mark.parametrize("phase", ["sample", "all"])
def test_at_the_time_limit_a_plan_is_mixed_of_what_was_found(clock, phase):
    steps: list[Step] = []

    def heard(step: Step) -> None:
        steps.append(step)
        clock[0] = {phase: 9.0, "mixture": 9.8}.get(step.phase, clock[0])

    program = random_program(parcels=3_000, options=10, limits=6, seed=1)
    stopped = solve_decomposed(program, time_limit=10.0, log=heard)
    assert stopped.status == "stopped"
    assert steps[-1].phase == "mixture"
    assert "dividing 3,000 parcels up" in steps[-1].words
    proof = certify(program, stopped.x_c, stopped.price_r)
    assert proof.primal_violation <= 1e-9
    assert 0.0 < proof.relative_gap < 0.5
    assert steps[-1].relative_gap == pytest.approx(proof.relative_gap, rel=1e-6)
    assert program.value(stopped.x_c) == pytest.approx(steps[-1].objective, rel=1e-12)


def test_at_the_time_limit_without_a_plan_there_is_nothing_to_hand_over(clock, monkeypatch):
    monkeypatch.setattr(Mixture, "_solved", lambda self: None)  # no mixture keeps the rules

    def heard(step: Step) -> None:
        clock[0] = 11.0

    with pytest.raises(ro.Stopped, match="before any plan"):
        solve_decomposed(random_program(parcels=300, seed=1), time_limit=10.0, log=heard)


def test_an_incumbent_of_a_stopped_solve_is_a_solution(instance, by_highs, monkeypatch):
    whole = solve_decomposed(by_highs.program)
    monkeypatch.setattr(answers, "solve_decomposed",
                        lambda *_, **__: replace(whole, status="stopped"))
    with pytest.raises(ro.Stopped) as stopped:
        solve(instance, engine="decomposition", time_limit=100.0)
    assert stopped.value.incumbent.status == "stopped"
    assert stopped.value.incumbent.engine == "decomposition"


def test_where_it_does_not_close_highs_takes_over(instance, by_highs, monkeypatch):
    def gives_up(self):
        message = "plan and bound stayed 1.0e-03 apart"
        raise NotClosed(message)

    monkeypatch.setattr(Decomposition, "run", gives_up)
    for threshold in (1, 10**9):
        monkeypatch.setattr(phases, "FACTORS_FROM_OPTIONS", threshold)
        found = solve(instance, engine="decomposition")
        assert found.engine == "highs"
        assert "no decomposition, as plan and bound stayed" in found.engine_reason
        assert found.objective == pytest.approx(by_highs.objective, rel=1e-12)


@pytest.mark.parametrize("name", [
    "two-parcels", "hand-topsoil", "hand-two-periods", "hand-tie", "desert", "steppe"])
def test_shipped_instances(name):
    shipped = ro.read_instance(INSTANCES / name)
    known, found = (solve(shipped, engine=engine) for engine in ("highs", "decomposition"))
    assert found.engine == "decomposition"
    assert found.objective == pytest.approx(known.objective, rel=1e-9)
    assert found.relative_gap <= 1e-9
    assert len(found.stages) == len(known.stages)


def test_small_instances_stay_with_simplex(tmp_path):
    small = ro.read_instance(write_folder(tmp_path / "minimal"))
    assert solve(small).engine == "highs"
    assert solve(small, engine="decomposition").objective == pytest.approx(
        solve(small).objective, rel=1e-12)


def test_a_conflict_is_told_by_the_prices_that_prove_it(monkeypatch):
    made = generate_instance(Size(300, 1, uses=2, methods=2, periods=2, sources=1))
    limits = made.tables["limits"]
    # Reclaim as much as ever for half the money.
    value = np.where(limits.text("account") == "cost", 0.5, 1.0) * limits.number("value")
    poor = type(made)(made.settings, {**made.tables, "limits": limits.with_columns(value=value)})
    with pytest.raises(ro.Infeasible):
        solve(poor, engine="highs")
    for threshold in (1, 10**9):
        monkeypatch.setattr(phases, "FACTORS_FROM_OPTIONS", threshold)
        monkeypatch.setattr(no_plan, "LOOSENED_UP_TO_COLUMNS", 1)
        with pytest.raises(ro.Infeasible) as refused:
            solve(poor, engine="decomposition")
        first, *lines = refused.value.reasons
        assert "cannot all be met" in first
        assert any("cost" in line and "<=" in line for line in lines)
        assert any(">=" in line for line in lines)
