"""A plan that is possible by construction: part of every parcel, by the method open to all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.allocation import Allocation
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_at
from optimizer.options.works import works_of

#: What the known plan reckons a cubic metre of soil brought in to cost: so much that it uses
#: little, and the supplies that suffice for it are scarce.
THRIFT_PER_M3 = 60.0

#: Share of a parcel the known plan reclaims, where it need not be all: much where no soil is
#: brought, little where some is.
SHARE_PLAIN, SHARE_WITH_SOIL = 0.6, 0.3


def known_plan(instance: Instance, random: np.random.Generator) -> Allocation:
    """Put part of every parcel to a cheap allowed practice, in a random period.

    Cheap, so that money and topsoil that suffice for it are scarce to the optimum.
    """
    eligibility = eligibility_of(instance)
    usable_i = eligibility.allowed_ium.any(axis=1)
    parcel = np.flatnonzero(usable_i)
    chance_ium = -_outlay(instance)[parcel] * random.uniform(
        0.3, 1.7, (len(parcel), instance.practices.count))
    practice = _pick(eligibility.allowed_ium[parcel], chance_ium)
    period = _pick(eligibility.window_it[parcel], random.random(
        (len(parcel), instance.calendar.count)))
    nearest = np.full(instance.land.count, -1)
    if instance.topsoil.count:
        nearest = np.argmin(instance.topsoil.distance_ik, axis=1)
    options = options_at(instance, parcel, practice, period, nearest[parcel])
    brings = options.soil_m3_o > 0.0
    source = np.where(brings, options.source_o, -1)
    share = np.where(brings, SHARE_WITH_SOIL, SHARE_PLAIN)
    share[instance.land.must_i[parcel]] = 1.0
    return Allocation(
        options_at(instance, parcel, practice, period, source),
        instance.land.area_i[parcel] * share)


def _outlay(instance: Instance) -> NDArray[np.float64]:
    """Roughly what a hectare is reckoned to cost by every practice, shape (I, UM)."""
    works = instance.settings.works
    once_um = instance.practices.amount_umt("establishment_cost_per_ha")[:, 0]
    outlay_ium = []
    for um in range(instance.practices.count):
        moved = works_of(instance, um)
        outlay_ium.append(once_um[um] + moved.regrade_m3_i * works["regrade_cost_per_m3"]
                          + moved.soil_m3_i * THRIFT_PER_M3)
    return np.stack(outlay_ium, axis=1)


def _pick(allowed: NDArray[np.bool_], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """The allowed column of every row with the largest chance."""
    return np.asarray(np.argmax(np.where(allowed, chance, -np.inf), axis=1))
