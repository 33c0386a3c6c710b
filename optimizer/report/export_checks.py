"""Before anything is exported: the files of a result must belong together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.result_files import ResultFiles, read_result
from optimizer.analysis.verify import verify
from optimizer.formulation.program import Family
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.report.export_layers import numbers_of, sinks_of
from optimizer.report.output_file import PLAN_COLUMNS, OutputColumn
from optimizer.report.output_schema import BY_NAME
from optimizer.report.tables import LARGE_PARCELS

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Totals may differ by this share of the sizes involved: rounding, and areas that are no part.
SAME = 1e-6
AGAIN = "Solve again; a plan changed by hand is judged by `reclaim check`."


def checked_result(out: Path) -> tuple[ResultFiles, Instance]:
    """Read a result whose files agree.

    Plan, parcels and summary are held against each other and the instance inside. Up to 20,000
    parcels the whole proof is recomputed too, as `verify` does; results with rules of a script
    and larger ones are not proven anew.

    Parameters
    ----------
    out
        Result folder.

    Raises
    ------
    InstanceRefused
        If files are missing or cannot be read, or do not belong together, with every reason.
    """
    files = read_result(out)
    instance = read_instance(out / "instance")
    findings = list(_disagreements(files, instance))
    if not findings and _provable(files, instance):
        findings = [Finding(str(out), f"files that belong together ({check.name})", check.words,
                            "what solve wrote", AGAIN)
                    for check in verify(out).checks if not check.holds]
    if findings:
        raise InstanceRefused(str(out), findings)
    return files, instance


def _provable(files: ResultFiles, instance: Instance) -> bool:
    """Whether `verify` can recompute the proof, and soon."""
    scripted = bool((files.prices["family"] == Family.SCRIPT.word).any())
    return not scripted and instance.land.count <= LARGE_PARCELS


def _disagreements(files: ResultFiles, instance: Instance) -> Iterator[Finding]:
    """What tells that files come from different runs, or were changed."""
    stated = str(files.summary.get("instance_sha256"))
    if stated != instance.sha256:
        yield _finding("summary.json", "instance_sha256", stated[:12],
                       f"{instance.sha256[:12]}, the hash of instance/")
        return
    missing = [*_missing("plan.csv", PLAN_COLUMNS, files.plan.columns),
               *_missing("parcels.csv", BY_NAME["parcels.csv"].columns,
                         files.tables["parcels"].columns)]
    yield from missing
    if not missing:
        yield from _totals(files, instance)


def _missing(
    file: str, declared: tuple[OutputColumn, ...], columns: object
) -> Iterator[Finding]:
    """Columns a table should have and has not."""
    for column in declared:
        if column.name not in columns:  # type: ignore[operator]
            yield _finding(file, column.name, "no such column", "the column")


def _totals(files: ResultFiles, instance: Instance) -> Iterator[Finding]:
    """Hectares and net sink of every parcel, by the plan and by the table of parcels."""
    land, parcels = instance.land, files.tables["parcels"]
    if parcels["parcel"].tolist() != list(land.parcels):
        yield _finding("parcels.csv", "parcel", f"{len(parcels)} rows, not those of the instance",
                       f"the {land.count} parcels of instance/, in their order")
        return
    sink_o = sinks_of(instance, files.plan)
    position = {name: i for i, name in enumerate(land.parcels)}
    i = files.plan["parcel"].map(position).to_numpy(dtype=np.int64)

    def by_parcel(value_o: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(i, value_o, minlength=land.count))

    area_o = files.plan["area_ha"].to_numpy(dtype=float)
    sums = {"area_ha": (land.area_i, land.area_i),
            "reclaimed_ha": (by_parcel(area_o), land.area_i)}
    if instance.uses_carbon:
        sums["net_sink_tco2e"] = (by_parcel(sink_o), by_parcel(np.abs(sink_o)))
    for column, (planned_i, size_i) in sums.items():
        try:
            told_i = numbers_of(parcels[column])
        except ValueError as fault:
            yield _finding("parcels.csv", column, str(fault), "numbers")
            continue
        off = np.flatnonzero(~(np.abs(told_i - planned_i) <= SAME * np.maximum(1.0, size_i)))
        if len(off):
            first = int(off[0])
            yield _finding("parcels.csv", column,
                           f"{told_i[first]:.10g} for {land.parcels[first]}"
                           + (f", and {len(off) - 1} more" if len(off) > 1 else ""),
                           f"{planned_i[first]:.10g}, as "
                           f"{'instance/' if column == 'area_ha' else 'the plan'} has it")
    yield from _numbers(parcels)


def _numbers(parcels: object) -> Iterator[Finding]:
    """Columns that the layers take over must be numbers."""
    for column in ("land_price", "margin"):
        try:
            numbers_of(parcels[column])  # type: ignore[index]
        except ValueError as fault:
            yield _finding("parcels.csv", column, str(fault), "numbers")


def _finding(file: str, column: str, seen: str, expected: str) -> Finding:
    return Finding(file, "files that belong together", seen, expected, AGAIN, column=column)
