"""A workbook -> settings and tables, as an instance folder gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from optimizer.instance.cells import normal
from optimizer.instance.findings import Finding
from optimizer.instance.locations import MANIFEST
from optimizer.instance.manifest import Manifest, manifest_of
from optimizer.instance.nearest import advice, listed
from optimizer.instance.reader import ReadTable, typed_table
from optimizer.instance.schema import PLANS, TABLES, TableSpec
from optimizer.instance.workbook.book import Sheet, open_book
from optimizer.instance.workbook.settings_sheet import TITLES, read_settings
from optimizer.instance.workbook.sheet_table import raw_sheet, sheet_label

#: Sheets that are for people; whatever stands there is left alone.
NOTES = frozenset({"note", "notes", "readme", "备注", "说明"})

#: Names of the sheet that holds a plan.
PLAN_TITLES = ("plan", PLANS.name, PLANS.label_zh, "incumbent", "未证明方案")


@dataclass
class BookFiles:
    """What a workbook holds.

    Parameters
    ----------
    manifest
        Settings, and findings about their sheet.
    tables
        Name -> table as read.
    findings
        Findings about the workbook as a whole.
    """

    manifest: Manifest
    tables: dict[str, ReadTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_book(path: Path) -> BookFiles:
    """Read settings and tables of a workbook; whatever is wrong becomes a finding."""
    sheets = open_book(path)
    if isinstance(sheets, Finding):
        return BookFiles(Manifest(None, []), findings=[sheets])
    found = _by_meaning(sheets, path.name)
    files = BookFiles(Manifest(None, []), findings=found.findings)
    if TITLES[0] not in found.sheets:
        files.findings.append(_missing(path.name, TITLES[0], "key and value of every setting"))
    else:
        files.manifest = manifest_of(read_settings(found.sheets[TITLES[0]], path.name))
    for name, spec in TABLES.items():
        if name in found.sheets:
            files.tables[name] = read_sheet(found.sheets[name], spec, path.name)
        elif spec.required:
            files.findings.append(_missing(path.name, name, spec.meaning))
    return files


def read_sheet(sheet: Sheet, spec: TableSpec, file: str) -> ReadTable:
    """Type one sheet as a table; its rows without content, however formatted, are not there."""
    return typed_table(raw_sheet(sheet, spec, file), spec)


def read_plan_book(path: Path) -> ReadTable:
    """Read the plan of a workbook: the sheet of that name, or the only one with content."""
    sheets = open_book(path)
    if isinstance(sheets, Finding):
        return ReadTable(None, [sheets], whole=False)
    filled = [sheet for sheet in sheets if sheet.rows and _plain(sheet.title) not in NOTES]
    named = [sheet for sheet in filled if _plain(sheet.title) in PLAN_TITLES]
    if len(named) == 1 or (not named and len(filled) == 1):
        return read_sheet((named or filled)[0], PLANS, path.name)
    titles = listed([sheet.title for sheet in filled]) if filled else "no sheet with content"
    finding = Finding(path.name, "no plan in the workbook", titles, "one sheet `plan`",
                      "Name the sheet with the plan `plan`.")
    return ReadTable(None, [finding], whole=False)


def retold(findings: Sequence[Finding], file: str) -> list[Finding]:
    """Findings that speak of `instance.toml` in the words of a workbook."""
    sheet = f"sheet {TITLES[0]}"
    return [
        replace(finding, file=finding.file.replace(MANIFEST, f"{file} {sheet}"),
                expected=finding.expected.replace(MANIFEST, sheet),
                do=finding.do.replace(MANIFEST, sheet))
        for finding in findings
    ]


@dataclass(frozen=True)
class _Found:
    """Sheets by what they are, and findings about the others."""

    sheets: Mapping[str, Sheet]
    findings: list[Finding]


def _by_meaning(sheets: Sequence[Sheet], file: str) -> _Found:
    """Which table each sheet is; sheets without content are left alone."""
    known = _known()
    found: dict[str, Sheet] = {}
    findings: list[Finding] = []
    for sheet in sheets:
        title = _plain(sheet.title)
        name = known.get(title)
        if name is None:
            if sheet.rows and title not in NOTES:
                findings.append(_unknown(sheet, file))
        elif name in found and found[name].rows and sheet.rows:
            findings.append(Finding(
                file, "two sheets for one table", f"`{found[name].title}` and `{sheet.title}`",
                "one of them", "Remove the one that is out of date."))
        elif sheet.rows or name not in found:
            found[name] = sheet
    # A sheet without content is as good as none.
    return _Found({name: sheet for name, sheet in found.items() if sheet.rows}, findings)


def _known() -> dict[str, str]:
    """Name of a sheet -> table (or `instance`), English and Chinese."""
    return {**{spec.name: spec.name for spec in TABLES.values()},
            **{spec.label_zh: spec.name for spec in TABLES.values()},
            **dict.fromkeys(TITLES, TITLES[0])}


def _plain(title: str) -> str:
    """Name of a sheet as names are compared: spreadsheets take no notice of capitals."""
    return normal(title).casefold()


def _unknown(sheet: Sheet, file: str) -> Finding:
    """Finding about a sheet that is no table."""
    label, names = sheet_label(file, sheet.title), sorted(_known())
    if _plain(sheet.title) in PLAN_TITLES:
        return Finding(label, "a plan in an instance", f"`{sheet.title}`", "tables of the format",
                       "Keep plans in a workbook of their own, and name it where a plan is asked "
                       "for.")
    return Finding(label, "unknown sheet", f"`{sheet.title}`", f"one of {listed(names, 40)}",
                   advice(_plain(sheet.title), names, "Rename it, remove it, or call it `note`."))


def _missing(file: str, title: str, meaning: str) -> Finding:
    """Finding about a sheet that every instance has."""
    return Finding(file, "missing sheet", f"no sheet `{title}`", meaning,
                   f"Add a sheet `{title}`.")
