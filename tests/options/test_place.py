"""Values of the site table: what is said of a method beats what is said of all."""

from __future__ import annotations

import pytest
from strategies import Row
from worked import instance_of, names_of

from optimizer.options.enumerate import options_of
from optimizer.options.place import place_amount

METHODS = [{"use": "grass", "method": "sow"}, {"use": "grass", "method": "turf"},
           {"use": "forest", "method": "sow"}]


def values(site: list[Row], column: str = "quality") -> dict[tuple[str, ...], float]:
    """Value by parcel, use, method and period."""
    instance = instance_of(parcels=[{}, {"parcel": "b"}], methods=METHODS, site=site)
    options = options_of(instance)
    amounts = place_amount(instance, options, column, absent=1.0)
    return {names[:4]: float(amount)
            for names, amount in zip(names_of(instance, options), amounts, strict=True)}


def test_a_row_holds_for_its_parcel_and_use_only() -> None:
    found = values([{"parcel": "b", "use": "grass", "quality": 0.5}])
    assert {key for key, value in found.items() if value == 0.5} == {
        ("b", "grass", method, period) for method in ("sow", "turf") for period in ("2026", "2031")}
    assert set(found.values()) == {0.5, 1.0}


@pytest.mark.parametrize(("method", "period", "expected"), [
    ("turf", "2026", 0.2), ("turf", "2031", 0.4), ("sow", "2026", 0.3), ("sow", "2031", 0.1)])
def test_the_most_specific_row_holds(method: str, period: str, expected: float) -> None:
    key = {"parcel": "a", "use": "grass"}
    found = values([
        key | {"method": "turf", "period": "2026", "quality": 0.2},
        key | {"method": "turf", "quality": 0.4}, key | {"period": "2026", "quality": 0.3},
        key | {"quality": 0.1},
    ])
    assert found["a", "grass", method, period] == expected


def test_a_blank_cell_does_not_count() -> None:
    key = {"parcel": "a", "use": "grass"}
    site = [key | {"quality": 0.7}, key | {"method": "turf", "extra_tco2e_per_ha": 5}]
    assert values(site)["a", "grass", "turf", "2026"] == 0.7
    extra = values(site, "extra_tco2e_per_ha")
    assert extra["a", "grass", "turf", "2026"] == 5.0
    assert extra["a", "grass", "sow", "2026"] == 1.0


def test_zero_counts() -> None:
    found = values([{"parcel": "a", "use": "forest", "quality": 0}])
    assert found["a", "forest", "sow", "2031"] == 0.0
    assert found["a", "grass", "sow", "2031"] == 1.0
