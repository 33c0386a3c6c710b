"""Unknown names: what they most likely meant."""

from __future__ import annotations

import pytest

from optimizer.instance.nearest import nearest


@pytest.mark.parametrize(("name", "meant"), [
    # In spelling 2030 is as near to 2036 as to 2031; in time it is a year from 2031.
    ("2030", "2031"), ("2034", "2036"), ("2025", "2026"), ("2050", "2036"), ("2099", ""),
])
def test_periods_are_near_in_time(name: str, meant: str) -> None:
    assert nearest(name, ("2026", "2031", "2036")) == meant


def test_other_names_are_near_in_spelling() -> None:
    assert nearest("covr", ("cover", "sow")) == "cover"
    assert nearest("2030", ("2036", "north")) == "2036"
    assert nearest("2030", ()) == ""
