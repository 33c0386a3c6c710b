"""A sound instance as rows in memory, for checks to be tried on."""

from __future__ import annotations

import copy

import numpy as np

from optimizer.instance.schema import TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

WORKS = {
    "diesel_kgco2e_per_l": 3.0, "regrade_l_per_m3": 0.3, "load_l_per_m3": 0.2,
    "haul_l_per_m3_km": 0.04, "spread_l_per_m3": 0.15, "swell_factor": 1.25, "road_factor": 1.4,
}

METHOD = {
    "curve_soil": "sod", "curve_biomass": "none", "growth_factor": 1.0,
    "establishment_tco2e_per_ha": 1.0, "establishment_cost_per_ha": 50_000.0,
    "operation_tco2e_per_ha_yr": 0.2, "operation_cost_per_ha_yr": 500.0,
    "income_per_ha_yr": 800.0, "aftercare_years": 3.0, "aftercare_tco2e_per_ha_yr": 0.1,
    "aftercare_cost_per_ha_yr": 1000.0, "water_m3_per_ha_yr": 300.0, "labour_days_per_ha": 40.0,
    "ch4_kg_per_ha_yr": 0.0, "n2o_kg_per_ha_yr": 0.0, "account:jobs": 2.0,
}

SOURCE = {"source": "heap", "volume_loss_pct_per_year": 1.0, "carbon_loss_pct_per_year": 3.0,
          "soc_t_per_m3": 0.005, "x": 501_000.0, "y": 4_371_000.0}

ROWS = {
    "parcels": [
        {"parcel": "001", "area_ha": 60.0, "slope_pct": 2.0, "slope_length_m": 300.0,
         "soil_depth_m": 0.3, "release_year": 2026.0, "zone": "north", "ph": 8.0,
         "x": 500_000.0, "y": 4_370_000.0},
        {"parcel": "002", "area_ha": 40.0, "slope_pct": 65.0, "slope_length_m": 20.0,
         "soil_depth_m": 0.1, "release_year": 2031.0, "zone": "south", "ph": 8.2,
         "x": 500_900.0, "y": 4_370_400.0},
    ],
    "uses": [{"use": "crop", "max_slope_pct": 9.0, "min_soil_depth_m": 0.5},
             {"use": "grass", "max_slope_pct": 25.0, "min_soil_depth_m": 0.1}],
    "suitability": [{"use": "crop", "attribute": "ph", "minimum": 6.0, "maximum": 8.5}],
    "methods": [
        {"use": "crop", "method": "cover", "after:soil_depth_m": 0.6, **METHOD},
        {"use": "grass", "method": "sow", **METHOD},
        {"use": "grass", "method": "regrade", "after:slope_pct": 25.0, "after:soil_depth_m": 0.3,
         **METHOD},
    ],
    "curves": [{"curve": "sod", "form": "exponential", "c_max_tc_per_ha": 20.0,
                "rate_per_year": 0.07}],
    "sources": [{**SOURCE, "period": "2026", "supply_m3": 300_000.0},
                {**SOURCE, "period": "2031", "supply_m3": 100_000.0}],
    "hauls": [{"source": "heap", "parcel": "001", "distance_km": 2.0}],
    "site": [{"parcel": "002", "use": "grass", "method": "regrade", "period": "2031",
              "quality": 0.8}],
    "accounts": [{"account": "jobs", "unit": "jobs", "timing": "per_year", "years": 5.0}],
    "limits": [
        {"limit": "budget", "account": "cost", "period": "*", "sense": "<=", "value": 500.0,
         "unit": "10000 CNY"},
        {"limit": "crops", "account": "area", "use": "crop", "zone": "north|south", "sense": ">=",
         "value": 150.0, "unit": "mu", "cumulative": 1.0, "period": "2031"},
        {"limit": "mix", "account": "area", "use": "*", "sense": "<=", "value": 90.0, "unit": "%",
         "basis": "share_of_reclaimed"},
        {"limit": "even", "account": "area", "period": "*", "sense": "=", "basis": "equal"},
        {"limit": "jobs", "account": "jobs", "sense": ">=", "value": 1.0, "unit": "jobs/ha",
         "basis": "average"},
        {"limit": "water", "account": "water", "method": "sow", "sense": "<=", "value": 20_000.0,
         "unit": "m3/yr"},
    ],
    "adjacency": [{"parcel_a": "001", "parcel_b": "002", "shared_boundary_m": 400.0}],
    "boundary_weights": [{"use_a": "grass", "use_b": "none", "factor": 1.0}],
    "clusters": [{"zone": "north", "use": "crop", "minimum_share_pct": 1.0}],
    "neighbours": [{"rule": "gentle", "use_a": "grass", "relation": "together",
                    "use_b": None, "attribute": "slope_pct", "minimum": 0.0}],
    "mining": [{"year_from": 1987.0, "year_to": 2000.0, "emission_unit": "unknown"},
               {"year_from": 2001.0, "year_to": 2010.0, "emission_unit": "unknown"}],
    "scenarios": [
        {"case": "as it stands", "probability": 0.5},
        {"case": "dear", "path": "works.diesel_kgco2e_per_l", "multiply": 1.2, "probability": 0.5},
        {"case": "dear", "path": "limits[water].value", "value": "15000"}],
    "uncertainty": [
        {"path": "works.diesel_kgco2e_per_l", "multiplies": 1.0, "low": 0.9, "high": 1.1},
        {"path": "limits[water].value", "label": "water", "distribution": "normal",
         "centre": 20_000.0, "spread": 2_000.0, "low": 10_000.0}],
    "provenance": [{"table": "methods", "key": "*", "column": "*", "standing": "assumed",
                    "source": "invented"}],
}


def sound_rows():
    """Rows of every table, free to be changed."""
    return copy.deepcopy(ROWS)


def settings_with(**changes):
    """Settings of the sound instance, with changes."""
    base = {"name": "sound", "base_year": 2026, "horizon_years": 20, "periods": (2026, 2031),
            "works": WORKS, "crs": "EPSG:32649",
            "layout": {"boundary_weight_tco2e_per_km": 1.0}}
    return Settings(**{**base, **changes})


def tables_of(rows):
    """Rows as typed tables: text '' and numbers NaN where a row has no value."""
    return {name: _table(name, held) for name, held in rows.items()}


def _table(name, rows):
    columns = {}
    for column in dict.fromkeys(key for row in rows for key in row):
        spec = TABLES[name].by_name.get(column)
        given = [row.get(column) for row in rows]
        text = spec.kind in ("text", "choice") if spec else any(isinstance(v, str) for v in given)
        blank = "" if text else np.nan
        columns[column] = np.array([blank if value is None else value for value in given],
                                   dtype=object if text else np.float64)
    return Table(name, f"{name}.csv", columns, np.arange(2, len(rows) + 2, dtype=np.int64))


def told(check, rows, settings=None):
    """Messages of one check on changed rows, after seeing that it has none on the sound ones."""
    assert list(check(settings_with(), tables_of(sound_rows()))) == []
    found = check(settings or settings_with(), tables_of(rows))
    return [f"{finding.severity}: {finding}" for finding in found]
