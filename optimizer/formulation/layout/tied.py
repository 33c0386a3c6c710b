"""Rules on layout that tie parcels together and that only the whole program holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.clusters import clusters_of
from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.formulation.layout.patches import has_least_patches
from optimizer.instance.beside import neighbour_rules

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def ties(instance: Instance) -> tuple[str, ...]:
    """What ties parcels together beside limits and topsoil, in words; mostly nothing."""
    found: tuple[str, ...] = ("boundaries",) if boundary_weight(instance) else ()
    if any(not rule.of_land for rule in neighbour_rules(instance.tables)):
        found += ("rules on neighbours",)
    if clusters_of(instance):
        found += ("lead uses of zones",)
    if has_least_patches(instance):
        found += ("least patches",)
    return found
