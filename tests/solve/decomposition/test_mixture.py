"""Plans mixed of what the search has seen: they keep the rules, and come as near as asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import column_labels, program_of, random_program
from strategies import small_instances
from varied_programs import varied_program

import optimizer as ro
from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve.certificate import certify
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.decomposition.dual import Level
from optimizer.solve.decomposition.log import Step
from optimizer.solve.decomposition.mixture import MOST_SEEN, Mixture
from optimizer.solve.decomposition.pricing import ByColumns
from optimizer.solve.decomposition.sample import groups_of
from optimizer.solve.decomposition.split import split_of
from optimizer.solve.linear import NoPlan, solve_linear


def mixture_of(program: LinearProgram, groups: int = 3) -> Mixture:
    split = split_of(program)
    return Mixture(Level(split, ByColumns.of(program, split), np.arange(split.parcels),
                         split.area_i, groups_of(split.parcels, groups)))


def test_two_choices_by_hand():
    """One parcel of 10 ha; option 0 earns 5 and takes 2, option 1 earns 3 and takes 1; 14 to take.

    At price 0 it takes option 0: earns 50, takes 20. At 2.5 option 1: earns 30, takes 10.
    Mixed: 20 a + 10 b = 14 and a + b = 1 give a = 0.4, b = 0.6: 20 + 18 = 38. That is the
    optimum: at a price of 2 (50 - 30 over 20 - 10) the bound is 2 * 14 + 10 * 1 = 38.
    """
    rows = RowLabels.concatenate([RowLabels.of(Family.LAND, 1, parcel=0),
                                  RowLabels.of(Family.LIMIT, 1, limit=0)])
    program = program_of([[1, 1], [2, 1]], [-np.inf, -np.inf], [10, 14], [5, 3], rows,
                         column_labels([0, 0]))
    mixture = mixture_of(program, groups=1)
    mixture.level.at(np.array([0.0]))
    assert mixture.plan().objective == pytest.approx(35.0)  # 14/20 of option 0 alone
    mixture.level.at(np.array([2.5]))
    plan = mixture.plan()
    assert plan.objective == pytest.approx(38.0, rel=1e-12)
    assert plan.found.area_o.tolist() == pytest.approx([4.0, 6.0])
    # The bounds seen: 50 at price 0; 14 * 2.5 + 10 * 0.5 = 40 at 2.5.
    assert plan.bound == pytest.approx(40.0)
    known = mixture.sought(1e-9, lambda plan, price_r: False)
    assert known.relative_gap <= 1e-9


@settings(max_examples=40)
@given(st.integers(0, 2**31), st.integers(1, 9))
def test_a_mixture_is_a_plan_below_the_optimum(seed, groups):
    program = varied_program(seed)
    check_plans(program, groups)


@settings(max_examples=40)
@given(small_instances())
def test_a_mixture_of_instances(instance):
    program = assemble(instance)
    split = split_of(program)
    if split.parcels and not np.any(
            split.must_i & (np.diff(split.start_i) == 0) & (split.area_i > 0.0)):
        check_plans(program, 2)


def check_plans(program: LinearProgram, groups: int) -> None:
    mixture = mixture_of(program, groups)
    mixture.level.at(np.zeros(len(mixture.level.split.row_r)))
    plans = []

    def told(plan, price_r):
        plans.extend([] if plan is None else [plan])
        return False

    mixture.sought(1e-9, told)
    try:
        best = solve_linear(program)
    except NoPlan:
        assert not plans
        return
    optimum = program.value(best.x_c)
    objectives = [plan.objective for plan in plans]
    for plan in plans:
        x_c = np.zeros(program.shape[1])
        x_c[plan.found.settled.option_o] = plan.found.area_o
        x_c[mixture.level.split.stock_s] = plan.found.stock_s
        size = max(1.0, plan.size)
        assert certify(program, x_c, np.zeros(program.shape[0])).primal_violation <= 1e-8
        assert program.value(x_c) == pytest.approx(plan.objective + program.offset, rel=1e-9,
                                                   abs=1e-9)
        assert plan.objective + program.offset <= optimum + 1e-7 * size
        assert plan.bound + program.offset >= optimum - 1e-9 * size
    assert objectives == sorted(objectives) or np.diff(objectives).min() > -1e-6 * size


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.sampled_from([1e-1, 1e-2, 1e-4]))
def test_the_gap_asked_for_is_kept(seed, gap):
    program = varied_program(seed)
    try:
        found = solve_decomposed(program, gap=gap)
    except NoPlan:
        with pytest.raises(NoPlan):
            solve_linear(program)
        return
    proof = certify(program, found.x_c, found.price_r)
    assert proof.relative_gap <= gap * (1.0 + 1e-6)
    assert proof.primal_violation <= 1e-7
    assert proof.dual_violation <= 1e-7
    assert found.status in ("optimal", "within_gap")


@settings(max_examples=30)
@given(st.integers(0, 2**31), st.integers(0, 30))
def test_stopped_anywhere_what_is_handed_over_is_a_plan(seed, after):
    program = varied_program(seed)
    now = [0.0]

    def heard(step: Step) -> None:
        now[0] += 8.0 / (after + 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("optimizer.solve.decomposition.decompose.time.monotonic", lambda: now[0])
        try:
            found = solve_decomposed(program, time_limit=10.0, log=heard)
        except (NoPlan, ro.Stopped):
            return
    proof = certify(program, found.x_c, found.price_r)
    assert proof.primal_violation <= 1e-7
    assert proof.relative_gap >= -1e-9
    assert found.status == "stopped" or proof.relative_gap <= 1e-9


def test_a_wide_gap_needs_no_exact_end():
    program = assemble(generate_instance(Size(1_200, 3, uses=3, methods=2, periods=2, sources=1)))
    steps: list[Step] = []
    found = solve_decomposed(program, gap=0.01, log=steps.append)
    assert found.status == "within_gap"
    assert {step.phase for step in steps} <= {"sample", "all", "mixture"}
    assert steps[-1].objective is not None
    assert 1e-9 < certify(program, found.x_c, found.price_r).relative_gap <= 0.01


def test_not_more_choices_are_kept_than_are_of_use():
    program = random_program(parcels=40, options=6, limits=5, seed=3)
    mixture = mixture_of(program)
    rng = np.random.default_rng(1)
    for _ in range(MOST_SEEN + 25):
        mixture.level.at(np.abs(rng.normal(0.0, 1e-3, len(mixture.level.split.row_r))))
    before = mixture.plan()
    assert len(mixture._seen) == MOST_SEEN
    after = mixture.plan()
    assert (before is None) == (after is None)
    if before is not None:
        assert after.objective == pytest.approx(before.objective, rel=1e-9)


def test_dominated_options_left_out_are_numbered_as_before():
    program = random_program(parcels=20, options=4, limits=3, seed=5)
    column = np.concatenate([np.repeat(np.arange(80), 2), [80]])
    cost = program.cost[column].copy()
    cost[1:160:2] -= 1.0
    wide = replace(program, matrix=program.matrix[:, column], cost=cost,
                   column_lower=np.zeros(161), column_upper=np.full(161, np.inf),
                   columns=program.columns.take(column))
    found = solve_decomposed(wide, gap=0.05)
    assert "never be best" in found.reason
    proof = certify(wide, found.x_c, found.price_r)
    assert proof.relative_gap <= 0.05
    assert proof.primal_violation <= 1e-9
