"""Names that are there from the start: carbon terms and accounts, with their units."""

from __future__ import annotations

from types import MappingProxyType

#: Terms of the net sink, in the order in which they are reported. `holding` is charged on
#: stockpiled topsoil, all others on hectares of an option.
CARBON_TERMS = (
    "soil", "biomass", "site", "regrading", "loading", "hauling", "spreading", "establishment",
    "aftercare", "operation", "ch4", "n2o", "baseline", "holding",
)

#: Accounts that need the carbon account. Each term doubles as an account of its own; the term
#: called soil is the carbon gained, the account called soil the cubic metres brought in, so the
#: carbon account of that term is named soil_carbon.
CARBON_ACCOUNTS = frozenset({
    "net_sink", "soil_carbon", *(term for term in CARBON_TERMS if term != "soil"),
})

#: Accounts there from the start -> unit of their totals (`currency` stands for the instance's).
BUILT_IN_UNITS = MappingProxyType({
    "area": "ha",
    "cost": "currency",
    "income": "currency",
    "water": "m3",
    "labour": "days",
    "soil": "m3",
    **dict.fromkeys(sorted(CARBON_ACCOUNTS), "t CO2e"),
})
