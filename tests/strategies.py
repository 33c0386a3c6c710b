"""Random small instances with every family, basis, selector and timing, for property tests.

`small_instances()` draws checked instances: one to four parcels, one to three periods, up to two
topsoil sources, limits of every kind. They are correct, but nothing says that they are feasible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.instance.schema import BASES, TABLES
from optimizer.instance.settings import Objective, Settings
from optimizer.instance.table import Table

Row = dict[str, Any]
ZONES = ("north", "south")
USES = ("crop", "forest", "pond")
METHODS = ("plain", "cover", "regrade")
CURVES = ("none", "fast", "slow", "steps")
#: Account -> unit of its limits: its own, a multiple, and for yearly values.
LIMITED = {
    "area": ("ha", "mu", ""), "cost": ("", "10000 CNY", "CNY/yr"), "income": ("CNY", "CNY/yr"),
    "water": ("m3", "1000 m3/yr"), "labour": ("days", ""), "soil": ("m3", ""),
    "net_sink": ("", "kt CO2e"), "soil_carbon": ("t CO2e",), "hauling": ("",), "ch4": ("",),
    "operation": ("t CO2e/yr",), "points": ("",), "fish": ("t", "kg/yr"),
}


def table_of(name: str, rows: Sequence[Row]) -> Table:
    """Typed table from rows; a key that a row lacks (or None) is a blank cell."""
    spec = TABLES[name].by_name
    headers = list(dict.fromkeys(header for row in rows for header in row))

    def column(header: str) -> Any:
        cells = [row.get(header) for row in rows]
        if header in spec and spec[header].kind in ("text", "choice"):
            return np.array(["" if cell is None else cell for cell in cells], dtype=object)
        return np.array([np.nan if cell is None else float(cell) for cell in cells])

    return Table(name, f"{name}.csv", {header: column(header) for header in headers},
                 np.arange(2, len(rows) + 2))


@st.composite
def small_instances(
    draw: st.DrawFn, *, limits: bool = True, groups: bool = False, boundaries: bool = False,
    neighbours: bool = False,
) -> Instance:
    """Draw a checked small instance; without limits it is feasible unless land must be used.

    With groups, some parcels are pieces of one polygon, which matters for whole parcels only.
    With boundaries, parcels lie in a row and boundaries have a weight. With neighbours, parcels
    lie in a row and rules say what may lie beside what.
    """
    settings = draw(_settings())
    periods = [str(year) for year in settings.periods]
    uses = USES[:draw(st.integers(1, 3))]
    sources = ("hill", "pit")[:draw(st.integers(1, 2))]
    parcels = [f"p{number}" for number in range(draw(st.integers(1, 4)))]
    practices = [(use, method) for use in uses
                 for method in draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=3,
                                             unique=True).map(sorted))]
    tables = {
        "parcels": [draw(_parcel(name, settings)) for name in parcels],
        "uses": [draw(_use(name)) for name in uses],
        "suitability": draw(_suitability(uses)),
        "methods": draw(_methods(practices, periods)),
        "curves": _curves(),
        "sources": [draw(_source(name, period)) for name in sources for period in periods],
        "hauls": [{"source": source, "parcel": parcel, "distance_km": draw(_from(0.5, 2, 7.5))}
                  for source in sources for parcel in parcels if draw(st.booleans())],
        "site": draw(_site(parcels, practices, periods)),
        "accounts": [{"account": "points", "unit": "points", "timing": "once"},
                     {"account": "fish", "unit": "t", "timing": "per_year",
                      "years": draw(_from(None, 3, 12))}],
        "limits": [draw(_limit(f"l{number}", practices, periods))
                   for number in range(draw(st.integers(2, 8)) if limits else 0)],
    }
    if any(limit["zone"] for limit in tables["limits"]):
        for parcel in tables["parcels"]:
            parcel["zone"] = parcel["zone"] or ZONES[0]
    for parcel in tables["parcels"] if groups else ():
        parcel["group"] = draw(_from(None, "dump"))
    if boundaries and len(parcels) > 1:
        settings = replace(settings, layout={
            "boundary_weight_tco2e_per_km": draw(_from(20.0, 0.5, 300.0))})
        tables["adjacency"] = [
            {"parcel_a": one, "parcel_b": other, "shared_boundary_m": draw(_from(400, 12.5))}
            for one, other in pairwise(parcels)]
    if neighbours and len(parcels) > 1:
        tables["adjacency"] = [
            {"parcel_a": other, "parcel_b": one, "shared_boundary_m": 100}
            for one, other in pairwise(parcels)]
        tables["neighbours"] = [draw(_neighbour_rule(f"n{number}", uses))
                                for number in range(draw(st.integers(1, 3)))]
    return instance_from_tables(
        settings, {name: table_of(name, rows) for name, rows in tables.items() if rows})


@st.composite
def _neighbour_rule(draw: st.DrawFn, name: str, uses: Sequence[str]) -> Row:
    """A rule between two uses, or on the slope beside a use."""
    row = {"rule": name, "use_a": draw(_from(*uses)), "relation": draw(_from("apart", "together")),
           "use_b": draw(_from(*uses, None)), "distance_m": draw(_from(None, 400, 3000))}
    if row["use_b"] is None or draw(st.booleans()):
        row |= {"attribute": "slope_length_m", draw(_from("minimum", "maximum")): 30}
    return row


def _from(*values: Any) -> st.SearchStrategy[Any]:
    """One of some values, the first being the simplest."""
    return st.sampled_from(values)


@st.composite
def _settings(draw: st.DrawFn) -> Settings:
    """Draw periods, years, factors and an objective of one or two stages."""
    entries = (
        (Objective("net_sink"),),
        (Objective("net_sink", 2.0), Objective("income", 0.001, stage=1)),
        (Objective("cost", sense="min"), Objective("net_sink", stage=2)),
        (Objective("fish", 0.5), Objective("net_sink", sense="min", stage=1)),
        (Objective("net_sink", tolerance=0.05), Objective("cost", sense="min", stage=2)),
    )
    names = ("diesel_kgco2e_per_l", "regrade_l_per_m3", "load_l_per_m3", "haul_l_per_m3_km",
             "spread_l_per_m3", "regrade_cost_per_m3", "load_cost_per_m3", "haul_cost_per_m3_km",
             "spread_cost_per_m3")
    works = {name: draw(_from(0.3, 0.15, 3.0)) for name in names}
    return Settings(
        name="random", base_year=2026, horizon_years=draw(_from(20, 13, 40)),
        periods=draw(_from((2027, 2031), (2026, 2030, 2038), (2026,))),
        crediting_years=draw(_from(None, 10, 25)), gwp=draw(_from("AR6", "AR5")),
        max_slope_pct=draw(_from(25.0, 18.0)), crs="EPSG:32649", objectives=draw(_from(*entries)),
        works={**works, "swell_factor": draw(_from(1.25, 1.0)), "road_factor": draw(_from(1.4, 1))},
    )


@st.composite
def _parcel(draw: st.DrawFn, name: str, settings: Settings) -> Row:
    return {
        "parcel": name, "area_ha": draw(_from(10, 2.5, 60)),
        "slope_pct": draw(_from(2, 8, 24, 25.007, 25.02, 65)),
        "slope_length_m": draw(_from(20, 35.5)), "regrade_form": draw(_from("bench", "tilt")),
        "soil_depth_m": draw(_from(0.1, 0, 0.3, 0.8)),
        "release_year": draw(_from(None, *settings.periods, 2029)),
        "longest_wait_years": draw(_from(None, None, None, None, None, 8)),
        "must_reclaim": draw(_from(0, 0, 0, 0, 0, 1)), "zone": draw(_from(*ZONES, *ZONES, None)),
        "baseline_tco2e_per_ha_yr": draw(_from(None, 0.5, -0.2)),
        "ph": draw(_from(7.5, 6, 9)), "bulk_density_g_cm3": draw(_from(1.4, 1.7)),
        "x": draw(_from(600_000, 601_500)), "y": draw(_from(4_370_000, 4_372_000)),
    }


@st.composite
def _use(draw: st.DrawFn, name: str) -> Row:
    return {"use": name, "max_slope_pct": draw(_from(None, 25, 9)),
            "min_soil_depth_m": draw(_from(None, 0.1, 0.3))}


@st.composite
def _suitability(draw: st.DrawFn, uses: Sequence[str]) -> list[Row]:
    rules = ({"attribute": "ph", "minimum": 6, "maximum": 8.5},
             {"attribute": "bulk_density_g_cm3", "maximum": 1.5},
             {"attribute": "slope_pct", "minimum": 2, "maximum": 30})
    first = [{"use": uses[-1], **rule} for rule in rules[:2]]  # every column has its rule
    return first + [{"use": use, **rule} for use in uses[:-1] for rule in rules
                    if draw(st.booleans())]


@st.composite
def _methods(
    draw: st.DrawFn, practices: Sequence[tuple[str, str]], periods: Sequence[str]
) -> list[Row]:
    """A row a practice (or a row a period, or both), with the same works in every period."""
    rows = []
    for use, method in practices:
        works = {
            "after:slope_pct": draw(_from(25, 8, 15)) if method == "regrade" else None,
            "after:soil_depth_m": None if method == "plain" else draw(_from(0.5, 0.3, 0.8)),
            "after:bulk_density_g_cm3": draw(_from(None, 1.35)),
            "after:ph": draw(_from(None, 7)),
            "respread_own_soil": draw(_from(0, 1)),
        }
        offered = draw(_from([None], [None, periods[-1]], list(periods)))
        rows += [{"use": use, "method": method, "period": period, **works, **draw(_amounts())}
                 for period in offered]
    return rows


@st.composite
def _amounts(draw: st.DrawFn) -> Row:
    return {
        "curve_soil": draw(_from(*CURVES)), "curve_biomass": draw(_from(*CURVES)),
        "growth_factor": draw(_from(1, 0.6)),
        "establishment_tco2e_per_ha": draw(_from(0, 1.5)),
        "establishment_cost_per_ha": draw(_from(0, 8000)),
        "operation_tco2e_per_ha_yr": draw(_from(0, 0.2)),
        "operation_cost_per_ha_yr": draw(_from(0, 500)),
        "income_per_ha_yr": draw(_from(0, 900)),
        "aftercare_years": draw(_from(0, 3, 12)),
        "aftercare_tco2e_per_ha_yr": draw(_from(0, 0.1)),
        "aftercare_cost_per_ha_yr": draw(_from(0, 300)),
        "water_m3_per_ha_yr": draw(_from(0, 4000)), "labour_days_per_ha": draw(_from(0, 25)),
        "ch4_kg_per_ha_yr": draw(_from(0, 80)), "n2o_kg_per_ha_yr": draw(_from(0, 1.5)),
        "account:points": draw(_from(0, 3)), "account:fish": draw(_from(2.5, 0)),
    }


def _curves() -> list[Row]:
    tabulated = {0: 0, 2: 3, 12: 8, 60: 5}
    return [
        {"curve": "fast", "form": "exponential", "c_max_tc_per_ha": 12, "rate_per_year": 0.09},
        {"curve": "slow", "form": "chapman_richards", "c_max_tc_per_ha": 60,
         "rate_per_year": 0.045, "shape": 1.2},
        *({"curve": "steps", "form": "table", "year": year, "gain_tc_per_ha": gain}
          for year, gain in tabulated.items()),
    ]


@st.composite
def _source(draw: st.DrawFn, name: str, period: str) -> Row:
    east = 0 if name == "hill" else 3000
    return {"source": name, "period": period, "supply_m3": draw(_from(50_000, 0, 4000)),
            "x": 600_000 + east, "y": 4_371_000,
            "volume_loss_pct_per_year": draw(_from(0, 2, 100)),
            "carbon_loss_pct_per_year": draw(_from(0, 3)), "soc_t_per_m3": draw(_from(0.006, 0.0))}


@st.composite
def _site(
    draw: st.DrawFn, parcels: Sequence[str], practices: Sequence[tuple[str, str]],
    periods: Sequence[str],
) -> list[Row]:
    """Up to six rows of different keys, some for one method or one period only."""
    keys = st.tuples(_from(*parcels[:2]), _from(*practices[:2]), st.booleans(),
                     _from(None, periods[-1]))
    rows = {}
    for parcel, (use, method), names_method, period in draw(st.lists(keys, max_size=6)):
        key = {"parcel": parcel, "use": use, "method": method if names_method else None,
               "period": period}
        rows[tuple(key.values())] = key | {
            "quality": draw(_from(None, 0.5)), "extra_tco2e_per_ha": draw(_from(None, 4, -1.5)),
            "account:points": draw(_from(None, 1.25)), "account:fish": draw(_from(None, 0.5)),
        }
    return list(rows.values())


@st.composite
def _limit(
    draw: st.DrawFn, name: str, practices: Sequence[tuple[str, str]], periods: Sequence[str]
) -> Row:
    """A limit of any basis; values are small, so that many of them can bind."""
    basis = draw(_from(None, *BASES))
    account = draw(_from("area", "net_sink", "cost", *LIMITED))
    use, method = draw(_from(*practices))
    split = draw(_from("zone", "period"))
    cells = {"use": draw(_from(None, use, "*")), "method": draw(_from(None, method, "*"))}
    cells["zone"] = draw(_from(None, "*"))
    cells["period"] = draw(_from(None, periods[0], "*", "|".join(periods)))
    if basis == "equal":
        cells = {"use": draw(_from(None, use)), "method": None, "zone": None,
                 "period": draw(_from(None, periods[-1])), split: "*"}
        return {"limit": name, "account": account, **cells, "sense": "=", "basis": basis,
                "cumulative": 1 if cells["period"] and draw(st.booleans()) else None}
    sense = draw(_from("<=", "<=", ">=", "="))
    # A minimum above 0 on what no option books leaves nothing to compare: mostly 0.
    value = draw(_from(10, 0, 35.5) if sense == "<=" else _from(0, 0, 0, 0, 0.5))
    row = {
        "limit": name, "account": account, **cells, "basis": basis,
        "sense": sense, "value": value,
        "cumulative": 1 if cells["period"] and draw(st.booleans()) else None,
        "counted": draw(_from(None, "occurring", "started")),
    }
    if basis is None or basis == "absolute":
        return row | {"unit": draw(_from(*LIMITED[account]))}
    if basis.startswith("share_of_"):
        return row | {"account": "area", "unit": draw(_from("%", ""))}
    return row | {"account": draw(_from("points", "cost", "net_sink")), "unit": None}
