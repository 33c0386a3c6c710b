"""The files of a result folder, read back as text and numbers, for `verify`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.formulas import as_meant

if TYPE_CHECKING:
    import pandas as pd

#: Columns that hold numbers; all others are names and stay text.
_NUMBERS = {
    "plan": ("area_ha",), "stocks": ("stock_m3",), "prices": ("stage", "price"),
}

#: Tables that follow from the plan, the stocks and the prices.
_FOLLOWING = ("limits", "parcels", "carbon", "prices")


@dataclass(frozen=True)
class ResultFiles:
    """What a proof is recomputed from.

    Parameters
    ----------
    summary
        `summary.json`.
    plan, stocks, prices
        Tables; names are text, blank where empty.
    tables
        Name -> table that follows from the others, every cell as it stands in the file.
    edge_prices
        Prices of boundaries, where they stand in a file of their own.
    """

    summary: Mapping[str, Any]
    plan: pd.DataFrame
    stocks: pd.DataFrame
    prices: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    edge_prices: pd.DataFrame | None = None


def read_result(folder: Path) -> ResultFiles:
    """Read a result folder.

    Raises
    ------
    InstanceRefused
        If a file is missing or cannot be read, with every such file.
    """
    findings: list[Finding] = []
    summary = _summary(folder / "summary.json", findings)
    plan = "incumbent" if summary.get("status") == "stopped" else "plan"
    tables = {name: _table(folder, file, _NUMBERS[name], findings)
              for name, file in (("plan", plan), ("stocks", "stocks"), ("prices", "prices"))}
    further = {name: _table(folder, name, (), findings) for name in _FOLLOWING
               if name != "carbon" or summary.get("carbon_terms")}
    edge_prices = None
    if (folder / "edge_prices.parquet").exists():
        edge_prices = _table(folder, "edge_prices", (), findings)
    if findings:
        # Prices are read twice, as numbers and as they stand: a fault is told once.
        raise InstanceRefused(str(folder), list(dict.fromkeys(findings)))
    return ResultFiles(summary, **tables, tables=further, edge_prices=edge_prices)


def _summary(path: Path, findings: list[Finding]) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        findings.append(_unreadable(path.name, _seen(fault)))
        return {}
    if not isinstance(read, dict):
        findings.append(_unreadable(path.name, "no JSON object"))
        return {}
    return read


def _table(
    folder: Path, name: str, numbers: tuple[str, ...], findings: list[Finding]
) -> pd.DataFrame:
    """One table, CSV or Parquet, with its names as text."""
    import pandas as pd

    parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    path = parquet if parquet.exists() else csv
    try:
        table = pd.read_parquet(path) if path is parquet else pd.read_csv(
            path, dtype=str, keep_default_na=False).map(as_meant)
        missing = [column for column in numbers if column not in table.columns]
        if missing:
            findings.append(_unreadable(path.name, f"no column {', '.join(missing)}"))
        for column in set(numbers) - set(missing):
            # Python's own reading: the digits give back the very number that was written.
            table[column] = [float(text) for text in table[column]]
        return table
    except (OSError, ValueError) as fault:
        findings.append(_unreadable(path.name, _seen(fault)))
        return pd.DataFrame()


def _seen(fault: OSError | ValueError) -> str:
    """What is wrong with a file, in words."""
    if isinstance(fault, FileNotFoundError):
        return "no such file"
    if isinstance(fault, PermissionError):
        return "a file that you may not read"
    return (str(fault).splitlines() or [type(fault).__name__])[0]


def _unreadable(file: str, seen: str) -> Finding:
    return Finding(file, "a result needs this file, whole", seen, "the file as solve wrote it",
                   "Solve again.")
