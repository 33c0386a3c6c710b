"""Numbers that nothing on Earth has, and shares that are hardly meant.

What cannot be is refused: a soil of pH 80 would bar every use without a word. What is only odd is a
warning, as in `magnitudes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import numpy as np

from optimizer.instance.checks.common import Tables, number_column, on_rows, table_of, texts
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings

#: Attribute -> least and most that soil and land can have, and in what.
POSSIBLE = MappingProxyType({
    "ph": (0.0, 14.0, ""),
    "gravel_pct": (0.0, 100.0, "%"),
    # Rock without pores weighs 2.6 to 2.7 times what water does.
    "bulk_density_g_cm3": (0.01, 3.0, "g/cm3"),
    "standing_water_m": (0.0, 100.0, "m"),
})

#: A share in percent below this looks like a fraction of one.
LEAST_SHARE_PCT = 1.0

AFTER = "after:"


def possible_attributes(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Attributes of parcels, and what methods make of them, lie where they can."""
    for name, prefix in (("parcels", ""), ("methods", AFTER)):
        table = table_of(tables, name)
        for attribute, (least, most, unit) in POSSIBLE.items():
            column = f"{prefix}{attribute}"
            if column not in table:
                continue
            values = number_column(table, column)
            wrong = (values < least) | (values > most)
            yield from on_rows(
                table, wrong, rule="out of range", column=column,
                seen=f"{values[wrong][0]:g}" if wrong.any() else "",
                expected=f"from {least:g} to {most:g}{' ' + unit if unit else ''}",
                do="Check the number and its unit, which stands in the name.")


def shares_like_fractions(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A share of less than one percent may be a fraction: 0.7 for 70 %."""
    limits = table_of(tables, "limits")
    value = number_column(limits, "value")
    share = np.array([basis.startswith("share_of") for basis in texts(limits, "basis")], dtype=bool)
    small = share & (np.abs(value) < LEAST_SHARE_PCT) & (value != 0.0)
    for row in np.flatnonzero(small).tolist():
        yield from on_rows(
            limits, [row], rule="share looks like a fraction", column="value", severity="warning",
            seen=f"{value[row]:g} %", expected="percent: 70 stands for 70 %",
            do=f"If {100.0 * value[row]:g} % is meant, write {100.0 * value[row]:g}; if not, "
               "nothing is needed.")


CHECKS = (possible_attributes, shares_like_fractions)
