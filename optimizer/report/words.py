"""Words for terms, accounts and families, the same on the terminal and in pictures."""

from __future__ import annotations

from types import MappingProxyType

#: Carbon term -> what a planner calls it.
TERM_WORDS = MappingProxyType({
    "soil": "Soil gain",
    "biomass": "Biomass gain",
    "site": "Site extra",
    "regrading": "Regrading",
    "loading": "Loading soil",
    "hauling": "Hauling soil",
    "spreading": "Spreading soil",
    "establishment": "Establishment",
    "aftercare": "Aftercare",
    "operation": "Operation",
    "ch4": "Methane",
    "n2o": "Nitrous oxide",
    "baseline": "Baseline given up",
    "holding": "Stockpiled topsoil",
})

#: Status -> sentence.
STATUS_WORDS = MappingProxyType({
    "optimal": "optimal, proven",
    "within_gap": "within the gap aimed for, proven",
    "stopped": "STOPPED before the proof: an incumbent, not a plan",
})

#: The same where every parcel is given one option or none.
WHOLE_STATUS_WORDS = MappingProxyType({
    "optimal": "optimal by branch and bound (the solver's word)",
    "within_gap": "within the gap asked for, by branch and bound (the solver's word)",
    "stopped": STATUS_WORDS["stopped"],
})
