"""Overrides: paths with values, applied to settings and tables (`path_grammar` reads them).

Nothing is changed in place: settings and tables come back as new ones.
"""

# ruff: noqa: EM101 - the first argument is the short name of a rule, not a message
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.cells import CellFault, all_in_range, parse_cell, plain_number
from optimizer.instance.convert import CONVERTED
from optimizer.instance.fill import blank_column
from optimizer.instance.findings import Finding
from optimizer.instance.manifest import period_faults
from optimizer.instance.nearest import advice, listed
from optimizer.instance.path_grammar import (
    Assignment,
    PathFault,
    ValuePath,
    parse_assignment,
)
from optimizer.instance.provenance import with_override_row
from optimizer.instance.reader import column_spec, known_columns
from optimizer.instance.schema import (
    INSTANCE_KEYS,
    LAYOUT_KEYS,
    TABLES,
    WORKS_KEYS,
    ColumnSpec,
    TableSpec,
)
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table

#: Where overrides come from: Python, or the command line.
FILE = "override (--set)"
SECTIONS = ("instance", "works", "layout", "objective")
_WEIGHT = ColumnSpec("weight", "number", "Weight of the account in the objective.")
_FACTOR = ColumnSpec("factor", "number", "Number to multiply by.")


def apply_overrides(
    settings: Settings, tables: Mapping[str, Table], overrides: Iterable[str]
) -> tuple[Settings, dict[str, Table], list[Finding]]:
    """Apply overrides in order; one that cannot be applied is a finding and changes nothing."""
    done, findings = dict(tables), []
    for text in overrides:
        try:
            assignment = parse_assignment(text)
            settings, done = apply_one(settings, done, assignment)
            done = with_override_row(done, assignment.path.where, assignment.path.keys or (),
                                     assignment.path.column)
        except (PathFault, CellFault) as fault:
            seen = getattr(fault, "seen", f"`{text}`")
            findings.append(Finding(FILE, fault.rule, seen, fault.expected, fault.do, column=text))
        else:
            settings = replace(settings, overrides=(*settings.overrides, text))
    return settings, done, findings


def apply_one(
    settings: Settings, tables: dict[str, Table], assignment: Assignment
) -> tuple[Settings, dict[str, Table]]:
    """Apply one assignment and return new settings and tables.

    Raises
    ------
    PathFault, CellFault
        If a name is unknown, nothing is touched, or the value does not fit.
    """
    path = assignment.path
    if path.keys is None:
        return _set_section(settings, assignment), tables
    if path.where not in TABLES:
        if path.where in SECTIONS:
            expected = (f"{path.where}.KEY (for objective: the account, as in objective.net_sink, "
                        "which sets its weight)")
            rule = f"`{path.where}` is a section, not a table"
            raise PathFault(rule, f"`{path.where}[...]`", expected, "Write it so.")
        raise _unknown("table", path.where, TABLES)
    if path.where not in tables:
        raise PathFault("no such table", f"`{path.where}`", f"one of {listed(tables, 40)}",
                        "The instance has no such table; add it to the folder.")
    done = _set_cells(tables[path.where], TABLES[path.where], assignment)
    return settings, {**tables, path.where: done}


def _unknown(kind: str, name: str, known: Iterable[str]) -> PathFault:
    """Fault about a name that is not known, with the nearest that is."""
    names = list(known)
    return PathFault(f"unknown {kind}", f"`{name}`", f"one of {listed(names, 40)}",
                     advice(name, names, "Check the name."))


def _value(spec: ColumnSpec, assignment: Assignment, before: Any) -> Any:
    """The new value of a key or of cells, checked against its declaration."""
    if not assignment.multiplies:
        return parse_cell(spec, assignment.value)
    if not spec.numeric:
        raise PathFault("nothing to multiply", f"`{spec.name}` holds no numbers", "numbers",
                        "Use =.")
    factor = parse_cell(_FACTOR, assignment.value)
    if assignment.value == "":
        raise PathFault("blank value", "nothing after *=", "a number", "Write a number.")
    return before * factor


def _set_section(settings: Settings, assignment: Assignment) -> Settings:
    """Set or multiply a key of a section."""
    path = assignment.path
    if path.where == "objective":
        return _set_weight(settings, assignment)
    if path.where == "instance":
        return _set_instance(settings, assignment)
    keys = {"works": WORKS_KEYS, "layout": LAYOUT_KEYS}.get(path.where)
    if keys is None:
        raise _unknown("section", path.where, [*SECTIONS, *(f"{name}[...]" for name in TABLES)])
    spec = _key(keys, path.column)
    section: Mapping[str, float] = getattr(settings, path.where)
    value = _checked_value(spec, assignment, section.get(path.column))
    changed = {**section, path.column: value}
    return replace(settings, works=changed) if keys is WORKS_KEYS else replace(
        settings, layout=changed)


def _key(keys: Sequence[ColumnSpec], name: str) -> ColumnSpec:
    """Declaration of a key."""
    found = next((spec for spec in keys if spec.name == name), None)
    if found is None:
        raise _unknown("key", name, [spec.name for spec in keys])
    return found


