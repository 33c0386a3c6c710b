"""Records speak in a line, and refuse what they cannot work with in words."""

from __future__ import annotations

import pytest

import optimizer as ro


def test_records_are_told_in_one_line() -> None:
    instance = ro.read_instance("two-parcels")
    assert repr(instance).startswith("Instance('two-parcels': parcels 2, ")
    # WORKED.md: 7,336.8 t; 20 + 40 + 32 of 100 ha.
    assert repr(ro.solve(instance)).startswith(
        "Solution('two-parcels': optimal, objective 7,336.8 t CO2e, gap ")
    assert repr(ro.solve(instance)).endswith("92 of 100 ha)")


def test_a_name_is_not_an_instance() -> None:
    with pytest.raises(TypeError, match="takes an instance, as read_instance gives it, not str"):
        ro.solve("two-parcels")  # type: ignore[arg-type]
