"""Neighbours: two different parcels, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.common import (
    Tables,
    line_of,
    no_neighbours,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings


def self_pairs(_: Settings, tables: Tables) -> Iterator[Finding]:
    """No parcel is its own neighbour."""
    adjacency = table_of(tables, "adjacency")
    pairs = zip(texts(adjacency, "parcel_a"), texts(adjacency, "parcel_b"), strict=True)
    rows = [row for row, (one, other) in enumerate(pairs) if one and one == other]
    yield from on_rows(
        adjacency, rows, rule="own neighbour", column="parcel_b",
        seen=f"`{texts(adjacency, 'parcel_b')[rows[0]]}` beside itself" if rows else "",
        expected="two different parcels", do="Delete the row, or correct the name.")


def mirrored_pairs(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A pair counts once, in whichever order (the same order twice is a duplicate key)."""
    adjacency = table_of(tables, "adjacency")
    first: dict[tuple[str, str], int] = {}
    pairs = zip(texts(adjacency, "parcel_a"), texts(adjacency, "parcel_b"), strict=True)
    for row, (one, other) in enumerate(pairs):
        if (other, one) in first and one != other:
            line = line_of(adjacency, first[other, one])
            yield from on_rows(
                adjacency, [row], rule="duplicate", column="parcel_a",
                seen=f"{one}, {other}, already in row {line} the other way round",
                expected="each pair once", do="Delete one of the two rows.")
        first.setdefault((one, other), row)


def boundary_weight(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A weight on boundaries needs boundaries, and a net sink to be weighed against."""
    weight = settings.layout.get("boundary_weight_tco2e_per_km", 0.0)
    if not weight > 0.0:
        return
    column, seen = "layout.boundary_weight_tco2e_per_km", f"{weight:g} t CO2e/km"
    lacking = no_neighbours(tables)
    if lacking:
        yield Finding(
            "instance.toml", "boundary weight without boundaries", f"{seen}, {lacking[0]}",
            "a table adjacency: which parcels share how much boundary",
            f"{lacking[1]}; or set the weight to 0.", column=column)
    elif all(entry.account != "net_sink" for entry in settings.objectives):
        yield Finding(
            "instance.toml", "boundary weight without effect", f"{seen}, no objective on net_sink",
            "an objective on net_sink, against which t CO2e can be weighed",
            "The plan is the one without this weight; its boundary is reported all the same.",
            column=column, severity="warning")


CHECKS = (self_pairs, mirrored_pairs, boundary_weight)
