"""Coefficient libraries: find one, read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.instance.findings import Finding
from optimizer.instance.locations import models_folder, shipped_libraries
from optimizer.instance.nearest import advice, listed
from optimizer.instance.reader import missing_findings, read_table, table_path
from optimizer.instance.schema import LIBRARY_KEYS, LIBRARY_TABLES, TABLES, WORKS_KEYS
from optimizer.instance.table import Table
from optimizer.instance.toml_text import read_keys, read_toml

FILE = "library.toml"


@dataclass(frozen=True)
class Library:
    """Coefficients of a region.

    Parameters
    ----------
    name, version
        Stored with every answer.
    works
        Works factors by key.
    tables
        Its tables, by name.
    """

    name: str
    version: str
    works: Mapping[str, float]
    tables: Mapping[str, Table]

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


def locate_library(text: str, folder: Path | None) -> Path | Finding:
    """Folder of a library: a path relative to the instance, or the name of a shipped one."""
    shipped = shipped_libraries()
    candidates = [folder / text] if folder is not None else []
    candidates += [shipped[text]] if text in shipped else []
    candidates.append(models_folder().parent / text)
    for candidate in candidates:
        if (candidate / FILE).is_file():
            return candidate
    return Finding("instance.toml", "unknown library", f"`{text}`",
                   f"one of {listed(shipped)}, or a folder with {FILE}",
                   advice(Path(text).name, shipped, "Check the path."), column="instance.library")


def read_library(folder: Path) -> tuple[Library | None, list[Finding]]:
    """Read a library; None (and findings) where it cannot be used."""
    text = read_toml(folder / FILE)
    about = read_keys(text, "library", text.data.get("library", {}), LIBRARY_KEYS)
    works = read_keys(text, "works", text.data.get("works", {}), WORKS_KEYS)
    for section in text.data:
        if section not in ("library", "works"):
            text.fault(section, "", "unknown section", f"`{section}`", "[library] and [works]",
                       "Remove the section.")
    tables, found = _tables(folder)
    findings = [replace(f, file=f"{folder.name}/{f.file}") for f in (*text.findings, *found)]
    if any(finding.severity == "error" for finding in findings):
        return None, findings
    return Library(about["name"], about["version"], works, tables), findings


def _tables(folder: Path) -> tuple[dict[str, Table], list[Finding]]:
    """Tables of a library and everything wrong with them."""
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for name in LIBRARY_TABLES:
        path = table_path(folder, name)
        if isinstance(path, Finding):
            findings.append(path)
        elif path is not None:
            read = read_table(path, TABLES[name])
            findings += read.findings
            if read.table is not None:
                tables[name] = read.table
                findings += missing_findings(read.table, TABLES[name])
    return tables, findings
