"""Parcels as SVG paths on a grid of whole numbers, fine enough to see and small enough to send."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.report.map_picture import has_places, outlines_of, round_length
from optimizer.report.map_shapes import square_scale

if TYPE_CHECKING:
    from optimizer.instance.land import Land
    from optimizer.instance.record import Instance

Ring = NDArray[np.float64]
Kind = Literal["outlines", "squares", "strips"]

#: Units across the map, finest first; a coarser one is taken where all paths would be too long.
GRIDS = (8000, 4000, 2000, 1000)
#: Letters all paths may take: half of what the page may have.
LETTERS = 2_500_000
#: The map is not higher than this share of its width.
HIGHEST = 0.75


@dataclass(frozen=True)
class Shapes:
    """Parcels as paths.

    Parameters
    ----------
    path_i
        `d` of every parcel's path, in units of the grid.
    middle_i
        Middle of every parcel in the same units, shape (I, 2).
    width, height
        Of the map in the same units.
    kind
        Outlines; squares of the right area about the middle; or strips where nothing says where
        the parcels lie.
    metres_per_unit
        For the scale bar; None where there are no metres.
    shrunk
        Whether squares are smaller than the parcels, so as not to hide each other.
    """

    path_i: list[str]
    middle_i: NDArray[np.float64]
    width: int
    height: int
    kind: Kind
    metres_per_unit: float | None
    shrunk: bool = False

    def scale_bar(self) -> tuple[float, str] | None:
        """Length of a bar in units, about a sixth of the width, and its length in words."""
        if self.metres_per_unit is None:
            return None
        metres = round_length(self.width * self.metres_per_unit / 6)
        text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        return metres / self.metres_per_unit, text


def shapes_of(instance: Instance) -> Shapes:
    """Draw the parcels in the best way there is for them."""
    land = instance.land
    outlines = outlines_of(instance)
    shrunk, kind, metres = False, "outlines", True
    if outlines is not None:
        rings_i: Sequence[Sequence[Ring]] = outlines
    elif has_places(land):
        kind = "squares"
        rings_i, shrunk = _squares(land)
    else:
        kind, metres = "strips", False
        rings_i = _strips(land)
    rings_i, metres = _flattened(rings_i, instance, metres=metres)
    return _on_grid(rings_i, kind, metres, shrunk=shrunk)  # type: ignore[arg-type]


def _squares(land: Land) -> tuple[list[list[Ring]], bool]:
    """A square of the parcel's area about its middle, all to one scale."""
    x_i, y_i = land.attribute("x"), land.attribute("y")
    side_i = 100.0 * np.sqrt(land.area_i)
    scale = square_scale(x_i, y_i, side_i) if land.count > 1 else 1.0
    half_i = 0.5 * scale * side_i
    return [[_box(x - h, y - h, x + h, y + h)]
            for x, y, h in zip(x_i, y_i, half_i, strict=True)], scale < 1.0


def _strips(land: Land) -> list[list[Ring]]:
    """Rows of about equal area, each cut into its parcels; areas are to scale, places are not."""
    rows = max(1, round(math.sqrt(land.count / 1.6)))
    total = float(land.area_i.sum())
    before_i = np.concatenate([[0.0], np.cumsum(land.area_i)[:-1]])
    row_i = np.minimum((rows * (before_i + 0.5 * land.area_i) / total).astype(int), rows - 1)
    rings: list[list[Ring]] = []
    top = 0.0
    for row in np.unique(row_i):
        area = land.area_i[row_i == row]
        height = 0.62 * float(area.sum()) / total
        edges = np.concatenate([[0.0], np.cumsum(area) / area.sum()])
        rings += [[_box(a, -top - height, b, -top)]
                  for a, b in pairwise(edges.tolist())]
        top += height
    return rings


def _box(x1: float, y1: float, x2: float, y2: float) -> Ring:
    """A closed rectangle."""
    return np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2], [x1, y1]], dtype=np.float64)


def _flattened(
    rings_i: Sequence[Sequence[Ring]], instance: Instance, *, metres: bool
) -> tuple[Sequence[Sequence[Ring]], bool]:
    """Give degrees their right shape; distances cannot be drawn of them."""
    low = np.min([ring.min(axis=0) for rings in rings_i for ring in rings], axis=0)
    high = np.max([ring.max(axis=0) for rings in rings_i for ring in rings], axis=0)
    size = np.maximum(np.abs(low), np.abs(high))
    degrees = size[0] <= 180 and size[1] <= 90
    if not metres or not (degrees or instance.settings.crs.upper() in ("EPSG:4326", "EPSG:4490")):
        return rings_i, metres
    stretch = np.array([math.cos(math.radians(float(low[1] + high[1]) / 2)), 1.0])
    return [[ring * stretch for ring in rings] for rings in rings_i], False


def _on_grid(
    rings_i: Sequence[Sequence[Ring]], kind: Kind, metres: bool, *, shrunk: bool
) -> Shapes:
    """Write all rings in whole numbers; on a coarser grid where they would take too much."""
    low = np.min([ring.min(axis=0) for rings in rings_i for ring in rings], axis=0)
    high = np.max([ring.max(axis=0) for rings in rings_i for ring in rings], axis=0)
    size = np.maximum(high - low, 1e-12)
    for grid in GRIDS:
        per_unit = float(max(size[0] / grid, size[1] / (HIGHEST * grid)))
        origin = np.array([low[0], high[1]])
        turned = np.array([1.0, -1.0]) / per_unit
        path_i = ["".join(_path(np.rint((ring - origin) * turned).astype(np.int64))
                          for ring in rings) for rings in rings_i]
        if sum(map(len, path_i)) <= LETTERS:
            break
    middle_i = np.array([((rings[0].min(axis=0) + rings[0].max(axis=0)) / 2 - origin) * turned
                         for rings in rings_i])
    width, height = (math.ceil(round(float(each) / per_unit, 6)) for each in size)
    return Shapes(path_i, middle_i, width, height, kind, per_unit if metres else None,
                  shrunk=shrunk)


def _path(ring: NDArray[np.int64]) -> str:
    """One ring as a relative path; points that fall together are one."""
    step = np.diff(ring, axis=0)
    step = step[np.any(step != 0, axis=1)]
    x, y = ring[0]
    if len(step) < 3:
        return f"M{x} {y}h1v1h-1z"  # smaller than the grid: still to be seen
    told = "".join(f"{dx} {dy}" if n == 0 or dx < 0 else f" {dx} {dy}"
                   for n, (dx, dy) in enumerate(step[:-1].tolist()))
    return f"M{x} {y}l{told.replace(' -', '-')}z"
