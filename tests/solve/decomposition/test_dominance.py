"""Options left out are dominated, and leaving them out changes neither optimum nor proof."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import random_program
from strategies import small_instances
from varied_programs import varied_program

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import LinearProgram
from optimizer.solve.certificate import certify, upper_bound
from optimizer.solve.decomposition import answer as answers
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.decomposition.dominance import dominated_by, without_dominated
from optimizer.solve.decomposition.dual import allowed
from optimizer.solve.decomposition.pricing import ByColumns
from optimizer.solve.decomposition.split import Split, split_of
from optimizer.solve.linear import NoPlan


def stands_in(split: Split, one: np.ndarray, other: np.ndarray) -> bool:
    """Row by row: may `one` be in place of `other` wherever the rules let `other`?"""
    for r in range(len(split.row_r)):
        most, least = np.isfinite(split.upper_r[r]), np.isfinite(split.lower_r[r])
        if most and one[r] > other[r]:
            return False
        if least and one[r] < other[r]:
            return False
    return True


def dominators(program: LinearProgram, split: Split, i: int, d: int) -> list[int]:
    """Options of parcel i that dominate d; of options alike in all, the first; -1 for leaving."""
    a_ro, gain_o = program.matrix.toarray()[split.row_r], program.cost
    found = []
    if not split.must_i[i] and gain_o[d] <= 0.0 and stands_in(
            split, np.zeros(len(a_ro)), a_ro[:, d]):
        found.append(-1)
    for k in range(split.start_i[i], split.start_i[i + 1]):
        if k == d or gain_o[k] < gain_o[d] or not stands_in(split, a_ro[:, k], a_ro[:, d]):
            continue
        if k < d or gain_o[k] > gain_o[d] or not stands_in(split, a_ro[:, d], a_ro[:, k]):
            found.append(k)
    return found


def with_worse(program: LinearProgram, seed: int) -> LinearProgram:
    """Beside many an option stands one that is worse in some rows, better in none."""
    rng = np.random.default_rng(seed)
    split = split_of(program)
    option = np.repeat(np.arange(split.options), rng.integers(1, 4, split.options))
    column = np.concatenate([option, split.stock_s])
    worse = np.flatnonzero(np.append(False, option[1:] == option[:-1]))
    matrix, cost = program.matrix[:, column].tolil(), program.cost[column].copy()
    cost[worse] -= rng.choice([0.0, 1.0, 5.0], len(worse))
    for r, row in enumerate(split.row_r):
        sign = {(False, True): 1.0, (True, False): -1.0}.get(
            (bool(np.isfinite(split.lower_r[r])), bool(np.isfinite(split.upper_r[r]))), 0.0)
        for c in worse[rng.random(len(worse)) < 0.3]:
            matrix[row, c] += sign * abs(matrix[row, c]) * rng.choice([0.1, 1.0])
    return replace(program, matrix=matrix.tocsc(), cost=cost,
                   column_lower=program.column_lower[column],
                   column_upper=program.column_upper[column],
                   columns=program.columns.take(column))


def assert_dominated(program: LinearProgram) -> int:
    split = split_of(program)
    option_o, by_o = dominated_by(split, ByColumns.of(program, split), np.arange(split.parcels))
    assert option_o.tolist() == list(range(split.options))
    for i in range(split.parcels):
        for d in range(split.start_i[i], split.start_i[i + 1]):
            known = dominators(program, split, i, d)
            if not known:
                assert by_o[d] == d
                continue
            assert by_o[d] in known
            assert by_o[d] == -1 or by_o[by_o[d]] == by_o[d]  # by one that is kept
    return int(np.count_nonzero(by_o != option_o))


@settings(max_examples=30)
@given(st.integers(0, 2**31))
def test_what_is_left_out_is_dominated_by_what_is_kept(seed):
    """And nothing else is left in: these parcels have fewer options than are held against."""
    program = varied_program(seed, parcels=1 + seed % 7)
    assert_dominated(program)
    assert_dominated(with_worse(program, seed))


@settings(max_examples=20)
@given(small_instances())
def test_instances_lose_dominated_options_alone(instance):
    assert_dominated(assemble(instance))


def test_worse_options_are_found():
    program = random_program(parcels=20, options=4, limits=3, seed=5)
    wide = with_worse(program, 5)
    added = wide.shape[1] - program.shape[1]
    assert added > 20
    assert assert_dominated(wide) >= assert_dominated(program) + added


def bounds_left_and_in_full(program: LinearProgram, seed: int) -> tuple[float, float]:
    """Bound over the options left, and over all, at some prices."""
    split = split_of(program)
    fewer = without_dominated(split, ByColumns.of(program, split), 0.0)
    columns = np.concatenate([fewer.option_n, split.stock_s])
    left = replace(program, matrix=program.matrix[:, columns], cost=program.cost[columns],
                   column_lower=program.column_lower[columns],
                   column_upper=program.column_upper[columns],
                   columns=program.columns.take(columns))
    noise = np.random.default_rng(seed).normal(0.0, 10.0, len(split.row_r))
    price_r = np.zeros(program.shape[0])
    price_r[split.row_r] = allowed(split, noise)
    return upper_bound(left, price_r), upper_bound(program, price_r)


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_the_bound_is_the_same_without_them(seed):
    left, full = bounds_left_and_in_full(with_worse(varied_program(seed), seed), seed)
    assert left == pytest.approx(full, rel=1e-12, abs=1e-9)


def solved(program: LinearProgram, least_share: float):
    """Answer with dominated options left out from a share of them on; None without a plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "without_dominated",
                      partial(without_dominated, least_share=least_share))
        try:
            return solve_decomposed(program)
        except NoPlan:
            return None


