"""Why a parcel got its use, against the prices of WORKED.md."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.explain.choice import (
    ParcelChoice,
    choice_of,
    margins_table,
    thin_threshold,
)
from optimizer.instance.record import Instance
from optimizer.solve.margins import margins_of


@cache
def solved(name: str) -> ro.Solution:
    return ro.solve(ro.read_instance(name))


def the_choice(name: str, parcel: str) -> ParcelChoice:
    solution = solved(name)
    return choice_of(solution, list(solution.instance.land.parcels).index(parcel))


def values(choice: ParcelChoice) -> dict[tuple[str, str], float]:
    return {(option.use, option.method): option.value for option in choice.ranked}


def test_values_of_the_platform() -> None:
    # Budget 0.00032 t/CNY, cropland minimum 154.32 t/ha (two-parcels/WORKED.md).
    # Forest 159 - 62,000 x 0.00032 = 139.16; cropland 4.04 - 60,000 x 0.00032 + 154.32 = 139.16;
    # sown grass 43 - 8,000 x 0.00032 = 40.44; regraded 42.4 - 13,500 x 0.00032 = 38.08.
    assert values(the_choice("two-parcels", "platform")) == {
        ("forest", "regrade-cover"): pytest.approx(139.16),
        ("cropland", "cover"): pytest.approx(139.16), ("grass", "sow"): pytest.approx(40.44),
        ("grass", "regrade-cover"): pytest.approx(38.08), ("", ""): 0}


def test_parts_of_a_value_and_what_decides() -> None:
    choice = the_choice("two-parcels", "platform")
    terms = {term.name: term.amount for term in choice.chosen.terms}
    # 159 t less 62,000 x 0.00032 = 19.84 for the money.
    assert terms == {"gain": pytest.approx(159), "budget": pytest.approx(-19.84)}
    assert (choice.use, choice.land_price) == ("forest", pytest.approx(139.16))
    assert choice.runner_up is not None
    assert choice.runner_up.use == "cropland"
    # Forest beats cropland by 159 - 4.04 in its own gain, and by nothing else.
    assert choice.decides is not None
    assert (choice.decides.name, choice.decides.chosen, choice.decides.runner_up) == (
        "gain", pytest.approx(159), pytest.approx(4.04))


def test_a_parcel_that_the_plan_divides_is_no_tie() -> None:
    for parcel in ("platform", "face"):  # 40 + 20 ha, and 32 ha of 40
        choice = the_choice("two-parcels", parcel)
        assert (choice.margin, choice.divided, choice.tie, choice.thin) == (0, True, False, True)


def test_the_budget_keeps_forest_off_the_face() -> None:
    # 28.5 - 140,000 x 0.00032 = -16.3, against 28 - 87,500 x 0.00032 = 0 for grass.
    choice = the_choice("two-parcels", "face")
    assert values(choice)["forest", "regrade-cover"] == pytest.approx(-16.3)
    planned = {option.use: option.planned_ha for option in choice.ranked}
    assert planned == {"grass": pytest.approx(32), "": pytest.approx(8), "forest": 0}


def test_topsoil_is_paid_for() -> None:
    # hand-topsoil: 38.95 - 3,000 x 0.0045855 = 25.1935; nothing else may be had but grass, so
    # the runner-up is leaving the parcel, and the whole value is the margin.
    choice = the_choice("hand-topsoil", "early")
    paid = {term.name: term.amount for term in choice.chosen.terms}
    assert paid == {"gain": pytest.approx(38.95),
                    "topsoil of north in 2026": pytest.approx(-3000 * 0.0045855)}
    assert choice.margin == pytest.approx(25.1935)
    # Thick from the south 37.15 - 3,000 x 0.0066985 = 17.0545, thin from there
    # 23.45 - 6.6985 = 16.7515, thin from the north 24.05 - 4.5855 = 19.4645.
    by_way = {(o.method, o.period, o.source): o.value for o in choice.ranked}
    assert by_way["thick", "2026", "south"] == pytest.approx(17.0545)
    assert by_way["thin", "2026", "south"] == pytest.approx(16.7515)
    assert by_way["thin", "2026", "north"] == pytest.approx(19.4645)


def test_without_another_choice_there_is_no_margin() -> None:
    # The pit must be reclaimed and only ponds may be there.
    choice = the_choice("hand-two-periods", "pit")
    assert choice.runner_up is None
    assert choice.decides is None
    assert np.isnan(choice.margin)
    assert not choice.thin


def test_thin_margins_are_a_hundredth_of_what_a_hectare_earns() -> None:
    # 7,336.8 t from 92 ha, all of it gains.
    solution = solved("two-parcels")
    assert thin_threshold(solution) == pytest.approx(0.01 * 7336.8 / 92)
    table = margins_table(solution).set_index("parcel")
    assert table["use"].to_dict() == {"platform": "forest", "face": "grass"}
    assert table["runner_up"].to_dict() == {"platform": "cropland", "face": ""}
    assert not margins_table(solution, threshold=0.0)["thin"].any()


def test_a_tie_is_flagged() -> None:
    from worked import instance_of

    # Two uses alike in everything, nothing else to decide.
    instance = instance_of(
        methods=[{"use": "forest"}, {"use": "grass"}],
        site=[{"parcel": "a", "use": use, "extra_tco2e_per_ha": 5} for use in ("forest", "grass")])
    choice = choice_of(ro.solve(instance), 0)
    assert (choice.margin, choice.tie, choice.chosen.value) == (0, True, 5)


def test_whole_parcels_say_so() -> None:
    solution = solved("two-parcels")
    assert choice_of(replace(solution, solver_bound=7336.8, whole_parcels=True), 0).whole_parcels
    assert not choice_of(solution, 0).whole_parcels


@given(small_instances())
@settings(max_examples=40)
def test_the_plan_takes_the_options_of_most_value(instance: Instance) -> None:
    try:
        solution = ro.solve(instance)
    except ro.Infeasible:
        assume(False)  # noqa: FBT003 - nothing to explain
    margins = margins_of(solution)
    assert not (margins.margin_i < -1e-6 * np.maximum(1, np.abs(solution.program.cost).max())).any()
    for i in range(instance.land.count):
        choice = choice_of(solution, i)
        size = max(1.0, *(abs(t.amount) for o in choice.ranked for t in o.terms), 1.0)
        for option in choice.ranked:
            assert option.value == pytest.approx(sum(t.amount for t in option.terms))
            # What the plan uses is as good as the best, and pays for its land with what is left.
            if option.planned_ha > 1e-6:
                assert option.behind <= 1e-6 * size
                assert option.value == pytest.approx(choice.land_price, abs=1e-6 * size)
