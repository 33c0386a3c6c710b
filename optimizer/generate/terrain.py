"""Synthetic land: square dumps of one-hectare cells, built in levels of platform and bench.

Attributes vary smoothly over the place (sums of a few cosine waves), as measured ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.generate.columns import table_of
from optimizer.generate.size import Size
from optimizer.instance.table import Table

#: Side of a cell, m; one hectare.
CELL_M = 100.0

#: Levels a dump is built in, and the share of each that is bench face.
LEVELS, FACE_SHARE = 5, 0.35

#: Share of the cells that must be reclaimed.
MUST_SHARE = 0.02


@dataclass(frozen=True)
class Terrain:
    """Cells of all dumps.

    Parameters
    ----------
    zone_i, row_i, column_i
        Zone of each cell and its place within the zone's square, shape (I,).
    x_i, y_i
        Middle of each cell, m, shape (I,).
    level_i
        How far from the rim (0) to the middle (LEVELS) of its dump a cell lies, shape (I,).
    """

    zone_i: NDArray[np.int64]
    row_i: NDArray[np.int64]
    column_i: NDArray[np.int64]
    x_i: NDArray[np.float64]
    y_i: NDArray[np.float64]
    level_i: NDArray[np.float64]


def terrain_of(size: Size) -> Terrain:
    """Lay the cells out, zone after zone, row after row."""
    share = np.full(size.zones, size.parcels // size.zones)
    share[:size.parcels % size.zones] += 1
    zone_i = np.repeat(np.arange(size.zones), share)
    place_i = np.concatenate([np.arange(cells) for cells in share])
    side_i = np.ceil(np.sqrt(share)).astype(np.int64)[zone_i]
    row_i, column_i = np.divmod(place_i, side_i)
    widest = int(side_i.max()) + 5
    x_i = np.asarray((column_i + widest * (zone_i % 3)) * CELL_M + 500_000.0, dtype=np.float64)
    y_i = np.asarray((row_i + widest * (zone_i // 3)) * CELL_M + 4_300_000.0, dtype=np.float64)
    rim_i = np.minimum(np.minimum(row_i, side_i - 1 - row_i),
                       np.minimum(column_i, side_i - 1 - column_i))
    level_i = np.maximum(rim_i, 0) / np.maximum(1.0, (side_i - 1) / 2.0) * LEVELS
    return Terrain(zone_i, row_i, column_i, x_i, y_i, level_i)


def smooth(terrain: Terrain, random: np.random.Generator, waves: int = 6) -> NDArray[np.float64]:
    """A smooth field between 0 and 1, shape (I,): a few cosine waves 300 m to 3 km long."""
    total_i = np.zeros(len(terrain.x_i))
    for _ in range(waves):
        length, angle, phase = random.uniform(300, 3000), *random.uniform(0, 2 * np.pi, 2)
        along_i = terrain.x_i * np.cos(angle) + terrain.y_i * np.sin(angle)
        total_i += np.cos(2 * np.pi * along_i / length + phase)
    return np.asarray(0.5 + 0.5 * np.tanh(total_i / np.sqrt(waves)))


def parcels_table(size: Size, terrain: Terrain, random: np.random.Generator) -> Table:
    """Make the parcels: platforms nearly flat, bench faces steep, release from the rim inward."""
    face_i = np.mod(terrain.level_i, 1.0) < FACE_SHARE
    slope_i = np.where(face_i, 30.0 + 38.0 * smooth(terrain, random),
                       0.5 + 5.0 * smooth(terrain, random))
    height_i = 10.0 + 15.0 * smooth(terrain, random)
    length_i = np.where(face_i, 100.0 * height_i / slope_i, 150.0)
    must_i = random.random(size.parcels) < MUST_SHARE
    return table_of("parcels", {
        "parcel": names(size),
        "area_ha": np.round(1.0 + 0.2 * (smooth(terrain, random) - 0.5), 4),
        "slope_pct": np.round(slope_i, 2),
        "slope_length_m": np.round(length_i, 1),
        "regrade_form": np.where(face_i, "bench", "tilt").tolist(),
        "soil_depth_m": np.round(np.where(face_i, 0.1, 0.45) * smooth(terrain, random), 3),
        "bulk_density_g_cm3": np.round(1.45 + 0.3 * smooth(terrain, random), 3),
        "ph": np.round(7.0 + 2.0 * smooth(terrain, random), 2),
        "release_year": _release(size, terrain),
        "zone": [f"dump-{zone + 1}" for zone in terrain.zone_i],
        "must_reclaim": must_i.astype(float),
        "x": terrain.x_i,
        "y": terrain.y_i,
    })


def names(size: Size) -> list[str]:
    """Names of the parcels, all of the same length."""
    digits = len(str(size.parcels))
    return [f"P{number:0{digits}d}" for number in range(1, size.parcels + 1)]


def _release(size: Size, terrain: Terrain) -> NDArray[np.float64]:
    """First year of each cell: most of the land early, later dumps and their middles late."""
    last = size.periods - 1
    late_i = 0.5 * terrain.zone_i / max(1, size.zones - 1) + 0.3 * terrain.level_i / LEVELS
    period_i = np.floor(late_i * last).astype(np.int64).clip(0, last)
    first_i: NDArray[np.float64] = np.asarray(size.period_years, dtype=np.float64)[period_i]
    return first_i


def adjacency_table(size: Size, terrain: Terrain) -> Table | None:
    """Make the pairs of cells that share a side; None where no two touch."""
    number = {key: index for index, key in enumerate(
        zip(terrain.zone_i.tolist(), terrain.row_i.tolist(), terrain.column_i.tolist(),
            strict=True))}
    pairs = [(index, number[neighbour]) for (zone, row, column), index in number.items()
             for neighbour in ((zone, row, column + 1), (zone, row + 1, column))
             if neighbour in number]
    if not pairs:
        return None
    labels = names(size)
    return table_of("adjacency", {
        "parcel_a": [labels[one] for one, _ in pairs],
        "parcel_b": [labels[other] for _, other in pairs],
        "shared_boundary_m": np.full(len(pairs), CELL_M),
    })
