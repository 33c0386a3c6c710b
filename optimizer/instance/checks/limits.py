"""Limits: a value in a unit that fits, a basis that fits the account, selectors that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.instance.checks.advice import name_advice
from optimizer.instance.checks.common import Tables, number_column, on_rows, table_of, texts
from optimizer.instance.findings import Finding
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table
from optimizer.instance.units import limit_conversion, own_unit

SELECTORS = ("use", "method", "zone", "period")

#: Accounts whose totals cannot be negative.
NEVER_NEGATIVE = ("area", "cost", "income", "water", "labour", "soil")


@dataclass(frozen=True, slots=True)
class _Limit:
    """One row of limits as texts, `value` NaN where blank."""

    row: int
    name: str
    account: str
    basis: str
    unit: str
    sense: str
    value: float
    cumulative: bool
    selected: dict[str, str]

    @property
    def is_share(self) -> bool:
        """Whether the value is a percentage of an area."""
        return self.basis.startswith("share_of_")

    @property
    def stars(self) -> list[str]:
        """Selectors that ask for one row for each name."""
        return [name for name in SELECTORS if self.selected[name] == "*"]


def values(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Every basis but `equal` has a value; `equal` has none."""
    limits = table_of(tables, "limits")
    for limit in _limits(limits):
        blank = np.isnan(limit.value)
        if limit.basis == "equal" and not blank:
            yield from _one(limits, limit, "value of equal", "value", f"{limit.value:g}", "blank",
                            "Delete the value: equal compares, it bounds nothing.")
        if limit.basis != "equal" and blank:
            yield from _one(limits, limit, "needed cell", "value", "blank",
                            f"a number, needed by the basis {limit.basis or 'absolute'}",
                            "Fill it in, or delete the limit.")


