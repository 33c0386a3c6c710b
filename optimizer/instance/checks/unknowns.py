"""Scenarios and uncertainty: paths that can be set, probabilities and figures that make sense."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from optimizer.instance.cells import CellFault
from optimizer.instance.checks.common import (
    Tables,
    number_column,
    on_rows,
    table_of,
    texts,
)
from optimizer.instance.findings import Finding
from optimizer.instance.path_grammar import PathFault, parse_assignment
from optimizer.instance.paths import apply_one
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table
from optimizer.instance.unknowns import UNKNOWNS, Uncertain, override_of, uncertain_row

#: Probabilities add up to 1 within this.
ROUNDING = 1e-6
#: Tables a case cannot change, because no answer depends on them.
NOT_CHANGED = (*UNKNOWNS, "provenance")
#: Figures each distribution needs.
NEEDED = {
    "uniform": ("low", "high"), "loguniform": ("low", "high"),
    "triangular": ("low", "centre", "high"), "normal": ("centre", "spread"),
    "lognormal": ("centre", "spread"),
}


def scenario_values(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A path has one new value or factor; a row without a path has neither."""
    table = table_of(tables, "scenarios")
    path = np.array([text != "" for text in texts(table, "path")], dtype=bool)
    value = np.array([text != "" for text in texts(table, "value")], dtype=bool)
    factor = ~np.isnan(number_column(table, "multiply"))
    yield from on_rows(
        table, path & ~value & ~factor, rule="needed cell", column="value", seen="blank",
        expected="a value, or a factor in multiply", do="Fill in one of the two.")
    yield from on_rows(
        table, value & factor, rule="two values", column="multiply",
        seen="a value and a factor", expected="one of the two", do="Delete one of them.")
    yield from on_rows(
        table, ~path & (value | factor), rule="needed cell", column="path", seen="blank",
        expected="what the value is for, such as works.diesel_kgco2e_per_l",
        do="Write the path, or delete the value: a row without a path changes nothing.")


def scenario_paths(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Every path names something that can be set to the value."""
    table = table_of(tables, "scenarios")
    for row in range(len(table)):
        text = override_of(table, row)
        if text:
            yield from _fault(settings, tables, table, row, text)


def probabilities(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Cases have one probability each, all or none of them, adding up to 1."""
    table = table_of(tables, "scenarios")
    given = number_column(table, "probability")
    known: dict[str, float] = {}
    for case, rows in table.rows_of_text("case").items():
        values = {float(given[row]) for row in rows if not np.isnan(given[row])}
        if len(values) > 1:
            yield from on_rows(
                table, rows[:1], rule="two probabilities", column="probability",
                seen=f"`{case}` with {', '.join(f'{value:g}' for value in sorted(values))}",
                expected="one probability a case", do="Keep one; it may stand on any of its rows.")
        known[case] = min(values) if values else math.nan
    missing = [case for case, value in known.items() if math.isnan(value)]
    if missing and len(missing) < len(known):
        yield from on_rows(
            table, [texts(table, "case").index(missing[0])], rule="needed cell",
            column="probability", seen=f"`{missing[0]}` without one, others with",
            expected="a probability for every case, or for none",
            do="Fill it in, or delete them all: then every case is equally likely.")
    elif known and not missing and abs(sum(known.values()) - 1.0) > ROUNDING:
        yield from on_rows(
            table, [0], rule="probabilities", column="probability",
            seen=f"together {sum(known.values()):g}", expected="1 over all cases",
            do="Correct them; one on each case is enough.")


def uncertain_figures(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Every distribution has the figures it needs, in the order that makes sense."""
    table = table_of(tables, "uncertainty")
    for row in range(len(table)):
        number = uncertain_row(table, row)
        missing = [name for name in NEEDED.get(number.distribution, ())
                   if math.isnan(getattr(number, name))]
        for name in missing:
            yield from on_rows(
                table, [row], rule="needed cell", column=name, seen="blank",
                expected=f"a number, needed by {number.distribution}", do="Fill it in.")
        if not missing:
            yield from _order_faults(table, row, number)


def _order_faults(table: Table, row: int, number: Uncertain) -> Iterator[Finding]:
    """Figures that contradict each other, or the distribution."""
    low, high, centre = number.low, number.high, number.centre
    logarithmic = number.distribution in ("loguniform", "lognormal")
    faults = (
        (low >= high, "high", f"low {low:g}, high {high:g}", "low below high"),
        (centre < low or centre > high, "centre", f"{centre:g} outside {low:g} to {high:g}",
         "a centre from low to high"),
        (logarithmic and (low <= 0.0 or centre <= 0.0), "low" if low <= 0.0 else "centre",
         f"{low if low <= 0.0 else centre:g}", "a number above 0, of which logarithms exist"),
        (number.distribution == "lognormal" and number.spread <= 1.0, "spread",
         f"{number.spread:g}", "a factor above 1: two thirds of all values lie within it"),
    )
    for wrong, column, seen, expected in faults:
        if wrong:
            yield from on_rows(table, [row], rule="figures of a distribution", column=column,
                               seen=seen, expected=expected, do="Correct the figures.")


def uncertain_paths(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Every path names a number that may take the figures given."""
    table = table_of(tables, "uncertainty")
    for row in range(len(table)):
        number = uncertain_row(table, row)
        figures = (number.low, number.high, number.centre)
        for value in dict.fromkeys(value for value in figures if not math.isnan(value)):
            found = list(_fault(settings, tables, table, row, number.override(value)))
            yield from found
            if found:
                break


def _fault(
    settings: Settings, tables: Tables, table: Table, row: int, text: str
) -> Iterator[Finding]:
    """Finding about an override that cannot be applied."""
    try:
        assignment = parse_assignment(text)
        if assignment.path.where in NOT_CHANGED:
            rule, where = "nothing depends on it", assignment.path.where
            raise PathFault(rule, f"`{where}`", "a number of the instance itself",
                            "Name another path.")
        apply_one(settings, dict(tables), assignment)
    except (PathFault, CellFault) as fault:
        yield from on_rows(
            table, [row], rule=fault.rule, column="path", seen=getattr(fault, "seen", f"`{text}`"),
            expected=fault.expected, do=fault.do)


CHECKS = (scenario_values, scenario_paths, probabilities, uncertain_figures, uncertain_paths)
