"""Rings -> polygons: which ring is a hole follows from where it lies, not from the order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.layers import polygons_of

Ring = NDArray[np.float64]


def shapes_of(outlines: Mapping[str, Sequence[Ring]], names: Iterable[str]) -> NDArray[Any]:
    """Valid polygons of some parcels, shape (I,); None where a parcel has no outline."""
    import shapely

    listed = list(names)
    shapes = np.full(len(listed), None, dtype=object)
    simple = [i for i, name in enumerate(listed) if len(outlines.get(name, ())) == 1]
    if simple:  # most parcels: all at once
        rings = [closed(outlines[listed[i]][0]) for i in simple]
        of_ring = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        shapes[simple] = shapely.polygons(
            shapely.linearrings(np.concatenate(rings), indices=of_ring))
    for i, name in enumerate(listed):
        if len(outlines.get(name, ())) > 1:
            shapes[i] = polygon_of(outlines[name])
    there = np.array([shape is not None for shape in shapes], dtype=bool)
    for i in np.flatnonzero(there & ~shapely.is_valid(shapes)).tolist():
        shapes[i] = polygons_of(shapely.make_valid(shapes[i]))
    return shapes


def closed(ring: Ring) -> Ring:
    """A ring that ends where it begins."""
    return ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])


def polygon_of(rings: Sequence[Ring]) -> Any:
    """A polygon of one or more rings; a ring within an odd number of others is a hole."""
    import shapely

    rims = [closed(ring) for ring in rings]
    parts = np.array([shapely.Polygon(ring) for ring in rims], dtype=object)
    area_n = np.asarray(shapely.area(parts))
    around = _around(parts)
    holes: dict[int, list[Ring]] = {}
    for n, outer in enumerate(around):
        if len(outer) % 2:
            holes.setdefault(min(outer, key=area_n.__getitem__), []).append(rims[n])
    shells = [shapely.Polygon(rims[n], holes.get(n, ())) for n, outer in enumerate(around)
              if len(outer) % 2 == 0]
    return shells[0] if len(shells) == 1 else shapely.MultiPolygon(shells)


def _around(parts: NDArray[Any]) -> list[list[int]]:
    """Rings that go round each ring: larger ones that hold a point inside of it."""
    import shapely

    area_n = shapely.area(parts)
    valid = np.array([part if part.is_valid else shapely.make_valid(part) for part in parts],
                     dtype=object)
    inner, outer = shapely.STRtree(valid).query(
        shapely.point_on_surface(valid), predicate="intersects")
    around: list[list[int]] = [[] for _ in parts]
    for n, m in zip(inner.tolist(), outer.tolist(), strict=True):
        if area_n[m] > area_n[n]:
            around[n].append(m)
    return around


def dissolved(shapes: NDArray[Any], group_i: NDArray[np.int64], count: int) -> NDArray[Any]:
    """Union of the shapes of each group, shape (G,); None where a group has none."""
    import shapely

    there = np.array([shape is not None for shape in shapes], dtype=bool)
    joined = np.full(count, None, dtype=object)
    for group in range(count):
        own = shapes[there & (group_i == group)]
        if len(own):
            joined[group] = polygons_of(shapely.union_all(own))
    return joined
