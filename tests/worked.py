"""Small instances for tests by hand: a base of round numbers, with rows changed by the test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from strategies import Row, table_of

from optimizer.formulation.program import LinearProgram
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.instance.settings import Settings
from optimizer.options.enumerate import options_of
from optimizer.options.record import Options

#: Factors of the works in round numbers.
WORKS = {
    "diesel_kgco2e_per_l": 3.0, "regrade_l_per_m3": 0.3, "load_l_per_m3": 0.2,
    "haul_l_per_m3_km": 0.04, "spread_l_per_m3": 0.15, "swell_factor": 1.25, "road_factor": 1.5,
    "regrade_cost_per_m3": 6.0, "load_cost_per_m3": 4.0, "haul_cost_per_m3_km": 1.2,
    "spread_cost_per_m3": 3.0,
}

#: A parcel that nothing has to be done to; tests change what they are about.
PARCEL: Row = {"parcel": "a", "area_ha": 10, "slope_pct": 5, "slope_length_m": 40,
               "soil_depth_m": 0.3, "zone": "north", "baseline_tco2e_per_ha_yr": 0}

#: A method that does, costs and emits nothing.
METHOD: Row = {
    "use": "grass", "method": "sow", "curve_soil": "none", "curve_biomass": "none",
    "growth_factor": 1, "respread_own_soil": 0,
    **dict.fromkeys((
        "establishment_tco2e_per_ha", "establishment_cost_per_ha", "operation_tco2e_per_ha_yr",
        "operation_cost_per_ha_yr", "income_per_ha_yr", "aftercare_years",
        "aftercare_tco2e_per_ha_yr", "aftercare_cost_per_ha_yr", "water_m3_per_ha_yr",
        "labour_days_per_ha", "ch4_kg_per_ha_yr", "n2o_kg_per_ha_yr"), 0),
}

#: A source with plenty, at a corner of the map.
SOURCE: Row = {"source": "heap", "supply_m3": 1_000_000, "volume_loss_pct_per_year": 0,
               "carbon_loss_pct_per_year": 0, "soc_t_per_m3": 0}


def settings_of(**changed: Any) -> Settings:
    """Two periods of five years and a horizon of twenty, unless changed."""
    return Settings(**{
        "name": "worked", "base_year": 2026, "horizon_years": 20, "periods": (2026, 2031),
        "crs": "EPSG:32649", "works": WORKS, **changed,
    })


def instance_of(
    *, parcels: list[Row] | None = None, methods: list[Row] | None = None,
    uses: list[Row] | None = None, settings: dict[str, Any] | None = None, **tables: list[Row],
) -> Instance:
    """Checked instance: given rows complete the base rows, other tables are taken as they are.

    Without `uses` the instance has those that methods name; a row of `sources` without a period
    stands for every period.
    """
    chosen = settings_of(**(settings or {}))
    method_rows = [METHOD | row for row in methods or [{}]]
    use_rows = uses or [{"use": use} for use in dict.fromkeys(row["use"] for row in method_rows)]
    rows = {
        "parcels": [PARCEL | row for row in parcels or [{}]],
        "uses": use_rows, "methods": method_rows, **tables,
    }
    if "sources" in rows:
        rows["sources"] = [SOURCE | {"period": period} | row for row in rows["sources"]
                           for period in ([row["period"]] if "period" in row
                                          else [str(year) for year in chosen.periods])]
    return instance_from_tables(
        chosen, {name: table_of(name, some) for name, some in rows.items() if some})


def with_methods(instance: Instance, methods: list[Row]) -> Instance:
    """Exchange the methods without the checks, which want a row for every period."""
    table = table_of("methods", [METHOD | row for row in methods])
    return Instance(instance.settings, {**instance.tables, "methods": table})


def limit(name: str = "l", account: str = "area", sense: str = "<=", value: float | None = 1,
          **cells: Any) -> Row:
    """Row of the limits table."""
    return {"limit": name, "account": account, "sense": sense, "value": value, **cells}


def names_of(instance: Instance, options: Options) -> list[tuple[str, str, str, str, str]]:
    """Parcel, use, method, period and source of every option, by name."""
    sources = (*instance.topsoil.sources, "")
    return [
        (str(instance.land.parcels[i]), *instance.practices.name_um(int(um)),
         instance.calendar.labels[t], sources[k])
        for i, um, t, k in zip(options.parcel_o, options.practice_o, options.period_o,
                               options.source_o, strict=True)
    ]


def the_option(instance: Instance, **named: str) -> int:
    """Position of the one option with these names."""
    axes = ("parcel", "use", "method", "period", "source")
    found = [o for o, names in enumerate(names_of(instance, options_of(instance)))
             if all(names[axes.index(axis)] == name for axis, name in named.items())]
    assert len(found) == 1, f"{named}: {len(found)} options"
    return found[0]


def rows_of_limit(instance: Instance, program: LinearProgram, name: str) -> NDArray[np.int64]:
    """Rows of a program that belong to a limit."""
    line = list(instance.tables["limits"].text("limit")).index(name)
    return np.flatnonzero(program.rows.limit == line)
