"""Rows of rules on neighbours (T1 to T3), against coefficients by hand and the reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from rasters import raster
from strategies import Row, small_instances
from test_reference import compare

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import row_name
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of


def two_cells(rule: Row, cells: dict[str, Row] | None = None) -> Instance:
    """Cells of 4 ha beside each other, uses u0 and u1, one rule."""
    return raster(np.ones((1, 2, 2)), area_ha=4.0, cells=cells,
                  tables={"neighbours": [{"rule": "n", "use_a": "u0"} | rule]})


def rows_of(instance: Instance) -> tuple[np.ndarray, np.ndarray, list[tuple[str, ...]]]:
    program = assemble(instance)
    rows = np.flatnonzero(program.rows.family == Family.NEIGHBOUR)
    assert (program.row_lower[rows] == -np.inf).all()
    names = [row_name(instance, program, int(row)) for row in rows]
    return (program.matrix.toarray()[rows], program.row_upper[rows],
            [(name.family, name.limit, name.use, name.parcel, name.neighbour) for name in names])


def test_uses_apart() -> None:
    # Columns x[0,u0], x[0,u1], x[1,u0], x[1,u1]; a share is 1/4 of a hectare.
    matrix, upper, names = rows_of(two_cells({"relation": "apart", "use_b": "u1"}))
    np.testing.assert_allclose(matrix, [[0.25, 0, 0, 0.25], [0, 0.25, 0.25, 0]])
    np.testing.assert_array_equal(upper, 1.0)
    assert names == [("neighbour", "n", "u0", "r0c0", "r0c1"),
                     ("neighbour", "n", "u0", "r0c1", "r0c0")]


def test_one_use_apart_from_itself_is_one_row_a_pair() -> None:
    matrix, upper, _ = rows_of(two_cells({"relation": "apart", "use_b": "u0"}))
    np.testing.assert_allclose(matrix, [[0.25, 0, 0.25, 0]])
    np.testing.assert_array_equal(upper, 1.0)


def test_uses_together() -> None:
    matrix, upper, names = rows_of(two_cells({"relation": "together", "use_b": "u1"}))
    np.testing.assert_allclose(matrix, [[0.25, 0, 0, -0.25], [0, -0.25, 0.25, 0]])
    np.testing.assert_array_equal(upper, 0.0)
    assert names == [("neighbour", "n", "u0", "r0c0", ""), ("neighbour", "n", "u0", "r0c1", "")]


@pytest.mark.parametrize(("rule", "rows"), [
    # Only the wet cell r0c1 counts as a neighbour to stay away from; it needs no water itself.
    ({"relation": "apart", "use_b": "u1"}, [("r0c0", "r0c1")]),
    ({"relation": "together", "use_b": "u1"}, [("r0c0", "")]),
])
def test_an_attribute_singles_neighbours_out(rule: Row, rows: list[tuple[str, str]]) -> None:
    cells = {"r0c0": {"wet": 0}, "r0c1": {"wet": 1}}
    instance = two_cells(rule | {"attribute": "wet", "minimum": 1}, cells)
    assert [name[3:] for name in rows_of(instance)[2]] == rows


@pytest.mark.parametrize(("relation", "allowed"), [
    # r0c1 is wet: r0c0 lies beside it, r0c2 too, r0c3 does not.
    ("apart", [False, True, False, True]), ("together", [True, True, True, False])])
def test_land_alone_decides(relation: str, allowed: list[bool]) -> None:
    cells = {f"r0c{c}": {"wet": float(c == 1)} for c in range(4)}
    instance = raster(np.ones((1, 4, 1)), cells=cells, tables={"neighbours": [
        {"rule": "n", "use_a": "u0", "relation": relation, "attribute": "wet", "minimum": 1}]})
    assert eligibility_of(instance).allowed_ium[:, 0].tolist() == allowed
    assert not len(rows_of(instance)[0])


def test_distance_between_middles_counts_as_contact() -> None:
    # 100 m apart in a row: 200 m reach two cells, 199 m only the next one. 6 pairs less the one
    # over 300 m are 5; next to each other there are 3. Two rows a pair.
    cells = {f"r0c{c}": {"x": 500_000 + 100 * c, "y": 4_000_000} for c in range(4)}
    for distance, pairs in ((200, 5), (199, 3)):
        instance = raster(np.ones((1, 4, 2)), cells=cells, tables={"neighbours": [
            {"rule": "n", "use_a": "u0", "relation": "apart", "use_b": "u1",
             "distance_m": distance}]})
        assert len(rows_of(instance)[0]) == 2 * pairs
        compare(instance)


def test_lead_uses_of_zones() -> None:
    cells = {f"r0c{c}": {"zone": ("west", "east")[c // 2]} for c in range(4)}
    compare(raster(np.ones((1, 4, 2)), cells=cells, tables={"clusters": [
        {"zone": "west", "use": "u0", "minimum_share_pct": 60},
        {"zone": "east", "use": "u1", "minimum_share_pct": 12.5}]}))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(limits=False, neighbours=True))
def test_reference_equals_the_arrays(instance: Instance) -> None:
    compare(instance)
