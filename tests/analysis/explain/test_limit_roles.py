"""What limits do: idle, implied, binding, free; and which pull against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from strategies import Row, small_instances
from worked import instance_of, limit

import optimizer as ro
from optimizer.analysis.explain.limit_roles import limit_roles
from optimizer.analysis.explain.pulls import pulls_of
from optimizer.instance.record import Instance
from optimizer.instance.table import Table


def grass(*limits: Row) -> ro.Solution:
    """Parcel of 10 ha on which grass earns 5 t/ha."""
    return ro.solve(instance_of(
        site=[{"parcel": "a", "use": "grass", "extra_tco2e_per_ha": 5}], limits=list(limits)))


def roles(solution: ro.Solution) -> dict[str, str]:
    return {role.limit: role.role for role in limit_roles(solution)}


def test_the_four_roles() -> None:
    # 10 ha there: at most 20 can never bind. At most 6 binds (without it 8 would be grass), so at
    # most 8 is implied. At least 1 leaves room (6), though leaving the land would break it.
    solution = grass(limit("wide", value=20), limit("cap", value=6), limit("loose", value=8),
                     limit("floor", value=1, sense=">="))
    assert roles(solution) == {
        "wide": "idle", "cap": "binding", "loose": "implied", "floor": "free"}


def test_two_equal_limits_imply_each_other() -> None:
    assert roles(grass(limit("one", value=6), limit("two", value=6))) == {
        "one": "implied", "two": "implied"}


def test_a_share_that_others_imply() -> None:
    # Two uses; grass at least 4 of at most 5 ha, so at least 80 % of what is reclaimed: at
    # least half is implied, at least 90 % is not.
    instance = instance_of(
        methods=[{"use": "forest"}, {"use": "grass"}],
        site=[{"parcel": "a", "use": use, "extra_tco2e_per_ha": gain}
              for use, gain in (("forest", 2), ("grass", 5))],
        limits=[limit("land", value=5), limit("some", use="grass", sense=">=", value=4),
                limit("half", use="grass", sense=">=", value=50, basis="share_of_reclaimed"),
                limit("most", use="grass", sense=">=", value=90, basis="share_of_reclaimed")])
    found = roles(ro.solve(instance))
    assert (found["half"], found["most"]) == ("implied", "free")


def test_the_worked_limits_bind() -> None:
    solution = ro.solve(ro.read_instance("two-parcels"))
    assert roles(solution) == {"budget": "binding", "cropland-minimum": "binding"}
    # 30 t of fish a year are what the pit must bring anyway (40 t): the land alone keeps it.
    assert roles(ro.solve(ro.read_instance("hand-two-periods")))["fish"] == "idle"


@given(small_instances())
@settings(max_examples=25)
def test_dropping_an_idle_or_implied_limit_changes_nothing(instance: Instance) -> None:
    try:
        solution = ro.solve(instance)
    except ro.Infeasible:
        assume(False)  # noqa: FBT003 - nothing to explain
    table = instance.table("limits")
    assume(table is not None)
    for line, role in enumerate(limit_roles(solution)):
        if role.role in ("idle", "implied"):
            kept = np.arange(len(table)) != line
            without = Table("limits", table.file, {
                name: cells[kept] for name, cells in table.columns.items()}, table.lines[kept])
            tables = {**instance.tables, "limits": without}
            again = ro.solve(Instance(instance.settings, tables))
            for before, after in zip(solution.stages, again.stages, strict=True):
                play = 1e-6 * max(1.0, abs(before.objective))
                assert after.objective == pytest.approx(before.objective, abs=play)


def dear_crops() -> ro.Solution:
    """Crops earn nothing and cost 3; forest earns 8 and costs 2; grass earns 5 and costs 1.

    Of 10 ha at least 1 must be crops. All else as forest takes 3 + 9 x 2 = 21, and 21.005 is
    there: money is worth nothing. With 1.01 ha of crops 21.005 - 3.03 = 17.975 is left, and
    8.99 ha of forest would take 17.98: now a little must be grass, and money is worth
    (8 - 5) / (2 - 1) = 3.
    """
    return ro.solve(instance_of(
        methods=[{"use": use, "establishment_cost_per_ha": cost}
                 for use, cost in (("crop", 3), ("forest", 2), ("grass", 1))],
        site=[{"parcel": "a", "use": use, "extra_tco2e_per_ha": gain}
              for use, gain in (("forest", 8), ("grass", 5))],
        limits=[limit("crops", use="crop", sense=">=", value=1),
                limit("budget", account="cost", value=21.005)]))


def test_crops_pull_against_the_budget() -> None:
    pulls = pulls_of(dear_crops())
    assert pulls.at_the_edge == ()
    assert [(pull.tightened, pull.other, pull.mutual) for pull in pulls.pairs] == [
        ("crops", "budget", False)]
    pull = pulls.pairs[0]
    assert (pull.price_before, pull.price_after) == (0, pytest.approx(3))
    assert pull.unit == "t CO2e per CNY"
    assert pull.dearer == pytest.approx(3 * 21.005)


def test_prices_that_stay_make_no_pair() -> None:
    assert pulls_of(ro.solve(ro.read_instance("two-parcels"))).pairs == ()


def test_a_limit_at_the_edge_is_named() -> None:
    # 10 ha of grass are asked for and grass costs 1 t/ha: 1 % more is more than there is.
    solution = ro.solve(instance_of(
        site=[{"parcel": "a", "use": "grass", "extra_tco2e_per_ha": -1}],
        limits=[limit("all", sense=">=", value=10)]))
    assert pulls_of(solution).at_the_edge == ("all",)
