"""A neighbour solved from the base's basis has the optimum that a fresh solve finds."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from small_programs import random_program

from optimizer.formulation.program import LinearProgram
from optimizer.solve import warm
from optimizer.solve.certificate import certify
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.sift import columns_taken
from optimizer.solve.warm import REASON, WarmProgram

BASE = random_program(parcels=60, options=8, limits=5, seed=2)
BEST = solve_linear(BASE)
#: A limit that binds, and an option of the plan.
BINDING = BASE.shape[0] - 5 + int(np.argmax(np.abs(
    BEST.price_r[-5:] * BASE.activity(BEST.x_c)[-5:])))
CHOSEN = int(np.argmax(BEST.x_c[:-1]))


def with_bounds(factor: float) -> LinearProgram:
    """The limits' bounds loosened: the last five rows."""
    lower, upper = BASE.row_lower.copy(), BASE.row_upper.copy()
    upper[-5:] *= factor
    lower[-5:] /= factor
    return replace(BASE, row_lower=lower, row_upper=upper)


def with_costs() -> LinearProgram:
    return replace(BASE, cost=BASE.cost * np.linspace(0.5, 1.5, len(BASE.cost)))


def with_coefficient() -> LinearProgram:
    matrix = BASE.matrix.copy()
    matrix.data[np.flatnonzero(matrix.indices == BINDING)[:100]] *= 0.5
    return replace(BASE, matrix=matrix)


def with_matrix() -> LinearProgram:
    matrix = BASE.matrix.copy()
    matrix.data[matrix.indices >= BASE.shape[0] - 5] *= 0.9
    return replace(BASE, matrix=matrix)


def with_new_coefficient() -> LinearProgram:
    dense = BASE.matrix.toarray()
    absent = np.flatnonzero((dense[BINDING] == 0.0) & (BEST.x_c > 0.0))
    dense[BINDING, absent[0]] = np.max(dense[BINDING])
    return replace(BASE, matrix=sp.csc_array(dense))


def with_column_bounds() -> LinearProgram:
    upper = BASE.column_upper.copy()
    upper[CHOSEN] = 0.5
    return replace(BASE, column_upper=upper)


