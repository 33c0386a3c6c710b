"""Which parcel may become which use by which method, and every rule that forbids the rest.

Eligibility (E1): an option exists only if, after its method, every attribute meets the rules of
the use, its soil is within reach, and its period starts in the window from release to the longest
wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.rules import Rule, rules_of
from optimizer.options.works import Works, attribute_after, works_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


@dataclass(frozen=True)
class Eligibility:
    """Outcome of the rules.

    Parameters
    ----------
    rules
        Rules of each use, in the order of the uses.
    failed_ium
        Bit j is set where rule j of the use fails, shape (I, UM); 0 where all hold.
    window_it
        Whether period t lies in the window of parcel i, shape (I, T).
    """

    rules: tuple[tuple[Rule, ...], ...]
    failed_ium: NDArray[np.uint64]
    window_it: NDArray[np.bool_]

    @property
    def allowed_ium(self) -> NDArray[np.bool_]:
        """Whether every rule holds, shape (I, UM)."""
        allowed: NDArray[np.bool_] = self.failed_ium == 0
        return allowed

    def failing(self, i: int, um: int, use: int) -> list[Rule]:
        """Rules of the use that forbid practice um on parcel i."""
        mask = int(self.failed_ium[i, um])
        return [rule for j, rule in enumerate(self.rules[use]) if mask >> j & 1]


def eligibility_of(instance: Instance) -> Eligibility:
    """Hold every parcel, use and method against the rules."""
    rules = rules_of(instance)
    window_it = window_of(instance)
    failed = [
        _failed(instance, um, works_of(instance, um),
                rules[instance.practices.use_um[um]], window_it)
        for um in range(instance.practices.count)
    ]
    return Eligibility(rules, np.stack(failed, axis=1), window_it)


def window_of(instance: Instance) -> NDArray[np.bool_]:
    """Whether a period starts between release and longest wait, shape (I, T)."""
    start_t = instance.calendar.start_t[None, :]
    land = instance.land
    latest_i = land.latest_i(int(start_t[0, 0]))
    within: NDArray[np.bool_] = np.logical_and(
        start_t >= land.release_i[:, None], start_t <= latest_i[:, None])
    return within


def _failed(
    instance: Instance, um: int, works: Works, rules: tuple[Rule, ...],
    window_it: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Bit mask of the rules that practice um fails, shape (I,)."""
    failed_i = np.zeros(instance.land.count, dtype=np.uint64)
    for j, rule in enumerate(rules):
        broken_i = _broken(instance, um, works, rule, window_it)
        failed_i |= broken_i.astype(np.uint64) << np.uint64(j)
    return failed_i


def _broken(
    instance: Instance, um: int, works: Works, rule: Rule, window_it: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether one rule fails, shape (I,)."""
    if rule.kind == "topsoil":
        reachable_i = np.any(~np.isnan(instance.topsoil.distance_ik), axis=1)
        stranded_i: NDArray[np.bool_] = (works.soil_m3_i > 0.0) & ~reachable_i
        return stranded_i
    if rule.kind == "window":
        usable_it = window_it & instance.practices.offered_umt[um][None, :]
        none_i: NDArray[np.bool_] = ~np.any(usable_it, axis=1)
        return none_i
    return rule.failed(attribute_after(instance, um, rule.attribute, works))
