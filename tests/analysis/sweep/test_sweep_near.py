"""A program made from the base's is the one that would be assembled from nothing."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.sweep import near
from optimizer.analysis.sweep.near import Built, built, built_near
from optimizer.formulation.program import LinearProgram

PINGSHUO = ro.read_instance("pingshuo")
BASE = built(PINGSHUO)


def same_program(one: LinearProgram, other: LinearProgram) -> bool:
    arrays = ("row_lower", "row_upper", "column_lower", "column_upper", "cost")
    labels = [(side, axis.name) for side in ("rows", "columns")
              for axis in fields(getattr(one, side))]
    return (
        one.shape == other.shape
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and all(np.array_equal(getattr(one.matrix, name), getattr(other.matrix, name))
                for name in ("data", "indices", "indptr"))
        and all(np.array_equal(getattr(getattr(one, side), name),
                               getattr(getattr(other, side), name)) for side, name in labels))


@pytest.mark.parametrize(("override", "anew"), [
    ("limits[budget].value*=0.9", False),  # right-hand sides
    ("limits[*].value*=0.95", False),  # shares and averages too, which stand in coefficients
    ("sources[*,*].supply_m3*=0.7", False),
    ("objective.net_sink=2", False),
    ("instance.title=other", False),
    ("limits[budget].sense=>=", True),
    ("works.haul_l_per_m3_km*=2", False),
    ("works.diesel_kgco2e_per_l*=2", False),
    ("works.load_cost_per_m3*=1.5", False),
    ("curves[*].c_max_tc_per_ha*=0.8", False),
    ("works.swell_factor=1.4", True),
    ("works.road_factor=1.6", True),
    ("methods[*,*,*].establishment_cost_per_ha*=1.1", True),
    ("sources[*,*].volume_loss_pct_per_year=3", True),
    ("uses[cropland].max_slope_pct=5", True),
    ("instance.horizon_years=40", True),
])
def test_pingshuo_with_an_override(
    override: str, anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ro.with_overrides(PINGSHUO, [override])
    expected = built(changed)
    calls: list[object] = []

    def counted(instance: ro.Instance) -> Built:
        calls.append(instance)
        return expected

    monkeypatch.setattr(near, "built", counted)
    found = built_near(BASE, changed)
    assert bool(calls) is anew
    assert found.instance is changed
    assert same_program(found.program, expected.program)
    assert all(np.array_equal(a.cost_c, b.cost_c)
               for a, b in zip(found.costs, expected.costs, strict=True))
    if override != "instance.title=other":
        assert not same_program(found.program, BASE.program)


@settings(max_examples=25, deadline=None)
@given(instance=small_instances(), factor=st.sampled_from((0.5, 0.99, 1.7)), data=st.data())
def test_any_small_instance_with_any_of_its_limits_changed(
    instance: ro.Instance, factor: float, data: st.DataObject
) -> None:
    paths = ["sources[*,*].supply_m3"] if instance.table("sources") is not None else []
    paths += [f"works.{key}" for key in instance.settings.works if key.endswith("m3")]
    table = instance.table("limits")
    if table is not None:
        paths += [f'limits["{name}"].value' for name in table.text("limit")]
    if not paths:
        return
    chosen = data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=2, unique=True))
    try:
        changed = ro.with_overrides(instance, [f"{path}*={factor}" for path in chosen])
    except ro.InstanceRefused:
        return  # a limit without a value, or one that must not take this one
    found = built_near(built(instance), changed)
    assert same_program(found.program, built(changed).program)
