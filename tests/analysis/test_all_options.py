"""What solves again has all options, however many; a compact solution is refused in words."""

from __future__ import annotations

import pytest

import optimizer as ro
from optimizer.analysis.explain.plan import explain_plan
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.record import Instance
from optimizer.solve import run


@pytest.fixture(scope="module")
def instance() -> Instance:
    return generate_instance(Size(25, 3, uses=3, methods=2, periods=2, sources=1))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """From one option on an instance counts as large."""
    monkeypatch.setattr(run, "COMPACT_FROM_OPTIONS", 1)
    monkeypatch.setattr(run, "FACTORS_FROM_OPTIONS", 1)


@pytest.mark.usefixtures("large")
def test_a_compact_solution_is_refused(instance: Instance) -> None:
    compact, full = ro.solve(instance), ro.solve(instance, compact=False)
    assert compact.is_compact
    assert not full.is_compact
    parcel = str(instance.land.parcels[0])
    for ask in (lambda: ro.prices(compact), lambda: explain_plan(instance, compact),
                lambda: ro.explain_parcel(instance, parcel, compact)):
        with pytest.raises(ValueError, match=r"give the instance instead.*compact=False"):
            ask()
    assert ro.prices(full).rows


@pytest.mark.parametrize("ask", [
    lambda instance: [(one.name, one.where) for one in ro.prices(instance).rows],
    lambda instance: [role.__dict__ for role in explain_plan(instance).roles],
    lambda instance: [(use.use, use.possible, round(use.cost, 6))
                      for use in ro.explain_parcel(instance, str(instance.land.parcels[3])).forced],
    lambda instance: [(one.name, one.least_ha, one.most_ha)
                      for one in ro.alternatives(instance, 0.02).ranges],
], ids=["prices", "roles", "forced", "alternatives"])
def test_large_or_not_what_solves_again_tells_the_same(
    instance: Instance, ask, request: pytest.FixtureRequest
) -> None:
    known = ask(instance)
    request.getfixturevalue("large")
    assert ro.solve(instance).is_compact
    assert known
    assert ask(instance) == known
