"""Every option the rules allow, as flat arrays, without a Python loop over options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.eligibility import Eligibility, eligibility_of
from optimizer.options.record import Options
from optimizer.options.works import works_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def options_of(instance: Instance, eligibility: Eligibility | None = None) -> Options:
    """List the options, sorted by parcel, practice, period, source."""
    eligibility = eligibility or eligibility_of(instance)
    parts = [_options_of_practice(instance, eligibility, um)
             for um in range(instance.practices.count)]
    joined = Options.joined(parts)
    return joined.take(_order(instance, joined))


def options_at(
    instance: Instance, parcel_o: NDArray[np.int64], practice_o: NDArray[np.int64],
    period_o: NDArray[np.int64], source_o: NDArray[np.int64],
) -> Options:
    """Build the given options, allowed or not, in the given order (to judge any plan)."""
    volumes = np.zeros((3, len(parcel_o)))
    for um in np.unique(practice_o):
        works, which = works_of(instance, int(um)), np.flatnonzero(practice_o == um)
        for row, volume_i in enumerate(
                (works.regrade_m3_i, works.soil_m3_i, works.own_soil_m3_i)):
            volumes[row, which] = volume_i[parcel_o[which]]
    return Options(
        parcel_o.astype(np.int32), practice_o.astype(np.int32), period_o.astype(np.int32),
        source_o.astype(np.int32), volumes[0], volumes[1], volumes[2])


def _options_of_practice(instance: Instance, eligibility: Eligibility, um: int) -> Options:
    """Options of one practice: (parcel, period, source) triples that are allowed."""
    works = works_of(instance, um)
    periods_it = (eligibility.window_it & instance.practices.offered_umt[um][None, :]
                  & eligibility.allowed_ium[:, um][:, None])
    parcel, period, source = _with_sources(instance, periods_it, works.soil_m3_i > 0.0)
    return Options(
        parcel_o=parcel.astype(np.int32),
        practice_o=np.full(len(parcel), um, dtype=np.int32),
        period_o=period.astype(np.int32),
        source_o=source.astype(np.int32),
        regrade_m3_o=works.regrade_m3_i[parcel],
        soil_m3_o=works.soil_m3_i[parcel],
        own_soil_m3_o=works.own_soil_m3_i[parcel],
    )


def _with_sources(
    instance: Instance, periods_it: NDArray[np.bool_], brings_i: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Parcel, period and source of each option: one a source in reach where soil is brought."""
    plain_i, plain_t = np.nonzero(periods_it & ~brings_i[:, None])
    reach_ik = ~np.isnan(instance.topsoil.distance_ik) & brings_i[:, None]
    soil_i, soil_t, soil_k = np.nonzero(periods_it[:, :, None] & reach_ik[:, None, :])
    return (
        np.concatenate([plain_i, soil_i]),
        np.concatenate([plain_t, soil_t]),
        np.concatenate([np.full(len(plain_i), -1), soil_k]),
    )


def option_keys(instance: Instance, options: Options) -> NDArray[np.int64]:
    """One whole number an option, rising with parcel, practice, period, source, shape (O,)."""
    sources = instance.topsoil.count + 1
    key = options.parcel_o.astype(np.int64)
    key = key * instance.practices.count + options.practice_o
    key = key * instance.calendar.count + options.period_o
    return key * sources + options.source_o + 1


def _order(instance: Instance, options: Options) -> NDArray[np.int64]:
    """Order that sorts options by parcel, practice, period, source."""
    return np.argsort(option_keys(instance, options), kind="stable")
