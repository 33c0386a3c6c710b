"""What a plan rests on: standing of each number, and the share that is assumed."""

from __future__ import annotations

from typing import Any

import pytest
from worked import instance_of

import optimizer as ro
from optimizer.analysis.rests_on import RestsOn, rests_on

ROWS = [("curves", "fast", "*", "read", "a paper"), ("methods", "grass,sow", "*", "derived", "b"),
        ("works", "*", "diesel_kgco2e_per_l", "second-hand", "a standard"),
        ("works", "*", "*", "assumed", "usual size")]


def judged(*rows: tuple[str, str, str, str, str], **changed: Any) -> RestsOn:
    """One hectare of regraded grass: 44 t gained, 9 t emitted to regrade, 2 t to establish."""
    keys = ("table", "key", "column", "standing", "source")
    return rests_on(ro.solve(instance_of(**{
        "parcels": [{"area_ha": 1, "slope_pct": 65, "slope_length_m": 20}],
        "methods": [{"after:slope_pct": 25, "curve_soil": "fast",
                     "growth_factor": 0.5, "establishment_tco2e_per_ha": 2}],
        "curves": [{"curve": "fast", "form": "table", "year": year, "gain_tc_per_ha": gain}
                   for year, gain in ((0, 0), (20, 24))],
        "provenance": [dict(zip(keys, row, strict=True)) for row in rows],
        "settings": {"periods": (2026,)}, **changed})))


def test_a_term_stands_as_well_as_its_worst_number() -> None:
    found = judged(*ROWS)
    # Soil 0.5 x 24 x 44/12 = 44 t: curve read, growth factor derived; regrading
    # 10,000 x 0.3 x 3 / 1000 = 9 t: diesel second-hand, litres assumed; establishment 2 t: derived.
    assert found.tco2e_by_standing == {
        "read": 0.0, "second-hand": 0.0, "derived": pytest.approx(46.0),
        "assumed": pytest.approx(9.0), "not stated": 0.0}
    assert found.assumed_share == pytest.approx(9 / 55)


def test_what_no_row_covers_is_not_stated_and_counts_as_assumed() -> None:
    found = judged(*ROWS[:1])
    assert found.tco2e_by_standing["not stated"] == pytest.approx(55.0)
    assert found.assumed_share == 1.0


def test_a_growth_factor_of_one_changes_nothing_and_is_not_counted() -> None:
    # Soil 1 x 24 x 44/12 = 88 t rests on the curve alone, which was read.
    found = judged(*ROWS, methods=[{"curve_soil": "fast", "after:slope_pct": 25}])
    assert found.tco2e_by_standing["read"] == pytest.approx(88.0)
    assert "growth_factor" not in set(found.numbers["column"])


def test_nothing_assumed() -> None:
    found = judged(("works", "*", "*", "read", "a"), *ROWS[:2])
    assert found.assumed_share == 0.0


def test_the_first_row_that_covers_a_number_holds() -> None:
    found = judged(("methods", "*", "establishment_tco2e_per_ha", "assumed", "a guess"), *ROWS)
    # Regrading and now establishment.
    assert found.assumed_share == pytest.approx(11 / 55)


def test_numbers_are_listed_with_value_source_and_weight() -> None:
    numbers = judged(*ROWS).numbers.set_index(["table", "key", "column"])
    litres = numbers.loc["works", "*", "regrade_l_per_m3"]
    assert (litres["value"], litres["standing"], litres["source"], litres["terms"]) == (
        "0.3", "assumed", "usual size", "regrading")
    assert litres["tco2e"] == pytest.approx(9.0)
    curve = numbers.loc["curves", "fast", "gain_tc_per_ha"]
    assert (curve["value"], curve["standing"], curve["terms"]) == ("0 to 24", "read", "soil")
    # Nothing was hauled: what hauling would rest on is not listed.
    assert "haul_l_per_m3_km" not in numbers.index.get_level_values("column")
    # The heaviest first.
    assert judged(*ROWS).numbers["tco2e"].is_monotonic_decreasing


def test_holding_rests_on_the_sources() -> None:
    found = judged(*ROWS, sources=[{"supply_m3": 1000, "carbon_loss_pct_per_year": 100,
                                    "soc_t_per_m3": 0.003}],
                   methods=[{}], parcels=[{"area_ha": 1}])
    # Nothing pays; 1,000 m3 x 0.003 x 44/12 = 11 t are lost, on numbers nobody stated.
    assert found.tco2e_by_standing["not stated"] == pytest.approx(11.0)
    assert set(found.numbers["table"]) == {"sources"}


def test_an_instance_without_carbon_rests_on_nothing() -> None:
    found = judged(settings={"objectives": (ro_objective(),), "periods": (2026,)})
    assert found.numbers.empty
    assert found.assumed_share == 0.0


def ro_objective() -> Any:
    from optimizer.instance.settings import Objective

    return Objective("area")
