"""The settings sheet <-> what `instance.toml` would hold: one row a key, with unit and meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.instance.cells import normal, plain_number
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.reader import column_spec, open_column
from optimizer.instance.schema import (
    INSTANCE_KEYS,
    LAYOUT_KEYS,
    OBJECTIVE_KEYS,
    TABLES,
    WORKS_KEYS,
    ColumnSpec,
)
from optimizer.instance.toml_text import TomlText
from optimizer.instance.workbook.book import CellValue, Odd, Sheet
from optimizer.instance.workbook.sheet_cells import hundredfold
from optimizer.instance.workbook.sheet_table import header_text, sheet_label

#: Names of the sheet; the first is the English one.
TITLES = ("instance", "设置")

#: Headers of the two columns that are read; unit and meaning beside them are for people.
KEY_HEADERS, VALUE_HEADERS = ("key", "键"), ("value", "值")

PERIODS = ColumnSpec("periods", "integer", "First year of a period; one row each.", "year")
SOURCES = ColumnSpec("sources", "text", "Where the data come from; one row each.")

#: Section -> keys, lists (one row an entry) behind the plain ones.
SECTIONS: Mapping[str, tuple[ColumnSpec, ...]] = {
    "instance": (*INSTANCE_KEYS, PERIODS, SOURCES), "objective": OBJECTIVE_KEYS,
    "works": WORKS_KEYS, "layout": LAYOUT_KEYS,
}
_LISTS = frozenset({"instance.periods", "instance.sources"})
_SEPARATORS = re.compile(r"[,;，；、\s]+")

#: What to do about faults that `instance.toml` would mend with signs of TOML.
_ADVICE = {
    "not a number": "Write digits with a decimal point; the unit stands beside them.",
    "not text": "Format the cell as text and type it anew.",
    "not a list of years": "Write one start year a row, each with the key `instance.periods`.",
}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One row of the sheet; a value of None leaves the cell blank."""

    key: str
    value: str | float | None
    spec: ColumnSpec


class SheetText(TomlText):
    """Settings from a sheet; its faults say what to do in the sheet."""

    def fault(self, section: str, key: str, rule: str, seen: str, expected: str, do: str) -> None:
        """Add a finding about a key; one whose cell was refused is not missing as well."""
        if rule == "missing key" and any(finding.column == f"{section}.{key}"
                                         for finding in self.findings):
            return
        if rule in ("missing key", "missing section"):
            do = f"Add a row with the key `{section}.{key or 'name'}`."
        super().fault(section, key, rule, seen, expected, _ADVICE.get(rule, do))


def setting_rows(data: Mapping[str, Any]) -> Iterator[SettingRow]:
    """Rows of settings that are nested as in `instance.toml`: every known key, blank or not.

    A key with several entries has as many rows; each entry of the objective begins with its
    account.
    """
    for section, specs in SECTIONS.items():
        given = data.get(section, {})
        for entry in given if isinstance(given, list) else [given]:
            for spec in specs:
                value = entry.get(spec.name)
                for one in value if isinstance(value, list) else [value]:
                    yield SettingRow(f"{section}.{spec.name}", one, spec)
    for table, columns in data.get("defaults", {}).items():
        for name, value in columns.items():
            spec = column_spec(name, TABLES[table]) or open_column(name)
            yield SettingRow(f"defaults.{table}.{name}", value, spec)


def read_settings(sheet: Sheet, file: str) -> TomlText:
    """Read the sheet into sections of keys, with the row each stands in.

    Parameters
    ----------
    sheet
        The settings sheet.
    file
        Name of the workbook, for messages.
    """
    text = SheetText(sheet_label(file, sheet.title))
    places = _places(sheet, text)
    if places is None:
        return text
    text.data = {"instance": {}}
    key_place, value_place = places
    for line in sorted(sheet.rows)[1:]:
        cells = sheet.rows[line]
        key = header_text(cells.get(key_place))
        if key:
            _take(text, line, key, cells.get(value_place))
        elif value_place in cells:
            text.findings.append(Finding(
                text.file, "value without a key", f"`{_shown(cells[value_place])}`",
                "a key beside every value", "Name the key, or clear the row.", row=line))
    return text


