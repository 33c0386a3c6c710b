"""Selectors: what each row of a limit counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from worked import instance_of, limit

from optimizer.formulation.selection import Group, Selection, cumulated, selections_of


def selections(**cells: Any) -> list[Selection]:
    instance = instance_of(
        parcels=[{}, {"parcel": "b", "zone": "south"}],
        methods=[{"use": "crop", "method": "till"}, {"use": "crop", "method": "rest"},
                 {"use": "grass", "method": "rest"}],
        limits=[limit(**cells)], settings={"periods": (2026, 2031, 2036)})
    return selections_of(instance, instance.tables["limits"], 0)


def members(group: Group) -> list[bool]:
    return group.members.tolist()


def test_blank_counts_everything_and_is_one_row() -> None:
    found = selections()
    assert len(found) == 1
    assert found[0].all_land
    assert all(group.everything and group.label == -1 and all(group.members)
               for group in (found[0].use, found[0].method, found[0].zone, found[0].period))


def test_a_name_counts_itself() -> None:
    found = selections(use="grass", period="2031")[0]
    assert (members(found.use), found.use.label) == ([False, True], 1)
    assert (members(found.period), found.period.label) == ([False, True, False], 1)
    assert not found.all_land


def test_a_list_counts_its_names_in_one_row() -> None:
    found = selections(period="2036 | 2026")
    assert len(found) == 1
    assert (members(found[0].period), found[0].period.label) == ([True, False, True], -1)
    # Singling out periods leaves all land in.
    assert found[0].all_land


def test_a_star_is_a_row_for_each() -> None:
    found = selections(method="*")
    assert [(members(row.method), row.method.label) for row in found] == [
        ([True, False], 0), ([False, True], 1)]


def test_stars_multiply_use_slowest_period_fastest() -> None:
    found = selections(use="*", zone="*", period="*")
    assert [(row.use.label, row.method.label, row.zone.label, row.period.label)
            for row in found] == [(use, -1, zone, period) for use in range(2)
                                  for zone in range(2) for period in range(3)]


def test_cumulated_reaches_from_the_first_to_the_last_period_counted() -> None:
    group = cumulated(Group(1, np.array([False, True, False]), everything=False))
    assert (members(group), group.label) == ([True, True, False], 1)
    gaps = cumulated(Group(-1, np.array([True, False, True]), everything=False))
    assert members(gaps) == [True, True, True]
