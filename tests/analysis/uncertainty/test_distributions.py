"""Quantiles of uncertain numbers, by hand and against what they must satisfy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.analysis.uncertainty.distributions import quantile, within_tails
from optimizer.instance.unknowns import Uncertain

NAN = math.nan


def number(distribution: str, low=NAN, high=NAN, centre=NAN, spread=NAN, *, times=False):
    return Uncertain("works.swell_factor", "swell", distribution, times, low, high, centre, spread)


@pytest.mark.parametrize(("one", "share", "expected"), [
    (number("uniform", 2, 6), 0.25, 3.0),
    # A factor from 1/2 to 2 alike: half the chances lie below 1.
    (number("loguniform", 0.5, 2), 0.5, 1.0),
    (number("loguniform", 1, 16), 0.75, 8.0),
    # Triangle from 0 over 1 to 4, height 1/2: a quarter lies below the centre, and of the rest
    # above x there is (4 - x)^2 / 12; at 2 that is 1/3.
    (number("triangular", 0, 4, 1), 0.25, 1.0),
    (number("triangular", 0, 4, 1), 2 / 3, 2.0),
    (number("triangular", 0, 4, 0), 0.75, 2.0),
    (number("triangular", 0, 4, 4), 0.25, 2.0),
    (number("normal", centre=10, spread=2), 0.5, 10.0),
    # One standard deviation: 84.134 % of the chances lie below.
    (number("normal", centre=10, spread=2), 0.8413447460685429, 12.0),
    (number("lognormal", centre=3, spread=2), 0.5, 3.0),
    (number("lognormal", centre=3, spread=2), 0.8413447460685429, 6.0),
])
def test_quantiles_by_hand(one, share, expected) -> None:
    assert float(quantile(one, np.array(share))) == pytest.approx(expected)


@pytest.mark.parametrize("one", [
    number("uniform", -1, 5), number("loguniform", 0.5, 2), number("triangular", 1, 4, 2),
    number("normal", 5, 12, 10, 2), number("lognormal", 0.5, 2, 1, 1.5)])
def test_ends_are_kept_and_quantiles_rise(one) -> None:
    values = quantile(one, np.linspace(0.0, 1.0, 41))
    assert values[0] == pytest.approx(one.low)
    assert values[-1] == pytest.approx(one.high)
    assert np.all(np.diff(values) > 0.0)


def test_endless_tails_are_cut_only_where_they_are() -> None:
    ends = np.array([0.0, 1.0])
    assert within_tails(number("uniform", 0, 1), ends).tolist() == [0.0, 1.0]
    assert within_tails(number("normal", centre=0, spread=1), ends).tolist() == [0.01, 0.99]
    assert within_tails(number("normal", low=-1, centre=0, spread=1), ends).tolist() == [0.0, 0.99]


def test_overrides_set_or_multiply() -> None:
    assert number("uniform", 1, 2).override(1.5) == "works.swell_factor=1.5"
    assert number("uniform", 1, 2, times=True).override(1.5) == "works.swell_factor*=1.5"
