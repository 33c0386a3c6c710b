"""Numbers in the wrong unit: degrees as percent, mu as hectares, 10,000 CNY as CNY.

All of these are warnings. No bound tells a strange mine from a slip with certainty, and a
refusal could not be answered by someone who means what the file says.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.calendar import calendar_of
from optimizer.instance.checks.common import (
    Tables,
    number_column,
    numbers_given,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings
from optimizer.instance.units import limit_conversion, own_unit

#: Bench faces stand at 30-38 degrees, which is 58-78 percent.
BENCH_DEGREES = (30.0, 38.0)
STEEPEST_DEGREES = 45.0
#: Share of the parcels that makes a cluster of bench faces.
CLUSTER_SHARE = 0.1

#: More than this is no parcel of a mine; 10,000 m2 are a hectare.
LARGEST_PARCEL_HA = 10_000.0
SMALLEST_MEDIAN_HA = 1e-4
#: A parcel this many times the median, and this large, is in another unit than the rest.
OUTLIER_RATIO, OUTLIER_HA = 1000.0, 1000.0

#: Topsoil supplied per hectare of the instance, as a mean depth in metres.
DEEPEST_COVER_M, THINNEST_COVER_M = 100.0, 0.001

#: A limit outside the conceivable total by these factors is in another unit.
FAR_ABOVE, FAR_BELOW = 1000.0, 0.001

#: Key of [works] -> from the least to the most that machines are known to need, and far beyond.
USUAL_WORKS = MappingProxyType({
    "diesel_kgco2e_per_l": (1.0, 10.0), "regrade_l_per_m3": (0.01, 5.0),
    "load_l_per_m3": (0.01, 5.0), "haul_l_per_m3_km": (0.001, 1.0),
    "spread_l_per_m3": (0.01, 5.0),
})

#: Account -> its columns in methods: booked once, every year, in the years of aftercare.
AMOUNTS = MappingProxyType({
    "cost": ("establishment_cost_per_ha", "operation_cost_per_ha_yr", "aftercare_cost_per_ha_yr"),
    "income": ("", "income_per_ha_yr", ""),
    "water": ("", "water_m3_per_ha_yr", ""),
    "labour": ("labour_days_per_ha", "", ""),
})


def slopes_like_degrees(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Slopes that all stay below 45 and crowd at 30-38: a 35 degree bench is 70 percent."""
    parcels = table_of(tables, "parcels")
    slope = numbers_given(parcels, "slope_pct")
    # Where degrees were given, the percentages come from them and are right.
    if not len(slope) or "slope_deg" in parcels or slope.max() > STEEPEST_DEGREES:
        return
    lowest, highest = BENCH_DEGREES
    clustered = int(((slope >= lowest) & (slope <= highest)).sum())
    if clustered >= max(2, CLUSTER_SHARE * len(slope)):
        yield Finding(
            parcels.file, "slopes look like degrees",
            f"no slope above {STEEPEST_DEGREES:g}, and {clustered} of {len(slope)} from "
            f"{lowest:g} to {highest:g}",
            "percent: a bench of 35 degrees has 70 percent",
            "If these are degrees, name the column slope_deg; if not, nothing is needed.",
            column="slope_pct", severity="warning")


