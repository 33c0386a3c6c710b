"""Rows of the limits table, family P of MODEL.md: selectors, bases and timing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from reference_hectare import CO2_PER_C, Facts
from reference_tables import Option, Row, number

from optimizer.instance.units import limit_conversion, own_unit

#: (limit, use, method, zone, period); "" where the row sums over several of them.
Key = tuple[str, str, str, str, str]
#: An option, or the (source, period) of a stock.
Column = tuple[str, ...]
#: Option -> what one hectare of it books in each period, shape (T,).
Amounts = dict[Option, np.ndarray]
#: Account -> its amounts.
Booked = Callable[[str], Amounts]


class LimitRow(NamedTuple):
    """Sum of coefficient * variable, sense, bound."""

    coefficients: dict[Column, float]
    sense: str
    bound: float


class Selection(NamedTuple):
    """What one row of a limit counts; None stands for everything."""

    use: set[str] | None
    method: set[str] | None
    zone: set[str] | None
    period: set[str]


def limit_rows(facts: Facts, options: list[Option]) -> dict[Key, LimitRow]:
    """Every row of every limit, in the order of the table."""
    rows: dict[Key, LimitRow] = {}

    @cache
    def booked(account: str) -> Amounts:
        return {o: facts.amounts(o, account) for o in options}

    for limit in facts.limits:
        parts = expand(facts, limit)
        if basis_of(limit) == "equal":
            rows |= equal_rows(facts, limit, booked, parts)
            continue
        for key, selection in parts.items():
            rows[key] = row_for(facts, limit, booked, selection)
    return rows


def basis_of(limit: Row) -> str:
    """Basis of a limit; blank means absolute."""
    return limit.get("basis") or "absolute"


def expand(facts: Facts, limit: Row) -> dict[Key, Selection]:
    """One selection for each combination of the cells that hold a *, in the order of the axes."""
    names = {
        "use": list(facts.uses),
        "method": list(dict.fromkeys(method for _, method, _ in facts.methods)),
        "zone": facts.zones,
        "period": facts.periods,
    }
    choices = []
    for axis, every in names.items():
        cell = limit.get(axis)
        if cell == "*":
            choices.append([(name, {name}) for name in every])
        else:
            picked = {part.strip() for part in cell.split("|")} if cell else None
            single = next(iter(picked)) if picked and len(picked) == 1 else ""
            choices.append([(single, picked)])
    parts = {}
    for combination in product(*choices):
        key = (limit["limit"], *(name for name, _ in combination))
        use, method, zone, period = (picked for _, picked in combination)
        parts[key] = Selection(use, method, zone, counted_periods(facts, limit, period))
    return parts


def counted_periods(facts: Facts, limit: Row, picked: set[str] | None) -> set[str]:
    """Periods a row counts: all where blank; everything up to the last where cumulative."""
    if picked is None:
        return set(facts.periods)
    if number(limit, "cumulative") > 0:
        last = max(facts.periods.index(period) for period in picked)
        return set(facts.periods[: last + 1])
    return picked


def activity(
    facts: Facts, limit: Row, account: str, booked: Booked, which: Selection
) -> dict[Column, float]:
    """Coefficients of the selection: what occurs in, or was started in, the periods.

    Stocks belong to no use or zone, so their holding counts in the net sink of everything only.
    """
    in_periods = np.array([period in which.period for period in facts.periods])
    started = limit.get("counted") == "started"
    counted: dict[Column, float] = {
        o: float(amount.sum() if started else amount[in_periods].sum())
        for o, amount in booked(account).items()
        if (which.use is None or o.use in which.use)
        and (which.method is None or o.method in which.method)
        and (which.zone is None or facts.parcels[o.parcel].get("zone") in which.zone)
        and (not started or o.period in which.period)
    }
    if account == "net_sink" and (which.use, which.method, which.zone) == (None, None, None):
        counted |= {(k, t): -holding_tco2e_per_m3(facts, k, t)
                    for k in facts.source_names for t in which.period}
    return counted


def holding_tco2e_per_m3(facts: Facts, k: str, t: str) -> float:
    """(C14) Carbon that a cubic metre of stock loses over the years of the period."""
    row = facts.sources[k, t]
    kept = (1 - number(row, "carbon_loss_pct_per_year") / 100) ** facts.years_of(t)
    return number(row, "soc_t_per_m3") * CO2_PER_C * (1 - kept)


def row_for(facts: Facts, limit: Row, booked: Booked, which: Selection) -> LimitRow:
    """(P1 to P6) One row of a limit on any basis but equal."""
    basis, sense = basis_of(limit), limit["sense"]
    counted = activity(facts, limit, limit["account"], booked, which)
    value = value_of(facts, limit, which)
    if basis == "absolute":
        return LimitRow(counted, sense, value)
    if basis in ("share_of_available", "share_of_released"):
        return LimitRow(counted, sense, value / 100 * land_ha(facts, basis, which))
    if basis == "average_of_available":
        return LimitRow(counted, sense, value * land_ha(facts, basis, which))
    if basis == "average":
        reclaimed = activity(facts, limit, "area", booked, which)
        return LimitRow(subtract(counted, reclaimed, value), sense, 0.0)
    anything = which._replace(use=None, method=None)
    reclaimed = activity(facts, limit, "area", booked, anything)
    return LimitRow(subtract(counted, reclaimed, value / 100), sense, 0.0)


def value_of(facts: Facts, limit: Row, which: Selection) -> float:
    """Value in the account's own unit; a value per year counts once for each year selected."""
    own = own_unit(limit["account"], facts.settings, facts.tables)
    unit = limit_conversion(limit.get("unit") or "", basis_of(limit), own)
    years = sum(facts.years_of(period) for period in which.period) if unit.per_year else 1
    return limit["value"] * unit.factor * years


def subtract(
    counted: dict[Column, float], other: dict[Column, float], times: float
) -> dict[Column, float]:
    """Return counted - times * other, variable by variable."""
    return {o: counted.get(o, 0.0) - times * other.get(o, 0.0) for o in counted | other}


def land_ha(facts: Facts, basis: str, which: Selection) -> float:
    """Hectares of the selected zones; for share_of_released, first free in a counted period."""
    released = basis == "share_of_released"
    return float(sum(
        row["area_ha"] for row in facts.parcels.values()
        if (which.zone is None or row.get("zone") in which.zone)
        and not (released and facts.first_free(row) not in which.period)
    ))


def equal_rows(
    facts: Facts, limit: Row, booked: Booked, parts: dict[Key, Selection]
) -> dict[Key, LimitRow]:
    """(P7) Equal shares of the zones' land (* in zone) or an even flow (* in period).

    Every row says "this one less the next is 0", under the key of the first of the two.
    """
    axis = 3 if limit.get("zone") == "*" else 4
    rows = {}
    for first, second in pairwise_on(parts, axis):
        one, two = (activity(facts, limit, limit["account"], booked, parts[key])
                    for key in (first, second))
        if axis == 3:
            one, two = (
                {column: a / land_ha(facts, "equal", parts[key]) for column, a in side.items()}
                for key, side in ((first, one), (second, two)))
        rows[first] = LimitRow(subtract(one, two, 1.0), limit["sense"], 0.0)
    return rows


def pairwise_on(parts: dict[Key, Selection], axis: int) -> list[tuple[Key, Key]]:
    """Pairs of keys that follow each other on one axis and agree on the others."""
    chains: dict[Key, list[Key]] = {}
    for key in parts:
        chains.setdefault((*key[:axis], "", *key[axis + 1:]), []).append(key)
    return [pair for chain in chains.values() for pair in pairwise(chain)]
