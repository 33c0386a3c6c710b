"""Which files of an instance folder are tables, and which look like a table but are not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from optimizer.instance.findings import Finding
from optimizer.instance.nearest import nearest
from optimizer.instance.reader import SUFFIXES
from optimizer.instance.schema import TABLES

#: Tables of the format that nothing reads yet.
NOT_USED: tuple[str, ...] = ()

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_LIKE_TABLES = (*SUFFIXES, ".txt", ".tsv", *_WORKBOOKS)
_LAYERS = (".gpkg", ".shp")


def stray_findings(folder: Path, found: Iterable[str]) -> Iterator[Finding]:
    """Findings about files that look like a table of the instance but are not read as one.

    Parameters
    ----------
    folder
        The instance folder.
    found
        Names of the tables that were found.
    """
    tables = set(found)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            continue
        suffix, stem = path.suffix.lower(), path.stem
        if path.name in {name + ending for name in TABLES for ending in SUFFIXES}:
            continue
        if suffix in _LAYERS and stem.casefold() == "parcels":
            yield _layer(path.name, "parcels" in tables)
        elif suffix in _LIKE_TABLES:
            yield from _stray(path, tables)


def _layer(file: str, beside_table: bool) -> Finding:
    """Finding about a geometry layer of the parcels."""
    if beside_table:
        return _not_read(file, "a layer beside the parcels table")
    return Finding(file, "layers are not read yet", "a layer without a parcels table",
                   "parcels.csv or parcels.parquet",
                   "Export the attributes to parcels.csv and the outlines to parcels.geojson.")


def _not_read(file: str, seen: str) -> Finding:
    """Warning about a file that is left alone."""
    return Finding(file, "file not read", seen, "the tables of the format",
                   "Nothing needs to be done if it is not meant as input.", severity="warning")


def _stray(path: Path, tables: set[str]) -> Iterator[Finding]:
    """A table-like file: an error where its name is nearly that of a table, else a warning."""
    labels = {spec.label_zh: name for name, spec in TABLES.items()}
    meant = labels.get(path.stem) or nearest(path.stem, TABLES)
    as_table = path.suffix.lower() in SUFFIXES
    if meant and (as_table or meant not in tables):
        yield Finding(path.name, "unknown table", f"`{path.name}`", f"`{meant}.csv`",
                      f"Save it as {meant}.csv, or move it out of the folder.")
    elif as_table or path.suffix.lower() in _WORKBOOKS:
        yield _not_read(path.name, "a table-like file that is no table of the format")
