"""A stylised actual plan: what a planner does by rule of thumb, parcel after parcel.

It is invented, not a record of what was done. Each kind of ground has its customary use and
method; parcels are taken up as they are released, while the topsoil, the crews and the money of
the period last, with soil from the nearest source that has some. In the end too little is reclaimed
(the limit in-the-end), and one field lies on a step that stays too steep for fields.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

from make_dumps import Piece
from make_land import SHALLOW_GANGUE, Land

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "models" / "coefficients" / "loess-plateau" / "methods.csv"
PERIODS = (2026, 2031, 2036, 2041, 2046)
END = 2056
CREW_DAYS = 79_500.0
MONEY = 154e6
FIELDS_AHEAD_YEARS = 4
FLEET_M3 = 2.29e6
#: Rough price of moving soil and of regrading, CNY per m3, good enough for a rule of thumb.
SOIL_PRICE, CUT_PRICE = 16.5, 4.0
TOO_STEEP_FIELD = "AJL-I-F2-03"
IRRIGATED = ("AJL-I-P1-", "AJL-I-P2-", "AJL-I-P3-01", "AJL-I-P3-02", "AJL-I-P3-03")
BARE_WATER = ("EST-I-W7-01",)


class Yard:
    """What is left in a period: soil at each source, crew days, money."""

    def __init__(self) -> None:
        self.methods = {(r["use"], r["method"]): r for r in _rows(LIBRARY)}
        self.sources = _rows(HERE / "sources.csv")
        self.soil: dict[str, float] = {}
        self.money = dict.fromkeys(PERIODS, MONEY)
        self.days = dict.fromkeys(PERIODS, CREW_DAYS)
        self.fleet = dict.fromkeys(PERIODS, FLEET_M3)

    def open_period(self, period: int) -> None:
        """Carry stocks over with their losses and add the supplies of the period."""
        years = 0 if period == PERIODS[0] else 5
        for row in (r for r in self.sources if int(r["period"]) == period):
            kept = (1 - float(row["volume_loss_pct_per_year"]) / 100) ** years
            self.soil[row["source"]] = (
                kept * self.soil.get(row["source"], 0.0) + float(row["supply_m3"]))

    def take(self, ground: Land, use: str, method: str, period: int) -> str | None:
        """Book the works of a parcel; the source, an empty text (no soil), or None if too much."""
        row = self.methods[use, method]
        soil, cut = works_m3(ground, row)
        needed = soil * ground.area_ha
        source = self._nearest(ground, period, needed) if needed > 0 else ""
        days = float(row["labour_days_per_ha"]) * ground.area_ha
        first = ground.area_ha * (float(row["establishment_cost_per_ha"]) + SOIL_PRICE * soil
                                  + CUT_PRICE * cut + float(row["aftercare_years"])
                                  * float(row["aftercare_cost_per_ha_yr"]))
        yearly = ground.area_ha * float(row["operation_cost_per_ha_yr"])
        later = [p for p in PERIODS if p >= period]
        if source is None or days > self.days[period] or needed > self.fleet[period] or any(
                self.money[p] < yearly * _years(p) + (first if p == period else 0) for p in later):
            return None
        self.days[period] -= days
        for p in later:
            self.money[p] -= yearly * _years(p) + (first if p == period else 0)
        if source:
            self.soil[source] -= needed
            self.fleet[period] -= needed
        return source

    def _nearest(self, ground: Land, period: int, needed: float) -> str | None:
        near = sorted(
            (math.dist((ground.x, ground.y), (float(r["x"]), float(r["y"]))), r["source"])
            for r in self.sources if int(r["period"]) == period)
        return next((source for _, source in near if self.soil[source] >= needed), None)


def works_m3(ground: Land, method: dict[str, str]) -> tuple[float, float]:
    """Soil brought in and spoil cut, m3 per hectare, for one method on one parcel."""
    after = min(ground.slope_pct, float(method["after:slope_pct"] or ground.slope_pct))
    cut = 12.5 * ground.slope_length_m * (ground.slope_pct - after)
    there = 0.0 if cut > 0 and method["respread_own_soil"] != "yes" else ground.soil_depth_m
    return 10_000 * max(0.0, float(method["after:soil_depth_m"] or 0) - there), cut


def custom(piece: Piece, ground: Land) -> tuple[str, str] | None:
    """Customary use and method of a kind of ground; None: left as it is."""
    steep = ground.slope_pct > 25
    kind, inside = piece.band.kind, piece.dump.form == "strip"
    if piece.parcel in SHALLOW_GANGUE:
        return None
    if piece.parcel == TOO_STEEP_FIELD:
        return "cropland", "topsoil"
    if kind == "water":
        return None if piece.parcel in BARE_WATER else ("aquaculture", "extensive")
    if kind == "face":
        return _face(ground, inside, steep)
    if inside:
        return _inside(piece, ground)
    if kind == "top":
        field = piece.band.level == 6 or piece.sector % 2 == 0
        return "cropland" if field else "grass", "topsoil"
    if ground.loose_top_m < 2:
        return "shrub", "topsoil"
    settled = ground.bulk_density_g_cm3 <= 1.5
    if piece.sector % 2:
        return "forest", "plain" if settled and ground.soil_depth_m >= 0.3 else "topsoil"
    return "shrub" if piece.sector % 4 else "grass", "topsoil"


def _face(ground: Land, inside: bool, steep: bool) -> tuple[str, str] | None:
    """Shrub or grass on faces; steep steps inside the pit are left as they are."""
    if inside and steep:
        return None
    stony = ground.gravel_pct > 14
    if steep:
        return ("shrub", "regrade") if stony else ("grass", "respread")
    if ground.bulk_density_g_cm3 <= 1.5 and ground.soil_depth_m >= 0.3:
        return ("shrub", "plain") if stony else ("grass", "managed")
    return "shrub", "topsoil"


def _inside(piece: Piece, ground: Land) -> tuple[str, str]:
    """Fields on most platforms inside the pit, shrub on driven ground, grass on the rest."""
    if ground.parcel.startswith(IRRIGATED):
        return "cropland", "irrigated"
    if piece.band.kind == "floor" or piece.sector == 6:
        return "grass", "topsoil"
    if piece.sector in (0, 3) or ground.loose_top_m < 2:
        return "shrub", "topsoil"
    return "cropland", "topsoil"


def actual_plan(cut: list[Piece], rows: list[Land]) -> Iterator[tuple[object, ...]]:
    """Rows of the plan: parcel, use, method, period, source, hectares, fixed, note."""
    yard = Yard()
    waiting = sorted(zip(cut, rows, strict=True), key=_urgency)
    for period in PERIODS:
        yard.open_period(period)
        left = []
        for piece, ground in waiting:
            choice = custom(piece, ground)
            source = None
            if choice and ground.release_year <= period:
                source = yard.take(ground, *choice, period)
            if choice is None or source is None:
                left.append((piece, ground))
                continue
            note = "slope stays above the limit of fields" if (
                piece.parcel == TOO_STEEP_FIELD) else ""
            yield (ground.parcel, *choice, period, source, ground.area_ha, "no", note)
        waiting = left


def _urgency(pair: tuple[Piece, Land]) -> tuple[int, int, str]:
    """Duties first, then by year of release, fields some years ahead."""
    piece, ground = pair
    duty = ground.must_reclaim == "yes" or ground.longest_wait_years or piece.band.kind == "water"
    field = custom(piece, ground) in (("cropland", "topsoil"), ("cropland", "irrigated"))
    start = ground.release_year - (FIELDS_AHEAD_YEARS if field else 0)
    return 0 if duty else 1, start, ground.parcel


def _years(period: int) -> int:
    following = [p for p in PERIODS if p > period]
    return (following[0] if following else END) - period


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
