"""Rules on layout, held against any plan: what may not touch, and what must."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.held_limits import TOLERANCE
from optimizer.analysis.violation import Violation
from optimizer.formulation.layout.clusters import clusters_of
from optimizer.formulation.layout.patches import small_patches
from optimizer.formulation.row_names import number_text
from optimizer.instance.beside import NeighbourRule, neighbour_rules, pairs_beside

if TYPE_CHECKING:
    from optimizer.analysis.allocation import Allocation
    from optimizer.instance.record import Instance

Floats = NDArray[np.float64]
#: A longer list of parcels helps nobody.
NAMED = 4


def broken_layout(instance: Instance, allocation: Allocation) -> Iterator[Violation]:
    """Every rule on layout that a plan breaks, in words."""
    practices, options = instance.practices, allocation.options
    area_iu = np.zeros((instance.land.count, len(practices.uses)))
    np.add.at(area_iu, (options.parcel_o, practices.use_um[options.practice_o]),
              allocation.area_o)
    yield from _clusters(instance, area_iu)
    yield from _patches(instance, area_iu)
    for rule in neighbour_rules(instance.tables):
        if not rule.of_land:
            yield from (_apart if rule.apart else _together)(instance, rule, area_iu)


def _clusters(instance: Instance, area_iu: Floats) -> Iterator[Violation]:
    """Zones in which the lead use, or any where it is open, has less than its share (K1, K2)."""
    land, uses = instance.land, instance.practices.uses
    for cluster in clusters_of(instance):
        area_u = area_iu[land.zone_i == land.zones.index(cluster.zone)].sum(axis=0)
        total, lead = float(area_u.sum()), cluster.use or uses[int(np.argmax(area_u))]
        area = float(area_u[uses.index(lead)])
        missing = cluster.share * total - area
        if missing > TOLERANCE * max(1.0, total):
            what = lead if cluster.use else f"its largest use, {lead},"
            yield Violation(
                "cluster", f"zone {cluster.zone}",
                f"{number_text(100.0 * area / total)} % {what} of {number_text(total)} ha "
                f"reclaimed, must be >= {number_text(100.0 * cluster.share)} %",
                missing, "ha")


def _patches(instance: Instance, area_iu: Floats) -> Iterator[Violation]:
    """Patches below the least of their use (Q1)."""
    for patch in small_patches(instance, area_iu):
        names = [str(instance.land.parcels[i]) for i in patch.parcels]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Violation(
            "min_patch", f"use {instance.practices.uses[patch.use]}",
            f"a patch of {number_text(patch.area_ha)} ha ({', '.join(names[:NAMED])}{more}), "
            f"must be >= {number_text(patch.least_ha)} ha",
            patch.least_ha - patch.area_ha, "ha")


def _apart(instance: Instance, rule: NeighbourRule, area_iu: Floats) -> Iterator[Violation]:
    """Shares of two uses on neighbours that add up to more than one parcel (T1)."""
    share_a, share_b = _shares(instance, rule, area_iu)
    within_i = rule.within_i(instance.tables) if rule.attribute else np.ones(len(share_a), bool)
    one_e, other_e = pairs_beside(instance.tables, rule.distance_m)
    told = set()
    for a_e, b_e in ((one_e, other_e), (other_e, one_e)):
        over_e = np.where(within_i[b_e], share_a[a_e] + share_b[b_e] - 1.0, 0.0)
        for e in np.flatnonzero(over_e > TOLERANCE):
            i, j = int(a_e[e]), int(b_e[e])
            if rule.use_a == rule.use_b and (j, i) in told:
                continue
            told.add((i, j))
            yield Violation(
                "neighbour", f"rule {rule.name}",
                f"parcel {_told(instance, i, rule.use_a, area_iu)} beside parcel "
                f"{_told(instance, j, rule.use_b, area_iu)}, must lie apart",
                float(over_e[e]), "share")


def _together(instance: Instance, rule: NeighbourRule, area_iu: Floats) -> Iterator[Violation]:
    """Parcels with more of a use than all their neighbours have of what it needs (T2)."""
    share_a, share_b = _shares(instance, rule, area_iu)
    a_e, b_e = pairs_beside(instance.tables, rule.distance_m)
    beside_i = np.bincount(a_e, share_b[b_e], len(share_b))
    beside_i += np.bincount(b_e, share_b[a_e], len(share_b))
    short_i = share_a - beside_i
    if rule.attribute:
        short_i = np.where(rule.within_i(instance.tables), 0.0, short_i)
    for i in np.flatnonzero(short_i > TOLERANCE):
        there = "none" if beside_i[i] <= TOLERANCE else f"only {beside_i[i]:.3g} of a parcel"
        yield Violation(
            "neighbour", f"rule {rule.name}",
            f"parcel {_told(instance, int(i), rule.use_a, area_iu)} must lie beside "
            f"{rule.use_b}, has {there} beside it", float(short_i[i]), "share")


def _shares(instance: Instance, rule: NeighbourRule, area_iu: Floats) -> tuple[Floats, Floats]:
    """Shares of the parcels under the two uses of a rule, shape (I,) each."""
    uses = instance.practices.uses
    a, b = (area_iu[:, uses.index(use)] / instance.land.area_i for use in (rule.use_a, rule.use_b))
    return a, b


def _told(instance: Instance, i: int, use: str, area_iu: Floats) -> str:
    """Parcel and what of it is under a use."""
    area = area_iu[i, instance.practices.uses.index(use)]
    return (f"{instance.land.parcels[i]} ({number_text(float(area))} of "
            f"{number_text(float(instance.land.area_i[i]))} ha {use})")
