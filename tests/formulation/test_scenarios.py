"""One program for several cases: shared hectares, stocks and rules of every case."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from strategies import small_instances
from worked import instance_of, limit

from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import Family
from optimizer.formulation.scenarios import case_program, shared_options
from optimizer.instance.read import with_overrides
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of
from optimizer.solve.certificate import stock_caps

COVER = {"use": "grass", "method": "cover", "after:soil_depth_m": 0.5}


def covered(**more) -> Instance:
    return instance_of(
        parcels=[{}, {"parcel": "b", "soil_depth_m": 0.1}], methods=[{}, COVER],
        sources=[{"source": "heap"}],
        hauls=[{"source": "heap", "parcel": parcel, "distance_km": 1} for parcel in "ab"],
        limits=[limit("money", "cost", value=9e6), limit("most", value=15)], **more)


@settings(max_examples=25)
@given(small_instances())
def test_one_case_is_the_instance_itself(instance: Instance) -> None:
    joint, alone = case_program([instance]), assemble(instance)
    assert abs(joint.program.matrix - alone.matrix).nnz == 0
    for name in ("row_lower", "row_upper", "cost", "column_upper"):
        np.testing.assert_array_equal(getattr(joint.program, name), getattr(alone, name))
    np.testing.assert_array_equal(joint.program.rows.family, alone.rows.family)
    assert joint.barred == 0


@settings(max_examples=25)
@given(small_instances())
def test_the_same_case_twice_adds_stocks_but_no_rule(instance: Instance) -> None:
    joint, alone = case_program([instance, instance]), assemble(instance)
    soil = int(np.sum(alone.rows.family == Family.SOIL_BALANCE))
    stocks = instance.topsoil.count * instance.calendar.count
    assert joint.program.shape[1] == alone.shape[1] + stocks
    limits = int(np.sum(joint.program.rows.family == Family.LIMIT))
    own = [alone.matrix.tocsr()[[row]] for row in np.flatnonzero(
        alone.rows.family == Family.LIMIT)]
    on_stocks = sum(bool(row[:, alone.columns.is_stock].nnz) for row in own)
    assert int(np.sum(joint.program.rows.family == Family.SOIL_BALANCE)) == 2 * soil
    # Rules on options alone stand once, those on stocks for every case.
    assert limits == len(own) + on_stocks
    np.testing.assert_array_equal(joint.cost_sc[0][joint.columns_s[0]], alone.cost)
    np.testing.assert_array_equal(joint.cost_sc[1][joint.columns_s[1]], alone.cost)


def test_rules_of_every_case_and_the_smallest_land_hold() -> None:
    base = covered()
    other = with_overrides(base, ["parcels[a].area_ha=6", "limits[most].value=12",
                                  "sources[heap,2026].supply_m3=500"])
    program = case_program([base, other]).program
    land = program.rows.family == Family.LAND
    assert program.row_upper[land].tolist() == [6.0, 10.0]
    limits = program.rows.family == Family.LIMIT
    # money is alike in both and stands once; most stands twice, with 15 and with 12 ha.
    assert sorted(program.row_upper[limits].tolist()) == [12.0, 15.0, 9e6]
    caps = stock_caps(program)  # sources of the second case are sources of their own
    assert caps.shape == (2, 2)
    assert caps[:, 0].tolist() == [1_000_000.0, 500.0]


def test_land_that_must_be_reclaimed_in_one_case_must_be_in_all() -> None:
    base = covered()
    other = with_overrides(base, ["parcels[a].must_reclaim=yes"])
    for cases in ([base, other], [other, base]):
        program = case_program(cases).program
        assert program.rows.family[0] == Family.MUST_RECLAIM
        assert (program.row_lower[0], program.row_upper[0]) == (10.0, 10.0)


def test_options_that_one_case_forbids_are_out() -> None:
    base = covered()
    # 30 % is steeper than any use allows: parcel a has no option left.
    other = with_overrides(base, ["parcels[a].slope_pct=30"])
    every = [options_of(base), options_of(other)]
    shared, barred = shared_options(base, every)
    assert barred == every[0].count - every[1].count > 0
    assert set(shared[0].parcel_o.tolist()) == {1}
    assert shared[0].count == shared[1].count


def test_volumes_are_those_of_each_case() -> None:
    base = covered()
    other = with_overrides(base, ["parcels[b].soil_depth_m=0.2"])
    one, two = case_program([base, other]).options_s
    brings = np.flatnonzero((one.parcel_o == 1) & (one.source_o >= 0))
    # (0.5 - 0.1) m and (0.5 - 0.2) m of 10,000 m2.
    np.testing.assert_allclose(one.soil_m3_o[brings], 4000.0)
    np.testing.assert_allclose(two.soil_m3_o[brings], 3000.0)


@settings(max_examples=15)
@given(small_instances(boundaries=True))
def test_every_case_has_edges_of_its_own(instance: Instance) -> None:
    free = with_overrides(instance, {"layout.boundary_weight_tco2e_per_km": 0.0})
    joint, alone, plain = case_program([instance, free]), assemble(instance), assemble(free)
    options = int(alone.columns.is_option.sum())
    assert joint.program.shape[1] == alone.shape[1] + plain.shape[1] - options
    assert joint.program.columns.is_edge.sum() == alone.columns.is_edge.sum()
    np.testing.assert_array_equal(joint.cost_sc[0][joint.columns_s[0]], alone.cost)
    np.testing.assert_array_equal(joint.cost_sc[1][joint.columns_s[1]], plain.cost)
    boundary = joint.program.rows.family == Family.BOUNDARY
    assert boundary.sum() == (alone.rows.family == Family.BOUNDARY).sum()
