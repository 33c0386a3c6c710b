"""A plan (solved or any other) -> its `MiningBalance`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.allocation import allocation_of
from optimizer.analysis.mining.indicators import NO_TABLE, Done, indicators_of
from optimizer.analysis.mining.mine_by_year import READINGS, Mine, Unit, mine_by_year
from optimizer.analysis.mining.record import MiningBalance, Reading
from optimizer.analysis.mining.sink_by_year import (
    GAINS,
    RUNNING,
    WORKS,
    account_end,
    sink_by_year,
)
from optimizer.analysis.stocks import follow_stocks
from optimizer.instance.record import Instance

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.table import Table
    from optimizer.options.record import Options
    from optimizer.solve.solution import Solution

#: Sums below this, relative to what was added up, are rounding.
ROUNDING = 1e-9


def mining_balance(plan_of: Solution | Instance, plan: pd.DataFrame | None = None) -> MiningBalance:
    """Hold a plan against what its mine emitted and disturbed.

    Parameters
    ----------
    plan_of
        A solution; or an instance, together with any plan for it.
    plan
        Columns parcel, use, and where the instance leaves a choice method, period, source; and
        area_ha (blank: the whole parcel). Only with an instance.

    Returns
    -------
    MiningBalance
        Without a `mining` table the mine's part is missing and said to be.

    Raises
    ------
    InstanceRefused
        If rows of the plan cannot be matched with the instance.
    TypeError
        If an instance comes without a plan, or a solution with one.
    """
    if isinstance(plan_of, Instance) == (plan is None):
        message = "give a solution alone, or an instance and a plan"
        raise TypeError(message)
    if isinstance(plan_of, Instance):
        assert plan is not None  # as just seen
        allocation = allocation_of(plan_of, plan)
        stock_kt = follow_stocks(plan_of, allocation).stock_kt
        return _balance(plan_of, allocation.options, allocation.area_o, stock_kt)
    options, topsoil = plan_of.options, plan_of.instance.topsoil
    used = np.flatnonzero(plan_of.area_o)
    stock_kt = plan_of.x_c[options.count:][:topsoil.supply_kt.size].reshape(topsoil.supply_kt.shape)
    return _balance(plan_of.instance, options.take(used), plan_of.area_o[used], stock_kt)


@dataclass(frozen=True)
class _Plan:
    """A plan year by year, shape (Y,) each; None without a carbon account.

    `terms` are t CO2e by term, `reclaimed_y` hectares.
    """

    years_y: NDArray[np.int64]
    end_year: int
    terms: dict[str, NDArray[np.float64]] | None
    reclaimed_y: NDArray[np.float64]

    def of(self, *names: str) -> NDArray[np.float64]:
        """Sum of some terms, NaN without a carbon account."""
        if self.terms is None:
            return np.full(len(self.years_y), np.nan)
        total: NDArray[np.float64] = np.sum([self.terms[name] for name in names], axis=0)
        return total

    @property
    def sink_y(self) -> NDArray[np.float64]:
        """Net sink of each year."""
        return self.of(*(self.terms or ()))

    def total(self, *names: str) -> float | None:
        """Sum of some terms over all years; None without a carbon account."""
        return None if self.terms is None else math.fsum(self.of(*names))


def _balance(
    instance: Instance, options: Options, area_o: NDArray[np.float64],
    stock_kt: NDArray[np.float64],
) -> MiningBalance:
    """Work everything out."""
    mining = instance.table("mining")
    mining = mining if mining is not None and len(mining) else None
    years_y = _years(instance, mining)
    terms = sink_by_year(instance, options, area_o, stock_kt, years_y) if (
        instance.uses_carbon) else None
    starts_o = instance.calendar.start_t[options.period_o]
    reclaimed_y = np.bincount(starts_o - years_y[0], area_o,
                              minlength=len(years_y)).astype(np.float64)
    plan = _Plan(years_y, account_end(instance), terms, reclaimed_y)
    mine = None if mining is None else mine_by_year(mining, years_y)
    return MiningBalance(
        instance.name, plan.end_year, plan.total(*(terms or ())), plan.total(*WORKS),
        _repaid(plan), _lost(plan, mine), tuple(_readings(plan, mine)),
        indicators_of(Done(instance, options, area_o, plan.total("soil", "biomass"))),
        _missing(plan, mine), _assumptions(mine), _table(plan, mine))


def _lost(plan: _Plan, mine: Mine | None) -> float | None:
    """Soil and vegetation carbon lost within the account; None where nothing is known."""
    if mine is None or not mine.knows_losses:
        return None
    return math.fsum(np.nan_to_num(mine.carbon_lost_y[plan.years_y < plan.end_year]))


def _years(instance: Instance, mining: Table | None) -> NDArray[np.int64]:
    """Years from the first of mine or account to the end of both."""
    first, end = instance.settings.base_year, account_end(instance)
    if mining is not None:
        first = min(first, int(mining.number("year_from").min()))
        end = max(end, int(mining.number("year_to").max()) + 1)
    return np.arange(first, end, dtype=np.int64)


def _repaid(plan: _Plan) -> int | None:
    """First year from which on the plan has won back what it emitted."""
    starts = np.flatnonzero(plan.reclaimed_y)
    if plan.terms is None or not starts.size:
        return None
    return _stays(plan, np.cumsum(plan.sink_y), int(starts[0]))


def _stays(plan: _Plan, account_y: NDArray[np.float64], first: int) -> int | None:
    """First year, from a position on, from which an account is never below 0 again."""
    last = int(np.searchsorted(plan.years_y, plan.end_year))
    size = max(1.0, float(np.abs(account_y[:last]).max(initial=0.0)))
    below = np.flatnonzero(account_y[:last] < -ROUNDING * size)
    turn = max(first, int(below[-1]) + 1 if below.size else 0)
    return int(plan.years_y[turn]) if turn < last else None


def _readings(plan: _Plan, mine: Mine | None) -> Iterator[Reading]:
    """The account under each reading of what the unconfirmed tonnes are."""
    if mine is None:
        return
    within = plan.years_y < plan.end_year
    for unit, emitted_y in mine.emitted.items():
        owed_y = emitted_y + np.nan_to_num(mine.carbon_lost_y)
        owed, sink = math.fsum(owed_y[within]), plan.total(*(plan.terms or ()))
        share = sink / owed if sink is not None and owed > 0.0 else None
        turns = None if share is None else _stays(plan, np.cumsum(plan.sink_y - owed_y),
                                                  int(np.flatnonzero(owed_y)[0]))
        yield Reading("stated" if mine.confirmed else unit,
                      math.fsum(emitted_y[within]), owed, share, turns)
        if mine.confirmed:
            return


def _missing(plan: _Plan, mine: Mine | None) -> tuple[str, ...]:
    """What the instance does not say."""
    carbon = () if plan.terms is not None else (
        "a carbon account: neither objective nor limits use one",)
    return (*carbon, *((NO_TABLE,) if mine is None else mine.missing))


def _assumptions(mine: Mine | None) -> tuple[str, ...]:
    """What the figures rest on beside the instance."""
    own = ("Works of a period fall into its first year, aftercare into the years behind it.",
           "Productive use: a method with an income.")
    if mine is None:
        return own
    unit = () if mine.confirmed else (
        "The unit of some emissions is not confirmed: they are read as t CO2e and as t C.",)
    return ("The amounts of a span are spread evenly over its years.",
            "Years in no row of mining count as years without mining.", *unit, *own)


def _table(plan: _Plan, mine: Mine | None) -> pd.DataFrame:
    """The table of `MiningBalance.by_year`."""
    import pandas as pd

    unknown = np.full(len(plan.years_y), np.nan)
    columns: dict[str, NDArray[Any]] = {"year": plan.years_y}
    for name in ("coal_t", "fuel_t", "explosive_t", "fugitive_t", "electricity_t"):
        columns[name] = unknown if mine is None else mine.amounts[name]
    emitted = {} if mine is None else mine.emitted
    for reading in READINGS:
        columns[f"emissions_if_{reading.lower()}_tco2e"] = emitted.get(reading, unknown)
    columns |= {
        "disturbed_ha": unknown if mine is None else mine.amounts["disturbed_ha"],
        "soil_carbon_lost_tco2e": unknown if mine is None else mine.soil_lost_y,
        "vegetation_carbon_lost_tco2e": unknown if mine is None else mine.vegetation_lost_y,
        "carbon_lost_tco2e": unknown if mine is None else mine.carbon_lost_y,
        "reclaimed_ha": plan.reclaimed_y, "gains_tco2e": plan.of(*GAINS),
        "works_tco2e": plan.of(*WORKS), "running_tco2e": plan.of(*RUNNING),
        "holding_tco2e": plan.of("holding"), "net_sink_tco2e": plan.sink_y,
    }
    columns |= _running_totals(plan, columns, emitted)
    return pd.DataFrame(columns)


def _running_totals(
    plan: _Plan, columns: dict[str, NDArray[Any]], emitted: dict[Unit, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Sums up to each year; what is not known adds nothing."""
    sink_y = np.cumsum(plan.sink_y)
    totals = {
        "cumulative_disturbed_ha": np.cumsum(np.nan_to_num(columns["disturbed_ha"])),
        "cumulative_reclaimed_ha": np.cumsum(plan.reclaimed_y),
        "cumulative_sink_tco2e": sink_y,
    }
    if np.isnan(columns["disturbed_ha"]).all():
        totals["cumulative_disturbed_ha"] = columns["disturbed_ha"]
    lost_y = np.nan_to_num(columns["carbon_lost_tco2e"])
    for reading in READINGS:
        owed_y = np.cumsum(emitted[reading] + lost_y) if reading in emitted else np.full_like(
            sink_y, np.nan)
        totals[f"account_if_{reading.lower()}_tco2e"] = sink_y - owed_y
    return totals