NEIGHBOURS = {
    "bounds": with_bounds(1.05), "costs": with_costs(), "a few coefficients": with_coefficient(),
    "the matrix": with_matrix(), "a new coefficient": with_new_coefficient(),
    "column bounds": with_column_bounds(),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_neighbour_has_the_optimum_of_a_fresh_solve(name: str) -> None:
    neighbour = NEIGHBOURS[name]
    answer = WarmProgram(BASE).solve(neighbour)
    fresh = solve_linear(neighbour)
    assert answer.reason == REASON
    assert neighbour.value(answer.x_c) == pytest.approx(neighbour.value(fresh.x_c), rel=1e-9)
    assert neighbour.value(answer.x_c) != pytest.approx(BASE.value(BEST.x_c), rel=1e-6)
    proof = certify(neighbour, answer.x_c, answer.price_r)
    assert abs(proof.relative_gap) <= 1e-9
    assert proof.primal_violation <= 1e-9


def test_the_order_of_the_solves_does_not_show_in_a_single_bit() -> None:
    one = WarmProgram(BASE)
    forwards = {name: one.solve(program) for name, program in NEIGHBOURS.items()}
    other = pickle.loads(pickle.dumps(WarmProgram(BASE, one.basis)))
    for name in reversed(NEIGHBOURS):
        again = other.solve(NEIGHBOURS[name])
        assert np.array_equal(again.x_c, forwards[name].x_c), name
        assert np.array_equal(again.price_r, forwards[name].price_r), name


def test_the_base_is_solved_once_and_its_basis_spares_the_second() -> None:
    first = WarmProgram(BASE)
    assert BASE.value(first.base.x_c) == pytest.approx(BASE.value(BEST.x_c), rel=1e-9)
    again = WarmProgram(BASE, first.basis)
    assert np.allclose(again.base.x_c, first.base.x_c, rtol=1e-9, atol=1e-9)
    assert again.base.reason == REASON


def test_an_infeasible_neighbour_and_the_next_one_after_it() -> None:
    program = WarmProgram(BASE)
    lower, upper = BASE.row_lower.copy(), BASE.row_upper.copy()
    at_least = np.flatnonzero(np.isfinite(lower) & ~np.isfinite(upper))
    lower[at_least] *= 1e3
    with pytest.raises(NoPlan):
        program.solve(replace(BASE, row_lower=lower))
    answer = program.solve(NEIGHBOURS["bounds"])
    assert np.array_equal(answer.x_c, WarmProgram(BASE, program.basis).solve(
        NEIGHBOURS["bounds"]).x_c)


def test_an_infeasible_base_says_so() -> None:
    with pytest.raises(NoPlan):
        _ = WarmProgram(replace(BASE, row_lower=np.where(
            np.isfinite(BASE.row_upper), BASE.row_lower, 1e9))).base


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_sifting_finds_the_optimum_of_the_whole_program(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = NEIGHBOURS[name]
    monkeypatch.setattr(warm, "SIFTED_ABOVE_COLUMNS", 0)
    monkeypatch.setattr("optimizer.solve.sift.KEPT_PER_PARCEL", 2)  # so that columns are missing
    program = WarmProgram(BASE)
    raw = program._sifted(neighbour, None)
    assert raw is not None
    assert raw.x_c.shape == (BASE.shape[1],)
    answer = program.solve(neighbour)
    fresh = solve_linear(neighbour)
    assert neighbour.value(answer.x_c) == pytest.approx(neighbour.value(fresh.x_c), rel=1e-9)
    assert certify(neighbour, answer.x_c, answer.price_r).relative_gap <= 1e-9


def test_options_that_come_and_go_are_told_apart_by_their_labels() -> None:
    # The base lacks every third option, among them some of the plan; the whole has them again.
    kept = np.flatnonzero((np.arange(BASE.shape[1]) % 3 != 1) | BASE.columns.is_stock)
    fewer = columns_taken(BASE, kept)
    for base, neighbour in ((fewer, BASE), (BASE, fewer)):
        answer = WarmProgram(base).solve(neighbour)
        assert answer.reason == REASON
        fresh = solve_linear(neighbour)
        assert neighbour.value(answer.x_c) == pytest.approx(neighbour.value(fresh.x_c), rel=1e-9)
        assert certify(neighbour, answer.x_c, answer.price_r).relative_gap <= 1e-9
    assert BASE.value(BEST.x_c) > fewer.value(solve_linear(fewer).x_c) + 1.0


def test_a_neighbour_of_other_rows_is_solved_afresh() -> None:
    smaller = random_program(parcels=20, options=8, limits=5, seed=2)
    answer = WarmProgram(BASE).solve(smaller)
    assert answer.reason != REASON
    assert smaller.value(answer.x_c) == pytest.approx(
        smaller.value(solve_linear(smaller).x_c), rel=1e-9)


def test_a_warm_answer_without_proof_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "proven", lambda *arguments: False)
    answer = WarmProgram(BASE).solve(NEIGHBOURS["costs"])
    assert answer.reason != REASON
    fresh = solve_linear(NEIGHBOURS["costs"])
    assert np.array_equal(answer.x_c, fresh.x_c)


def test_sifting_proves_that_no_column_can_meet_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solve.sift.KEPT_PER_PARCEL", 2)
    program = WarmProgram(BASE)
    at_least = np.flatnonzero(np.isfinite(BASE.row_lower) & ~np.isfinite(BASE.row_upper))[-1]
    land = BASE.shape[0] - 6
    area = BASE.row_upper[:land]
    row = BASE.matrix.tocsr()[[at_least]].toarray()[0]
    best = np.zeros(land)
    options = BASE.columns.parcel >= 0
    np.maximum.at(best, BASE.columns.parcel[options], row[options])
    most = float(area @ best)  # the land alone allows no more
    for asked, possible in ((0.999 * float(BASE.activity(most_plan(row))[at_least]), True),
                            (1.001 * most, False)):
        lower = np.where(np.arange(BASE.shape[0]) == at_least, asked, -np.inf)
        lower[:land + 1] = BASE.row_lower[:land + 1]
        neighbour = replace(BASE, row_lower=lower, row_upper=np.where(
            np.arange(BASE.shape[0]) > land, np.inf, BASE.row_upper))
        raw = program._sifted(neighbour, None)
        assert raw is not None
        assert raw.status == ("optimal" if possible else "infeasible")
        if possible:
            fresh = solve_linear(neighbour)
            assert neighbour.value(raw.x_c) == pytest.approx(neighbour.value(fresh.x_c), rel=1e-9)


def most_plan(row: np.ndarray) -> np.ndarray:
    """Plan with the most of a row, under land and soil alone."""
    soil = BASE.shape[0] - 6
    free = np.arange(BASE.shape[0]) > soil
    return solve_linear(replace(
        BASE, cost=row, row_lower=np.where(free, -np.inf, BASE.row_lower),
        row_upper=np.where(free, np.inf, BASE.row_upper))).x_c
