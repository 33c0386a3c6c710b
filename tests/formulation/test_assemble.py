"""The whole program: order and labels of rows and columns, and the record that carries it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from strategies import small_instances
from worked import instance_of, limit, rows_of_limit

from optimizer.formulation.assemble import assemble
from optimizer.formulation.block import sparse_rows
from optimizer.formulation.columns import columns_of
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of


def example() -> Instance:
    return instance_of(
        parcels=[{}, {"parcel": "b", "must_reclaim": 1}], methods=[{"after:soil_depth_m": 0.5}],
        sources=[{"source": "hill"}, {"source": "pit"}],
        hauls=[{"source": source, "parcel": parcel, "distance_km": 1}
               for source in ("hill", "pit") for parcel in "ab"],
        limits=[limit("money", "cost", period="*"), limit("least", sense=">=", use="grass")])


def test_rows_are_land_then_soil_then_limits() -> None:
    rows = assemble(example()).rows
    assert [Family(family).word for family in rows.family] == [
        "land", "must_reclaim", *["soil_balance"] * 4, *["limit"] * 3]
    np.testing.assert_array_equal(rows.parcel, [0, 1, -1, -1, -1, -1, -1, -1, -1])
    np.testing.assert_array_equal(rows.source, [-1, -1, 0, 0, 1, 1, -1, -1, -1])
    np.testing.assert_array_equal(rows.period, [-1, -1, 0, 1, 0, 1, 0, 1, -1])
    np.testing.assert_array_equal(rows.limit, [-1, -1, -1, -1, -1, -1, 0, 0, 1])
    np.testing.assert_array_equal(rows.use, [-1] * 8 + [0])


def test_columns_are_options_then_stocks() -> None:
    program = assemble(example())
    # 2 parcels x 2 periods x 2 sources, then 2 sources x 2 periods.
    np.testing.assert_array_equal(program.columns.is_stock, [False] * 8 + [True] * 4)
    np.testing.assert_array_equal(program.columns.source[8:], [0, 0, 1, 1])
    np.testing.assert_array_equal(program.columns.period[8:], [0, 1, 0, 1])
    assert program.columns.key(0) == (0, 0, 0, 0, 0, -1, -1)
    assert program.columns.key(11) == (-1, -1, -1, 1, 1, -1, -1)
    assert columns_of(example(), options_of(example())).stock(1, 0) == 10


def test_rows_of_a_limit_are_found_by_its_line() -> None:
    instance = example()
    assert rows_of_limit(instance, assemble(instance), "least").tolist() == [8]


@given(small_instances())
def test_shapes_bounds_and_labels_agree(instance: Instance) -> None:
    options = options_of(instance)
    program = assemble(instance, options)
    rows, columns = program.shape
    assert program.matrix.shape == (rows, columns)
    assert columns == options.count + instance.topsoil.count * instance.calendar.count
    assert np.all(program.row_lower <= program.row_upper)
    assert np.all(program.column_lower == 0.0)
    assert np.all(program.column_upper == np.inf)
    assert np.all(program.matrix.data != 0.0)
    assert np.all(np.isfinite(program.matrix.data))
    assert np.all(np.isfinite(program.cost))
    assert len({program.columns.key(column) for column in range(columns)}) == columns
    np.testing.assert_array_equal(program.cost, stage_costs(instance, options)[0].cost_c)
    np.testing.assert_array_equal(program.columns.parcel[:options.count], options.parcel_o)


@given(small_instances())
def test_the_same_instance_gives_the_same_program(instance: Instance) -> None:
    one, two = assemble(instance), assemble(instance)
    assert abs(one.matrix - two.matrix).nnz == 0
    np.testing.assert_array_equal(one.row_upper, two.row_upper)
    np.testing.assert_array_equal(one.cost, two.cost)


def program_of(matrix: list[list[float]], cost: list[float]) -> LinearProgram:
    base = assemble(instance_of())
    rows = len(matrix)
    return LinearProgram(
        sp.csc_array(np.array(matrix)), np.zeros(rows), np.full(rows, 9.0), np.zeros(len(cost)),
        np.full(len(cost), np.inf), np.array(cost), RowLabels.of(Family.LIMIT, rows), base.columns)


def test_value_and_activity() -> None:
    program = program_of([[1, 2], [0, 3]], [4, 5])
    point = np.array([10.0, 1.0])
    # 4 x 10 + 5 x 1; 1 x 10 + 2 x 1 and 3 x 1.
    assert program.value(point) == 45.0
    assert program.with_cost(program.cost, offset=2.0).value(point) == 47.0
    np.testing.assert_array_equal(program.activity(point), [12.0, 3.0])


def test_with_row_adds_at_the_end_and_changes_nothing_else() -> None:
    program = program_of([[1, 2]], [4, 5])
    more = program.with_row(np.array([0.0, 7.0]), 1.0, np.inf,
                            RowLabels.of(Family.OBJECTIVE_FLOOR, 1, limit=3))
    np.testing.assert_array_equal(more.matrix.toarray(), [[1, 2], [0, 7]])
    np.testing.assert_array_equal(more.row_lower, [0, 1])
    assert more.rows.key(1) == (
        Family.OBJECTIVE_FLOOR, -1, -1, -1, -1, -1, 3, -1, -1, -1)
    assert program.shape == (1, 2)


def test_sparse_rows_leave_zeros_out() -> None:
    rows = sparse_rows([(np.array([0, 2]), np.array([1.0, 0.0])),
                        (np.zeros(0, np.int64), np.zeros(0)),
                        (np.array([1, 2]), np.array([3.0, 4.0]))], 3)
    np.testing.assert_array_equal(rows.toarray(), [[1, 0, 0], [0, 0, 0], [0, 3, 4]])
    assert rows.nnz == 3


@pytest.mark.parametrize("family", Family)
def test_words_of_families(family: Family) -> None:
    assert family.word == family.name.lower()
