"""Random small instances with a known plan: every limit is set to what the plan just meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from strategies import small_instances, table_of

from optimizer.analysis.allocation import Allocation
from optimizer.analysis.held_limits import HeldLimit, held_limits
from optimizer.analysis.stocks import follow_stocks
from optimizer.instance.read import instance_from_tables
from optimizer.instance.record import Instance
from optimizer.instance.table import Table
from optimizer.options.enumerate import options_of

Change = Callable[[str, pd.DataFrame], pd.DataFrame]


def rebuilt(instance: Instance, change: Change) -> Instance:
    """The same instance with tables changed, checked; `change` takes name and rows of each."""
    return instance_from_tables(instance.settings, _changed(instance, change))


def _draft(instance: Instance, change: Change) -> Instance:
    """The same unchecked, for the steps on the way."""
    return Instance(instance.settings, _changed(instance, change))


def _changed(instance: Instance, change: Change) -> dict[str, Table]:
    """Tables after the change; those without rows are left out."""
    tables = {}
    for name, table in instance.tables.items():
        before = table.frame()
        after = change(name, before)
        if after is before:
            tables[name] = table
        elif rows := after.to_dict("records"):
            tables[name] = table_of(name, [
                {str(key): None if cell in ("", None) or cell != cell else cell
                 for key, cell in row.items()} for row in rows])
    return tables


@st.composite
def feasible_instances(draw: st.DrawFn) -> Instance:
    """Draw an instance with limits, most of which bind, and a plan that is possible."""
    instance = _without_hopeless_duties(_inviting(draw(small_instances())))
    random = np.random.default_rng(draw(st.integers(0, 2 ** 20)))
    plan = _plan(instance, random)
    instance = _supplied(instance, plan)
    if instance.table("limits") is not None:
        instance = _limited(instance, plan, draw(st.sampled_from([0.0, 0.1])))
    return instance_from_tables(instance.settings, instance.tables)


def _inviting(instance: Instance) -> Instance:
    """The first parcel is open to every use, and every use gains carbon, so that plans matter."""
    def opened(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name == "methods":
            return rows.assign(curve_biomass=rows["curve_biomass"].replace("none", "slow"))
        if name != "parcels":
            return rows
        there = {"slope_pct": 2.0, "soil_depth_m": 0.8, "ph": 7.0, "bulk_density_g_cm3": 1.4,
                 "release_year": np.nan, "longest_wait_years": np.nan}
        rows = rows.copy()
        for column in there.keys() & set(rows.columns):
            rows.loc[0, column] = there[column]
        return rows

    return _draft(instance, opened)


def _without_hopeless_duties(instance: Instance) -> Instance:
    """No duty on land that has no option."""
    options = options_of(instance)
    served = np.bincount(options.parcel_o, minlength=instance.land.count) > 0
    return _draft(instance, lambda name, rows: rows if name != "parcels" else rows.assign(
        must_reclaim=np.where(served, rows["must_reclaim"], 0.0),
        longest_wait_years=np.where(served, rows["longest_wait_years"], np.nan)))


def _plan(instance: Instance, random: np.random.Generator) -> Allocation:
    """Hectares of random options: every duty in full, of other parcels a part."""
    options, land = options_of(instance), instance.land
    area_o = random.random(options.count) * (random.random(options.count) < 0.6)
    for i in range(land.count):
        own = np.flatnonzero(options.parcel_o == i)
        if own.size:
            area_o[own[random.integers(own.size)]] += 0.5
            part = 1.0 if land.must_i[i] else random.choice([0.3, 0.8])
            area_o[own] *= part * land.area_i[i] / area_o[own].sum()
    return Allocation(options, area_o)


def _supplied(instance: Instance, plan: Allocation) -> Instance:
    """Every source yields what the plan takes, and no less than it did."""
    options, topsoil = plan.options, instance.topsoil
    used_kt = np.zeros_like(topsoil.supply_kt)
    brings = options.source_o >= 0
    np.add.at(used_kt, (options.source_o[brings], options.period_o[brings]),
              (options.soil_m3_o * plan.area_o)[brings])
    # A source that had nothing yields just what is taken, so that topsoil binds there.
    supply = np.where(topsoil.supply_kt > 0, np.maximum(topsoil.supply_kt, used_kt), used_kt)
    return _draft(instance, lambda name, rows: rows if name != "sources" else rows.assign(
        supply_m3=[supply[topsoil.sources.index(source), instance.calendar.labels.index(period)]
                   for source, period in zip(rows["source"], rows["period"], strict=True)]))


def _limited(instance: Instance, plan: Allocation, slack: float) -> Instance:
    """Limits that the plan meets with a relative slack; those it cannot meet are dropped."""
    ones = _draft(instance, lambda name, rows: rows if name != "limits" else _with_ones(rows))
    held: dict[str, list[HeldLimit]] = {}
    for row in held_limits(ones, plan, follow_stocks(ones, plan)):
        held.setdefault(row.limit, []).append(row)
    table = ones.tables["limits"].frame()
    values = [_value(line, held.get(str(line["limit"]), []), slack)
              for line in table.to_dict("records")]
    kept = [value is not None for value in values]
    filled = [np.nan if value is None else value for value in values]
    return _draft(ones, lambda name, rows: rows if name != "limits" else rows.assign(
        value=filled)[kept])


def _with_ones(rows: pd.DataFrame) -> pd.DataFrame:
    """One as the value of every limit that has one: bounds are then the units of its rows."""
    if "value" not in rows:
        return rows.assign(value=np.nan)
    return rows.assign(value=np.where(np.isnan(rows["value"]), np.nan, 1.0))


def _value(line: dict[Any, Any], rows: list[HeldLimit], slack: float) -> float | None:
    """Value of a limit that its rows meet; NaN where it has none, None where there is none."""
    if line["basis"] == "equal":
        return float("nan") if all(row.missed == 0.0 for row in rows) else None
    reached = [row.activity / row.bound for row in rows]
    if not reached or not np.all(np.isfinite(reached)):
        return None
    # A sum of shares may round to a hair above all of it.
    most = 100.0 if str(line["basis"]).startswith("share_of_") else np.inf
    if line["sense"] == "=":
        return float(min(reached[0], most)) if max(reached) == min(reached) else None
    value = max(reached) if line["sense"] == "<=" else min(reached)
    loose = value + (slack if line["sense"] == "<=" else -slack) * abs(value)
    return float(min(loose, most))
