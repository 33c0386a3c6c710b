"""Decomposition finds what HiGHS finds on the whole program, and proves it as well."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import small_instances
from varied_programs import varied_program

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import LinearProgram
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.solve.certificate import certify
from optimizer.solve.decomposition.answer import solve_decomposed
from optimizer.solve.linear import NoPlan, solve_linear
from optimizer.solve.stages import Answer

MANY = settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))


def answer_or_none(solve, program: LinearProgram) -> Answer | None:
    try:
        return solve(program)
    except NoPlan:
        return None


def assert_same(program: LinearProgram) -> None:
    known = answer_or_none(solve_linear, program)
    found = answer_or_none(solve_decomposed, program)
    assert (known is None) == (found is None)
    if known is None or found is None:
        return
    optimum = program.value(known.x_c)
    assert program.value(found.x_c) == pytest.approx(optimum, rel=1e-9, abs=1e-9)
    proof = certify(program, found.x_c, found.price_r)
    assert proof.relative_gap <= 1e-9
    assert proof.primal_violation <= 1e-7
    assert proof.dual_violation <= 1e-7
    assert found.status == "optimal"


@settings(max_examples=80)
@given(small_instances())
def test_instances_with_every_family(instance):
    assert_same(assemble(instance))


@settings(max_examples=80)
@given(st.integers(0, 2**31))
def test_programs_with_every_kind_of_row(seed):
    assert_same(varied_program(seed))


@pytest.mark.slow
@MANY
@given(small_instances())
def test_thousands_of_instances(instance):
    assert_same(assemble(instance))


@pytest.mark.slow
@MANY
@given(st.integers(0, 2**31))
def test_thousands_of_programs(seed):
    assert_same(varied_program(seed))


def test_an_instance_large_enough_for_samples():
    program = assemble(generate_instance(Size(1_200, 3, uses=3, methods=2, periods=2, sources=1)))
    assert_same(program)


@pytest.mark.slow
def test_twenty_thousand_parcels():
    program = assemble(generate_instance(Size(20_000, 2)))
    found = solve_decomposed(program)
    proof = certify(program, found.x_c, found.price_r)
    assert abs(proof.relative_gap) <= 1e-9
    assert proof.primal_violation <= 1e-7
    assert proof.dual_violation <= 1e-7
