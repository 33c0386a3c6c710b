"""Whether anything ties neighbouring parcels together, so that a program does not fall apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.neighbours import boundary_weight
from optimizer.instance.beside import neighbour_rules

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def ties(instance: Instance) -> tuple[str, ...]:
    """What ties parcels together, in words; empty where each parcel can choose on its own."""
    found: tuple[str, ...] = ("boundaries",) if boundary_weight(instance) else ()
    if any(not rule.of_land for rule in neighbour_rules(instance.tables)):
        found += ("rules on neighbours",)
    return found
