"""Zones with a lead use: zones that exist, in an objective that a choice can be made by."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.common import Tables, table_of, texts
from optimizer.instance.checks.names import unknown_names
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings


def unknown_zones(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A zone with a lead use has parcels."""
    if "clusters" in tables:
        zones = list(dict.fromkeys(texts(table_of(tables, "parcels"), "zone")))
        yield from unknown_names(tables["clusters"], "zone", zones, "zones of parcels")


CHECKS = (unknown_zones,)
