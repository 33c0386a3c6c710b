"""A result folder -> one Excel workbook: summary, plan, limits, parcels, carbon, stocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.result_files import ResultFiles, read_result
from optimizer.instance.schema import PLANS
from optimizer.instance.workbook.draft import ColumnDraft, SheetDraft
from optimizer.instance.workbook.write_book import write_book
from optimizer.report.folder import OutputRefused
from optimizer.report.output_file import OutputColumn
from optimizer.report.output_schema import BY_NAME
from optimizer.report.workbook_cells import flat, number, text
from optimizer.report.workbook_words import ENGLISH, BookWords, chinese_words
from optimizer.report.written import KEY

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.report.export_words import Language

#: Units that say which other column or key has the unit.
_ELSEWHERE = frozenset({"row", "value_unit", "attribute"})
_OBJECTIVE = "objective_unit"

#: Endings of headers that say the unit.
_ENDINGS: Mapping[str, str] = {"ha": "_ha", "m3": "_m3", "t CO2e": "tco2e", "km": "_km"}


def write_results_workbook(
    out: str | Path, path: str | Path, *, language: Language = "en", overwrite: bool = False
) -> Path:
    """Write what a result folder holds as one workbook, units in the headers.

    The sheet of the plan is read wherever a plan is asked for, in either language. In Chinese a
    further sheet says what the names of uses and methods mean.

    Parameters
    ----------
    out
        Result folder of `solve`.
    path
        The file, ending in `.xlsx`.
    language
        Of sheets, headers and meanings: `en` or `zh`.
    overwrite
        Whether a file there may be replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OutputRefused
        If there is a file already that may not be replaced.
    InstanceRefused
        If a file of the result is missing, openpyxl is not installed, or a table does not fit
        into a sheet.
    """
    out, path = Path(out), Path(path)
    if path.exists() and not overwrite:
        message = f"{path} exists. Choose another file, or replace it with --overwrite."
        raise OutputRefused(message)
    result = read_result(out)
    words = ENGLISH if language == "en" else chinese_words(out / "instance")
    write_book(path, list(_sheets(result, words)))
    return path


def _sheets(result: ResultFiles, words: BookWords) -> Iterator[SheetDraft]:
    """Sheets in the order in which a planner reads them."""
    unit = str(result.summary.get("objective_unit") or "")
    proven = result.summary.get("status") != "stopped"
    yield _summary(result.summary, unit, words)
    yield _table("plan" if proven else "incumbent", "plan", result.plan, unit, words)
    for name in ("limits", "parcels", "carbon"):
        if name in result.tables:
            yield _table(name, name, result.tables[name], unit, words)
    yield _table("stocks", "stocks", result.stocks, unit, words)
    if words.names is not None:
        yield words.names


def _summary(
    summary: Mapping[str, Any], objective_unit: str, words: BookWords
) -> SheetDraft:
    """Keys, values, units and meanings of `summary.json`, nested keys one a row."""
    declared = {column.name: column for column in BY_NAME["summary.json"].columns}
    rows = []
    for key, value in summary.items():
        if key == KEY:  # hashes of files, for the program alone
            continue
        column = declared.get(key, OutputColumn(key, ""))
        unit = words.unit(column.unit.replace(_OBJECTIVE, objective_unit))
        # What the key means is said once, beside the first of its rows.
        for first, (place, one) in enumerate(flat(key, value)):
            rows.append((words.item(place), place, words.summary_cell(place, one), unit,
                         words.meaning("summary.json", column) if first == 0 else ""))
    items, keys, values, units, meanings = zip(*rows, strict=True)
    item, key, value, unit, meaning = words.summary_headers
    named = () if item is None else (ColumnDraft(item, items, width=34),)
    return SheetDraft(words.title("summary"), (
        *named, ColumnDraft(key, keys, width=34), ColumnDraft(value, values, width=30),
        ColumnDraft(unit, units, width=16), ColumnDraft(meaning, meanings, width=70),
    ), wrapped=True)


def _table(
    title: str, name: str, table: pd.DataFrame, objective_unit: str, words: BookWords
) -> SheetDraft:
    """Draft the sheet of a table of the result."""
    file = f"{name}.csv"
    declared = {column.name: column for column in BY_NAME[file].columns}
    return SheetDraft(words.title(title), tuple(
        _column(file, declared.get(str(header), OutputColumn(str(header), "")),
                table[header].tolist(), objective_unit, words)
        for header in table.columns))


def _column(
    file: str, column: OutputColumn, cells: Sequence[Any], objective_unit: str, words: BookWords
) -> ColumnDraft:
    """Draft one column; what has a unit is a number, and so are years."""
    stated = column.unit.replace(_OBJECTIVE, objective_unit)
    unit = words.unit(stated)
    label = words.header(file, column)
    # Headers that end with the unit, in English or as tables have it in Chinese, say it already.
    told = column.name.endswith(_ENDINGS.get(stated, " ")) and (
        label == column.name or label == PLANS.by_name["area_ha"].label_zh)
    header = f"{label} [{unit}]" if unit and stated not in _ELSEWHERE and not told else label
    note = words.meaning(file, column)
    if unit and stated not in _ELSEWHERE:
        note += words.unit_note.format(unit=unit)
    if column.unit:
        return ColumnDraft(header, [number(cell) for cell in cells], note)
    if column.name == "period":
        return ColumnDraft(header, [int(cell) if str(cell).isdigit() else text(cell)
                                    for cell in cells], note)
    return ColumnDraft(header, [words.name(file, column.name, text(cell)) for cell in cells], note,
                       as_text=True)
