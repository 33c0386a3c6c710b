"""Outlines of dumps as they are built: rings of a dump beside the pit, strips of one inside it.

Stylised geometry, not a survey. A dump is a grid of nodes: lines (one between two bands, each
band a bench face or a platform of one level) times columns. A parcel is a run of columns of one
band, so neighbours share their nodes and their common boundary can be measured exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

RING_COLUMNS = 96
STRIP_COLUMNS = 48
STEEPEST_FINISHED_PCT = 25.0


@dataclass(frozen=True)
class Band:
    """One face or platform of one level, cut into `sectors` parcels.

    A face spreads to 1 : 4 when it is regraded, so a face steeper than that is drawn with its
    finished width; `width_m` is used for platforms (or the share of what is left, if `top`).
    """

    kind: str
    level: int
    sectors: int
    release_year: int
    width_m: float = 0.0
    height_m: float = 0.0
    slope_pct: float = 2.0

    @property
    def drawn_width_m(self) -> float:
        """Width on the map: finished width of a face, width of a platform."""
        if self.kind == "face":
            return 100 * self.height_m / min(self.slope_pct, STEEPEST_FINISHED_PCT)
        return self.width_m


@dataclass(frozen=True)
class Dump:
    """A dump of one pit: `ring` beside it (toe to top), `strip` inside it (along the advance)."""

    zone: str
    code: str
    form: str
    x: float
    y: float
    size_m: tuple[float, float]
    azimuth_deg: float
    bands: tuple[Band, ...]
    wobble: tuple[float, float] = (0.05, 0.0)


@dataclass(frozen=True)
class Piece:
    """One parcel's outline and where it comes from."""

    parcel: str
    group: str
    dump: Dump
    band: Band
    sector: int
    outline: np.ndarray = field(repr=False)

    @property
    def area_ha(self) -> float:
        """Area inside the outline (shoelace)."""
        return area_m2(self.outline) / 10_000

    @property
    def middle(self) -> tuple[float, float]:
        """Centroid of the outline."""
        x, y = (self.outline - self.outline[0]).T
        cross = x * np.roll(y, -1) - np.roll(x, -1) * y
        share = 1 / (3 * cross.sum())
        return (
            float(self.outline[0, 0] + share * ((x + np.roll(x, -1)) * cross).sum()),
            float(self.outline[0, 1] + share * ((y + np.roll(y, -1)) * cross).sum()),
        )


def area_m2(outline: np.ndarray) -> float:
    """Area of a polygon given as its corners, without repeating the first."""
    x, y = (outline - outline[0]).T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2


def pieces(dumps: tuple[Dump, ...], target_ha: float) -> list[Piece]:
    """Cut all dumps into parcels, sized so that they cover `target_ha` together."""
    low, high = 0.5, 2.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _total_ha(dumps, middle) < target_ha else (low, middle)
    return [piece for dump in dumps for piece in _cut(dump, low)]


def shared_boundaries(cut: list[Piece]) -> list[tuple[str, str, float]]:
    """Pairs of parcels with the length of the boundary they share, in metres."""
    owners: dict[tuple[tuple[float, float], tuple[float, float]], list[str]] = {}
    for piece in cut:
        corners = [(float(x), float(y)) for x, y in piece.outline]
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            owners.setdefault((min(start, end), max(start, end)), []).append(piece.parcel)
    shared: dict[tuple[str, str], float] = {}
    for (start, end), parcels in owners.items():
        if len(parcels) == 2:
            pair = (min(parcels), max(parcels))
            shared[pair] = shared.get(pair, 0.0) + math.dist(start, end)
    return [(a, b, length) for (a, b), length in sorted(shared.items())]


def _total_ha(dumps: tuple[Dump, ...], scale: float) -> float:
    return sum(piece.area_ha for dump in dumps for piece in _cut(dump, scale))


def _cut(dump: Dump, scale: float) -> list[Piece]:
    lines = _ring_lines(dump, scale) if dump.form == "ring" else _strip_lines(dump, scale)
    columns = lines.shape[1] - 1
    found = []
    for row, band in enumerate(dump.bands):
        cuts = [round(columns * s / band.sectors) for s in range(band.sectors + 1)]
        letter = {"face": "F", "platform": "P", "top": "T", "floor": "B", "water": "W"}[band.kind]
        ring = f"{dump.code}-{letter}{band.level}"
        for sector, (start, end) in enumerate(pairwise(cuts)):
            quarter = 4 * sector // band.sectors + 1
            outline = _outline(lines[row], lines[row + 1], start, end)
            found.append(Piece(
                f"{ring}-{sector + 1:02d}", f"{ring}-q{quarter}", dump, band, sector, outline,
            ))
    return found


def _outline(outer: np.ndarray, inner: np.ndarray, start: int, end: int) -> np.ndarray:
    """Corners of the run of columns from `start` to `end` between two lines, in decimetres."""
    there = np.round(np.concatenate([outer[start:end + 1], inner[start:end + 1][::-1]]), 1)
    new = np.any(there != np.roll(there, 1, axis=0), axis=1)
    corners = there[new]
    x, y = (corners - corners[0]).T
    turning = (x * np.roll(y, -1) - np.roll(x, -1) * y).sum()
    return corners if turning > 0 else corners[::-1]


def _ring_lines(dump: Dump, scale: float) -> np.ndarray:
    """Node lines of a dump beside the pit, from the toe inwards to the middle of the top."""
    angle = np.linspace(0, 2 * np.pi, RING_COLUMNS + 1)
    long, short = dump.size_m
    strength, phase = dump.wobble
    ellipse = long * short / np.hypot(short * np.cos(angle), long * np.sin(angle))
    toe = scale * ellipse * (1 + strength * np.cos(3 * angle + phase))
    radii = [toe]
    for band in dump.bands:
        inward = radii[-1] * (1 - band.width_m) if band.kind == "top" else (
            radii[-1] - band.drawn_width_m)
        radii.append(inward)
    if min(line.min() for line in radii) < 0:
        message = f"{dump.zone}: the levels do not fit on the dump"
        raise ValueError(message)
    radius = np.array(radii)
    radius[:, -1] = radius[:, 0]
    turn = angle + math.radians(dump.azimuth_deg)
    turn[-1] = turn[0]
    return np.stack([dump.x + radius * np.cos(turn), dump.y + radius * np.sin(turn)], axis=2)


def _strip_lines(dump: Dump, scale: float) -> np.ndarray:
    """Node lines of a dump inside the pit, across the advance of mining, oldest first."""
    along = np.concatenate([[0.0], np.cumsum([band.drawn_width_m for band in dump.bands])])
    across = np.linspace(-1, 1, STRIP_COLUMNS + 1)
    half_width, bulge = dump.size_m
    middle = 2 * along / along[-1] - 1
    half = scale * half_width * (1 - 0.28 * middle**4 + dump.wobble[0] * np.sin(
        3 * middle + dump.wobble[1]))
    forward = along[:, None] + bulge * (1 - across**2)[None, :]
    sideways = half[:, None] * across[None, :]
    turn = math.radians(dump.azimuth_deg)
    return np.stack([
        dump.x + forward * math.cos(turn) - sideways * math.sin(turn),
        dump.y + forward * math.sin(turn) + sideways * math.cos(turn),
    ], axis=2)
