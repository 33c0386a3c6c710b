"""Rows of a plan matched with an instance: blanks that leave no choice, and refusals."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from worked import instance_of, names_of

from optimizer.analysis.allocation import Allocation, allocation_of
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.record import Instance


def example(**changed: Any) -> Instance:
    return instance_of(**{
        "parcels": [{"parcel": "007"}, {"parcel": "b", "soil_depth_m": 0.8}],
        "methods": [{"method": "cover", "after:soil_depth_m": 0.5},
                    {"use": "crop", "method": "plain"}, {"use": "crop", "method": "till"}],
        "sources": [{"source": "hill"}, {"source": "pit"}],
        "hauls": [{"source": source, "parcel": parcel, "distance_km": 1}
                  for source in ("hill", "pit") for parcel in ("007", "b")], **changed})


def matched(instance: Instance, *rows: dict[str, Any]) -> Allocation:
    return allocation_of(instance, pd.DataFrame(list(rows)), "plan.csv")


def refusals(*rows: dict[str, Any]) -> dict[tuple[int | None, str], str]:
    with pytest.raises(InstanceRefused) as caught:
        matched(example(), *rows)
    return {(finding.row, finding.column): finding.seen for finding in caught.value.findings}


FULL = {"parcel": "007", "use": "grass", "method": "cover", "period": "2031", "source": "pit",
        "area_ha": 2.5}


def test_names_are_matched() -> None:
    instance = example()
    found = matched(instance, FULL)
    assert names_of(instance, found.options) == [("007", "grass", "cover", "2031", "pit")]
    assert found.area_o.tolist() == [2.5]
    # 10,000 x (0.5 - 0.3).
    assert found.options.soil_m3_o.tolist() == pytest.approx([2000.0])


def test_periods_may_be_numbers_and_areas_texts() -> None:
    found = matched(example(), FULL | {"period": 2031.0, "area_ha": "2.5"})
    assert found.options.period_o.tolist() == [1]
    assert found.area_o.tolist() == [2.5]


def test_blanks_stand_for_the_only_choice() -> None:
    instance = example(sources=[{"source": "hill"}], settings={"periods": (2026,)}, hauls=[
        {"source": "hill", "parcel": parcel, "distance_km": 1} for parcel in ("007", "b")])
    found = matched(instance, {"parcel": "007", "use": "grass"})
    assert names_of(instance, found.options) == [("007", "grass", "cover", "2026", "hill")]
    # A blank area is the whole parcel.
    assert found.area_o.tolist() == [10.0]


def test_a_source_where_no_soil_is_brought_is_left_out() -> None:
    # Parcel b has 0.8 m already.
    found = matched(example(), FULL | {"parcel": "b"})
    assert found.options.source_o.tolist() == [-1]


def test_all_refusals_at_once() -> None:
    assert refusals(
        FULL | {"parcel": "7"}, FULL | {"use": "lawn"}, FULL | {"period": "2030"},
        FULL | {"source": "quarry"}, FULL | {"area_ha": -1}, FULL | {"area_ha": "much"},
        FULL | {"use": "crop", "method": None},
    ) == {
        (2, "parcel"): "'7'", (3, "use"): "'lawn'", (4, "period"): "'2030'",
        (5, "source"): "'quarry'", (6, "area_ha"): "-1", (7, "area_ha"): "much",
        (8, "method"): "blank",
    }


def test_a_blank_that_leaves_a_choice_is_refused() -> None:
    assert refusals(FULL | {"source": None}, FULL | {"period": None}) == {
        (2, "source"): "blank", (3, "period"): "blank"}


def test_a_plan_needs_parcels_and_uses() -> None:
    with pytest.raises(InstanceRefused, match="no such column"):
        allocation_of(example(), pd.DataFrame({"parcel": ["007"]}))


def test_a_blank_that_leaves_a_choice_points_to_what_completes_it() -> None:
    with pytest.raises(InstanceRefused) as caught:
        matched(example(), FULL | {"use": "crop", "method": ""},
                FULL | {"use": "crop", "method": "tilt"})
    blank, misspelt = caught.value.findings
    assert "reclaim compare INSTANCE PLAN -o OUT" in blank.do
    assert misspelt.do == "Correct the method."
