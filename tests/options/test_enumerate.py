"""Which options there are, in which order, with which volumes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from strategies import small_instances
from worked import instance_of, names_of, with_methods

from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_at, options_of
from optimizer.options.works import works_of


def test_window_and_rows_by_period_decide_the_periods() -> None:
    instance = with_methods(
        instance_of(parcels=[{"parcel": "early", "longest_wait_years": 0},
                             {"parcel": "late", "release_year": 2031}, {"parcel": "free"}]),
        [{"method": "plain"}, {"method": "new", "period": "2031"}])
    assert names_of(instance, options_of(instance)) == [
        ("early", "grass", "plain", "2026", ""),
        ("late", "grass", "plain", "2031", ""), ("late", "grass", "new", "2031", ""),
        ("free", "grass", "plain", "2026", ""), ("free", "grass", "plain", "2031", ""),
        ("free", "grass", "new", "2031", ""),
    ]


def test_one_option_a_source_only_where_soil_is_brought() -> None:
    instance = instance_of(
        parcels=[{"parcel": "bare", "soil_depth_m": 0.1}, {"parcel": "deep", "soil_depth_m": 0.5}],
        methods=[{"method": "plain"}, {"method": "cover", "after:soil_depth_m": 0.4}],
        sources=[{"source": "hill"}, {"source": "pit"}], settings={"periods": (2026,)},
        hauls=[{"source": source, "parcel": parcel, "distance_km": 1}
               for source in ("hill", "pit") for parcel in ("bare", "deep")])
    options = options_of(instance)
    assert names_of(instance, options) == [
        ("bare", "grass", "plain", "2026", ""), ("bare", "grass", "cover", "2026", "hill"),
        ("bare", "grass", "cover", "2026", "pit"), ("deep", "grass", "plain", "2026", ""),
        # 0.5 m are there, 0.4 m are asked for: nothing is brought, no source is chosen.
        ("deep", "grass", "cover", "2026", ""),
    ]
    # 10,000 x (0.4 - 0.1).
    np.testing.assert_allclose(options.soil_m3_o, [0, 3000, 3000, 0, 0])


def test_too_steep_land_has_no_option_but_by_regrading() -> None:
    instance = instance_of(
        parcels=[{"slope_pct": 65, "slope_length_m": 20}],
        methods=[{"method": "plain"}, {"method": "regrade", "after:slope_pct": 25}])
    options = options_of(instance)
    assert {names[2] for names in names_of(instance, options)} == {"regrade"}
    # 12.5 x 20 x 40.
    np.testing.assert_allclose(options.regrade_m3_o, 10_000.0)


def by_loops(instance: Instance) -> list[tuple[int, int, int, int]]:
    """Every allowed (parcel, practice, period, source), by the plainest loops."""
    eligibility, found = eligibility_of(instance), []
    for i in range(instance.land.count):
        for um in range(instance.practices.count):
            brings = works_of(instance, um).soil_m3_i[i] > 0
            for t in range(instance.calendar.count):
                if (eligibility.failed_ium[i, um] or not eligibility.window_it[i, t]
                        or not instance.practices.offered_umt[um, t]):
                    continue
                sources = range(instance.topsoil.count) if brings else [-1]
                found += [(i, um, t, k) for k in sources]
    return found


@given(small_instances())
def test_options_are_those_of_plain_loops(instance: Instance) -> None:
    options = options_of(instance)
    found = list(zip(options.parcel_o.tolist(), options.practice_o.tolist(),
                     options.period_o.tolist(), options.source_o.tolist(), strict=True))
    assert found == by_loops(instance)


@given(small_instances(limits=False))
def test_volumes_of_given_options_are_those_of_listed_ones(instance: Instance) -> None:
    options = options_of(instance)
    again = options_at(instance, options.parcel_o, options.practice_o, options.period_o,
                       options.source_o)
    for axis in ("regrade_m3_o", "soil_m3_o", "own_soil_m3_o"):
        np.testing.assert_array_equal(getattr(again, axis), getattr(options, axis))


def test_take_keeps_the_order() -> None:
    options = options_of(instance_of(methods=[{"method": "one"}, {"method": "two"}]))
    taken = options.take(np.array([2, 0]))
    assert taken.count == 2
    np.testing.assert_array_equal(taken.practice_o, options.practice_o[[2, 0]])
