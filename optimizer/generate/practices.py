"""Synthetic uses, methods, curves, sources and site quality; every number is made up.

The last method of every use regrades and brings soil, so that it is open to every parcel that
meets the other rules: that is what keeps every seed feasible.
"""

from __future__ import annotations

import numpy as np

from optimizer.generate.columns import table_of
from optimizer.generate.size import Size
from optimizer.generate.terrain import Terrain, names, smooth
from optimizer.instance.table import Table

#: Use -> steepest slope %, least soil m, soil gain t C/ha, biomass gain t C/ha, establishment
#: CNY/ha, water m3/ha/yr, income CNY/ha/yr, kg N2O/ha/yr. Made-up figures of usual size.
USES = {
    "cropland": (15.0, 0.6, 20.0, 0.0, 60_000.0, 1500.0, 12_000.0, 1.2),
    "forest": (25.0, 0.4, 26.0, 55.0, 45_000.0, 300.0, 500.0, 0.0),
    "shrub": (25.0, 0.25, 22.0, 14.0, 25_000.0, 100.0, 200.0, 0.0),
    "grass": (25.0, 0.2, 30.0, 4.0, 15_000.0, 80.0, 1500.0, 0.1),
}


def use_names(size: Size) -> list[str]:
    """Names of the uses: the four usual ones, then numbered ones."""
    known = list(USES)
    return known[:size.uses] + [f"use-{n}" for n in range(len(known) + 1, size.uses + 1)]


def _figures(use: str, random: np.random.Generator) -> tuple[float, ...]:
    """Figures of a use; numbered uses vary those of grass."""
    if use in USES:
        return USES[use]
    return tuple(float(f"{figure * random.uniform(0.8, 1.2):.4g}") for figure in USES["grass"])


def practice_tables(size: Size, random: np.random.Generator) -> dict[str, Table]:
    """Make uses, methods, curves and one suitability rule."""
    uses = use_names(size)
    figures = {use: _figures(use, random) for use in uses}
    return {
        "uses": table_of("uses", {
            "use": uses, "label": [use.capitalize() for use in uses],
            "max_slope_pct": [min(25.0, figures[use][0]) for use in uses],
            "min_soil_depth_m": [figures[use][1] for use in uses],
        }),
        "methods": _methods(size, figures),
        "curves": table_of("curves", {
            "curve": [f"{part}-{use}" for use in uses for part in ("soil", "biomass")],
            "form": ["exponential", "chapman_richards"] * len(uses),
            "c_max_tc_per_ha": [figures[use][which] for use in uses for which in (2, 3)],
            "rate_per_year": [0.04, 0.05] * len(uses),
            "shape": [np.nan, 1.3] * len(uses),
        }),
        "suitability": table_of("suitability", {
            "use": [uses[0]], "attribute": ["ph"], "maximum": [8.8],
            "clause": ["synthetic rule"],
        }),
    }


def _methods(size: Size, figures: dict[str, tuple[float, ...]]) -> Table:
    """Make the methods: the first plants as the land lies, the last regrades, others bring soil."""
    rows = [_method(size, use, number, figures[use])
            for use in figures for number in range(1, size.methods + 1)]
    return table_of("methods", {header: [row[header] for row in rows] for header in rows[0]})


def _method(
    size: Size, use: str, number: int, figures: tuple[float, ...]
) -> dict[str, str | float]:
    """One row of the methods table."""
    slope, depth, _, _, cost, water, income, n2o = figures
    regrades, plain = number == size.methods, number == 1 < size.methods
    care = 1.0 + 0.1 * (number - 1)
    name = "regrade" if regrades else "plain" if plain else f"topsoil-{number - 1}"
    return {
        "use": use, "method": name,
        "after:slope_pct": min(25.0, slope) if regrades else np.nan,
        "after:soil_depth_m": np.nan if plain else round(depth + 0.1 * (number - 2), 3) if (
            not regrades) else depth,
        "after:bulk_density_g_cm3": np.nan if plain else 1.35,
        "curve_soil": f"soil-{use}", "curve_biomass": f"biomass-{use}",
        "growth_factor": round((0.5 if plain else 0.9) * care, 3),
        "establishment_tco2e_per_ha": 0.8,
        "establishment_cost_per_ha": round(cost * care, 1),
        "operation_tco2e_per_ha_yr": 0.3 if income > 5000.0 else 0.02,
        "operation_cost_per_ha_yr": round(income * 0.5, 1),
        "income_per_ha_yr": round(income * care, 1),
        "aftercare_years": 5.0, "aftercare_tco2e_per_ha_yr": 0.2,
        "aftercare_cost_per_ha_yr": 2000.0,
        "water_m3_per_ha_yr": water, "labour_days_per_ha": round(40.0 * care, 1),
        "ch4_kg_per_ha_yr": 0.0, "n2o_kg_per_ha_yr": n2o,
    }


def sources_table(size: Size, terrain: Terrain, random: np.random.Generator) -> Table:
    """Make the topsoil sources around the dumps; supplies are set later, from a known plan."""
    middle = (terrain.x_i.mean(), terrain.y_i.mean())
    reach = 0.6 * max(np.ptp(terrain.x_i), np.ptp(terrain.y_i), 1000.0)
    angle_k = random.uniform(0, 2 * np.pi, size.sources)
    labels = [f"stockpile-{k + 1}" for k in range(size.sources)]
    pairs = [(k, year) for k in range(size.sources) for year in size.period_years]
    return table_of("sources", {
        "source": [labels[k] for k, _ in pairs],
        "period": [str(year) for _, year in pairs],
        "supply_m3": np.zeros(len(pairs)),
        "x": [round(middle[0] + reach * np.cos(angle_k[k]), 1) for k, _ in pairs],
        "y": [round(middle[1] + reach * np.sin(angle_k[k]), 1) for k, _ in pairs],
        "volume_loss_pct_per_year": np.full(len(pairs), 1.0),
        "carbon_loss_pct_per_year": np.full(len(pairs), 0.5),
        "soc_t_per_m3": np.full(len(pairs), 0.005),
    })


def site_table(size: Size, terrain: Terrain, random: np.random.Generator) -> Table:
    """Make the quality of every place for every use, smooth over the land."""
    parcels, uses = names(size), use_names(size)
    quality_ui = [np.round(0.7 + 0.6 * smooth(terrain, random), 3) for _ in uses]
    return table_of("site", {
        "parcel": parcels * len(uses),
        "use": [use for use in uses for _ in parcels],
        "quality": np.concatenate(quality_ui),
    })