def _places(sheet: Sheet, text: TomlText) -> tuple[int, int] | None:
    """Columns of keys and values; None (and a finding) where the header has none."""
    top = sheet.rows[min(sheet.rows)] if sheet.rows else {}
    header = {header_text(cell): place for place, cell in top.items()}
    found = [next((header[name] for name in names if name in header), None)
             for names in (KEY_HEADERS, VALUE_HEADERS)]
    if found[0] is None or found[1] is None:
        text.findings.append(Finding(
            text.file, "missing column", f"headers {listed(header) if header else 'none'}",
            "columns `key` and `value` in the first row", "Name the two columns."))
        return None
    return found[0], found[1]


def _take(text: TomlText, line: int, key: str, cell: CellValue | None) -> None:
    """Book one row; a blank value means not given."""
    section, _, name = key.rpartition(".")
    spec = _spec(section, name)
    if spec is None:
        known = [f"{part}.{one.name}" for part, specs in SECTIONS.items() for one in specs]
        text.findings.append(Finding(
            text.file, "unknown key", f"`{key}`", "a key of `reclaim schema instance`, with its "
            "section: instance, objective, works, layout or defaults.TABLE",
            advice(key, [*known, *(one.partition(".")[2] for one in known)], "Remove the row."),
            row=line, column=key))
        return
    value = _value(text, line, key, spec, cell)
    if value is None:
        return
    text.lines[section, name] = line
    if section.startswith("defaults."):
        text.lines.setdefault((section, ""), line)
    if section == "objective":
        _book_objective(text.data.setdefault("objective", []), name, value)
    elif key in _LISTS:
        text.data["instance"].setdefault(name, []).extend(_entries(name, value))
    else:
        _book(text, section, name, value, line)


def _spec(section: str, name: str) -> ColumnSpec | None:
    """Declaration of a key; None where there is no such key."""
    if section.startswith("defaults."):
        table = section.removeprefix("defaults.")
        # Names of tables and columns are checked where those of `instance.toml` are.
        known = column_spec(name, TABLES[table]) if table in TABLES else None
        return known or open_column(name)
    return next((spec for spec in SECTIONS.get(section, ()) if spec.name == name), None)


def _book(text: TomlText, section: str, name: str, value: str | float, line: int) -> None:
    """Book a plain key; the second row of one is refused."""
    place = text.data
    for part in section.split("."):
        place = place.setdefault(part, {})
    if name in place:
        text.findings.append(Finding(
            text.file, "duplicate key", f"`{section}.{name}` again", "every key once",
            "Remove a row.", row=line, column=f"{section}.{name}"))
    place[name] = value


def _book_objective(entries: list[dict[str, Any]], name: str, value: str | float) -> None:
    """Book a key of the objective: the account, or a key that is there already, begins an entry."""
    if not entries or name == "account" or name in entries[-1]:
        entries.append({})
    entries[-1][name] = value


def _entries(name: str, value: str | float) -> list[str | float]:
    """Entries of a list key in one row; years may stand side by side."""
    if name == "sources" or not isinstance(value, str):
        return [str(value)] if name == "sources" else [value]
    return [float(part) if part.isdigit() else part
            for part in _SEPARATORS.split(normal(value)) if part]


def _value(
    text: TomlText, line: int, key: str, spec: ColumnSpec, cell: CellValue | None
) -> str | float | None:
    """Value of a cell as TOML would have it; None where it is blank or odd."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Odd):
        if cell.kind == "percent" and spec.numeric and (spec.unit == "1" or "_pct" in key):
            return hundredfold(cell.number) if "_pct" in key else cell.number
        text.findings.append(Finding(
            text.file, "odd cell", f"`{cell.shown}` ({cell.kind})", spec.meaning,
            "Write plain text or a plain number.", row=line, column=key))
        return None
    if not spec.numeric:
        return cell if isinstance(cell, str) else plain_number(cell)
    return _as_number(cell)


def _as_number(cell: str | float) -> str | float:
    """A number that was stored as text as the number; other text as it is, for the checks."""
    if isinstance(cell, str):
        try:
            return float(normal(cell))
        except ValueError:
            return cell
    return cell


def _shown(cell: CellValue) -> str:
    """A cell in a message."""
    return cell.shown if isinstance(cell, Odd) else str(cell)
