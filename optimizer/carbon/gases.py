"""Warming of gases as masses, 100 years, t CO2e per t of gas."""

from __future__ import annotations

from types import MappingProxyType

#: t CO2 per t C: the ratio of the masses 44 and 12.
CO2_PER_C = 44.0 / 12.0

#: Set -> (CH4 of biogenic origin, N2O). AR6: IPCC 2021, Working Group I, Table 7.15 (CH4
#: non-fossil 27.0, N2O 273). AR5: IPCC 2013, Working Group I, Table 8.A.1 (28, 265).
GWP = MappingProxyType({"AR6": (27.0, 273.0), "AR5": (28.0, 265.0)})

#: kg in a tonne.
KG_PER_T = 1000.0
