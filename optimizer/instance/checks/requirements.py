"""Cells that must be filled in because something else needs them. No number is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.common import Tables, blank_rows, on_rows, table_of, texts
from optimizer.instance.checks.facts import limits_zones, works_of
from optimizer.instance.checks.names import known_rows
from optimizer.instance.findings import Finding
from optimizer.instance.needs import used_accounts, uses_carbon
from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

#: Column of methods -> what needs it: carbon, or an account by name.
METHOD_NEEDS = MappingProxyType({
    "curve_soil": ("carbon",),
    "curve_biomass": ("carbon",),
    "growth_factor": ("carbon",),
    "establishment_tco2e_per_ha": ("carbon",),
    "establishment_cost_per_ha": ("cost",),
    "operation_tco2e_per_ha_yr": ("carbon",),
    "operation_cost_per_ha_yr": ("cost",),
    "income_per_ha_yr": ("income",),
    "aftercare_years": ("carbon", "cost"),
    "aftercare_tco2e_per_ha_yr": ("carbon",),
    "aftercare_cost_per_ha_yr": ("cost",),
    "water_m3_per_ha_yr": ("water",),
    "labour_days_per_ha": ("labour",),
    "ch4_kg_per_ha_yr": ("carbon",),
    "n2o_kg_per_ha_yr": ("carbon",),
})

BASELINE = "baseline_tco2e_per_ha_yr"

SOURCE_NEEDS = MappingProxyType({
    "carbon_loss_pct_per_year": ("carbon",),
    "soc_t_per_m3": ("carbon",),
})


def method_cells(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """What the used accounts need of every method."""
    yield from _needed_cells(settings, tables, "methods", METHOD_NEEDS)


def source_cells(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """What the carbon account needs of every topsoil source."""
    yield from _needed_cells(settings, tables, "sources", SOURCE_NEEDS)


def parcel_areas(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Hectares of every parcel (mu were converted at reading)."""
    parcels = table_of(tables, "parcels")
    blank = blank_rows(parcels, "area_ha")
    yield from on_rows(
        parcels, blank, rule="needed cell", column="area_ha",
        seen="blank" if "area_ha" in parcels else "no such column",
        expected="the area of every parcel, in area_ha or in area_mu", do="Fill it in.")


def parcel_baselines(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """A baseline given for some parcels only counts as 0 for the others: worth a look."""
    parcels = table_of(tables, "parcels")
    blank = blank_rows(parcels, BASELINE)
    if uses_carbon(settings, tables) and not blank.all():
        yield from on_rows(
            parcels, blank, rule="partly blank", column=BASELINE, severity="warning",
            seen="blank, which counts as 0", expected="a value for every parcel, or for none",
            do="Fill it in; 0 means that the land takes nothing up if nothing is done.")


def parcel_slopes(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Slopes, once carbon, a slope rule or a regrading method is there."""
    yield from _needed_attribute(tables, "slope_pct", {
        "the carbon account": uses_carbon(settings, tables),
        "a slope rule of a use": _given(tables, "uses", "max_slope_pct"),
        "a suitability rule": _ruled(tables, "slope_pct"),
        "a method that regrades": _given(tables, "methods", "after:slope_pct"),
    })


def parcel_slope_lengths(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Lengths of the slopes that a method would flatten."""
    parcels = table_of(tables, "parcels")
    blank = blank_rows(parcels, "slope_length_m") & works_of(tables).regraded_i
    yield from _blanks(parcels, "slope_length_m", blank, ["a method that regrades the parcel"])


def parcel_soil_depths(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Depth of soil, once a use asks for it or a method brings or respreads it."""
    respread = table_of(tables, "methods").flag("respread_own_soil").any()
    yield from _needed_attribute(tables, "soil_depth_m", {
        "a least soil depth of a use": _given(tables, "uses", "min_soil_depth_m"),
        "a suitability rule": _ruled(tables, "soil_depth_m"),
        "a method that brings soil": _given(tables, "methods", "after:soil_depth_m"),
        "a method that respreads the soil there": bool(respread),
    })


def parcel_zones(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Zones, once a limit names them."""
    if limits_zones(tables):
        parcels = table_of(tables, "parcels")
        yield from _blanks(parcels, "zone", blank_rows(parcels, "zone"), ["a limit with zones"])


def _needed_attribute(tables: Tables, column: str, why: Mapping[str, bool]) -> Iterator[Finding]:
    """Blank cells of a parcel attribute, if any of the reasons holds."""
    reasons = [reason for reason, holds in why.items() if holds]
    if reasons:
        parcels = table_of(tables, "parcels")
        yield from _blanks(parcels, column, blank_rows(parcels, column), reasons)


def _given(tables: Tables, name: str, column: str) -> bool:
    """Whether a column has at least one value."""
    return not blank_rows(table_of(tables, name), column).all()


def _ruled(tables: Tables, attribute: str) -> bool:
    """Whether a suitability rule of a use of the instance names the attribute."""
    suitability, uses = table_of(tables, "suitability"), texts(table_of(tables, "uses"), "use")
    rules = zip(texts(suitability, "use"), texts(suitability, "attribute"), strict=True)
    return any(use in uses and named == attribute for use, named in rules)


def _needed_cells(
    settings: Settings, tables: Tables, name: str, needs: MappingProxyType[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """Blank cells of a table in the columns that what is used needs."""
    used = set(used_accounts(settings, tables))
    if uses_carbon(settings, tables):
        used.add("carbon")
    table = table_of(tables, name)
    # Nothing is asked of a row whose use or period nobody knows: the name is told elsewhere.
    known = known_rows(settings, tables, name)
    for column, users in needs.items():
        reasons = [_reason(user) for user in users if user in used]
        if reasons:
            yield from _blanks(table, column, blank_rows(table, column) & known, reasons)


def _reason(user: str) -> str:
    """What needs a cell, in words."""
    return "the carbon account" if user == "carbon" else f"the account {user}"


def _blanks(
    table: Table, column: str, blank: NDArray[np.bool_], reasons: list[str]
) -> Iterator[Finding]:
    """One finding on the blank cells of a column."""
    spec = TABLES[table.name].by_name[column]
    unit = f", {spec.unit}" if spec.unit else ""
    yield from on_rows(
        table, blank, rule="needed cell", column=column,
        seen="blank" if column in table else "no such column",
        expected=f"a value, needed by {' and '.join(reasons)} ({spec.meaning.rstrip('.')}{unit})",
        do=_remedy(table.name, column))


def _remedy(name: str, column: str) -> str:
    """How to give a value: there, or for all rows as a stated assumption."""
    zero = "; 0 means zero" if TABLES[name].by_name[column].numeric else ""
    return (f"Fill it in{zero}, or state one value for all blanks under [defaults.{name}] in "
            "instance.toml (it counts as an assumption).")


CHECKS = (
    parcel_areas, parcel_baselines, method_cells, source_cells, parcel_slopes,
    parcel_slope_lengths, parcel_soil_depths, parcel_zones,
)
