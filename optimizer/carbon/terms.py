r"""The net sink of one hectare of an option, term by term (t CO2e per hectare, signed).

    + soil          quality_ium growth_um curve_soil(n) 44/12
    + biomass       quality_ium growth_um curve_biomass(n) 44/12
    + site          extra_iu
    - regrading     regrade_m3 litres diesel
    - loading       (soil_m3 + own_soil_m3) swell litres diesel
    - hauling       soil_m3 swell km litres diesel
    - spreading     (soil_m3 + own_soil_m3) litres diesel
    - establishment once
    - aftercare     its years, cut at n
    - operation     n years
    - ch4, n2o      kg per year, n, GWP / 1000
    - baseline      uptake given up, n

with n the credited years of the start period and one diesel factor (well to wheel) for all
machines. `holding`, the carbon lost from stockpiles, belongs to stocks: see `holding`. Volumes:
see `options.works`. MODEL.md, tags C1 to C13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.gases import CO2_PER_C, GWP, KG_PER_T
from optimizer.carbon.growth import gain_spread
from optimizer.options.component import Component, by_option, first_years, once, yearly
from optimizer.options.place import place_amount

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def carbon_components(instance: Instance, options: Options) -> list[Component]:
    """List every term of the net sink except holding, in reporting order."""
    return [
        *_growth(instance, options),
        *_earthworks(instance, options),
        *_practice(instance, options),
        *_gases(instance, options),
        _baseline(instance, options),
    ]


def term_values(instance: Instance, options: Options) -> dict[str, NDArray[np.float64]]:
    """Term -> t CO2e per hectare of each option over the account, shape (O,)."""
    return {part.name: part.total_o(options) for part in carbon_components(instance, options)}


def net_sink(instance: Instance, options: Options) -> NDArray[np.float64]:
    """Net sink of each option, t CO2e per hectare, shape (O,); holding not included."""
    total_o = np.zeros(options.count)
    for part in carbon_components(instance, options):
        total_o += part.total_o(options)
    return total_o


def _growth(instance: Instance, options: Options) -> list[Component]:
    """Gains of soil and biomass, and what the place adds."""
    practices = instance.practices
    growth_o = by_option(practices.amount_umt("growth_factor"), options)
    rate_o = place_amount(instance, options, "quality", absent=1.0) * growth_o * CO2_PER_C
    extra_o = place_amount(instance, options, "extra_tco2e_per_ha", absent=0.0)
    return [
        Component("soil", rate_o, gain_spread(instance, practices.curve_soil_umt)),
        Component("biomass", rate_o, gain_spread(instance, practices.curve_biomass_umt)),
        Component("site", extra_o, once(instance.calendar)),
    ]


def litres_per_ha(instance: Instance, options: Options) -> dict[str, NDArray[np.float64]]:
    """Diesel of the earthworks of each option, litres per hectare, shape (O,) each."""
    works = instance.settings.works
    moved_o = options.soil_m3_o + options.own_soil_m3_o
    swell = works.get("swell_factor", 1.0)
    haul_m3_km_o = options.soil_m3_o * swell * haul_km(instance, options)
    return {
        "regrading": options.regrade_m3_o * works.get("regrade_l_per_m3", 0.0),
        "loading": moved_o * swell * works.get("load_l_per_m3", 0.0),
        "hauling": haul_m3_km_o * works.get("haul_l_per_m3_km", 0.0),
        "spreading": moved_o * works.get("spread_l_per_m3", 0.0),
    }


def haul_km(instance: Instance, options: Options) -> NDArray[np.float64]:
    """One-way road distance of the soil of each option, km, shape (O,); 0 without soil."""
    if not instance.topsoil.count:
        return np.zeros(options.count)
    source_o = np.maximum(options.source_o, 0)
    km_o = instance.topsoil.distance_ik[options.parcel_o, source_o]
    return np.where(options.source_o >= 0, km_o, 0.0)


def _earthworks(instance: Instance, options: Options) -> list[Component]:
    """Emissions of regrading, loading, hauling and spreading."""
    factor = instance.settings.works.get("diesel_kgco2e_per_l", 0.0) / KG_PER_T
    return [Component(name, -litres_o * factor, once(instance.calendar))
            for name, litres_o in litres_per_ha(instance, options).items()]


def _practice(instance: Instance, options: Options) -> list[Component]:
    """Emissions of establishing, tending and running the use."""
    calendar, amount = instance.calendar, instance.practices.amount_umt
    def of(column: str) -> NDArray[np.float64]:
        return -by_option(amount(column), options)
    return [
        Component("establishment", of("establishment_tco2e_per_ha"), once(calendar)),
        Component("aftercare", of("aftercare_tco2e_per_ha_yr"),
                  first_years(calendar, amount("aftercare_years"))),
        Component("operation", of("operation_tco2e_per_ha_yr"), yearly(calendar)),
    ]


def _gases(instance: Instance, options: Options) -> list[Component]:
    """Methane and nitrous oxide, masses of gas times their warming."""
    warming = dict(zip(("ch4", "n2o"), GWP[instance.settings.gwp], strict=True))
    return [
        Component(
            gas,
            -by_option(instance.practices.amount_umt(f"{gas}_kg_per_ha_yr"), options)
            * gwp / KG_PER_T,
            yearly(instance.calendar),
        )
        for gas, gwp in warming.items()
    ]


def _baseline(instance: Instance, options: Options) -> Component:
    """Uptake of the land as it lies, given up when it is reclaimed."""
    return Component("baseline", -instance.land.baseline_i[options.parcel_o],
                     yearly(instance.calendar))
