"""The five Rs as measured figures of a plan: reduce, reuse, recycle, redevelop, restore."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.mining.mine_by_year import lost_by_span
from optimizer.analysis.mining.record import Indicator, Principle

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table
    from optimizer.options.record import Options

#: Coal by which land and fuel are measured, t.
COAL_T = 10_000.0

NO_TABLE = "a mining table"


@dataclass(frozen=True)
class Done:
    """What a plan does, as far as the figures need it.

    Parameters
    ----------
    instance
        Checked instance.
    options, area_o
        What is done, and its hectares, shape (O,).
    regained_tco2e
        Gains of soil and biomass; None without a carbon account.
    """

    instance: Instance
    options: Options
    area_o: NDArray[np.float64]
    regained_tco2e: float | None

    @property
    def reclaimed_ha(self) -> float:
        """Hectares reclaimed."""
        return math.fsum(self.area_o)


def indicators_of(done: Done) -> tuple[Indicator, ...]:
    """All figures, in the order of the five Rs; those without a value say what is missing."""
    mining = done.instance.table("mining")
    return (*_reduce(mining), _reuse(done), *_recycle(done, mining),
            *_redevelop(done, mining), _restore(done, mining))


def _figure(
    principle: Principle, name: str, unit: str, how: str, value: float | None, missing: str
) -> Indicator:
    """A figure, or what it would need."""
    return Indicator(principle, name, value, unit, how, "" if value is not None else missing)


def _ratio(
    mining: Table | None, upper: str, lower: str, factor: float
) -> tuple[float | None, str]:
    """Sum of one column over another, of the spans that have both; and what is missing."""
    if mining is None or not len(mining):
        return None, NO_TABLE
    upper_r, lower_r = mining.number(upper), mining.number(lower)
    both = ~np.isnan(upper_r) & ~np.isnan(lower_r)
    if not both.any() or not lower_r[both].sum() > 0.0:
        blank = [name for name in (upper, lower) if not mining.has(name)]
        return None, " and ".join(blank or [upper, lower]) + " of the same span"
    return float(upper_r[both].sum() / lower_r[both].sum()) * factor, ""


def _reduce(mining: Table | None) -> Iterator[Indicator]:
    """Land and fuel that the coal took."""
    yield _figure("reduce", "land disturbed", "ha per 10,000 t of coal",
                  "disturbed_ha over coal_t", *_ratio(mining, "disturbed_ha", "coal_t", COAL_T))
    units = set() if mining is None else set(mining.text("emission_unit")) - {"unknown"}
    known = mining is not None and len(units) == 1 and "unknown" not in set(
        mining.text("emission_unit"))
    word = f"t {units.pop()}" if known else "t (unit not confirmed)"
    yield _figure("reduce", "emissions from fuel", f"{word} per 10,000 t of coal",
                  "fuel_t over coal_t", *_ratio(mining, "fuel_t", "coal_t", COAL_T))


def _reuse(done: Done) -> Indicator:
    """Reclaimed land that earns something."""
    methods = done.instance.tables["methods"]
    value = None
    missing = "income_per_ha_yr in methods" if not methods.has("income_per_ha_yr") else (
        "reclaimed land")
    if methods.has("income_per_ha_yr") and done.reclaimed_ha > 0.0:
        income_umt = done.instance.practices.amount_umt("income_per_ha_yr")
        earns_o = income_umt[done.options.practice_o, done.options.period_o] > 0.0
        value = 100.0 * math.fsum(done.area_o[earns_o]) / done.reclaimed_ha
    return _figure("reuse", "reclaimed land in productive use", "%",
                   "land whose method has an income, over land reclaimed", value, missing)


def _recycle(done: Done, mining: Table | None) -> Iterator[Indicator]:
    """Topsoil spread again, and gangue put away."""
    supplied = math.fsum(done.instance.topsoil.supply_kt.ravel())
    bringing_o = done.options.source_o >= 0
    used = math.fsum((done.options.soil_m3_o * done.area_o)[bringing_o])
    yield _figure("recycle", "topsoil reused", "%",
                  "topsoil the plan takes from sources, over all they supply",
                  100.0 * used / supplied if supplied > 0.0 else None, "topsoil sources")
    yield _figure("recycle", "gangue placed", "%", "gangue_placed_t over gangue_t",
                  *_ratio(mining, "gangue_placed_t", "gangue_t", 100.0))


def _redevelop(done: Done, mining: Table | None) -> Iterator[Indicator]:
    """How much land comes back, and how late."""
    available = math.fsum(done.instance.land.area_i)
    yield _figure("redevelop", "reclamation rate", "%",
                  "land reclaimed, over land of the instance",
                  100.0 * done.reclaimed_ha / available, "")
    disturbed = 0.0 if mining is None else float(np.nansum(mining.number("disturbed_ha")))
    yield _figure("redevelop", "reclaimed of what was disturbed", "%",
                  "land reclaimed by the plan, over disturbed_ha",
                  100.0 * done.reclaimed_ha / disturbed if disturbed > 0.0 else None,
                  NO_TABLE if mining is None else "disturbed_ha")
    release_o = done.instance.land.attribute("release_year")[done.options.parcel_o]
    known_o = ~np.isnan(release_o) & (done.area_o > 0.0)
    wait_o = done.instance.calendar.start_t[done.options.period_o] - release_o
    hectares = math.fsum(done.area_o[known_o])
    value = math.fsum((wait_o * done.area_o)[known_o]) / hectares if hectares > 0.0 else None
    yield _figure("redevelop", "delay from release to start of works", "years",
                  "mean over the hectares reclaimed whose release_year is known", value,
                  "release_year of reclaimed parcels")


def _restore(done: Done, mining: Table | None) -> Indicator:
    """Carbon that comes back, of what was lost."""
    value, missing = None, NO_TABLE
    if mining is not None and len(mining):
        soil_r, vegetation_r, total_r = lost_by_span(mining)
        lost_r = np.where(np.isnan(total_r), soil_r + vegetation_r, total_r)
        lost = math.fsum(lost_r) if not np.isnan(lost_r).any() else 0.0
        missing = "soil and vegetation carbon lost in every span of mining"
        if done.regained_tco2e is None:
            missing = "a carbon account"
        elif lost > 0.0:
            value = 100.0 * done.regained_tco2e / lost
    return _figure("restore", "carbon regained", "%",
                   "gains of soil and biomass, over soil and vegetation carbon lost", value,
                   missing)
