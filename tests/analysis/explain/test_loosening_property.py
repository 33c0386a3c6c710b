"""Every proposed loosening is enough, and 99 % of it is not."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.explain.explain import explain
from optimizer.instance.read import with_overrides
from optimizer.solve.elastic import shortfall

#: Instances that miss their rules by less than this, relative, are feasible but for rounding.
CLEARLY = 1e-5


def has_plan(instance) -> bool:
    try:
        ro.solve(instance)
    except ro.Infeasible:
        return False
    return True


def clearly_infeasible(instance) -> bool:
    """Infeasible, and not by a hair: hairs are within the tolerance of any solver."""
    if has_plan(instance):
        return False
    program = ro.assemble(instance)
    if not (~program.columns.is_stock).any():
        return False  # no option at all: no limit is to blame
    size = np.maximum(1.0, np.abs(np.nan_to_num(program.row_lower, neginf=0.0)))
    return bool(np.any(np.abs(shortfall(program)) > CLEARLY * size))


def tightened(instance, factor):
    table = instance.table("limits")
    texts = []
    for name, sense, value, basis in zip(
            table.text("limit"), table.text("sense"), table.number("value"), table.text("basis"),
            strict=True):
        if sense == "=" or np.isnan(value):
            continue
        new = value * factor if sense == ">=" else value / factor
        if str(basis).startswith("share_of_"):
            new = min(new, 100.0)
        texts.append(f"limits[{name}].value={float(new)!r}")
    return with_overrides(instance, texts)


def share_of(change, share) -> tuple[str, ...]:
    """Overrides of a part of a change; what has no value goes as a whole."""
    if change.kind not in ("value", "topsoil"):
        return change.overrides
    return (f"{change.path}={float(change.old + share * (change.new - change.old))!r}",)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(), st.sampled_from([1.0, 1.7, 5.0, 40.0]))
def test_a_loosening_is_enough_and_99_percent_of_it_is_not(instance, factor):
    assume(instance.table("limits") is not None)
    instance = tightened(instance, factor)
    assume(clearly_infeasible(instance))
    explanation = explain(instance)
    assert not explanation.feasible
    assert explanation.conflicts
    assert explanation.loosenings, explanation.notes
    for way in explanation.loosenings:
        assert way.changes
        assert has_plan(with_overrides(instance, way.overrides)), way
        if any(change.kind in ("value", "topsoil") for change in way.changes):
            less = [text for change in way.changes for text in share_of(change, 0.99)]
            assert not has_plan(with_overrides(instance, less)), (way, less)
