"""A plan (actual or proposed) from a file or a pandas table -> a typed `Table`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.instance.cells import plain_number
from optimizer.instance.findings import Finding, InstanceRefused, errors_of
from optimizer.instance.nearest import advice, listed
from optimizer.instance.raw import RawColumn, RawTable
from optimizer.instance.reader import ReadTable, missing_findings, read_table, typed_table
from optimizer.instance.record import Instance
from optimizer.instance.schema import PLANS
from optimizer.instance.table import Table
from optimizer.instance.use_map import UseMap
from optimizer.instance.workbook.book import is_workbook

if TYPE_CHECKING:
    import pandas as pd


def read_plan(path: str | Path, instance: Instance, use_map: UseMap | None = None) -> Table:
    """Read a plan from a CSV or Parquet file, or from a workbook with a sheet `plan`.

    Parameters
    ----------
    path
        The file, or the name of a plan in the folder `plans` of the instance.
    instance
        What its names refer to.
    use_map
        Translation of its uses, where they are land-class codes.

    Returns
    -------
    Table
        Columns of the `plans` schema that the file has; a plan without rows does nothing.

    Raises
    ------
    InstanceRefused
        With everything that is wrong with the file.
    """
    found = locate_plan(path, instance)
    return _accepted(found.name, _read_file(found), instance, use_map)


def locate_plan(path: str | Path, instance: Instance) -> Path:
    """File of a plan: the one named, or the one of that name in the instance's folder `plans`.

    Raises
    ------
    InstanceRefused
        If there is neither.
    """
    path = Path(path)
    if path.is_file():
        return path
    own = _plans_of(instance)
    if str(path) in own:
        return own[str(path)]
    raise InstanceRefused(str(path), [Finding(
        path.name, "missing file", "no such file",
        "a plan as CSV, Parquet or .xlsx" + (f", or one of {listed(own)}" if own else ""),
        advice(str(path), own, "Check the path."))])


def _plans_of(instance: Instance) -> dict[str, Path]:
    """Name -> file of the plans that came with an instance."""
    if instance.folder is None:
        return {}
    files = sorted((instance.folder / "plans").glob("*"))
    return {file.stem: file for file in files
            if file.suffix in (".csv", ".parquet") or is_workbook(file)}


def _read_file(path: Path) -> ReadTable:
    """Read the table of a file by the name it ends in."""
    if is_workbook(path):
        from optimizer.instance.workbook.read import read_plan_book

        return read_plan_book(path)
    return read_table(path, PLANS)


def plan_of_frame(
    frame: pd.DataFrame, instance: Instance, name: str = "plan", use_map: UseMap | None = None
) -> Table:
    """Take a plan from a pandas table with the columns of the `plans` schema.

    Raises
    ------
    InstanceRefused
        With everything that is wrong with it.
    """
    columns = {str(header): _raw_column(frame[header]) for header in frame.columns}
    flags = frozenset(header for header in columns if frame[header].dtype == bool)
    raw = RawTable(name, columns, flags, list(range(2, len(frame) + 2)), [])
    return _accepted(name, typed_table(raw, PLANS), instance, use_map)


def _raw_column(values: pd.Series) -> RawColumn:
    """A pandas column as numbers or as text."""
    if values.dtype.kind in "biuf":
        return np.asarray(values.to_numpy(), dtype=np.float64)
    return [_cell(value) for value in values]


def _cell(value: object) -> str:
    """Text of one cell of a pandas column of objects."""
    if value is None or value != value:  # NaN and NaT are unlike themselves
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.integer | np.floating):
        return plain_number(float(value))
    return str(value).strip()


def _accepted(
    name: str, read: ReadTable, instance: Instance, use_map: UseMap | None = None
) -> Table:
    """The table in uses of the instance, if nothing is wrong with it."""
    findings, table = list(read.findings), read.table
    if table is not None:
        # Before codes are translated: two of them may stand for one use.
        findings += [*missing_findings(table, PLANS), *_duplicates(table)]
        if use_map is not None:
            table, unknown = use_map.translated(table)
            findings += unknown
        findings += _unknown_names(table, instance)
    if table is None or errors_of(findings):
        raise InstanceRefused(name, findings)
    return table


def _unknown_names(plan: Table, instance: Instance) -> list[Finding]:
    """Findings about names that the instance does not have."""
    practices = instance.practices
    findings = [
        *_unknown(plan, "parcel", instance.land.parcels),
        *_unknown(plan, "use", practices.uses),
        *_unknown(plan, "method", practices.methods),
        *_unknown(plan, "period", instance.calendar.labels),
        *_unknown(plan, "source", instance.topsoil.sources),
    ]
    return [*findings, *_unknown_pairs(plan, instance)]


def _unknown(plan: Table, column: str, known: Iterable[str]) -> list[Finding]:
    """Findings about names the instance does not have."""
    names = dict.fromkeys(known)
    return [
        Finding(plan.file, f"unknown {column}", f"`{text}`", f"one of {listed(names)}",
                advice(text, names, "Correct the name."), row=int(line) or None, column=column)
        for text, line in zip(plan.text(column), plan.lines, strict=True)
        if text and text not in names
    ]


def _unknown_pairs(plan: Table, instance: Instance) -> list[Finding]:
    """Findings about methods that exist, but not for the use."""
    practices = instance.practices
    pairs = {practices.name_um(um) for um in range(practices.count)}
    rows = zip(plan.text("use"), plan.text("method"), plan.lines, strict=True)
    return [
        Finding(plan.file, "method of another use", f"`{method}` for `{use}`",
                f"one of {listed(m for u, m in pairs if u == use)}", "Correct the method.",
                row=int(line) or None, column="method")
        for use, method, line in rows
        if use in practices.uses and method in practices.methods and (use, method) not in pairs
    ]


def _duplicates(plan: Table) -> list[Finding]:
    """Findings about rows with the same key."""
    counted = Counter(plan.key_rows(PLANS.keys))
    return [
        Finding(plan.file, "duplicate row", f"`{','.join(key)}` {count} times", "every key once",
                "Join the rows and add their areas.")
        for key, count in counted.items() if count > 1
    ]
