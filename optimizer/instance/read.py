"""An instance folder (or tables in memory) -> one checked `Instance`, or all that is wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from optimizer.instance.checks import check_instance
from optimizer.instance.convert import in_hectares_and_percent
from optimizer.instance.findings import Finding, InstanceRefused, errors_of, warnings_of
from optimizer.instance.folder import stray_findings
from optimizer.instance.inherit import completed
from optimizer.instance.library import Library, locate_library, read_library
from optimizer.instance.locations import locate_instance
from optimizer.instance.manifest import Manifest, read_manifest
from optimizer.instance.outlines import layer_findings, outline_findings
from optimizer.instance.path_grammar import Overrides, library_override, texts_of
from optimizer.instance.paths import apply_overrides
from optimizer.instance.raw import raw_of
from optimizer.instance.reader import (
    ReadTable,
    missing_findings,
    read_table,
    table_path,
    typed_table,
)
from optimizer.instance.record import Instance
from optimizer.instance.schema import TABLES, TableSpec
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table
from optimizer.instance.workbook.book import is_workbook


@dataclass
class _Files:
    """Tables of a folder as they were read; `whole` unless a table or row could not be."""

    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    whole: bool = True


def read_instance(
    path: str | Path, overrides: Overrides = (), seconds: dict[str, float] | None = None
) -> Instance:
    """Read, complete and check an instance.

    Parameters
    ----------
    path
        An instance folder, an Excel workbook, or the name of a shipped instance.
    overrides
        Texts `PATH=VALUE` or `PATH*=VALUE` (or a mapping of path -> value), applied after library
        values and defaults were filled in.
    seconds
        Filled with the time of the phases `read` and `check`, if given.

    Returns
    -------
    Instance
        Checked; `warnings` holds the findings that do not refuse it.

    Raises
    ------
    InstanceRefused
        With everything that is wrong, all at once.
    """
    clock = _Clock({} if seconds is None else seconds)
    folder = locate_instance(path)
    if isinstance(folder, Finding):
        raise InstanceRefused(str(path), [folder])
    texts = texts_of(overrides)
    manifest, files = _gathered(folder)
    findings = [*manifest.findings, *files.findings]
    settings, library = manifest.settings, None
    if settings is not None:
        settings = _with_library_override(settings, texts)
        library, found = _library(settings, folder)
        findings += found
    incomplete = settings is None or (settings.library and library is None)
    if settings is None or incomplete or not files.whole:
        if not incomplete and library is None:
            findings = _with_missing(findings, files.tables)
        raise InstanceRefused(str(path), _told(findings, folder))
    settings, tables = completed(settings, files.tables, library)
    findings += outline_findings(folder, tables["parcels"].text("parcel"))
    findings += layer_findings(folder, tables["parcels"], settings.crs)
    clock.ended("read")
    instance = _checked(str(path), settings, tables, texts, findings, folder)
    clock.ended("check")
    return instance


class _Clock:
    """Time of phases, one after the other."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._started = time.perf_counter()

    def ended(self, phase: str) -> None:
        """Book the time since the last phase ended."""
        now = time.perf_counter()
        self._seconds[phase] = now - self._started
        self._started = now


def with_overrides(instance: Instance, overrides: Overrides) -> Instance:
    """Return a checked copy of an instance with overrides applied.

    Raises
    ------
    InstanceRefused
        If an override cannot be applied or the result fails the checks.
    """
    return _checked(instance.name, instance.settings, dict(instance.tables), texts_of(overrides),
                    [], instance.folder)


def instance_from_tables(settings: Settings, tables: Mapping[str, Table]) -> Instance:
    """Check settings and typed tables made in memory and return them as an instance.

    A library that the settings name is inherited, unless `library_version` says it was already.

    Raises
    ------
    InstanceRefused
        If anything is wrong with them.
    """
    resolved = bool(settings.library_version)
    library, findings = (None, []) if resolved else _library(settings, None)
    files = _Files(findings=findings)
    for name, table in tables.items():
        _add(files, typed_table(raw_of(table), TABLES[name]), TABLES[name])
    files.findings += [_no_table(name) for name in _required() if name not in files.tables]
    if errors_of(files.findings):
        raise InstanceRefused(settings.name, files.findings)
    settings, done = completed(settings, files.tables, library)
    return _checked(settings.name, settings, done, (), files.findings, None)


