"""Attributes of the stylised parcels: slope, soil, stones, gangue, water, years.

Every value is an assumption. Three follow published statements about the area: the surface of
fresh spoil is denser than 1.6 g/cm3, gangue is placed at least 30 m down, the upper 2 m are kept
uncompacted. Values vary smoothly over the ground by sums of sines; nothing is drawn at random.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from make_dumps import Piece

#: Parcels of older dumping where gangue lies nearer to the surface than the rule allows.
SHALLOW_GANGUE = ("ATB-E-P2-03", "ATB-E-P2-04", "AJL-E-F1-07", "AJL-E-F1-08", "AJL-I-P1-02")
#: Duties: land given back to villages before the plan begins, and water that stays in the voids.
DUTY_RINGS = ("ATB-E-P1", "AJL-I-P1", "ATB-I-W", "AJL-I-W")
FACES_WAIT_YEARS = 10


@dataclass(frozen=True)
class Land:
    """One row of the parcels table."""

    parcel: str
    area_ha: float
    slope_pct: float
    slope_length_m: float
    regrade_form: str
    soil_depth_m: float
    release_year: int
    longest_wait_years: str
    zone: str
    must_reclaim: str
    group: str
    baseline_tco2e_per_ha_yr: float
    x: float
    y: float
    bulk_density_g_cm3: float
    ph: float
    gravel_pct: float
    gangue_depth_m: float
    loose_top_m: float
    standing_water_m: float


def land(piece: Piece) -> Land:
    """Attributes of one parcel."""
    x, y = piece.middle
    band = piece.band
    slope = _slope_pct(piece)
    duty = any(piece.parcel.startswith(ring) for ring in DUTY_RINGS)
    waits = band.kind == "face" and piece.dump.form == "ring"
    return Land(
        parcel=piece.parcel,
        area_ha=round(piece.area_ha, 3),
        slope_pct=slope,
        slope_length_m=round(100 * band.height_m / slope, 1) if band.kind == "face" else round(
            _platform_width_m(piece), 1),
        regrade_form="bench" if band.kind == "face" else "tilt",
        soil_depth_m=_soil_depth_m(piece),
        release_year=band.release_year,
        longest_wait_years=str(FACES_WAIT_YEARS) if waits and not _shallow(piece) else "",
        zone=piece.dump.zone,
        must_reclaim="yes" if duty and not _shallow(piece) else "no",
        group=piece.group if band.kind == "face" and not _shallow(piece) else "",
        baseline_tco2e_per_ha_yr=0.1 if _old(piece) else 0.0,
        x=round(x, 1),
        y=round(y, 1),
        bulk_density_g_cm3=_bulk_density(piece),
        ph=round(8.15 + 0.3 * wave(x, y, 2.2), 2),
        gravel_pct=_gravel_pct(piece),
        gangue_depth_m=round(23 + 4 * wave(x, y, 1.0) if _shallow(piece)
                             else 48 + 14 * wave(x, y, 4.1), 1),
        loose_top_m=_loose_top_m(piece),
        standing_water_m=round(2.8 + 1.2 * wave(x, y, 2.9), 1) if band.kind == "water" else 0.0,
    )


def wave(x: float, y: float, phase: float) -> float:
    """Smooth number between -1 and 1 that depends on the place."""
    return (math.sin(x / 610 + phase) + math.sin(y / 830 + 2 * phase)
            + math.sin((x + y) / 1290 + 3 * phase)) / 3


def _old(piece: Piece) -> bool:
    return piece.band.release_year <= 2025


def _shallow(piece: Piece) -> bool:
    return piece.parcel in SHALLOW_GANGUE


def _platform_width_m(piece: Piece) -> float:
    """Length of the platform down its slope; a sector of the top is about as wide as long."""
    if piece.band.kind == "top":
        return math.sqrt(10_000 * piece.area_ha)
    return piece.band.width_m


def _slope_pct(piece: Piece) -> float:
    nominal = piece.band.slope_pct
    if piece.band.kind == "water":
        return nominal
    spread = {"face": 0.13, "platform": 0.6, "top": 0.5, "floor": 0.3}[piece.band.kind]
    return round(nominal * (1 + spread * wave(*piece.middle, 0.3)), 1)


def _soil_depth_m(piece: Piece) -> float:
    """Loess spread when the level was finished: most on old platforms, little on faces."""
    base, spread = {"face": (0.16, 0.14), "platform": (0.42, 0.3), "top": (0.38, 0.3),
                    "floor": (0.2, 0.1), "water": (0.3, 0.1)}[piece.band.kind]
    older = 0.18 if _old(piece) else 0.0
    inside = -0.12 if piece.dump.form == "strip" and piece.band.kind == "platform" else 0.0
    return round(max(0.0, base + older + inside + spread * wave(*piece.middle, 5.2)), 2)


def _bulk_density(piece: Piece) -> float:
    """Fresh spoil above 1.6 g/cm3; what was released before the plan has settled and loosened."""
    if _old(piece):
        return round(1.44 + 0.08 * wave(*piece.middle, 3.3), 2)
    driven_on = 1.69 if piece.band.kind in ("platform", "top", "floor") else 1.64
    return round(driven_on + 0.03 * wave(*piece.middle, 3.3), 2)


def _gravel_pct(piece: Piece) -> float:
    base, spread = (15, 10) if piece.band.kind == "face" else (9, 6)
    return round(base + spread * wave(*piece.middle, 1.7), 1)


def _loose_top_m(piece: Piece) -> float:
    """Depth never driven on: 2 m and more as the rule asks, little where the haul roads ran."""
    ground = wave(*piece.middle, 0.8)
    if piece.band.kind == "platform" and ground < -0.42:
        return round(1.6 + ground, 1)
    return round(2.3 + 0.3 * ground, 1)
