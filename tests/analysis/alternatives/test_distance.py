"""Hectares whose use differs: by hand, symmetric, and its linear bounds."""

from __future__ import annotations

import numpy as np
import pytest
from worked import instance_of

from optimizer.analysis.alternatives.distance import chord, difference_ha, hectares_iv, slope
from optimizer.options.enumerate import options_of

INSTANCE = instance_of(
    parcels=[{}, {"parcel": "b", "area_ha": 4}], settings={"periods": (2026,)},
    methods=[{"use": "grass"}, {"use": "grass", "method": "mow"}, {"use": "forest"}])
OPTIONS = options_of(INSTANCE)


def plan(rng: np.random.Generator, *, pure: bool = False) -> np.ndarray:
    """Hectares of every option, some land left."""
    x_o = np.zeros(OPTIONS.count)
    for i, area in enumerate(INSTANCE.land.area_i):
        own = np.flatnonzero(OPTIONS.parcel_o == i)
        if pure:
            if rng.random() < 0.7:
                x_o[rng.choice(own)] = area
        else:
            x_o[own] = rng.dirichlet(np.ones(len(own) + 1))[:-1] * area
    return x_o


def test_methods_do_not_count_and_bare_land_does() -> None:
    # Parcel a (10 ha): 6 sown and 4 mown grass against 7 ha of grass and 3 of forest: 3 ha differ.
    # Parcel b (4 ha): 1 ha of forest against nothing: 1 ha differs.
    one = hectares_iv(INSTANCE, OPTIONS, np.array([6.0, 4.0, 0.0, 0.0, 0.0, 1.0]))
    other = hectares_iv(INSTANCE, OPTIONS, np.array([0.0, 7.0, 3.0, 0.0, 0.0, 0.0]))
    assert one.tolist() == [[10.0, 0.0, 0.0], [0.0, 1.0, 3.0]] or one.tolist() == [
        [0.0, 10.0, 0.0], [1.0, 0.0, 3.0]]
    assert difference_ha(one, other) == pytest.approx(4.0)
    assert difference_ha(other, one) == pytest.approx(4.0)
    assert difference_ha(one, one) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_the_chord_is_above_and_the_slope_below(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y_iv = hectares_iv(INSTANCE, OPTIONS, plan(rng))
    x0 = plan(rng)
    x0_iv = hectares_iv(INSTANCE, OPTIONS, x0)
    above = chord(INSTANCE, OPTIONS, OPTIONS.count, y_iv)
    below = slope(INSTANCE, OPTIONS, OPTIONS.count, y_iv, x0_iv)
    assert below.of(x0) == pytest.approx(difference_ha(x0_iv, y_iv))
    for _ in range(5):
        x = plan(rng)
        true = difference_ha(hectares_iv(INSTANCE, OPTIONS, x), y_iv)
        assert below.of(x) - 1e-9 <= true <= above.of(x) + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_the_chord_is_exact_from_a_plan_that_shares_no_parcel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y_iv = hectares_iv(INSTANCE, OPTIONS, plan(rng, pure=True))
    x = plan(rng)
    exact = chord(INSTANCE, OPTIONS, OPTIONS.count, y_iv).of(x)
    assert exact == pytest.approx(difference_ha(hectares_iv(INSTANCE, OPTIONS, x), y_iv))
