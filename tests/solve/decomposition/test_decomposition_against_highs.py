"""Decomposition finds what HiGHS finds on the whole program, and proves it as well."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import small_instances, table_of
from varied_programs import varied_program

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import LinearProgram
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
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


#: One row of each basis and more: shares of all three denominators, averages, even flow, equal
#: zones, running sums, and right-hand sides of 0.
EVERY_BASIS = (
    {"account": "area", "use": "forest", "sense": ">=", "value": 12, "unit": "%",
     "basis": "share_of_reclaimed", "zone": "*"},
    {"account": "area", "use": "grass", "sense": "<=", "value": 30, "unit": "%",
     "basis": "share_of_available"},
    {"account": "area", "sense": ">=", "value": 2, "unit": "%", "basis": "share_of_released",
     "period": "*", "cumulative": 1},
    {"account": "cost", "sense": "<=", "value": 90_000, "basis": "average"},
    {"account": "area", "sense": "=", "basis": "equal", "zone": "*"},
    {"account": "cost", "sense": "<=", "value": 1e7, "period": "*", "cumulative": 1},
    {"account": "area", "use": "cropland", "method": "*", "sense": "<=", "value": 0,
     "period": "2046"},
    {"account": "area", "use": "shrub", "sense": "=", "value": 10},
)


def test_every_basis_of_limit_on_larger_land():
    made = generate_instance(Size(150, 4))
    rows = [{"limit": f"l{number}", **row} for number, row in enumerate(EVERY_BASIS)]
    keys = dict.fromkeys(key for row in rows for key in row)
    limits = table_of("limits", [{key: row.get(key) for key in keys} for row in rows])
    instance = instance_from_tables(made.settings, {**made.tables, "limits": limits})
    program = assemble(instance)
    assert solve_linear(program).status == "optimal"
    assert_same(program)
    assert_same(assemble(with_an_idle_period(instance, rows)))


def with_an_idle_period(instance: Instance, rows: list[dict[str, object]]) -> Instance:
    """The same, with nothing reclaimed in the first period: a right-hand side of 0."""
    bare = {"limit": "none", "account": "area", "sense": "<=", "value": 0, "period": "2026"}
    kept = [*(row for row in rows if row.get("basis") not in ("equal", "share_of_released")), bare]
    keys = dict.fromkeys(key for row in kept for key in row)
    limits = table_of("limits", [{key: row.get(key) for key in keys} for row in kept])
    return instance_from_tables(instance.settings, {**instance.tables, "limits": limits})
