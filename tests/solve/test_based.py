"""A first optimum that leaves a basis, also where the decomposition finds it."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import LinearProgram
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve import based
from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import HighsSession
from optimizer.solve.linear import solved_session
from optimizer.solve.warm import WarmProgram


@pytest.fixture(scope="module")
def program() -> LinearProgram:
    return assemble(generate_instance(Size(60, 3)))


def test_the_basis_at_the_prices_of_the_decomposition_is_optimal(
    program: LinearProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(based, "DECOMPOSED_FROM_COLUMNS", 1)
    raw, basis, session = based.solved_with_basis(program)
    assert session is None
    assert basis is not None
    # A basis has as many members as there are rows.
    assert np.sum(basis.column_c == 1) + np.sum(basis.row_r == 1) == program.shape[0]
    alone = solved_session(program)[1]
    assert program.value(raw.x_c) == pytest.approx(program.value(alone.x_c), rel=1e-9)
    # HiGHS has nothing left to do from an optimal basis.
    again = HighsSession(program)
    again.start_from_basis(basis)
    assert again.solve().iterations == 0


def test_neighbours_are_solved_from_it(
    program: LinearProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(based, "DECOMPOSED_FROM_COLUMNS", 1)
    warm = WarmProgram(program)
    dearer = program.with_cost(program.cost * np.linspace(0.95, 1.05, program.shape[1]))
    alone = solved_session(dearer)[1]
    assert dearer.value(warm.solve(dearer).x_c) == pytest.approx(dearer.value(alone.x_c), rel=1e-9)


def test_where_the_decomposition_does_not_get_there_highs_does(
    program: LinearProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_answer(*_: object) -> None:
        raise NoAnswer("nothing")

    monkeypatch.setattr(based, "DECOMPOSED_FROM_COLUMNS", 1)
    monkeypatch.setattr("optimizer.solve.decomposition.answer.solve_decomposed", without_answer)
    raw, basis, session = based.solved_with_basis(program)
    assert raw.status == "optimal"
    assert basis is not None
    assert session is not None