def ranges(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Shares lie between 0 and 100 percent; hectares and money are not negative."""
    limits = table_of(tables, "limits")
    for limit in _limits(limits):
        if limit.is_share and not (np.isnan(limit.value) or 0 <= limit.value <= 100):
            yield from _one(limits, limit, "out of range", "value", f"{limit.value:g} %",
                            "a percentage from 0 to 100", "Correct the percentage.")
        elif limit.account in NEVER_NEGATIVE and limit.value < 0:
            yield from _one(limits, limit, "out of range", "value", f"{limit.value:g}",
                            f"at least 0: {limit.account} is never negative", "Check the sign.")


def units(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """The unit of a value can be converted to the unit of its account."""
    limits = table_of(tables, "limits")
    for limit in _limits(limits):
        own = own_unit(limit.account, settings, tables)
        # An unknown account is told elsewhere.
        if own is None or limit_conversion(limit.unit, limit.basis, own) is not None:
            continue
        yield from _one(limits, limit, "unit does not fit", "unit", f"`{limit.unit}`",
                        _units_expected(limit, own), "Convert the value, or correct the unit.")


def bases(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Shares are of area; `equal` goes over zones or over periods."""
    limits = table_of(tables, "limits")
    for limit in _limits(limits):
        known = own_unit(limit.account, settings, tables) is not None
        if limit.is_share and known and limit.account != "area":
            yield from _one(limits, limit, "basis does not fit", "basis",
                            f"{limit.basis} of {limit.account}", "shares of the account area only",
                            "Use the basis absolute or average, or the account area.")
        if limit.basis != "equal":
            continue
        if len(set(limit.stars) & {"zone", "period"}) != 1:
            yield from _one(
                limits, limit, "basis does not fit", "basis",
                f"equal with * in {' and '.join(limit.stars) or 'no column'}",
                "exactly one *, in zone or in period",
                "Put * where the totals shall be the same for each.")
        if limit.sense != "=":
            yield from _one(limits, limit, "basis does not fit", "sense",
                            f"equal with {limit.sense}", "=", "Write = as the sense.")


def cumulation(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Counting up to the end of a period needs a period."""
    limits = table_of(tables, "limits")
    for limit in _limits(limits):
        if limit.cumulative and not limit.selected["period"]:
            yield from _one(limits, limit, "cumulative without period", "cumulative",
                            "yes, with a blank period", "a period, or * for each of them",
                            "Name the period; a blank one sums over all periods already.")


def selectors(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Names in use, method, zone and period exist; lists are written a|b, without *."""
    limits = table_of(tables, "limits")
    known = _known_names(settings, tables)
    for limit in _limits(limits):
        for column in SELECTORS:
            text = limit.selected[column]
            if text not in ("", "*"):
                yield from _selector(limits, limit, column, text.split("|"), known[column])


def pairs(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A method is one of the uses it is counted for."""
    limits, methods = table_of(tables, "limits"), table_of(tables, "methods")
    given = set(zip(texts(methods, "use"), texts(methods, "method"), strict=True))
    known = {column: set(texts(methods, column)) for column in ("use", "method")}
    for limit in _limits(limits):
        chosen = {column: [part.strip() for part in limit.selected[column].split("|")]
                  for column in known}
        if any(not set(chosen[column]) <= known[column] for column in known):
            continue
        if not any((use, method) in given for use in chosen["use"] for method in chosen["method"]):
            yield from _one(
                limits, limit, "no such method of the use", "method",
                f"{limit.selected['use']} by {limit.selected['method']}",
                "a method that one of the uses has", "Correct the use or the method.")


def _selector(
    limits: Table, limit: _Limit, column: str, parts: list[str], known: Collection[str]
) -> Iterator[Finding]:
    """Faults of one list of names."""
    names = [part.strip() for part in parts]
    if "" in names or "*" in names:
        yield from _one(limits, limit, "selector", column, f"`{'|'.join(parts)}`",
                        "names joined by |, or * alone, or blank", "Correct the list.")
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield from _one(limits, limit, "selector", column, f"`{name}` twice",
                            "each name once", "Delete the second one.")
        if name not in ("", "*") and name not in known:
            yield from _one(limits, limit, "unknown name", column, f"`{name}`",
                            f"a {column} of the instance", name_advice(name, known))


def _known_names(settings: Settings, tables: Tables) -> dict[str, list[str]]:
    """Names that each selector may hold."""
    zones = dict.fromkeys(texts(table_of(tables, "parcels"), "zone"))
    return {
        "use": texts(table_of(tables, "uses"), "use"),
        "method": list(dict.fromkeys(texts(table_of(tables, "methods"), "method"))),
        "zone": [zone for zone in zones if zone],
        "period": [str(year) for year in settings.periods],
    }


def _units_expected(limit: _Limit, own: str) -> str:
    """Which units would fit, in words."""
    if limit.basis == "equal":
        return "blank: equal has no value"
    if limit.is_share:
        return "% or blank"
    per_hectare = "/ha" if limit.basis.startswith("average") else ""
    return f"{own}{per_hectare}, a multiple of it (1000 {own}{per_hectare}) or blank"


def _limits(limits: Table) -> list[_Limit]:
    """Rows of limits, whatever columns are there."""
    columns = {name: texts(limits, name) for name in ("limit", "account", "basis", "unit", "sense")}
    selected = {name: texts(limits, name) for name in SELECTORS}
    value, cumulative = number_column(limits, "value"), number_column(limits, "cumulative")
    return [
        _Limit(row, columns["limit"][row], columns["account"][row], columns["basis"][row],
               columns["unit"][row], columns["sense"][row], float(value[row]),
               bool(cumulative[row] > 0.5), {name: selected[name][row] for name in SELECTORS})
        for row in range(len(limits))
    ]


def _one(
    limits: Table, limit: _Limit, rule: str, column: str, seen: str, expected: str, do: str
) -> Iterator[Finding]:
    """One finding on one limit, named."""
    yield from on_rows(limits, [limit.row], rule=rule, column=column,
                       seen=f"{seen} (limit `{limit.name}`)", expected=expected, do=do)


CHECKS = (values, ranges, units, bases, cumulation, selectors, pairs)
