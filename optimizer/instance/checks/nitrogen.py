"""Nitrogen counted twice: field N2O in the fertiliser's emissions and again as a gas."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from optimizer.instance.checks.common import Tables, number_column, on_rows, table_of, texts
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

OPERATION = "operation_tco2e_per_ha_yr"
N2O = "n2o_kg_per_ha_yr"

#: kg N2O per kg N at one percent of the nitrogen lost as N2O-N (IPCC 2019, aggregated EF1).
N2O_PER_N = 0.01 * 44.0 / 28.0

#: kg CO2e per kg N. Manufacture alone is 7-9; made and used, field N2O included, it is 13.5 in
#: China (Zhang et al. 2013, PNAS). From here up the second is likelier than the first.
ALL_IN_FROM = 12.0

_SAYS_ALL_IN = re.compile(
    r"all[- ]in|made and used|(?:includ\w*|incl\.?|with) (?:the )?(?:field|soil) (?:n2o|emissions)",
    re.IGNORECASE)
_SAYS_MANUFACTURE = re.compile(r"manufactur|production (?:only|alone)", re.IGNORECASE)


def counted_twice(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Operation that seems to hold field N2O beside an N2O column that holds it too.

    Provenance decides where it speaks (`all-in`, or `manufacture`). Where it is silent, the
    emission implied per kg of nitrogen does; irrigated methods pass, for their pumps blur it.
    """
    methods = table_of(tables, "methods")
    operation, n2o = number_column(methods, OPERATION), number_column(methods, N2O)
    dry = ~(number_column(methods, "water_m3_per_ha_yr") > 0)
    said = np.asarray(_words(tables, methods), dtype=object)
    all_in = np.array([bool(_SAYS_ALL_IN.search(text)) for text in said], dtype=bool)
    made = np.array([bool(_SAYS_MANUFACTURE.search(text)) for text in said], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = np.where(n2o > 0, 1000.0 * operation / (n2o / N2O_PER_N), 0.0)
    suspect = (n2o > 0) & (operation > 0) & (
        all_in | (~made & dry & (implied >= ALL_IN_FROM)))
    uses, names = texts(methods, "use"), texts(methods, "method")
    for row in np.flatnonzero(suspect):
        yield from on_rows(
            methods, [int(row)], rule="nitrogen counted twice", column=OPERATION,
            severity="warning",
            seen=f"{uses[row]}, {names[row]}: {implied[row]:.1f} kg CO2e of operation per kg "
                 f"of nitrogen, if {n2o[row]:g} kg N2O is 1 % of it",
            expected="operation without field N2O (7-9 kg CO2e per kg N for manufacture)",
            do=f"If the fertiliser factor includes field N2O, take it out or set {N2O} to 0; "
               "if not, say `manufacture` in the provenance of the column.")


def _words(tables: Tables, methods: Table) -> list[str]:
    """What notes and provenance say about the operation of each method."""
    provenance = table_of(tables, "provenance")
    rules = [
        (key.split(","), f"{source} {note}")
        for table, key, column, source, note in zip(
            *(texts(provenance, name) for name in ("table", "key", "column", "source", "note")),
            strict=True)
        if table == "methods" and column in (OPERATION, "*")
    ]
    said = []
    for use, method, source, note in zip(
        *(texts(methods, name) for name in ("use", "method", "source", "note")), strict=True
    ):
        matching = [text for key, text in rules if _matches(key, (use, method))]
        said.append(" ".join((source, note, *matching)))
    return said


def _matches(key: list[str], names: tuple[str, str]) -> bool:
    """Whether a provenance key covers a row (`*` for all, fewer parts leave the rest open)."""
    return all(part.strip() in ("*", name) for part, name in zip(key, names, strict=False))


CHECKS = (counted_twice,)
