"""`generate_instance`: a synthetic instance of any size."""

from __future__ import annotations

import numpy as np

from optimizer.analysis.stocks import follow_stocks
from optimizer.generate.columns import table_of
from optimizer.generate.known_plan import known_plan
from optimizer.generate.limits import limits_table, supplies_from, values_from
from optimizer.generate.practices import (
    practice_tables,
    site_table,
    sources_table,
    use_names,
)
from optimizer.generate.size import BASE_YEAR, Size
from optimizer.generate.terrain import adjacency_table, parcels_table, terrain_of
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

#: Factors of the works; made-up figures of usual size.
WORKS = {
    "diesel_kgco2e_per_l": 3.286, "regrade_l_per_m3": 0.35, "load_l_per_m3": 0.2,
    "haul_l_per_m3_km": 0.04, "spread_l_per_m3": 0.15, "swell_factor": 1.25, "road_factor": 1.4,
    "regrade_cost_per_m3": 6.0, "load_cost_per_m3": 2.0, "haul_cost_per_m3_km": 0.6,
    "spread_cost_per_m3": 1.5,
}


def generate_instance(size: Size) -> Instance:
    """Make a synthetic instance; the same size and seed give the same instance.

    Its limits are set from a plan that is known to be possible, so it is feasible for every seed.

    Raises
    ------
    ValueError
        If a number is below 1.
    """
    _refuse_nothing(size)
    random = np.random.default_rng(size.seed)
    terrain = terrain_of(size)
    tables: dict[str, Table] = {
        "parcels": parcels_table(size, terrain, random),
        **practice_tables(size, random),
        "sources": sources_table(size, terrain, random),
        "site": site_table(size, terrain, random),
        "limits": limits_table(size, use_names(size), {}),
        "provenance": _provenance(),
    }
    draft = Instance(_settings(size), tables)
    plan = known_plan(draft, random)
    supply = supplies_from(draft, plan)
    tables["sources"] = tables["sources"].with_columns(supply_m3=supply)
    values = values_from(draft, plan, follow_stocks(Instance(draft.settings, tables), plan))
    tables["limits"] = limits_table(size, use_names(size), values)
    adjacency = adjacency_table(size, terrain)
    if adjacency is not None:
        tables["adjacency"] = adjacency
    return instance_from_tables(_settings(size), tables)


def _settings(size: Size) -> Settings:
    return Settings(
        name=f"synthetic-{size.parcels}-{size.seed}",
        title=f"Synthetic instance of {size.parcels} parcels, seed {size.seed} (no real place)",
        base_year=BASE_YEAR, horizon_years=size.horizon_years, periods=size.period_years,
        crs="EPSG:32649", licence="MIT", works=WORKS,
    )


def _provenance() -> Table:
    """Say of every number that it is made up."""
    tables = ["parcels", "uses", "suitability", "methods", "curves", "sources", "site", "limits",
              "works", "adjacency"]
    return table_of("provenance", {
        "table": tables, "key": ["*"] * len(tables), "column": ["*"] * len(tables),
        "standing": ["assumed"] * len(tables),
        "source": ["made up by reclaim generate"] * len(tables),
    })


def _refuse_nothing(size: Size) -> None:
    for name in ("parcels", "uses", "methods", "periods", "sources"):
        if getattr(size, name) < 1:
            message = f"{name} must be at least 1, is {getattr(size, name)}"
            raise ValueError(message)
