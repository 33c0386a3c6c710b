"""Parcels given in mu or degrees -> hectares and percent, the only units later code sees."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.findings import Finding
from optimizer.instance.table import Table

MU_PER_HA = 15.0

_Conversion = tuple[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]]

#: Column as a planner may write it -> column it becomes, and how.
CONVERTED: MappingProxyType[str, _Conversion] = MappingProxyType({
    "area_mu": ("area_ha", lambda mu: mu / MU_PER_HA),
    "slope_deg": ("slope_pct", lambda degrees: 100.0 * np.tan(np.radians(degrees))),
})


def in_hectares_and_percent(parcels: Table) -> tuple[Table, list[Finding]]:
    """Replace `area_mu` and `slope_deg` by `area_ha` and `slope_pct`.

    Returns
    -------
    tuple
        The table without the columns converted, and findings about rows that give both.
    """
    columns = dict(parcels.columns)
    findings: list[Finding] = []
    for given, (wanted, convert) in CONVERTED.items():
        if given not in columns:
            continue
        values = convert(columns.pop(given))
        there = parcels.number(wanted)
        findings += [
            Finding(parcels.file, "given twice", f"both {wanted} and {given}", "one of them",
                    "Leave one of the two blank.", row=int(line) or None, column=given)
            for line in parcels.lines[~np.isnan(values) & ~np.isnan(there)]
        ]
        columns[wanted] = np.where(np.isnan(there), values, there)
    return Table(parcels.name, parcels.file, columns, parcels.lines), findings
