"""Rules on layout that tie parcels together and that only the whole program holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.clusters import clusters_of
from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.formulation.layout.patches import has_least_patches
from optimizer.instance.beside import neighbour_rules
from optimizer.instance.pair_factors import pair_factors

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


#: Rows on the land of whole zones.
LEADS = "lead uses of zones"
#: Solved again until every patch is large enough.
PATCHES = "least patches"


def ties(instance: Instance) -> tuple[str, ...]:
    """What ties parcels together beside limits and topsoil, in words; mostly nothing."""
    found: tuple[str, ...] = ("boundaries",) if boundary_weight(instance) else ()
    if any(not rule.of_land for rule in neighbour_rules(instance.tables)):
        found += ("rules on neighbours",)
    if clusters_of(instance):
        found += (LEADS,)
    if has_least_patches(instance):
        found += (PATCHES,)
    return found


def beyond_boundaries(instance: Instance) -> tuple[str, ...]:
    """What ties neighbours together beside boundaries of one weight for all uses, in words.

    Lead uses of zones do not: their rows are limits on zones, few and priced like any other.
    """
    found = tuple(tie for tie in ties(instance) if tie not in ("boundaries", LEADS))
    by_pair = boundary_weight(instance) and pair_factors(
        instance.tables, instance.practices.uses) is not None
    return found + (("boundary weights by pair of uses",) if by_pair else ())
