"""`UseMap`: land-class codes of an actual plan -> uses of the instance. Codes are text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from optimizer.instance.findings import Finding, InstanceRefused, errors_of
from optimizer.instance.nearest import advice, listed
from optimizer.instance.reader import missing_findings, read_table
from optimizer.instance.record import Instance
from optimizer.instance.schema import USE_MAP
from optimizer.instance.table import Table


@dataclass(frozen=True)
class UseMap:
    """Code -> use, blank where the land is left as it is.

    Parameters
    ----------
    use_of
        The translation.
    file
        Name used in findings.
    """

    use_of: Mapping[str, str]
    file: str = "use map"

    def __post_init__(self) -> None:
        object.__setattr__(self, "use_of", MappingProxyType(dict(self.use_of)))

    def translated(self, plan: Table) -> tuple[Table, list[Finding]]:
        """Put uses in the place of codes; codes that are not in the map are findings."""
        codes = [str(code) for code in plan.text("use")]
        findings = [
            Finding(plan.file, "unknown land class", f"`{code}`",
                    f"a code of {self.file}: {listed(self.use_of)}",
                    advice(code, self.use_of, f"Add the code to {self.file}."),
                    row=int(line) or None, column="use")
            for code, line in zip(codes, plan.lines, strict=True)
            if code and code not in self.use_of
        ]
        uses = np.array([self.use_of.get(code, "") for code in codes], dtype=object)
        return plan.with_columns(use=uses), findings


def use_map_of(given: Mapping[str, str] | str | Path, instance: Instance) -> UseMap:
    """Take a use map from a dictionary, or read it from a CSV or Parquet file (code, use).

    Raises
    ------
    InstanceRefused
        If the file is not there, a code stands in it twice, or a use is unknown; all at once.
    """
    if isinstance(given, Mapping):
        found = UseMap({str(code): str(use or "") for code, use in given.items()})
        return _accepted(found, _unknown_uses(found, instance))
    path = Path(given)
    if not path.is_file():
        raise InstanceRefused(str(path), [Finding(
            path.name, "missing file", "no such file", "a use map as CSV (code, use)",
            "Check the path.")])
    read = read_table(path, USE_MAP)
    if read.table is None:
        raise InstanceRefused(path.name, read.findings)
    table = read.table
    codes = [str(code) for code in table.text("code")]
    found = UseMap(dict(zip(codes, map(str, table.text("use")), strict=True)), path.name)
    twice = [Finding(path.name, "duplicate row", f"`{code}` {count} times", "every code once",
                     "Remove a row.") for code, count in Counter(codes).items() if count > 1]
    return _accepted(found, [*read.findings, *missing_findings(table, USE_MAP), *twice,
                             *_unknown_uses(found, instance)])


def _unknown_uses(found: UseMap, instance: Instance) -> list[Finding]:
    """Findings about uses the instance does not have."""
    uses = instance.practices.uses
    return [
        Finding(found.file, "unknown use", f"`{use}` for code `{code}`",
                f"one of {listed(uses)}, or blank",
                advice(use, uses, "Correct the use."), column="use")
        for code, use in found.use_of.items() if use and use not in uses
    ]


def _accepted(found: UseMap, findings: list[Finding]) -> UseMap:
    if errors_of(findings):
        raise InstanceRefused(found.file, findings)
    return found
