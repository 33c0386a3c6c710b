"""`MiningBalance`: the mine's account beside the plan's, and the five Rs as measured figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Principle = Literal["reduce", "reuse", "recycle", "redevelop", "restore"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The mine's account under one reading of emissions whose unit is not confirmed.

    Parameters
    ----------
    unit
        `CO2e` or `C`: what unconfirmed tonnes are read as; `stated` where every unit is known.
    emissions_tco2e
        Emissions of the mine up to the end of the account, t CO2e.
    owed_tco2e
        The same and the soil and vegetation carbon lost, as far as it is known, t CO2e.
    share_won_back
        Net sink of the plan over what is owed; None where nothing is known to be owed.
    turns_year
        First year from which on the sink has made up for all that is owed; None: not within the
        horizon.
    """

    unit: Literal["CO2e", "C", "stated"]
    emissions_tco2e: float
    owed_tco2e: float
    share_won_back: float | None
    turns_year: int | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measured figure of the five Rs.

    Parameters
    ----------
    principle
        Which R.
    name
        What is measured.
    value, unit
        The figure; None where it cannot be measured.
    how
        How it is reckoned, in words.
    missing
        What it would need; blank where there is a figure.
    """

    principle: Principle
    name: str
    value: float | None
    unit: str
    how: str
    missing: str = ""


@dataclass(frozen=True)
class MiningBalance:
    """A plan beside the mine it mends.

    Parameters
    ----------
    instance
        Name of the instance.
    end_year
        First year after the account; "within the horizon" is before it.
    net_sink_tco2e
        Net sink of the plan, t CO2e; None without a carbon account.
    works_tco2e
        Of it what earthworks, establishment and aftercare emit (negative); None likewise.
    repaid_year
        First year from which on the plan has won back everything it emitted so far; None: not
        within the horizon, or nothing is reclaimed.
    carbon_lost_tco2e
        Soil and vegetation carbon lost up to the end of the account, as far as it is known; None
        where nothing is.
    readings
        Both readings of unconfirmed units, or the one there is; empty without emissions.
    indicators
        The five Rs.
    missing
        What the instance does not say, so that it is not in the figures.
    assumptions
        What the figures rest on beside the instance.
    table
        See `by_year`.
    """

    instance: str
    end_year: int
    net_sink_tco2e: float | None
    works_tco2e: float | None
    repaid_year: int | None
    carbon_lost_tco2e: float | None
    readings: tuple[Reading, ...]
    indicators: tuple[Indicator, ...]
    missing: tuple[str, ...]
    assumptions: tuple[str, ...]
    table: pd.DataFrame = field(repr=False, compare=False)

    @property
    def by_year(self) -> pd.DataFrame:
        """A fresh table, one row a year; blank (NaN) is not known.

        `year`; of the mine `coal_t`, `fuel_t`, `explosive_t`, `fugitive_t`, `electricity_t` (as
        given), `emissions_if_co2e_tco2e` and `emissions_if_c_tco2e` (both readings, t CO2e),
        `disturbed_ha`, `soil_carbon_lost_tco2e`, `vegetation_carbon_lost_tco2e`,
        `carbon_lost_tco2e` (both, or the total given); of the plan `reclaimed_ha`, `gains_tco2e`
        (soil, biomass, site), `works_tco2e` (earthworks, establishment, aftercare),
        `running_tco2e` (operation, gases, baseline given up), `holding_tco2e`, `net_sink_tco2e`;
        running totals `cumulative_disturbed_ha`, `cumulative_reclaimed_ha`,
        `cumulative_sink_tco2e`, `account_if_co2e_tco2e` and `account_if_c_tco2e` (sink less what
        the mine owes so far). Sinks are positive, emissions of the plan negative, emissions and
        losses of the mine positive amounts.
        """
        return self.table.copy()

    def indicators_of(self, principle: Principle) -> tuple[Indicator, ...]:
        """Figures of one R."""
        return tuple(each for each in self.indicators if each.principle == principle)