def areas(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Areas that no parcel of a mine has."""
    parcels = table_of(tables, "parcels")
    area_i = number_column(parcels, "area_ha")
    given = numbers_given(parcels, "area_ha")
    if not len(given):
        return
    median = float(np.median(given))
    unit_wide = "square metres" if median > LARGEST_PARCEL_HA else "square kilometres"
    if median > LARGEST_PARCEL_HA or median < SMALLEST_MEDIAN_HA:
        yield Finding(
            parcels.file, "areas look wrong", f"half of the parcels {_side(median)} {median:g} ha",
            "hectares: 1 ha = 15 mu = 10,000 m2",
            f"If these are {unit_wide}, convert them; if not, nothing is needed.",
            column="area_ha", severity="warning")
        return
    outlier_i = (area_i > OUTLIER_RATIO * median) & (area_i > OUTLIER_HA)
    outlier_i |= area_i > LARGEST_PARCEL_HA
    yield from on_rows(
        parcels, outlier_i, rule="areas look wrong", column="area_ha", severity="warning",
        seen=f"{area_i[outlier_i][0]:g} ha, where half of the parcels have at most {median:g} ha"
        if outlier_i.any() else "",
        expected="hectares: 1 ha = 15 mu = 10,000 m2",
        do="If this one is in another unit, convert it; if not, nothing is needed.")


def supplies(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Topsoil that would cover the land metres deep, or not even a millimetre."""
    sources = table_of(tables, "sources")
    supplied = float(numbers_given(sources, "supply_m3").sum())
    land = float(numbers_given(table_of(tables, "parcels"), "area_ha").sum())
    if supplied <= 0 or land <= 0:
        return
    depth = supplied / (land * 10_000.0)
    if THINNEST_COVER_M <= depth <= DEEPEST_COVER_M:
        return
    factor = "1,000 or 10,000 times too much" if depth > 1 else "in 1,000 or 10,000 m3"
    yield Finding(
        sources.file, "supplies look wrong",
        f"{supplied:g} m3 in all, {depth:.3g} m on every hectare",
        f"cubic metres, {THINNEST_COVER_M:g} to {DEEPEST_COVER_M:g} m over all land",
        f"If the supplies are {factor}, convert them; if not, nothing is needed.",
        column="supply_m3", severity="warning")


def works_factors(settings: Settings, _: Tables) -> Iterator[Finding]:
    """Fuel of the works in another unit: t or g instead of kg, m3 or mL instead of litres."""
    for key, (least, most) in USUAL_WORKS.items():
        value = settings.works.get(key, 0.0)
        if value > 0 and not least <= value <= most:
            yield Finding(
                "instance.toml", "factor looks wrong", f"{value:g}",
                f"about {least:g} to {most:g}",
                "Check the unit, which stands in the name; if the value is right, nothing is "
                "needed.", column=f"works.{key}", severity="warning")


def area_limits(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Limits that demand many times the land there is."""
    limits = table_of(tables, "limits")
    for row, value, land, _years in _absolute_limits(settings, tables, ("area",)):
        if limits.text("sense")[row] == "<=" or land <= 0 or value <= 5.0 * land:
            continue
        ratio = value / land
        yield from on_rows(
            limits, [row], rule="limit looks wrong", column="value", severity="warning",
            seen=f"{value:g} ha, {ratio:.3g} times the {land:g} ha that are there",
            expected="no more land than there is (1 ha = 15 mu)",
            do="If the value is in mu, write mu as its unit." if ratio < 100
            else "If the value is in square metres, write m2 as its unit.")


def amount_limits(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Limits of money, water or labour far from anything that the methods could add up to."""
    limits = table_of(tables, "limits")
    for row, value, land, years in _absolute_limits(settings, tables, tuple(AMOUNTS)):
        account = texts(limits, "account")[row]
        amounts = land * _per_ha(tables, account, row, years)
        if not (amounts > 0).any() or value <= 0:
            continue
        least, most = amounts[amounts > 0].min(), amounts.max()
        if FAR_BELOW * least <= value <= FAR_ABOVE * most:
            continue
        own = own_unit(account, settings, tables)
        yield from on_rows(
            limits, [row], rule="limit looks wrong", column="value", severity="warning",
            seen=f"{value:g} {own}, where all the land comes to {least:.3g} by one method "
                 f"and {most:.3g} by another",
            expected=f"a value in {own}, or in the unit that stands beside it",
            do="If the value is in thousands or ten thousands, say so in unit "
               f"(10000 {own}); if not, nothing is needed.")


def _absolute_limits(
    settings: Settings, tables: Tables, accounts: tuple[str, ...]
) -> Iterator[tuple[int, float, float, float]]:
    """Rows of absolute limits on the accounts.

    Yields
    ------
    tuple
        Row, value in the account's own unit, hectares of its zones, years of its periods.
    """
    limits, parcels = table_of(tables, "limits"), table_of(tables, "parcels")
    value, cumulative = number_column(limits, "value"), number_column(limits, "cumulative")
    area_i = np.nan_to_num(number_column(parcels, "area_ha"))
    zone_i = np.asarray(texts(parcels, "zone"), dtype=object)
    for row, (account, basis, unit, zone, period) in enumerate(zip(
        *(texts(limits, name) for name in ("account", "basis", "unit", "zone", "period")),
        strict=True,
    )):
        own = own_unit(account, settings, tables) if account in accounts else None
        found = None if own is None else limit_conversion(unit, "absolute", own)
        if found is None or basis not in ("", "absolute") or not np.isfinite(value[row]):
            continue
        years = _years(settings, "" if cumulative[row] > 0.5 else period)
        total = float(value[row]) * found.factor * (years if found.per_year else 1.0)
        yield row, total, _hectares(zone, area_i, zone_i), years


def _years(settings: Settings, period: str) -> float:
    """Years that a limit counts; of the longest period, where it has a row for each."""
    calendar = calendar_of(settings)
    if not period:
        return float(calendar.years_t.sum())
    years = dict(zip(calendar.labels, calendar.years_t.tolist(), strict=True))
    if period == "*":
        return float(max(years.values()))
    return float(sum(years.get(part.strip(), 0) for part in period.split("|")))


def _hectares(
    zone: str, area_i: NDArray[np.float64], zone_i: NDArray[np.object_]
) -> float:
    """Hectares of the zones a limit counts; of the largest, where it has a row for each."""
    if not zone:
        return float(area_i.sum())
    names = set(zone_i) if zone == "*" else {part.strip() for part in zone.split("|")}
    by_zone = [float(area_i[zone_i == name].sum()) for name in names]
    return max(by_zone, default=0.0) if zone == "*" else sum(by_zone)


def _per_ha(tables: Tables, account: str, limit: int, years: float) -> NDArray[np.float64]:
    """What a hectare of each method counted by a limit books in so many years, shape (rows,).

    Earthworks are left out: they depend on the parcel, and the bounds are wide.
    """
    methods, limits = table_of(tables, "methods"), table_of(tables, "limits")
    once, yearly, cared = (np.nan_to_num(number_column(methods, name)) for name in AMOUNTS[account])
    care_years = np.minimum(np.nan_to_num(number_column(methods, "aftercare_years")), years)
    amounts: NDArray[np.float64] = once + yearly * years + cared * care_years
    counted = np.ones(len(methods), dtype=bool)
    for column in ("use", "method"):
        chosen = {part.strip() for part in texts(limits, column)[limit].split("|")}
        if not chosen & {"", "*"}:
            counted &= np.array([name in chosen for name in texts(methods, column)], dtype=bool)
    return amounts[counted]


def _side(median: float) -> str:
    """Whether the areas are suspiciously large or small."""
    return "above" if median > LARGEST_PARCEL_HA else "below"


CHECKS = (
    slopes_like_degrees, areas, supplies, works_factors, area_limits, amount_limits,
)
