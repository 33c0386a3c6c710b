"""What forcing another use on a parcel costs, by hand and against the prices."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.explain.choice import margins_table
from optimizer.analysis.explain.forced import ForcedUse, forced_uses
from optimizer.instance.record import Instance
from optimizer.solve.margins import margins_of


def forced_by_name(solution: ro.Solution, parcel: str) -> dict[str, ForcedUse]:
    i = list(solution.instance.land.parcels).index(parcel)
    return {forced.use: forced for forced in forced_uses(solution, i)}


@pytest.fixture(scope="module")
def solution() -> ro.Solution:
    return ro.solve(ro.read_instance("two-parcels"))


def test_all_of_the_platform_as_cropland(solution: ro.Solution) -> None:
    # 60 x 4.04 = 242.4 t for 3,600,000 CNY; 2,880,000 left make 2,880,000 / 87,500 = 32.9143 ha
    # of grass on the face, 921.6 t: 1,164 of 7,336.8 t.
    forced = forced_by_name(solution, "platform")["cropland"]
    assert forced.possible
    assert forced.cost == pytest.approx(6172.8)
    assert [(loss.label, loss.unit) for loss in forced.losses] == [("net_sink", "t CO2e")]


def test_all_of_the_face_as_grass(solution: ro.Solution) -> None:
    # 40 x 87,500 = 3,500,000 CNY, 8 ha more of 28 t. The platform keeps 2,980,000 - 1,200,000 =
    # 1,780,000: forest on (1,780,000 - 40 x 8,000) / 54,000 ha, sown grass on the rest of the 40,
    # each hectare of it 159 - 43 t worse.
    forest = 1_460_000 / 54_000
    forced = forced_by_name(solution, "face")["grass"]
    assert forced.cost == pytest.approx((40 - forest) * 116 - 8 * 28)


def test_leaving_the_face(solution: ro.Solution) -> None:
    # The platform has its best already: 32 x 28 t are lost.
    assert forced_by_name(solution, "face")[""].cost == pytest.approx(896)


def test_what_the_rules_or_the_limits_forbid(solution: ro.Solution) -> None:
    face = forced_by_name(solution, "face")
    assert not face["cropland"].allowed
    # 40 x 140,000 + 20 x 60,000 is more than the budget of 6,480,000.
    assert (face["forest"].allowed, face["forest"].possible) == (True, False)
    assert face["forest"].cost == float("inf")
    # Without the platform there is no land for 20 ha of cropland.
    assert not forced_by_name(solution, "platform")[""].possible


def test_land_that_must_be_reclaimed_cannot_be_left() -> None:
    solution = ro.solve(ro.read_instance("hand-two-periods"))
    pit = forced_by_name(solution, "pit")
    assert (pit[""].allowed, pit["forest"].allowed) == (False, False)
    assert pit["aquaculture"].cost == 0


def test_stages_are_told_one_by_one() -> None:
    from worked import instance_of

    from optimizer.instance.settings import Objective

    # Most sink first (5 against 3 t/ha on 10 ha), then least money (forest 20, grass 10 CNY/ha).
    instance = instance_of(
        methods=[{"use": "forest", "establishment_cost_per_ha": 20},
                 {"use": "grass", "establishment_cost_per_ha": 10}],
        site=[{"parcel": "a", "use": "forest", "extra_tco2e_per_ha": 5},
              {"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 3}],
        settings={"objectives": (Objective("net_sink"),
                                 Objective("cost", sense="min", stage=2))})
    forced = forced_by_name(ro.solve(instance), "a")
    # Grass loses 10 x (5 - 3) t and saves 10 x (20 - 10) CNY, a loss of -100.
    assert [loss.amount for loss in forced["grass"].losses] == [
        pytest.approx(20), pytest.approx(-100)]
    assert [loss.amount for loss in forced["forest"].losses] == [0, 0]


def test_whole_parcels_are_compared_as_linear_programs() -> None:
    solution = ro.solve(ro.read_instance("two-parcels"), whole_parcels=True)
    # Leaving the face costs 896 t of the linear program, whatever whole parcels make of it.
    assert forced_by_name(solution, "face")[""].cost == pytest.approx(896)


@given(small_instances())
@settings(max_examples=30)
def test_forcing_costs_at_least_what_the_prices_say(instance: Instance) -> None:
    try:
        solution = ro.solve(instance)
    except ro.Infeasible:
        assume(False)  # noqa: FBT003 - nothing to explain
    assume(len(solution.stages) == 1)
    margins, table = margins_of(solution), margins_table(solution)
    uses = (*instance.practices.uses, "")
    for i in range(instance.land.count):
        area = float(instance.land.area_i[i])
        best = max(0.0, margins.value_iu[i].max()) if not instance.land.must_i[i] else (
            margins.value_iu[i].max())
        for u, forced in enumerate(forced_uses(solution, i)):
            play = 1e-6 * max(1.0, abs(solution.objective), area * abs(best))
            if forced.use == table["use"][i] and not table["divided"][i]:
                assert forced.possible
                assert abs(forced.cost) <= play
            if forced.possible:
                behind = best - margins.value_iu[i, uses.index(forced.use)]
                assert forced.cost >= area * behind - play, (u, forced)
