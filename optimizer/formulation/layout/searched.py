"""Rules on layout that only `solve` keeps, as they ask for a search: refused by everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formulation.layout.clusters import refuse_open_leads
from optimizer.formulation.layout.patches import refuse_least_patches

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def refuse_searched(instance: Instance) -> None:
    """Refuse open lead uses and least patches, saying how to go on.

    Raises
    ------
    InstanceRefused
        If the instance has any.
    """
    refuse_open_leads(instance)
    refuse_least_patches(instance)
