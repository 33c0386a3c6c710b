"""Starting from a known plan, and climbing only as far as needed."""

from __future__ import annotations

import numpy as np
import pytest
from small_programs import random_program

from optimizer.solve.highs import HighsSession


def test_from_its_own_optimum_nothing_is_left_to_do() -> None:
    program = random_program(parcels=200, options=10, limits=6, seed=3)
    cold = HighsSession(program).solve()
    session = HighsSession(program)
    session.start_from(program, cold.x_c)
    warm = session.solve()
    assert program.value(warm.x_c) == pytest.approx(program.value(cold.x_c), rel=1e-9)
    assert warm.iterations < cold.iterations / 4


def test_a_start_that_is_no_vertex_changes_no_answer() -> None:
    program = random_program(seed=4)
    best = HighsSession(program).solve()
    session = HighsSession(program)
    session.start_from(program, 0.5 * best.x_c)
    again = session.solve()
    assert program.value(again.x_c) == pytest.approx(program.value(best.x_c), rel=1e-9)


def test_a_climb_that_is_never_satisfied_reaches_the_optimum() -> None:
    program = random_program(parcels=300, options=10, limits=6, seed=5)
    best = program.value(HighsSession(program).solve().x_c)
    top = HighsSession(program).climb(lambda x_c: False)
    assert top.status == "optimal"
    assert program.value(top.x_c) == pytest.approx(best, rel=1e-9)


def test_a_climb_stops_at_the_first_look_that_is_enough() -> None:
    program = random_program(parcels=300, options=10, limits=6, seed=5)
    best = program.value(HighsSession(program).solve().x_c)
    looks: list[float] = []

    def enough(x_c: np.ndarray) -> bool:
        looks.append(program.value(x_c))
        return looks[-1] >= 0.5 * best

    session = HighsSession(program)
    stopped = session.climb(enough)
    assert 0.5 * best <= looks[-1] == pytest.approx(program.value(stopped.x_c))
    assert looks[-1] < best
    assert all(look < 0.5 * best for look in looks[:-1])
    # The limit on steps is gone again.
    assert program.value(session.solve().x_c) == pytest.approx(best, rel=1e-9)
