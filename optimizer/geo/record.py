"""What an import found: tables, outlines, what they rest on, and what was odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.library import MACHINE_PCT, Asked
from optimizer.geo.request import ImportRequest
from optimizer.instance.findings import Finding
from optimizer.options.rules import SLOPE_TOLERANCE_PCT

M2_PER_HA = 10_000.0


@dataclass(frozen=True)
class Figures:
    """Sums that tell a planner whether the terrain was read right.

    Parameters
    ----------
    groups, pieces
        Polygons (or blocks of cells), and slope classes of them.
    area_ha
        Land.
    breaks
        Slopes in percent at which land was cut.
    class_breaks
        Slopes in percent between which shares are told; 25 is one of them.
    class_share
        Share of the land with a slope in each class, from cells; one more than class_breaks.
    gentle_ha, gentle_by_mean_ha
        Land at or below 25 %: by cells, and what averaging each group first would give.
    slope_length_m
        Lowest, middle and highest slope length.
    neighbours
        Pairs of pieces that share a boundary.
    cell_m
        Side of a cell.
    """

    groups: int
    pieces: int
    area_ha: float
    breaks: tuple[float, ...]
    class_breaks: tuple[float, ...]
    class_share: tuple[float, ...]
    gentle_ha: float
    gentle_by_mean_ha: float
    slope_length_m: tuple[float, float, float]
    neighbours: int
    cell_m: float

    @property
    def gentle_share(self) -> float:
        """Share of the cells with a slope of their own that are at or below 25 %."""
        return sum(self.class_share[:self.class_breaks.index(MACHINE_PCT) + 1])


@dataclass(frozen=True)
class Imported:
    """Everything that the new instance holds.

    Parameters
    ----------
    request, asked
        What was asked for, and what the library asks of the land.
    crs
        Code of the projected system.
    tables
        Table -> rows, in the words of the files.
    outlines
        Piece -> outline in projected metres (shapely).
    measured
        Piece -> further columns that no rule names, kept with the outlines.
    assumed
        Column -> value that stands in for what nobody measured.
    files
        What was read: role, name, SHA-256, coordinate system, size.
    figures
        Sums.
    findings
        Warnings.
    """

    request: ImportRequest
    asked: Asked
    crs: str
    tables: Mapping[str, Sequence[Mapping[str, object]]]
    outlines: Mapping[str, Any]
    measured: Mapping[str, Mapping[str, object]]
    assumed: Mapping[str, float]
    files: tuple[Mapping[str, object], ...]
    figures: Figures
    findings: tuple[Finding, ...]


def gentle_hectares(
    group_i: NDArray[np.int64], area_i: NDArray[np.float64], slope_i: NDArray[np.float64]
) -> tuple[float, float]:
    """Hectares at or below 25 %: by pieces, and by the mean slope of their group.

    Parameters
    ----------
    group_i, area_i, slope_i
        Group, square metres and mean slope of each piece.
    """
    limit = MACHINE_PCT + SLOPE_TOLERANCE_PCT
    area_g = np.bincount(group_i, area_i)
    mean_g = np.bincount(group_i, area_i * slope_i) / area_g
    return (float(area_i[slope_i <= limit].sum()) / M2_PER_HA,
            float(area_g[mean_g <= limit].sum()) / M2_PER_HA)
