"""`instance.toml` -> `Settings`, with everything wrong in it as findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.reader import column_spec, known_columns, open_column
from optimizer.instance.schema import (
    INSTANCE_KEYS,
    LAYOUT_KEYS,
    OBJECTIVE_KEYS,
    TABLES,
    WORKS_KEYS,
    ColumnSpec,
)
from optimizer.instance.settings import Objective, Settings
from optimizer.instance.toml_text import TomlText, read_keys, read_toml, read_value

FILE = "instance.toml"
SECTIONS = ("instance", "objective", "works", "layout", "defaults")
_ALSO = ("periods", "sources")


@dataclass(frozen=True)
class Manifest:
    """Settings (None where they cannot be told) and the findings about the file."""

    settings: Settings | None
    findings: list[Finding]


def read_manifest(folder: Path) -> Manifest:
    """Read `instance.toml` of a folder."""
    return manifest_of(read_toml(folder / FILE))


def manifest_of(text: TomlText) -> Manifest:
    """Check settings that are parsed already, from `instance.toml` or a sheet."""
    if text.findings and not text.data:  # nothing could be parsed
        return Manifest(None, text.findings)
    _unknown_sections(text)
    raw = text.data.get("instance", {})
    keys = read_keys(text, "instance", raw, INSTANCE_KEYS, _ALSO)
    further: dict[str, Any] = {
        "objectives": _objectives(text, text.data.get("objective", [])),
        "works": read_keys(text, "works", text.data.get("works", {}), WORKS_KEYS),
        "layout": read_keys(text, "layout", text.data.get("layout", {}), LAYOUT_KEYS),
        "defaults": _defaults(text, text.data.get("defaults", {})),
    }
    if not isinstance(raw, Mapping):
        return Manifest(None, text.findings)
    periods = _periods(text, raw)
    sources = _sources(text, raw)
    if not periods or not {"name", "base_year", "horizon_years"} <= keys.keys():
        return Manifest(None, text.findings)
    settings = Settings(**keys, periods=periods, sources=sources, **further)
    for fault in period_faults(settings):
        text.fault("instance", "periods", *fault)
    return Manifest(settings, text.findings)


def period_faults(settings: Settings) -> list[tuple[str, str, str, str]]:
    """Faults of the periods against the years of the account: rule, seen, expected, do."""
    periods, faults = settings.periods, []
    if any(later <= earlier for earlier, later in pairwise(periods)):
        faults.append(("periods out of order", str(list(periods)), "start years that rise",
                       "Sort the years and remove doubles."))
    if min(periods) < settings.base_year:
        faults.append(("period before the base year", str(min(periods)),
                       f"years from base_year {settings.base_year} on",
                       "Move the period or the base year."))
    if max(periods) >= settings.horizon_end:
        faults.append(("period after the horizon", str(max(periods)),
                       f"years before {settings.horizon_end} (base_year + horizon_years)",
                       "Lengthen the horizon or remove the period."))
    return faults


def _unknown_sections(text: TomlText) -> None:
    """Findings about sections the format does not know."""
    for name in text.data:
        if name in SECTIONS:
            continue
        if name in {*(spec.name for spec in INSTANCE_KEYS), *_ALSO}:
            text.fault("", name, "key outside its section", f"`{name}` before any section",
                       "`[instance]` first", "Write it under [instance].")
            continue
        known = [f"[{section}]" for section in SECTIONS]
        text.fault(name, "", "unknown section", f"`{name}`", f"one of {listed(known)}",
                   advice(name, SECTIONS, "Remove the section."))
    if "instance" not in text.data:
        text.fault("instance", "", "missing section", "no [instance]",
                   "[instance] with name, base_year, horizon_years and periods", "Add it.")


def _periods(text: TomlText, raw: Mapping[str, Any]) -> tuple[int, ...]:
    """Start years; empty (and a finding) where they are wrong."""
    if "periods" not in raw:
        text.fault("instance", "periods", "missing key", "no such key",
                   "list of start years of the periods", "Add `periods = [2026, 2031]` or such.")
        return ()
    spec = ColumnSpec("periods", "integer", "Start year.", "year", lowest=1900, highest=2200)
    years = raw["periods"] if isinstance(raw["periods"], list) else []
    read = [read_value(text, "instance", "periods", year, spec) for year in years]
    if not years:
        text.fault("instance", "periods", "not a list of years", repr(raw["periods"]),
                   "list of start years of the periods", "Write `periods = [2026, 2031]` or such.")
    return tuple(int(year) for year in read if year is not None) if None not in read else ()


def _sources(text: TomlText, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Texts that say where the data come from."""
    sources = raw.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(entry, str) for entry in sources):
        text.fault("instance", "sources", "not a list of texts", repr(sources)[:60],
                   "list of texts", 'Write `sources = ["...", "..."]`.')
        return ()
    return tuple(sources)


def _objectives(text: TomlText, raw: object) -> tuple[Objective, ...]:
    """Entries of the objective; each its own stage where it does not say."""
    if not isinstance(raw, list) or not all(isinstance(entry, Mapping) for entry in raw):
        text.fault("objective", "", "not a list", "[objective]", "[[objective]]",
                   "Write [[objective]] with two brackets, once for each entry.")
        return ()
    entries: list[Objective] = []
    for entry in raw:
        keys = read_keys(text, "objective", entry, OBJECTIVE_KEYS)
        stage = keys.pop("stage", max((known.stage for known in entries), default=0) + 1)
        if "account" in keys:
            entries.append(Objective(stage=stage, **keys))
    return tuple(entries) if raw else (Objective("net_sink"),)


def _defaults(text: TomlText, raw: object) -> dict[str, dict[str, float | str]]:
    """Values for blank cells, by table and column."""
    if not isinstance(raw, Mapping):
        read_keys(text, "defaults", raw, ())
        return {}
    defaults: dict[str, dict[str, float | str]] = {}
    for table, columns in raw.items():
        section = f"defaults.{table}"
        if table not in TABLES:
            text.fault(section, "", "unknown table", f"`{table}`", f"one of {listed(TABLES, 40)}",
                       advice(table, TABLES, "Remove the section."))
        elif not isinstance(columns, Mapping):
            read_keys(text, section, columns, ())
        else:
            defaults[table] = _default_columns(text, table, section, columns)
    return {table: columns for table, columns in defaults.items() if columns}


def _default_columns(
    text: TomlText, table: str, section: str, columns: Mapping[str, Any]
) -> dict[str, float | str]:
    """Values for blank cells of one table."""
    spec, read = TABLES[table], {}
    for name, value in columns.items():
        column = column_spec(name, spec) or (open_column(name) if spec.open_numbers else None)
        if column is None or name in spec.keys:
            text.fault(section, name, "unknown column", f"`{name}`", f"a column of {table}, no key",
                       advice(name, known_columns(spec), "Remove the key."))
            continue
        if column.kind == "flag" and isinstance(value, bool):
            value = "yes" if value else "no"  # noqa: PLW2901 - the spelling of tables
        checked = read_value(text, section, name, value, column)
        if checked is not None:
            read[name] = float(checked) if isinstance(checked, int) else checked
    return read
