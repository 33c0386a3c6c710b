"""Bounds of rules and the play they are compared with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from worked import instance_of

from optimizer.options.rules import Rule, rules_of


def fails(rule: Rule, value: float) -> bool:
    return bool(rule.failed(np.array([value]))[0])


def test_14_04_degrees_are_25_percent() -> None:
    # tan(14.04 degrees) = 0.25007: 25.007 % lies within 0.01 points of 25 %.
    slope = 100 * math.tan(math.radians(14.04))
    assert slope == pytest.approx(25.007, abs=5e-4)
    assert not fails(Rule("machine", "slope_pct", maximum=25.0), slope)


@pytest.mark.parametrize(("slope", "failed"), [(25.0, False), (25.0099, False), (25.02, True)])
def test_slope_has_a_hundredth_of_play(slope: float, failed: bool) -> None:
    assert fails(Rule("machine", "slope_pct", maximum=25.0), slope) is failed


@pytest.mark.parametrize(("value", "failed"), [
    (8.5, False), (8.5 * (1 + 5e-10), False), (8.5 * (1 + 1e-8), True), (6.0, False),
    (6.0 * (1 - 5e-10), False), (5.99, True), (float("nan"), False),
])
def test_other_attributes_have_a_relative_play(value: float, failed: bool) -> None:
    assert fails(Rule("attribute", "ph", 6.0, 8.5), value) is failed


@pytest.mark.parametrize(("rule", "words"), [
    (Rule("machine", "slope_pct", maximum=25.0), "slope_pct <= 25 (machine limit)"),
    (Rule("attribute", "ph", 6.0, 8.5), "ph >= 6 and <= 8.5"),
    (Rule("attribute", "soil_depth_m", minimum=0.3), "soil_depth_m >= 0.3"),
    (Rule("topsoil"), "topsoil within reach"),
    (Rule("window"), "a period between release and longest wait"),
])
def test_rules_in_words(rule: Rule, words: str) -> None:
    assert str(rule) == words


def test_rules_of_a_use_come_from_settings_uses_and_suitability() -> None:
    instance = instance_of(
        parcels=[{"ph": 7}], methods=[{"use": "crop"}, {"use": "grass"}],
        uses=[{"use": "crop", "max_slope_pct": 9, "min_soil_depth_m": 0.3}, {"use": "grass"}],
        suitability=[{"use": "crop", "attribute": "ph", "maximum": 8.5, "clause": "4.2"}],
        settings={"max_slope_pct": 20.0})
    crop, grass = rules_of(instance)
    machine = Rule("machine", "slope_pct", maximum=20.0)
    assert crop == (
        machine, Rule("attribute", "slope_pct", maximum=9.0),
        Rule("attribute", "soil_depth_m", minimum=0.3),
        Rule("attribute", "ph", maximum=8.5, clause="4.2"), Rule("topsoil"), Rule("window"))
    assert grass == (machine, Rule("topsoil"), Rule("window"))