def _checked_value(spec: ColumnSpec, assignment: Assignment, before: Any) -> Any:
    """The new value of a single key, neither blank nor out of range."""
    if assignment.multiplies and before is None:
        raise PathFault("nothing to multiply", f"`{spec.name}` has no value", "a value", "Use =.")
    value = _value(spec, assignment, before)
    if isinstance(value, float):
        value = parse_cell(spec, plain_number(value))
    if spec.numeric and np.isnan(value):
        raise PathFault("blank value", f"`{assignment.path.column}=`", spec.meaning,
                        "Write a number after =.")
    return int(value) if spec.kind == "integer" else value


def _set_weight(settings: Settings, assignment: Assignment) -> Settings:
    """Set or multiply the weight of an account in the objective."""
    accounts = [entry.account for entry in settings.objectives]
    if assignment.path.column not in accounts:
        raise _unknown("account of the objective", assignment.path.column, accounts)
    entries = [
        replace(entry, weight=_checked_value(_WEIGHT, assignment, entry.weight))
        if entry.account == assignment.path.column else entry
        for entry in settings.objectives
    ]
    return replace(settings, objectives=tuple(entries))


def _set_instance(settings: Settings, assignment: Assignment) -> Settings:
    """Set or multiply a key of [instance]."""
    name = assignment.path.column
    if name == "periods":
        raise PathFault("cannot be set", "`instance.periods`", "a key with one value",
                        "Change instance.toml: tables name the periods too.")
    spec = _key(INSTANCE_KEYS, name)
    if name == "library" and assignment.value != settings.library:
        raise PathFault("cannot be set any more", "`instance.library`",
                        "an instance whose library is not filled in yet",
                        "Give it when the folder is read.")
    value: Any
    if name == "crediting_years" and not assignment.multiplies and not assignment.value:
        value = None
    else:
        value = _checked_value(spec, assignment, getattr(settings, name))
    if spec.required == "always" and value == "":
        raise PathFault("blank value", f"`instance.{name}=`", spec.meaning, "Write a value.")
    changed = replace(settings, **{name: value})
    for fault in period_faults(changed):
        raise PathFault(*fault)
    return changed


def _set_cells(table: Table, spec: TableSpec, assignment: Assignment) -> Table:
    """Set or multiply the cells of a table that a path touches."""
    column = _column(table, spec, assignment.path.column)
    rows = matching_rows(table, spec, assignment.path)
    text = column.kind in ("text", "choice")
    values = table.columns.get(column.name, blank_column(len(table), text)).copy()
    if assignment.multiplies and column.numeric and np.all(np.isnan(values[rows])):
        raise PathFault("nothing to multiply", f"`{column.name}` is blank there", "numbers",
                        "Use =.")
    values[rows] = _value(column, assignment, values[rows])
    if assignment.multiplies and not all_in_range(column, values[rows]):
        for value in np.unique(values[rows]):
            parse_cell(column, plain_number(value))
    return table.with_columns(**{column.name: values})


def _column(table: Table, spec: TableSpec, name: str) -> ColumnSpec:
    """Declaration of the column a path names."""
    if name in CONVERTED and spec.name == "parcels":
        raise PathFault("converted at reading", f"`{name}`", f"`{CONVERTED[name][0]}`",
                        f"Set {CONVERTED[name][0]} instead.")
    if name in spec.keys:
        raise PathFault("key column", f"`{name}`", "a column that is no key",
                        "Keys cannot be set; change the table.")
    found = column_spec(name, spec)
    if found is None and spec.open_numbers and name in table:
        found = ColumnSpec(name, "number", "Attribute of the parcel.")
    if found is None:
        raise _unknown("column", name, dict.fromkeys([*known_columns(spec), *table.columns]))
    return found


def matching_rows(table: Table, spec: TableSpec, path: ValuePath) -> NDArray[np.int64]:
    """Rows of a table whose key a path names, in order.

    Optional keys at the end may be left out and then match everything.

    Raises
    ------
    PathFault
        If the number of keys is wrong, a key is unknown, or no row has these keys together.
    """
    keys, columns = path.keys or (), spec.keys
    least = sum(1 for column in spec.columns if column.key)
    if not least <= len(keys) <= len(columns):
        raise PathFault("wrong number of keys", f"{len(keys)} in `[{','.join(keys)}]`",
                        f"[{','.join(columns)}]", "Write one key for each, or * for all.")
    match = np.ones(len(table), dtype=bool)
    for key, name in zip(keys, columns, strict=False):
        if key == "*":
            continue
        values = np.array(table.key_text(name), dtype=object)
        same = values == key
        if not same.any():
            raise _unknown(name, key, dict.fromkeys(str(value) for value in values))
        match &= same
    if not match.any():
        raise PathFault("no such row", f"`{spec.name}[{','.join(keys)}]`", "keys of a row",
                        "These keys exist, but not together.")
    return np.flatnonzero(match)
