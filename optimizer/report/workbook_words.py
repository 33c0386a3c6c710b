"""Words of a results workbook: English as the output schema has them, or Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from optimizer.instance.workbook.draft import ColumnDraft, DraftCell, SheetDraft
from optimizer.report import workbook_zh as zh
from optimizer.report.output_file import OutputColumn

NO_WORDS: Mapping[str, str] = MappingProxyType({})
#: Columns of limits that hold units.
UNIT_COLUMNS = ("value_unit", "unit", "price_unit")


@dataclass(frozen=True)
class BookWords:
    """Words of a workbook; what is not listed stays as the files have it.

    Parameters
    ----------
    summary_headers
        Headers of the summary: item (None leaves the column out), key, value, unit, meaning.
    unit_note
        What a note says of the unit.
    titles, cells
        Sheet -> title; word of a cell -> word.
    columns
        File -> column or key -> header and meaning.
    use, method, term
        Name -> label.
    unit
        Unit -> how it is written.
    names
        Sheet that says what the names of uses and methods mean: plans keep them, to read back.
    """

    summary_headers: tuple[str | None, str, str, str, str] = (
        None, "key", "value", "unit", "meaning")
    unit_note: str = "\nUnit: {unit}"
    titles: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    cells: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    columns: Mapping[str, Mapping[str, tuple[str, str]]] = field(
        default_factory=lambda: MappingProxyType({}))
    use: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    method: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    term: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    unit: Callable[[str], str] = str
    names: SheetDraft | None = None

    def title(self, sheet: str) -> str:
        """Title of a sheet."""
        return self.titles.get(sheet, sheet)

    def header(self, file: str, column: OutputColumn) -> str:
        """Header of a column, without its unit."""
        return self._told(file, column)[0]

    def meaning(self, file: str, column: OutputColumn) -> str:
        """What a column or key means."""
        return self._told(file, column)[1]

    def _told(self, file: str, column: OutputColumn) -> tuple[str, str]:
        return self.columns.get(file, {}).get(column.name, (column.name, column.meaning))

    def item(self, place: str) -> str:
        """What a key of the summary is called, and the key inside of it."""
        key, point, inner = place.partition(".")
        stem, bracket, at = key.partition("[")
        label = self._told("summary.json", OutputColumn(stem, ""))[0]
        named = {"area_by_use": self.use, "carbon_terms": self.term,
                 "objective_terms": self.term}.get(stem, NO_WORDS)
        return f"{label}{bracket}{at}{point}{named.get(inner, inner)}"

    def summary_cell(self, key: str, cell: DraftCell) -> DraftCell:
        """A value of the summary."""
        if not isinstance(cell, str):
            return cell
        if key.endswith("unit"):
            return self.unit(cell)
        return self.cells.get(cell, cell) if key == "status" else cell

    def name(self, file: str, column: str, cell: str | None) -> str | None:
        """A name or word in a table; those of plans and limits stay, as people wrote them."""
        if cell is None:
            return None
        if file == "limits.csv":
            return self.unit(cell) if column in UNIT_COLUMNS else (
                self.cells.get(cell, cell) if column == "binding" else cell)
        if file not in ("parcels.csv", "carbon.csv"):
            return cell
        labels = {"use": self.use, "runner_up": self.use, "method": self.method,
                  "term": self.term}.get(column, NO_WORDS)
        return labels.get(cell, cell)


ENGLISH = BookWords()


def chinese_words(instance: Path) -> BookWords:
    """Chinese words of a result, with the labels of its instance.

    Parameters
    ----------
    instance
        The resolved instance inside the result.
    """
    from optimizer.instance.read import read_instance
    from optimizer.report.html.language import language_of

    tables = read_instance(instance).tables
    uses, methods = tables["uses"], tables["methods"]
    use = _labels(uses.text("use"), uses.text("label_zh"))
    pairs = dict(zip(zip(methods.text("use").tolist(), methods.text("method").tolist(),
                         strict=True), methods.text("label_zh").tolist(), strict=True))
    words = language_of("zh").words
    term = {key.removeprefix(kind): word for kind in ("account_", "term_")
            for key, word in words.items() if key.startswith(kind)}
    return BookWords(zh.SUMMARY_HEADERS, "\n单位：{unit}", zh.TITLES, zh.CELLS, zh.COLUMNS, use,
                     _agreed(pairs), term, zh.unit_in_chinese, _names(use, pairs))


def _labels(names: Iterable[Any], labels: Iterable[Any]) -> dict[str, str]:
    """Name -> label, where there is one."""
    return {str(name): str(label) for name, label in zip(names, labels, strict=True) if label}


def _agreed(pairs: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Method -> label, where all uses call it the same."""
    called: dict[str, set[str]] = {}
    for (_, method), label in pairs.items():
        called.setdefault(method, set()).add(label)
    return {method: label for method, labels in called.items() for label in labels
            if len(labels) == 1 and label}


def _names(use: Mapping[str, str], pairs: Mapping[tuple[str, str], str]) -> SheetDraft | None:
    """Sheet of names and labels; None where there are no labels."""
    rows = [*((zh.USE, name, label) for name, label in use.items()),
            *((f"{zh.METHOD}（{use.get(of, of)}）", name, label)
              for (of, name), label in pairs.items() if label)]
    if not rows:
        return None
    return SheetDraft(zh.TITLES["names"], tuple(
        ColumnDraft(header, cells, as_text=True) for header, cells in zip(
            zh.NAMES_HEADERS, zip(*rows, strict=True), strict=True)))
