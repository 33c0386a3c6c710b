"""How many options there are, without listing them, and lists of some parcels' options alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.eligibility import Eligibility
from optimizer.options.enumerate import options_of
from optimizer.options.works import works_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def option_counts(instance: Instance, eligibility: Eligibility) -> NDArray[np.int64]:
    """Number of options of every parcel, shape (I,)."""
    count_i = np.zeros(instance.land.count, dtype=np.int64)
    reach_i = (~np.isnan(instance.topsoil.distance_ik)).sum(axis=1)
    allowed_ium = eligibility.allowed_ium
    for um in range(instance.practices.count):
        offered_t = instance.practices.offered_umt[um]
        periods_i = (eligibility.window_it & offered_t[None, :]).sum(axis=1)
        brings_i = works_of(instance, um).soil_m3_i > 0.0
        count_i += allowed_ium[:, um] * periods_i * np.where(brings_i, reach_i, 1)
    return count_i


def options_between(
    instance: Instance, eligibility: Eligibility, first: int, last: int
) -> Options:
    """List the options of the parcels first .. last - 1."""
    window_it = np.zeros_like(eligibility.window_it)
    window_it[first:last] = eligibility.window_it[first:last]
    return options_of(instance, replace(eligibility, window_it=window_it))
