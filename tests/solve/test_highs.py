from __future__ import annotations

import numpy as np
import pytest
from small_programs import column_labels, known_optimum, program_of, random_program

from optimizer.formulation.program import Family, RowLabels
from optimizer.solve.certificate import certify
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import HighsSession
from optimizer.solve.raw import method_for
from optimizer.solve.scaling import scaling_of


def test_both_methods_reach_the_known_optimum_with_proof():
    program, _, _, optimum = known_optimum(7, parcels=60, options=9, limits=8)
    for method in ("simplex", "ipx"):
        raw = HighsSession(program).solve(method)
        assert raw.status == "optimal"
        assert program.value(raw.x_c) == pytest.approx(optimum, rel=1e-12)
        certificate = certify(program, raw.x_c, raw.price_r)
        assert certificate.primal_violation < 1e-9
        assert certificate.dual_violation < 1e-9
        assert abs(certificate.relative_gap) < 1e-9


def test_prices_are_changes_of_the_optimum_per_unit_of_the_bound():
    program = random_program(seed=3)
    session = HighsSession(program)
    first = session.solve()
    rows = np.flatnonzero(program.rows.family == Family.LIMIT)
    assert np.any(first.price_r[rows] != 0.0)
    for row in rows:
        step = 1e-5 * max(1.0, abs(program.row_upper[row]) if np.isfinite(program.row_upper[row])
                          else abs(program.row_lower[row]))
        at = np.array([row])
        session.change_row_bounds(at, program.row_lower[at] + step, program.row_upper[at] + step)
        gained = program.value(session.solve().x_c) - program.value(first.x_c)
        session.change_row_bounds(at, program.row_lower[at], program.row_upper[at])
        assert gained == pytest.approx(first.price_r[row] * step, rel=1e-4, abs=1e-6)


def test_signs_of_prices():
    program = random_program(seed=5, must=0.0)
    price_r = HighsSession(program).solve().price_r
    assert np.all(price_r[np.isinf(program.row_lower)] >= -1e-12)
    assert np.all(price_r[np.isinf(program.row_upper)] <= 1e-12)


def test_warm_solves_equal_cold_ones():
    program = random_program(parcels=80, seed=11)
    session = HighsSession(program)
    cold = session.solve()
    row = np.array([program.shape[0] - 1])
    lower, upper = program.row_lower[row] * 0.99, program.row_upper[row] * 1.01
    session.change_row_bounds(row, lower, upper)
    columns = np.arange(5)
    session.change_costs(columns, program.cost[columns] + 7.0)
    warm = session.solve()
    program.row_lower[row], program.row_upper[row] = lower, upper
    changed = program.with_cost(program.cost + np.where(np.arange(program.shape[1]) < 5, 7.0, 0.0))
    fresh = HighsSession(changed).solve()
    assert changed.value(warm.x_c) == pytest.approx(changed.value(fresh.x_c), rel=1e-11)
    assert warm.iterations < cold.iterations
    assert warm.method == "simplex"


def test_scaling_is_by_powers_of_two_and_undone_exactly():
    program = random_program(seed=2)
    scaling = scaling_of(program)
    for factors in (scaling.row_r, scaling.column_c, np.array([scaling.cost])):
        assert np.all(np.frexp(factors)[0] == 0.5)
    scaled = abs(scaling.scaled_matrix(program.matrix))
    assert np.all((scaled.max(axis=0).toarray() >= 0.5) & (scaled.max(axis=0).toarray() <= 1.0))


def test_the_answer_does_not_depend_on_units():
    program = random_program(seed=4)
    plain = HighsSession(program).solve()
    row = program.shape[0] - 1
    matrix = program.matrix.tolil()
    matrix[row] = matrix[[row]].toarray() * 1024.0  # the same limit in a smaller unit
    rescaled = program_of(
        matrix.tocsc(), np.append(program.row_lower[:-1], program.row_lower[-1] * 1024),
        np.append(program.row_upper[:-1], program.row_upper[-1] * 1024), program.cost,
        program.rows, program.columns)
    other = HighsSession(rescaled).solve()
    assert other.x_c.tolist() == plain.x_c.tolist()
    assert other.price_r[-1] * 1024 == plain.price_r[-1]


def tiny(lower, upper, cost, **more):
    rows = RowLabels.concatenate([RowLabels.of(Family.LIMIT, 1, limit=0)])
    return program_of([[1.0, 1.0]], [lower], [upper], cost, rows, column_labels([0, 0]), **more)


def test_statuses():
    assert HighsSession(tiny(-np.inf, -1.0, [1.0, 1.0])).solve().status == "infeasible"
    assert HighsSession(tiny(1.0, np.inf, [1.0, 1.0])).solve().status == "unbounded"
    # x + z >= 1, at a cost of 2 and 3: x = 1.
    assert HighsSession(tiny(1.0, np.inf, [-2.0, -3.0])).solve().x_c.tolist() == [1.0, 0.0]


def test_canary_for_releases_with_a_wrong_presolve():
    # min 2x + 3z, x + z >= 4.5, z whole. Per unit x is cheaper than z: x = 4.5, z = 0, cost 9.
    # highspy 1.14.0 answers 15.
    program = tiny(4.5, np.inf, [-2.0, -3.0], integer_c=np.array([False, True]))
    raw = HighsSession(program).solve()
    assert program.value(raw.x_c) == pytest.approx(-9.0, abs=1e-9)
    assert raw.bound == pytest.approx(-9.0, abs=1e-6)


def test_refused_options_raise():
    with pytest.raises(SolverFault, match="no_such_option"):
        HighsSession(tiny(1.0, 2.0, [1.0, 1.0]))._set("no_such_option", 1.0)


def test_method_depends_on_size_and_says_why():
    assert method_for(10)[0] == "simplex"
    assert method_for(1_000_000)[0] == "ipx"
    assert "crossover" in method_for(1_000_000)[1]
