"""Settings and tables of an instance -> drafts of sheets, with notes and lists to choose from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.instance.cells import YEAR_COLUMNS
from optimizer.instance.names import BUILT_IN_UNITS
from optimizer.instance.outlines import outlines_path
from optimizer.instance.record import Instance
from optimizer.instance.schema import TABLES, ColumnSpec, TableSpec
from optimizer.instance.table import Table
from optimizer.instance.template import template_of
from optimizer.instance.workbook.draft import ColumnDraft, DraftCell, SheetDraft
from optimizer.instance.workbook.settings_sheet import setting_rows
from optimizer.instance.workbook.words import (
    HOW_TO,
    NOTE_TITLES,
    SETTINGS_HEADERS,
    YES_NO,
    Language,
    header_of,
    meaning_of,
    note_of,
    settings_title,
    sheet_title,
    unit_of,
)
from optimizer.instance.workbook.write_book import write_book
from optimizer.instance.write import manifest_text

#: Column -> table and column whose names it holds.
_NAMES_FROM = {
    "parcel": ("parcels", "parcel"), "parcel_a": ("parcels", "parcel"),
    "parcel_b": ("parcels", "parcel"), "use": ("uses", "use"),
    "use_a": ("uses", "use"), "use_b": ("uses", "use"), "source": ("sources", "source"),
    "curve_soil": ("curves", "curve"), "curve_biomass": ("curves", "curve"),
}

#: Tables whose cells may also hold `a|b` and `*`, or names of a library: lists only offer there.
_FREE = frozenset({"limits", "provenance"})


def write_workbook(
    instance: Instance, path: str | Path, language: Language = "en"
) -> None:
    """Write an instance as one workbook: resolved, so that it needs no library to be read.

    Outlines are written beside it, under its name with `.geojson`.

    Parameters
    ----------
    instance
        What to write.
    path
        The file, ending in `.xlsx`; replaced where it exists.
    language
        `en` or `zh`: names of sheets, headers and notes.

    Raises
    ------
    InstanceRefused
        If openpyxl is not installed, or a table does not fit into a sheet.
    """
    path = Path(path)
    data = tomllib.loads(manifest_text(instance.settings))
    sheets = [settings_sheet(data, language)]
    titles = {name: list(table.columns) for name, table in instance.tables.items()}
    sheets += [table_sheet(table, titles, language) for table in instance.tables.values()]
    write_book(path, sheets)
    there = None if instance.folder is None else outlines_path(instance.folder)
    if there is not None and there.is_file() and there.resolve() != outlines_path(path).resolve():
        outlines_path(path).write_bytes(there.read_bytes())


def init_workbook(path: str | Path, region: str, language: Language = "en") -> Path:
    """Write a new instance to fill in that inherits a shipped library; it solves as it stands.

    Raises
    ------
    InstanceRefused
        If the region is unknown, its library cannot be read, or openpyxl is not installed.
    """
    path = Path(path)
    template = template_of(path.stem, region)
    sheets = [settings_sheet(tomllib.loads(template.manifest), language)]
    for name, header in template.headers.items():
        rows = template.rows[name]
        cells = {column: [row.get(column) for row in rows] for column in header}
        sheets.append(_sheet(TABLES[name], cells, template.headers, language))
    sheets.append(_how_to(path.name, region, language))
    write_book(path, sheets)
    return path


def settings_sheet(data: Mapping[str, Any], language: Language) -> SheetDraft:
    """Draft the settings sheet of settings that are nested as in `instance.toml`."""
    rows = [row for row in setting_rows(data)
            if row.value is not None or row.spec.name != "library_version"]
    header = SETTINGS_HEADERS[language]
    meanings = [meaning_of(row.key.rpartition(".")[0], row.spec, language) for row in rows]
    return SheetDraft(settings_title(language), (
        ColumnDraft(header[0], [row.key for row in rows], width=36),
        ColumnDraft(header[1], [row.value for row in rows], width=44),
        ColumnDraft(header[2], [unit_of(row.spec, language) for row in rows], width=14),
        ColumnDraft(header[3], [meaning + _choices(row.spec) for meaning, row
                                in zip(meanings, rows, strict=True)], width=70),
    ), wrapped=True)


def _choices(spec: ColumnSpec) -> str:
    """The words a key may hold, where it has such."""
    return f" ({' | '.join(spec.choices)})" if spec.choices else ""


def table_sheet(
    table: Table, headers: Mapping[str, Sequence[str]], language: Language
) -> SheetDraft:
    """Draft the sheet of a table.

    Parameters
    ----------
    table
        What to write.
    headers
        Table -> columns, of every sheet of the workbook: lists refer to them.
    language
        Language of headers and notes.
    """
    spec = TABLES[table.name]
    cells = {name: _table_cells(spec.by_name.get(name), values, language)
             for name, values in table.columns.items()}
    return _sheet(spec, cells, headers, language)


def _table_cells(
    spec: ColumnSpec | None, values: np.ndarray[Any, Any], language: Language
) -> list[DraftCell]:
    """Cells of a typed column; blanks are None, flags words."""
    if values.dtype == object:
        return [str(value) or None for value in values]
    if spec is not None and spec.kind == "flag":
        yes, no = YES_NO[language]
        return [None if np.isnan(value) else yes if value > 0.5 else no for value in values]
    return [None if np.isnan(value) else float(value) for value in values]


def _sheet(
    spec: TableSpec, cells: Mapping[str, Sequence[Any]], headers: Mapping[str, Sequence[str]],
    language: Language,
) -> SheetDraft:
    """Draft a sheet from cells by column."""
    columns = tuple(_column(spec, name, values, headers, language)
                    for name, values in cells.items())
    return SheetDraft(sheet_title(spec, language), columns)


def _column(
    spec: TableSpec, name: str, cells: Sequence[Any], headers: Mapping[str, Sequence[str]],
    language: Language,
) -> ColumnDraft:
    """Draft one column."""
    declared = spec.by_name.get(name)
    text = declared is not None and declared.kind == "text"
    if name in YEAR_COLUMNS:
        # Years are easier to work with as numbers; they are read as the names they are.
        cells = [int(cell) if isinstance(cell, str) and cell.isdigit() else cell for cell in cells]
    choices, chosen_from = _offered(spec, name, headers, language)
    return ColumnDraft(
        header_of(spec, name, language), cells, note_of(spec, name, language),
        as_text=text and name not in YEAR_COLUMNS,
        choices=choices, chosen_from=chosen_from,
        strict=bool(declared and declared.kind in ("choice", "flag"))
        or (chosen_from is not None and spec.name not in _FREE and name != "source"
            and not name.startswith("curve")),
        required=bool(declared and declared.required == "always"))


def _offered(
    spec: TableSpec, name: str, headers: Mapping[str, Sequence[str]], language: Language
) -> tuple[tuple[str, ...], tuple[str, int] | None]:
    """Words, or the sheet and column whose names may be chosen."""
    declared = spec.by_name.get(name)
    if declared is None:
        return (), None
    if declared.kind == "flag":
        return YES_NO[language], None
    if declared.choices:
        return declared.choices, None
    if spec.name == "limits" and name == "account":
        return tuple(BUILT_IN_UNITS), None
    table, column = _NAMES_FROM.get(name, ("", ""))
    if table in ("", spec.name) or spec.name == "provenance" or column not in headers.get(table,
                                                                                          ()):
        return (), None
    return (), (sheet_title(TABLES[table], language), list(headers[table]).index(column) + 1)


def _how_to(file: str, region: str, language: Language) -> SheetDraft:
    """A last sheet that says how to go on."""
    lines = [line.format(region=region, file=file) for line in HOW_TO[language]]
    return SheetDraft(NOTE_TITLES[language], (
        ColumnDraft(NOTE_TITLES[language], lines, width=100),), wrapped=True)
