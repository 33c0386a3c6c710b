"""The declared format of an instance: reader, checks, `reclaim schema` and templates read it."""

from __future__ import annotations

from types import MappingProxyType

from optimizer.instance.schema.land import ADJACENCY, HAULS, MINING, PARCELS, SOURCES
from optimizer.instance.schema.layout import BOUNDARY_WEIGHTS, CLUSTERS, NEIGHBOURS
from optimizer.instance.schema.practices import (
    ACCOUNTS,
    CURVES,
    METHODS,
    SITE,
    SUITABILITY,
    USES,
)
from optimizer.instance.schema.rules import BASES, LIMITS, PLANS, PROVENANCE, USE_MAP
from optimizer.instance.schema.settings import (
    INSTANCE_KEYS,
    LAYOUT_KEYS,
    LIBRARY_KEYS,
    OBJECTIVE_KEYS,
    WORKS_KEYS,
)
from optimizer.instance.schema.spec import ColumnSpec, PrefixSpec, TableSpec
from optimizer.instance.schema.unknowns import DISTRIBUTIONS, SCENARIOS, UNCERTAINTY

#: Tables of the folder itself, in the order a planner fills them in.
TABLES = MappingProxyType({
    spec.name: spec
    for spec in (PARCELS, USES, SUITABILITY, METHODS, CURVES, SOURCES, HAULS, SITE, ACCOUNTS,
                 LIMITS, ADJACENCY, NEIGHBOURS, CLUSTERS, BOUNDARY_WEIGHTS, MINING, SCENARIOS,
                 UNCERTAINTY, PROVENANCE)
})

#: Tables a coefficient library may hold and an instance inherits from.
LIBRARY_TABLES = ("uses", "suitability", "methods", "curves", "accounts", "provenance")

__all__ = [
    "BASES", "DISTRIBUTIONS", "INSTANCE_KEYS", "LAYOUT_KEYS", "LIBRARY_KEYS", "LIBRARY_TABLES",
    "OBJECTIVE_KEYS", "PLANS", "TABLES", "USE_MAP", "WORKS_KEYS", "ColumnSpec", "PrefixSpec",
    "TableSpec",
]