def _gathered(place: Path) -> tuple[Manifest, _Files]:
    """Settings and tables of a folder or a workbook."""
    if not is_workbook(place):
        return read_manifest(place), _read_files(place)
    from optimizer.instance.workbook.read import read_book

    book, files = read_book(place), _Files()
    for name, table in book.tables.items():
        _add(files, table, TABLES[name])
    files.findings += book.findings
    files.whole &= not errors_of(book.findings)
    return book.manifest, files


def _told(findings: list[Finding], place: Path | None) -> list[Finding]:
    """Findings in the words of the place that was read: a workbook has no instance.toml."""
    if place is None or not is_workbook(place):
        return findings
    from optimizer.instance.workbook.read import retold

    return retold(findings, place.name)


def _read_files(folder: Path) -> _Files:
    """Read every table of a folder."""
    files, found = _Files(), []
    for name, spec in TABLES.items():
        path = table_path(folder, name)
        if path is not None:
            found.append(name)
        if isinstance(path, Finding):
            files.findings.append(path)
            files.whole = False
        elif path is not None:
            _add(files, read_table(path, spec), spec)
    files.findings += stray_findings(folder, found)
    files.findings += [_no_table(name) for name in _required() if name not in found]
    files.whole &= all(name in files.tables for name in _required())
    return files


def _required() -> list[str]:
    """Tables every instance has."""
    return [name for name, spec in TABLES.items() if spec.required]


def _add(files: _Files, read: ReadTable, spec: TableSpec) -> None:
    """Add one table to the collection, in hectares and percent."""
    files.findings += read.findings
    files.whole &= read.whole
    if read.table is None:
        return
    table = read.table
    if spec.name == "parcels":
        table, found = in_hectares_and_percent(table)
        files.findings += found
    files.tables[spec.name] = table


def _no_table(name: str) -> Finding:
    """Finding about a required table that is not there."""
    return Finding(f"{name}.csv", "missing file", "no such file", TABLES[name].meaning,
                   f"Add {name}.csv (or {name}.parquet) to the folder.")


def _with_library_override(settings: Settings, texts: tuple[str, ...]) -> Settings:
    """Take the library from the overrides, where they name one."""
    named = library_override(texts)
    return settings if named is None else replace(settings, library=named)


def _library(settings: Settings, folder: Path | None) -> tuple[Library | None, list[Finding]]:
    """The library the settings name, if they name one."""
    if not settings.library:
        return None, []
    beside = folder.parent if folder is not None and is_workbook(folder) else folder
    place = locate_library(settings.library, beside)
    if isinstance(place, Finding):
        return None, [place]
    library, findings = read_library(place)
    if library is not None and settings.library_version not in ("", library.label):
        findings.append(_other_version(settings.library_version, library.label))
    return library, findings


def _other_version(stated: str, used: str) -> Finding:
    """Warning that the library is not of the version the instance states."""
    return Finding("instance.toml", "another version of the library", f"`{stated}`", f"`{used}`",
                   "The values of the version here are used.", column="instance.library_version",
                   severity="warning")


def _checked(
    name: str, settings: Settings, tables: dict[str, Table], overrides: tuple[str, ...],
    findings: list[Finding], folder: Path | None,
) -> Instance:
    """Apply overrides, check everything, and return the instance or refuse it."""
    settings, tables, found = apply_overrides(settings, tables, overrides)
    findings = _with_missing([*findings, *found], tables)
    findings = _told(_joined(findings, check_instance(settings, tables)), folder)
    if errors_of(findings):
        raise InstanceRefused(name, findings)
    return Instance(settings, tables, warnings_of(findings), folder)


def _with_missing(findings: list[Finding], tables: Mapping[str, Table]) -> list[Finding]:
    """Add findings about cells that must always be filled in."""
    for table in tables.values():
        findings = _joined(findings, missing_findings(table, TABLES[table.name]))
    return findings


def _joined(findings: list[Finding], further: list[Finding]) -> list[Finding]:
    """Add findings, except those on a cell or column that has an error already.

    A cell that cannot be read counts as blank; that it is blank would be said a second time.
    """
    places = {_place(finding) for finding in errors_of(findings)} - {("", None, "")}
    return findings + [finding for finding in further if _place(finding) not in places]


def _place(finding: Finding) -> tuple[str, int | None, str]:
    """File, row and column of a finding; nothing where it is about a file as a whole."""
    if finding.row is None and not finding.column:
        return "", None, ""
    return finding.file, finding.row, finding.column
