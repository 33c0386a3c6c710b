"""One hectare of an option: what it becomes, which works it takes, what it gains and emits.

Second encoding of MODEL.md, kept apart from the package on purpose: it reads nothing but the
tables and settings of an instance, row by row, so that a slip in either encoding shows as a
difference between two matrices. Amounts are per hectare; arrays run over p, the period in which
they occur.
"""

from __future__ import annotations

import numpy as np
from reference_tables import Option, Row, Tables, number

#: Compared with this tolerance in percentage points, since 14.04 degrees are 25.007 %.
SLOPE_TOLERANCE_PCT = 0.01
CO2_PER_C = 44 / 12
#: t CO2e per t of gas over 100 years: methane (biogenic), nitrous oxide.
WARMING = {"AR6": (27.0, 273.0), "AR5": (28.0, 265.0)}
CARBON_TERMS = (
    "soil", "biomass", "site", "regrading", "loading", "hauling", "spreading", "establishment",
    "aftercare", "operation", "ch4", "n2o", "baseline",
)


class Facts(Tables):
    """The questions the model asks of the tables, for one hectare at a time."""

    # Works -----------------------------------------------------------------------------------

    def regrade_m3(self, parcel: str, method: Row) -> float:
        """Cut per finished hectare, 12.5 L (s - s'), 0 where the slope stays."""
        there, wanted = self.parcels[parcel].get("slope_pct"), method.get("after:slope_pct")
        if there is None or wanted is None or there <= wanted + SLOPE_TOLERANCE_PCT:
            return 0.0
        return 12.5 * float(self.parcels[parcel]["slope_length_m"]) * (there - wanted)

    def own_soil_m3(self, parcel: str, method: Row) -> float:
        """The parcel's own soil, stripped before regrading and respread, m3/ha."""
        keeps = number(method, "respread_own_soil") > 0 and self.regrade_m3(parcel, method) > 0
        return 10_000 * number(self.parcels[parcel], "soil_depth_m") if keeps else 0.0

    def depth_left(self, parcel: str, method: Row) -> float | None:
        """Soil depth after regrading and before cover: regrading buries what is not respread."""
        buried = self.regrade_m3(parcel, method) > 0 and not number(method, "respread_own_soil")
        return 0.0 if buried else self.parcels[parcel].get("soil_depth_m")

    def soil_m3(self, parcel: str, method: Row) -> float:
        """Soil brought in, as placed, m3/ha."""
        wanted = method.get("after:soil_depth_m")
        if wanted is None:
            return 0.0
        return 10_000 * max(0.0, wanted - (self.depth_left(parcel, method) or 0.0))

    def distance_km(self, source: str, parcel: str) -> float | None:
        """Road distance: the hauls table, else the straight line times the road factor."""
        if (source, parcel) in self.hauls:
            return float(self.hauls[source, parcel])
        here, there = self.parcels[parcel], self.sources[source, self.periods[0]]
        if None in (here.get("x"), here.get("y"), there.get("x"), there.get("y")):
            return None
        line_m = np.hypot(here["x"] - there["x"], here["y"] - there["y"])
        return float(line_m / 1000 * self.settings.works.get("road_factor", 1.0))

    def works(self, o: Option, unit: str) -> dict[str, float]:
        """Earthworks of an option per hectare; `unit` picks litres of diesel or money.

        Loading and hauling handle loose soil (placed volume times swell); own soil is not hauled.
        """
        rates, row = self.settings.works, self.method(*o[1:4])
        keys = {
            "litres": ("regrade_l_per_m3", "load_l_per_m3", "haul_l_per_m3_km", "spread_l_per_m3"),
            "money": ("regrade_cost_per_m3", "load_cost_per_m3", "haul_cost_per_m3_km",
                      "spread_cost_per_m3"),
        }[unit]
        regrade, load, haul, spread = (rates.get(key, 0.0) for key in keys)
        swell = rates.get("swell_factor", 1.0)
        brought, own = self.soil_m3(o.parcel, row), self.own_soil_m3(o.parcel, row)
        km = self.distance_km(o.source, o.parcel) if o.source else 0.0
        return {
            "regrading": self.regrade_m3(o.parcel, row) * regrade,
            "loading": (brought + own) * swell * load,
            "hauling": brought * swell * km * haul,
            "spreading": (brought + own) * spread,
        }

    # Eligibility -----------------------------------------------------------------------------

    def after_works(self, parcel: str, method: Row) -> Row:
        """Attributes of the parcel after the method."""
        state = {**self.parcels[parcel], "soil_depth_m": self.depth_left(parcel, method)}
        for column, value in method.items():
            if not column.startswith("after:") or value is None:
                continue
            name = column.removeprefix("after:")
            there = value if state.get(name) is None else state[name]
            lowered = name in ("slope_pct", "bulk_density_g_cm3", "gravel_pct")
            raised = name == "soil_depth_m"
            state[name] = min(there, value) if lowered else max(there, value) if raised else value
        return state

    def rules(self, use: str) -> list[tuple[str, float, float]]:
        """(attribute, least, most) that a parcel must meet for a use, after the method."""
        row, infinite = self.uses[use], float("inf")
        steepest = min(number(row, "max_slope_pct", infinite), self.settings.max_slope_pct)
        return [
            ("slope_pct", -infinite, steepest),
            ("soil_depth_m", number(row, "min_soil_depth_m", -infinite), infinite),
            *((rule["attribute"], number(rule, "minimum", -infinite),
               number(rule, "maximum", infinite))
              for rule in self.suitability if rule["use"] == use),
        ]

    def suits(self, parcel: str, use: str, method: Row) -> bool:
        """Whether every rule of the use holds after the method, of the attributes given."""
        state = self.after_works(parcel, method)

        def holds(attribute: str, least: float, most: float) -> bool:
            value = state.get(attribute)
            if value is None:
                return True
            bound = most if value > most else least
            play = SLOPE_TOLERANCE_PCT if attribute == "slope_pct" else 1e-9 * max(1.0, abs(bound))
            return least - play <= value <= most + play

        return all(holds(*rule) for rule in self.rules(use))

    def in_window(self, parcel: str, period: str) -> bool:
        """Whether work may start: from release to the longest wait after it."""
        row = self.parcels[parcel]
        release = number(row, "release_year", -np.inf)
        wait = number(row, "longest_wait_years", np.inf)
        return release <= int(period) <= max(release, int(self.periods[0])) + wait

    # The account of one hectare --------------------------------------------------------------

    def site_number(self, o: Option, column: str, blank: float) -> float:
        """Cell of the site table; the row that says most about the option wins."""
        for method, period in ((o.method, o.period), (o.method, None), (None, o.period),
                               (None, None)):
            value = self.site.get((o.parcel, o.use, method, period), {}).get(column)
            if value is not None:
                return float(value)
        return blank

    def gain(self, curve: str | None, years: np.ndarray) -> np.ndarray:
        """Carbon gained since the start after some years, t C/ha."""
        if curve is None or curve == "none":
            return np.zeros(len(years))
        rows = [row for row in self.curves if row["curve"] == curve]
        if rows[0]["form"] == "table":
            points = {0.0: 0.0} | {row["year"]: row["gain_tc_per_ha"] for row in rows}
            at = sorted(points)
            return np.interp(years, at, [points[year] for year in at])
        rise = 1 - np.exp(-rows[0]["rate_per_year"] * np.asarray(years, dtype=float))
        shape = rows[0]["shape"] if rows[0]["form"] == "chapman_richards" else 1.0
        return rows[0]["c_max_tc_per_ha"] * rise**shape

    def carbon(self, o: Option) -> dict[str, np.ndarray]:
        """Terms of the net sink of one hectare in each p, t CO2e, a sink being positive."""
        row, place = self.method(*o[1:4]), self.parcels[o.parcel]
        once, yearly = self.once(o.period), self.yearly(o.period)
        upkeep = self.yearly(o.period, number(row, "aftercare_years"))
        before, after = self.elapsed[o.period]
        vigour = self.site_number(o, "quality", 1.0) * number(row, "growth_factor")
        grown = {part: self.gain(row.get(f"curve_{part}"), after)
                 - self.gain(row.get(f"curve_{part}"), before) for part in ("soil", "biomass")}
        diesel_t_per_l = self.settings.works.get("diesel_kgco2e_per_l", 0.0) / 1000
        methane, nitrous_oxide = WARMING[self.settings.gwp]
        return {
            "soil": vigour * grown["soil"] * CO2_PER_C,
            "biomass": vigour * grown["biomass"] * CO2_PER_C,
            "site": self.site_number(o, "extra_tco2e_per_ha", 0.0) * once,
            **{name: -litres * diesel_t_per_l * once
               for name, litres in self.works(o, "litres").items()},
            "establishment": -number(row, "establishment_tco2e_per_ha") * once,
            "aftercare": -number(row, "aftercare_tco2e_per_ha_yr") * upkeep,
            "operation": -number(row, "operation_tco2e_per_ha_yr") * yearly,
            "ch4": -number(row, "ch4_kg_per_ha_yr") * methane / 1000 * yearly,
            "n2o": -number(row, "n2o_kg_per_ha_yr") * nitrous_oxide / 1000 * yearly,
            "baseline": -number(place, "baseline_tco2e_per_ha_yr") * yearly,
        }

    def cost(self, o: Option) -> np.ndarray:
        """Money of one hectare in each p: works and establishment once, aftercare, operation."""
        row = self.method(*o[1:4])
        at_start = number(row, "establishment_cost_per_ha") + sum(self.works(o, "money").values())
        upkeep = self.yearly(o.period, number(row, "aftercare_years"))
        return (at_start * self.once(o.period)
                + number(row, "aftercare_cost_per_ha_yr") * upkeep
                + number(row, "operation_cost_per_ha_yr") * self.yearly(o.period))

    def added(self, o: Option, account: str) -> np.ndarray:
        """Account of the planner's own: cells of methods and site, once or for its years."""
        declared, column = self.accounts[account], f"account:{account}"
        per_ha = number(self.method(*o[1:4]), column) + self.site_number(o, column, 0.0)
        if declared["timing"] == "once":
            return per_ha * self.once(o.period)
        return per_ha * self.yearly(o.period, number(declared, "years", np.inf))

    def amounts(self, o: Option, account: str) -> np.ndarray:
        """What one hectare of an option books on an account in each p."""
        row = self.method(*o[1:4])
        match account:
            case "area":
                return self.once(o.period)
            case "cost":
                return self.cost(o)
            case "income":
                return number(row, "income_per_ha_yr") * self.yearly(o.period)
            case "water":
                return number(row, "water_m3_per_ha_yr") * self.yearly(o.period)
            case "labour":
                return number(row, "labour_days_per_ha") * self.once(o.period)
            case "soil":
                return self.soil_m3(o.parcel, row) * self.once(o.period)
            case "net_sink":
                return sum(self.carbon(o).values())
            case "soil_carbon":
                return self.carbon(o)["soil"]
        return self.added(o, account) if account in self.accounts else self.carbon(o)[account]
