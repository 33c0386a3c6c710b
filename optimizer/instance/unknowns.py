"""Cases that may come true, and numbers known only as ranges, as records."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.instance.cells import plain_number

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table

#: Tables that say what is not known; no answer of a single case depends on them.
UNKNOWNS = ("scenarios", "uncertainty")


@dataclass(frozen=True)
class Scenario:
    """One case: what it changes, and how likely it is.

    Parameters
    ----------
    case
        Name.
    overrides
        Texts `PATH=VALUE` and `PATH*=FACTOR`, in the order of the table; none: the instance as
        it stands.
    probability
        From 0 to 1; those of all cases add up to 1.
    """

    case: str
    overrides: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class Uncertain:
    """One number that is not known exactly.

    Parameters
    ----------
    path, label
        Where it stands, and its short name.
    distribution
        One of the schema's `DISTRIBUTIONS`.
    multiplies
        Whether the figures are factors on the value that stands there.
    low, high, centre, spread
        Figures of the distribution; NaN where not given.
    """

    path: str
    label: str
    distribution: str
    multiplies: bool
    low: float
    high: float
    centre: float
    spread: float

    def override(self, value: float) -> str:
        """Text that gives the number a value (or its value a factor)."""
        return f"{self.path}{'*=' if self.multiplies else '='}{plain_number(float(value))}"


def scenarios_of(instance: Instance) -> tuple[Scenario, ...]:
    """Read the cases of an instance, in order of first appearance; equally likely if not said."""
    table = instance.table("scenarios")
    if table is None:
        return ()
    rows: dict[str, list[int]] = {}
    for row, case in enumerate(table.text("case")):
        rows.setdefault(str(case), []).append(row)
    probability = table.number("probability")
    given = {case: probability[own][~np.isnan(probability[own])] for case, own in rows.items()}
    share = {case: float(values[0]) if len(values) else math.nan for case, values in given.items()}
    known = not any(math.isnan(value) for value in share.values())
    total = math.fsum(share.values()) if known else 1.0
    return tuple(
        Scenario(case, tuple(text for row in own if (text := override_of(table, row))),
                 share[case] / total if known else 1.0 / len(rows))
        for case, own in rows.items())


def override_of(table: Table, row: int) -> str:
    """Override that a row of scenarios stands for; '' where it changes nothing."""
    path = str(table.text("path")[row])
    factor = float(table.number("multiply")[row])
    if not path:
        return ""
    if not math.isnan(factor):
        return f"{path}*={plain_number(factor)}"
    return f"{path}={table.text('value')[row]}"


def uncertain_of(instance: Instance) -> tuple[Uncertain, ...]:
    """Read the numbers that are not known exactly."""
    table = instance.table("uncertainty")
    return () if table is None else tuple(uncertain_row(table, row) for row in range(len(table)))


def uncertain_row(table: Table, row: int) -> Uncertain:
    """Read one row of the uncertainty table."""
    path = str(table.text("path")[row])
    figures = {name: float(table.number(name)[row]) for name in ("low", "high", "centre", "spread")}
    return Uncertain(
        path=path, label=str(table.text("label")[row]) or path,
        distribution=str(table.text("distribution")[row]) or "uniform",
        multiplies=bool(table.flag("multiplies")[row]), **figures)
