"""Boundary rows and edge columns (B1 to B3), against coefficients worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from rasters import raster
from strategies import small_instances
from worked import METHOD, instance_of

from optimizer.formulation.assemble import assemble
from optimizer.formulation.columns import columns_of, stocks_at
from optimizer.formulation.layout.edges import boundary_km, shares_iu, with_edges
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import row_name
from optimizer.instance.record import Instance
from optimizer.instance.settings import Objective
from optimizer.options.enumerate import options_of


def pair(**changed: object) -> Instance:
    """Parcels a (10 ha) and b (40 ha) share 500 m; only a can be cropped."""
    return instance_of(
        parcels=[{"parcel": "a", "area_ha": 10}, {"parcel": "b", "area_ha": 40, "slope_pct": 20}],
        uses=[{"use": "crop", "max_slope_pct": 10}, {"use": "grass", "max_slope_pct": None}],
        methods=[METHOD | {"use": "crop"}, METHOD | {"use": "grass"}],
        adjacency=[{"parcel_a": "a", "parcel_b": "b", "shared_boundary_m": 500}],
        settings={"periods": (2026,), "layout": {"boundary_weight_tco2e_per_km": 8.0}, **changed})


def test_rows_and_columns_of_one_pair() -> None:
    program = assemble(pair())
    rows = np.flatnonzero(program.rows.family == Family.BOUNDARY)
    # Columns: x[a,crop], x[a,grass], x[b,grass], then edges crop, grass, none; shares 1/10, 1/40.
    np.testing.assert_allclose(program.matrix.toarray()[rows], [
        [-0.1, 0, 0, 1, 0, 0], [0.1, 0, 0, 1, 0, 0],
        [0, -0.1, 0.025, 0, 1, 0], [0, 0.1, -0.025, 0, 1, 0],
        [0.1, 0.1, -0.025, 0, 0, 1], [-0.1, -0.1, 0.025, 0, 0, 1]], atol=0)
    np.testing.assert_array_equal(program.row_lower[rows], 0.0)
    np.testing.assert_array_equal(program.row_upper[rows], np.inf)
    # 8 t/km x 0.5 km x 1/2 on every edge.
    np.testing.assert_allclose(program.cost, [0, 0, 0, -2, -2, -2])
    np.testing.assert_array_equal(program.columns.is_edge, [False] * 3 + [True] * 3)
    np.testing.assert_array_equal(program.columns.use, [0, 1, 1, 0, 1, -1])
    assert not program.columns.is_stock.any()


def test_rows_are_named_by_the_parcel_with_more_and_its_neighbour() -> None:
    instance = pair()
    program = assemble(instance)
    named = [row_name(instance, program, int(row))
             for row in np.flatnonzero(program.rows.family == Family.BOUNDARY)]
    assert [(name.parcel, name.neighbour, name.use) for name in named] == [
        ("a", "b", "crop"), ("b", "a", "crop"), ("a", "b", "grass"), ("b", "a", "grass"),
        ("a", "b", ""), ("b", "a", "")]


@pytest.mark.parametrize("changed", [
    {"layout": {}}, {"layout": {"boundary_weight_tco2e_per_km": 0.0}},
    {"objectives": (Objective("area"),)}])
def test_without_a_weight_or_a_net_sink_there_is_no_row_and_no_column(
    changed: dict[str, object]
) -> None:
    program = assemble(pair(**changed))
    assert program.shape == (2, 3)
    assert not program.columns.is_edge.any()


def test_stages_pay_for_the_boundary_by_the_size_of_their_net_sink() -> None:
    program = assemble(pair(objectives=(
        Objective("net_sink", 3.0, stage=1), Objective("area", 5.0, stage=1))))
    # 3 x 8 t/km x 0.5 km x 1/2; the area of the same stage has no boundary.
    np.testing.assert_allclose(program.cost, [5, 5, 5, -6, -6, -6])
    program = assemble(pair(objectives=(Objective("net_sink", sense="min"),)))
    assert (program.cost[3:] == -2.0).all()  # a border is never a gain


def test_edges_of_a_plan_are_its_differences_of_shares() -> None:
    instance = pair()
    program, options = assemble(instance), options_of(instance)
    # a: 4 of 10 ha crop, 2 grass; b: 20 of 40 ha grass. Shares crop 0.4 | 0, grass 0.2 | 0.5,
    # none 0.4 | 0.5: differences 0.4, 0.3, 0.1; 0.5 km x (0.4 + 0.3 + 0.1) / 2 = 0.2 km.
    plan = np.array([4.0, 2.0, 20.0])
    x_c = with_edges(program, np.concatenate([plan, [7.0, 0.0, 0.0]]))
    np.testing.assert_allclose(x_c, [4, 2, 20, 0.4, 0.3, 0.1])
    length = boundary_km(neighbours_of(instance), shares_iu(instance, options, plan))
    assert length == pytest.approx(0.2)
    assert program.cost @ x_c == pytest.approx(-8 * 0.2)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(boundaries=True))
def test_columns_are_options_stocks_and_edges(instance: Instance) -> None:
    options = options_of(instance)
    labels, columns = assemble(instance, options).columns, columns_of(instance, options)
    kind = np.concatenate([np.repeat(0, options.count),
                           np.repeat(1, instance.topsoil.count * instance.calendar.count),
                           np.repeat(2, columns.edges)])
    np.testing.assert_array_equal(labels.is_option, kind == 0)
    np.testing.assert_array_equal(labels.is_stock, kind == 1)
    np.testing.assert_array_equal(labels.is_edge, kind == 2)
    assert columns.stocks == stocks_at(instance, options)
    keys = [labels.key(column) for column in range(columns.count)]
    assert len(set(keys)) == columns.count


def test_a_use_that_neither_parcel_can_have_needs_no_edge() -> None:
    prizes = np.ones((1, 2, 2))
    everywhere = assemble(raster(prizes, 1.0))
    assert int(everywhere.columns.is_edge.sum()) == 3  # u0, u1, none
    nowhere = assemble(instance_of(
        parcels=[{"parcel": "a", "slope_pct": 20}, {"parcel": "b", "slope_pct": 20}],
        uses=[{"use": "crop", "max_slope_pct": 10}, {"use": "grass", "max_slope_pct": None}],
        methods=[METHOD | {"use": "crop"}, METHOD | {"use": "grass"}],
        adjacency=[{"parcel_a": "a", "parcel_b": "b", "shared_boundary_m": 500}],
        settings={"layout": {"boundary_weight_tco2e_per_km": 8.0}}))
    assert int(nowhere.columns.is_edge.sum()) == 2  # grass, none
