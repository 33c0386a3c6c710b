"""Neighbours: two different parcels, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.instance.checks.common import Tables, line_of, on_rows, table_of, texts
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


def boundary_weight(settings: Settings, _: Tables) -> Iterator[Finding]:
    """A weight on boundaries that no program takes up must not pass for a compact plan."""
    weight = settings.layout.get("boundary_weight_tco2e_per_km", 0.0)
    if weight > 0.0:
        yield Finding(
            "instance.toml", "boundary weight without effect", f"{weight:g} t CO2e/km",
            "0, or no such key: plans do not weigh boundaries yet",
            "The plan is the one without this weight; its boundary is reported all the same.",
            column="layout.boundary_weight_tco2e_per_km", severity="warning")


CHECKS = (self_pairs, mirrored_pairs, boundary_weight)
