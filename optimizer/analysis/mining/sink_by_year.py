"""The net sink of any plan, term by term and year by year.

    once           amount in the start year                  site, earthworks, establishment
    first years    amount in each year until they are over    aftercare
    every year     amount in each credited year               operation, ch4, n2o, baseline
    along a curve  rate (gain(e + 1) - gain(e))               soil, biomass
    holding        soc 44/12 ((1 - c)^j - (1 - c)^(j + 1)) stock

e years since the start at the beginning of the year, within the credited ones; j years since the
period began, c [1/yr] the share of the carbon a stockpile loses. The years add up to the terms
of the plan. MODEL.md, tags C1 to C14.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.gases import CO2_PER_C
from optimizer.carbon.growth import curve_named
from optimizer.carbon.terms import carbon_components

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: When each term occurs; a term that is not here is a fault of this module.
ONCE = frozenset({"site", "regrading", "loading", "hauling", "spreading", "establishment"})
YEARLY = frozenset({"operation", "ch4", "n2o", "baseline"})
CURVES: Mapping[str, str] = {"soil": "curve_soil_umt", "biomass": "curve_biomass_umt"}

#: Terms by what they mean to a planner.
GAINS = ("soil", "biomass", "site")
WORKS = ("regrading", "loading", "hauling", "spreading", "establishment", "aftercare")
RUNNING = ("operation", "ch4", "n2o", "baseline")


def account_end(instance: Instance) -> int:
    """First year in which no option is credited any more."""
    calendar = instance.calendar
    return max(instance.settings.horizon_end, int(np.max(calendar.start_t + calendar.credited_t)))


def sink_by_year(
    instance: Instance, options: Options, area_o: NDArray[np.float64],
    stock_kt: NDArray[np.float64], years_y: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:
    """Term -> t CO2e in each year, signed, shape (Y,).

    Parameters
    ----------
    instance
        Checked instance with a carbon account.
    options, area_o
        What is done, and its hectares, shape (O,).
    stock_kt
        Topsoil left after each period, m3, shape (K, T).
    years_y
        Years, one after the other, from the first period to the end of the account at least.
    """
    terms = {part.name: np.zeros(len(years_y)) for part in carbon_components(instance, options)}
    before_ty, after_ty = _elapsed(instance, years_y)
    shape = (instance.practices.count, instance.calendar.count)
    place_o = options.practice_o.astype(np.int64) * shape[1] + options.period_o
    for part in carbon_components(instance, options):
        amount_umt = np.bincount(place_o, part.amount_o * area_o,
                                 minlength=shape[0] * shape[1]).reshape(shape)
        for um, t in zip(*np.nonzero(amount_umt), strict=True):
            spread_y = _spread(instance, part.name, int(um), int(t), before_ty[t], after_ty[t],
                               years_y)
            terms[part.name] += amount_umt[um, t] * spread_y
    terms["holding"] = _holding(instance, stock_kt, years_y)
    return terms


def _elapsed(
    instance: Instance, years_y: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Credited years since each start at the beginning and end of each year, shape (T, Y)."""
    calendar = instance.calendar
    since_ty = years_y[None, :] - calendar.start_t[:, None]
    credited = calendar.credited_t[:, None]
    return (np.clip(since_ty, 0, credited).astype(float),
            np.clip(since_ty + 1, 0, credited).astype(float))


def _spread(
    instance: Instance, term: str, um: int, t: int, before_y: NDArray[np.float64],
    after_y: NDArray[np.float64], years_y: NDArray[np.int64],
) -> NDArray[np.float64]:
    """How a term of a practice that starts in t falls into the years, shape (Y,)."""
    practices = instance.practices
    if term in ONCE:
        return np.asarray(years_y == instance.calendar.start_t[t], dtype=float)
    if term in YEARLY:
        return after_y - before_y
    if term in CURVES:
        gain = curve_named(instance.table("curves"), str(getattr(practices, CURVES[term])[um, t]))
        return gain(after_y) - gain(before_y)
    if term == "aftercare":
        limit = float(practices.amount_umt("aftercare_years")[um, t])
        return np.minimum(after_y, limit) - np.minimum(before_y, limit)
    message = f"no time profile for the carbon term {term}"
    raise KeyError(message)


def _holding(
    instance: Instance, stock_kt: NDArray[np.float64], years_y: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Carbon that stockpiles lose in each year, t CO2e, negative, shape (Y,)."""
    topsoil, calendar = instance.topsoil, instance.calendar
    total_y = np.zeros(len(years_y))
    for t in range(calendar.count):
        # Left of the carbon after the whole period, and so after one year of it.
        kept_k = np.maximum(1.0 - topsoil.carbon_lost_kt[:, t], 0.0) ** (1.0 / calendar.years_t[t])
        held_k = topsoil.soc_kt[:, t] * CO2_PER_C * stock_kt[:, t]
        year_y = years_y - calendar.start_t[t]
        for j in range(int(calendar.years_t[t])):
            lost = float(held_k @ (kept_k ** j - kept_k ** (j + 1)))
            total_y[year_y == j] -= lost
    return total_y