def assert_same_answer(program: LinearProgram) -> None:
    known, found = solved(program, 2.0), solved(program, 0.0)
    assert (known is None) == (found is None)
    if known is None or found is None:
        return
    assert program.value(found.x_c) == pytest.approx(program.value(known.x_c), rel=1e-9, abs=1e-9)
    proof = certify(program, found.x_c, found.price_r)  # over all options
    assert proof.relative_gap <= 1e-9
    assert proof.primal_violation <= 1e-7
    assert proof.dual_violation <= 1e-7


@settings(max_examples=30)
@given(st.integers(0, 2**31))
def test_the_optimum_and_its_proof_are_the_same(seed):
    assert_same_answer(with_worse(varied_program(seed), seed))


@settings(max_examples=20)
@given(small_instances())
def test_the_optimum_of_instances_is_the_same(instance):
    assert_same_answer(assemble(instance))


def test_left_out_only_where_there_are_enough():
    program = random_program(parcels=20, options=4, limits=3, seed=5)
    few, many = solve_decomposed(program), solve_decomposed(with_worse(program, 5))
    assert "never be best" not in few.reason
    assert "never be best" in many.reason


def test_by_hand():
    """One budget (<=), and one row that asks for the same (=).

    Option  gain  budget  same     standing
    0       5     2       1        kept
    1       5     2       1        alike with 0: the first is kept
    2       4     3       1        0 earns more and takes less
    3       4     1       1        takes less than 0: kept
    4       9     9       0        takes another amount of the = row: kept
    5       -1    1       0        leaving the land earns more and takes less
    """
    program = random_program(parcels=1, options=6, limits=1, seed=1, must=0.0)
    split = split_of(program)
    matrix = program.matrix.tolil()
    matrix[split.row_r[0]] = [2, 2, 3, 1, 9, 1] + [0] * (program.shape[1] - 6)
    matrix[split.row_r[1]] = [1, 1, 1, 1, 0, 0] + [0] * (program.shape[1] - 6)
    cost = program.cost.copy()
    cost[:6] = [5, 5, 4, 4, 9, -1]
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[split.row_r[:2]], upper[split.row_r[:2]] = [-np.inf, 5.0], [40.0, 5.0]
    program = replace(program, matrix=matrix.tocsc(), cost=cost, row_lower=lower, row_upper=upper)
    split = split_of(program)
    assert not split.must_i[0]
    _, by_o = dominated_by(split, ByColumns.of(program, split), np.array([0]))
    assert by_o.tolist() == [0, 0, 0, 3, 4, -1]
