"""A plan that comes with an instance is found by its name."""

from __future__ import annotations

import pytest

import optimizer as ro
from optimizer.instance.plan_file import locate_plan, read_plan


def test_a_plan_of_the_instance_is_found_by_its_name() -> None:
    instance = ro.read_instance("hand-gap")
    table = read_plan("actual", instance)
    assert table.file == "actual.csv"
    assert len(table)


def test_an_unknown_plan_is_refused_with_the_names_there_are() -> None:
    instance = ro.read_instance("hand-gap")
    with pytest.raises(ro.InstanceRefused) as refused:
        locate_plan("actuel", instance)
    words = str(refused.value)
    assert "one of actual" in words
    assert "actual" in refused.value.findings[0].do
