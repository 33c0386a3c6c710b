"""`Instance`: the frozen record every later stage reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from optimizer.instance.calendar import Calendar, calendar_of
from optimizer.instance.findings import Finding
from optimizer.instance.fingerprint import sha256_of
from optimizer.instance.land import Land, land_of
from optimizer.instance.needs import used_accounts, uses_carbon
from optimizer.instance.practices import Practices, practices_of
from optimizer.instance.settings import Settings
from optimizer.instance.table import Table
from optimizer.instance.topsoil import Topsoil, topsoil_of


@dataclass(frozen=True)
class Instance:
    """A checked instance. Nothing downstream changes it; overrides make a new one.

    The tables are what a planner wrote (library values and defaults filled in); `land`,
    `practices`, `topsoil` and `calendar` are the same facts as arrays over the axes i, um, k, t.

    Parameters
    ----------
    settings
        What `instance.toml` says.
    tables
        Name -> table, library values and defaults filled in; absent tables are missing keys.
    warnings
        Findings that do not refuse the instance.
    folder
        Folder or workbook it was read from, if from disk.
    """

    settings: Settings
    tables: Mapping[str, Table]
    warnings: tuple[Finding, ...] = ()
    folder: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Send what was given to other processes, not what was worked out from it."""
        return Instance, (self.settings, dict(self.tables), self.warnings, self.folder)

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} {len(table)}" for name, table in self.tables.items())
        return f"Instance({self.name!r}: {tables})"

    @property
    def name(self) -> str:
        """Short name of the instance."""
        return self.settings.name

    def table(self, name: str) -> Table | None:
        """Return the table, or None where the instance has none of that name."""
        return self.tables.get(name)

    @cached_property
    def calendar(self) -> Calendar:
        """Periods and years, as arrays over t."""
        return calendar_of(self.settings)

    @cached_property
    def land(self) -> Land:
        """Parcels, as arrays over i."""
        return land_of(self.tables)

    @cached_property
    def practices(self) -> Practices:
        """Uses and methods, as arrays over um (and t)."""
        return practices_of(self.tables, self.calendar)

    @cached_property
    def topsoil(self) -> Topsoil:
        """Topsoil sources, as arrays over k, t and i."""
        return topsoil_of(self.settings, self.tables, self.calendar, self.land)

    @cached_property
    def sha256(self) -> str:
        """Hash of everything the answer depends on (settings and tables, resolved)."""
        return sha256_of(self.settings, self.tables)

    @cached_property
    def used_accounts(self) -> frozenset[str]:
        """Accounts that the objective or a limit names."""
        return used_accounts(self.settings, self.tables)

    @cached_property
    def uses_carbon(self) -> bool:
        """Whether the objective or a limit needs the carbon account."""
        return uses_carbon(self.settings, self.tables)
