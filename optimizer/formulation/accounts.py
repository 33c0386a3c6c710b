"""Accounts: anything that adds up over options, as components with a time profile.

Accounts there from the start: area, cost, income, water, labour, soil (m3 brought in), net_sink
and each carbon term (the carbon gained by soil is `soil_carbon`). The planner adds more in the
accounts table; their amounts stand in `account:NAME` columns of methods and site and add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.terms import carbon_components, haul_km
from optimizer.instance.names import BUILT_IN_UNITS, CARBON_ACCOUNTS
from optimizer.options.component import Component, by_option, first_years, once, yearly
from optimizer.options.place import place_amount

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def account_unit(instance: Instance, account: str) -> str:
    """Unit of an account's totals; money in the currency of the instance."""
    if account in BUILT_IN_UNITS:
        unit = BUILT_IN_UNITS[account]
        return instance.settings.currency if unit == "currency" else unit
    table = instance.tables["accounts"]
    return str(table.text("unit")[list(table.text("account")).index(account)])


def account_components(instance: Instance, options: Options, account: str) -> list[Component]:
    """Parts of an account for the given options.

    Raises
    ------
    KeyError
        If the instance has no such account (checked instances name only known ones).
    """
    if account in CARBON_ACCOUNTS:
        term = "soil" if account == "soil_carbon" else account
        parts = carbon_components(instance, options)
        return [part for part in parts if account == "net_sink" or part.name == term]
    if account in _BUILT_IN:
        return _BUILT_IN[account](instance, options)
    return [_added(instance, options, account)]


def account_total(instance: Instance, options: Options, account: str) -> NDArray[np.float64]:
    """Account of one hectare of each option over its whole life, shape (O,)."""
    total_o = np.zeros(options.count)
    for part in account_components(instance, options, account):
        total_o += part.total_o(options)
    return total_o


def _area(instance: Instance, options: Options) -> list[Component]:
    return [Component("area", np.ones(options.count), once(instance.calendar))]


def _cost(instance: Instance, options: Options) -> list[Component]:
    """Establishment and earthworks once, aftercare in its years, operation every year."""
    calendar, amount = instance.calendar, instance.practices.amount_umt
    def of(column: str) -> NDArray[np.float64]:
        return by_option(amount(column), options)
    return [
        Component("establishment", of("establishment_cost_per_ha"), once(calendar)),
        Component("earthworks", earthworks_cost(instance, options), once(calendar)),
        Component("aftercare", of("aftercare_cost_per_ha_yr"),
                  first_years(calendar, amount("aftercare_years"))),
        Component("operation", of("operation_cost_per_ha_yr"), yearly(calendar)),
    ]


def earthworks_cost(instance: Instance, options: Options) -> NDArray[np.float64]:
    """Money for regrading, loading, hauling and spreading, per hectare, shape (O,)."""
    works = instance.settings.works
    moved_o = options.soil_m3_o + options.own_soil_m3_o
    swell = works.get("swell_factor", 1.0)
    cost_o: NDArray[np.float64] = (
        options.regrade_m3_o * works.get("regrade_cost_per_m3", 0.0)
        + moved_o * swell * works.get("load_cost_per_m3", 0.0)
        + options.soil_m3_o * swell * haul_km(instance, options)
        * works.get("haul_cost_per_m3_km", 0.0)
        + moved_o * works.get("spread_cost_per_m3", 0.0)
    )
    return cost_o


def _income(instance: Instance, options: Options) -> list[Component]:
    return [_yearly_column(instance, options, "income", "income_per_ha_yr")]


def _water(instance: Instance, options: Options) -> list[Component]:
    return [_yearly_column(instance, options, "water", "water_m3_per_ha_yr")]


def _yearly_column(
    instance: Instance, options: Options, name: str, column: str
) -> Component:
    amount_o = by_option(instance.practices.amount_umt(column), options)
    return Component(name, amount_o, yearly(instance.calendar))


def _labour(instance: Instance, options: Options) -> list[Component]:
    days_o = by_option(instance.practices.amount_umt("labour_days_per_ha"), options)
    return [Component("labour", days_o, once(instance.calendar))]


def _soil(instance: Instance, options: Options) -> list[Component]:
    return [Component("soil", options.soil_m3_o, once(instance.calendar))]


_BUILT_IN = {
    "area": _area, "cost": _cost, "income": _income, "water": _water, "labour": _labour,
    "soil": _soil,
}


def _added(instance: Instance, options: Options, account: str) -> Component:
    """An account the planner added: amounts of methods and site, with its timing."""
    table = instance.tables["accounts"]
    row = list(table.text("account")).index(account)
    column = f"account:{account}"
    amount_o = (by_option(instance.practices.amount_umt(column), options)
                + place_amount(instance, options, column, absent=0.0))
    if table.text("timing")[row] == "once":
        return Component(account, amount_o, once(instance.calendar))
    years = float(table.number("years", np.inf)[row])
    periods = instance.calendar.count
    return Component(account, amount_o,
                     first_years(instance.calendar, np.full((1, periods), years)))
