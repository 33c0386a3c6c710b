"""`sweep`: many cases of one instance as one table, and as a folder that survives its run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.analysis.sweep.cases import plan_of
from optimizer.analysis.sweep.journal import NAME as JOURNAL
from optimizer.analysis.sweep.journal import Journal, JournalRefused
from optimizer.analysis.sweep.run import REFERENCE, run_cases
from optimizer.analysis.sweep.table import table_of
from optimizer.report.folder import OutputRefused, refuse_unwritable
from optimizer.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.sweep.plan import SweepPlan
    from optimizer.instance.record import Instance

#: Written when all cases are done.
SUMMARY = "sweep.json"
CASES = "cases.parquet"
Progress = Callable[[str], None]


def sweep(
    instance: Instance, cases: Any, *, executor: Any = None, workers: int = 1,
    out: str | Path | None = None, resume: bool = False, overwrite: bool = False,
    time_limit: float | None = None, progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve many cases of an instance, each from the basis of the base.

    Parameters
    ----------
    instance
        The base.
    cases
        A sweep file or the name of one in the instance's folder `sweeps`; `scenarios`; a pandas
        table of one row a case with paths as headers (ending in * for factors); a mapping of
        name -> overrides; or a list of overrides.
    executor
        Any `concurrent.futures` executor, or a Dask client; None runs `workers` processes.
    workers
        Number of processes, which survive the crash of a case; 0 solves in this process.
    out
        Folder in which every finished case is kept at once, and at the end the table and pictures.
    resume
        Go on with what an earlier run left in `out`, if anything.
    overwrite
        Start anew where `out` holds an earlier sweep.
    time_limit
        Seconds for each case.
    progress
        Told how many cases are done and how long the rest will take.

    Returns
    -------
    DataFrame
        One row a case in their order, as `cases.parquet`; an infeasible, refused, stopped or
        crashed case is a row with its reason. The same, but for the seconds, whatever the number
        of workers, the executor and the interruptions.

    Raises
    ------
    InstanceRefused
        Where cases cannot be read or name what the instance does not have.
    OutputRefused
        Where `out` cannot be written, or holds something else.
    """
    if workers < 0:
        msg = f"workers is a number from 0, not {workers}"
        raise ValueError(msg)
    plan = plan_of(cases, instance)
    settings: dict[str, Any] = {"executor": executor, "workers": workers, "time_limit": time_limit,
                                "progress": progress}
    if out is None:
        return table_of(plan, run_cases(instance, plan, **settings))
    return _kept(instance, plan, Path(out), resume, overwrite, settings)


def refuse_place(out: Path, *, resume: bool, overwrite: bool) -> None:
    """Refuse a folder that can neither be started, nor gone on with, before anything is solved.

    Raises
    ------
    OutputRefused
        With what to do.
    """
    if resume and overwrite:
        message = "--resume goes on with what is there, --overwrite starts anew: give one of them."
        raise OutputRefused(message)
    if out.is_dir() and (out / JOURNAL).is_file() and not (resume or overwrite):
        message = (f"{out} holds a sweep. Go on with it by --resume, start anew with --overwrite, "
                   "or choose another folder.")
        raise OutputRefused(message)
    if resume and out.is_dir() and any(out.iterdir()) and not (out / JOURNAL).is_file():
        message = f"{out} holds no sweep to go on with. Choose another folder."
        raise OutputRefused(message)
    fresh = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not (resume and out.is_dir() and ((out / JOURNAL).is_file() or fresh)):
        refuse_unwritable(out, overwrite=overwrite, mark=JOURNAL, keeps_others=True)


def _kept(
    instance: Instance, plan: SweepPlan, out: Path, resume: bool, overwrite: bool,
    settings: dict[str, Any],
) -> pd.DataFrame:
    """Run with every finished case on disk, and write the table and pictures at the end."""
    refuse_place(out, resume=resume, overwrite=overwrite)
    if overwrite and out.exists():
        _clear(out)
    new = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    heading = {"instance": instance.name, "instance_sha256": instance.sha256,
               "cases_sha256": plan.sha256, "version": __version__}
    try:
        journal = Journal(out / JOURNAL, heading)
    except JournalRefused as refused:
        raise OutputRefused(str(refused)) from None
    try:
        table = table_of(plan, run_cases(instance, plan, journal=journal, folder=out, **settings))
        write_sweep(plan, table, heading, out, _colours(instance))
    except BaseException:
        if new and not journal.done:  # nothing to go on with
            with contextlib.suppress(OSError):
                _clear(out)
                out.rmdir()  # only where nobody put anything there
        raise
    finally:
        journal.close()
    return table


def _clear(out: Path) -> None:
    """Remove what an earlier sweep wrote, and nothing else."""
    from optimizer.report.sweep_pictures import PICTURES

    for name in (JOURNAL, REFERENCE, SUMMARY, CASES, *PICTURES):
        (out / name).unlink(missing_ok=True)


def _colours(instance: Instance) -> dict[str, str]:
    """Colour of every use, as on the maps."""
    from optimizer.report.map_data import colours_of

    return dict(zip(instance.practices.uses, colours_of(instance), strict=True))


def write_sweep(
    plan: SweepPlan, table: pd.DataFrame, heading: dict[str, Any], out: Path,
    colours: Mapping[str, str],
) -> dict[str, Any]:
    """Write table, pictures and, last, the summary that says that all is there.

    `colours` has the colour of each use, as on the maps.
    """
    from optimizer.report.sweep_pictures import draw_sweep

    unfinished = out / f".{CASES}"
    table.to_parquet(unfinished, index=False)
    unfinished.replace(out / CASES)
    pictures = draw_sweep(plan, table, out, colours)
    summary = {**sweep_record(plan, table), **heading, "pictures": pictures}
    text = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
    unfinished = out / f".{SUMMARY}"
    unfinished.write_text(text + "\n", encoding="utf-8", newline="\n")
    unfinished.replace(out / SUMMARY)
    return summary


def sweep_record(plan: SweepPlan, table: pd.DataFrame) -> dict[str, Any]:
    """Return what a sweep came to, for machines."""
    solved = table[table["status"] == "optimal"]
    best = solved.loc[solved["objective"].idxmax()] if len(solved) else None
    worst = solved.loc[solved["objective"].idxmin()] if len(solved) else None
    return {
        "sweep": plan.name, "title": plan.title, "mode": plan.mode, "cases": len(table),
        "statuses": {str(k): int(v) for k, v in table["status"].value_counts().items()},
        "parameters": list(plan.columns),
        "objective_unit": "" if best is None else str(best["objective_unit"]),
        "best": None if best is None else {"case": best["case"],
                                           "objective": float(best["objective"])},
        "worst": None if worst is None else {"case": worst["case"],
                                             "objective": float(worst["objective"])},
        "largest_gap": None if best is None else float(solved["relative_gap"].max()),
        "seconds": float(table["seconds"].sum()),
    }
