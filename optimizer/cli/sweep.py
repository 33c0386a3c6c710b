"""`reclaim sweep INSTANCE SWEEP.toml -o OUT`: many cases as one table, and their pictures."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.cluster import executor_at, scheduler_option
from optimizer.cli.common import (
    Positive,
    instance_argument,
    json_option,
    out_option,
    overwrite_option,
    print_json,
    read,
    set_option,
    warn_of_place,
)


@click.command("sweep")
@instance_argument
@click.argument("cases", metavar="SWEEP.toml")
@out_option(help_text="Folder for cases.parquet and pictures; finished cases are kept there at "
                      "once.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N",
              help="Processes that solve cases side by side (1 unless given).")
@scheduler_option("cases")
@click.option("--resume", is_flag=True,
              help="Go on with what an earlier run left in OUT; also where there is nothing yet.")
@click.option("--time-limit", type=Positive(), metavar="SECONDS",
              help="For each case; one without a plan by then is a row that says so.")
@overwrite_option
@set_option
@json_option
def sweep_command(
    instance: str, cases: str, out: Path, workers: int | None, scheduler: str | None, resume: bool,
    time_limit: float | None, overwrite: bool, overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Solve all cases of SWEEP.toml on INSTANCE and write one table of them to OUT.

    SWEEP.toml is a file, the name of one in the folder `sweeps` of INSTANCE, or `scenarios`.
    A case without a plan is a row with its reason, not the end of the run. A run that was
    stopped, even by force, goes on with --resume.
    """
    from optimizer.analysis.sweep.cases import plan_of
    from optimizer.cli.progress import progress
    from optimizer.report.sweep import refuse_place, sweep, sweep_record
    from optimizer.report.sweep_words import sweep_text

    if scheduler is not None and workers is not None:
        message = "--workers starts processes here, --scheduler uses those of a cluster: give one."
        raise click.UsageError(message)
    refuse_place(out, resume=resume, overwrite=overwrite)
    warn_of_place(out, instance)
    found = read(instance, overrides)
    plan = plan_of(cases, found)
    try:
        with executor_at(scheduler) as executor, progress("sweeping") as say:
            table = sweep(found, plan, executor=executor, workers=workers or 1, out=out,
                          resume=resume, overwrite=overwrite, time_limit=time_limit, progress=say)
    except KeyboardInterrupt:
        if out.is_dir():
            click.echo(f"Interrupted. Finished cases are kept in {out}: the same command with "
                       "--resume goes on.", err=True)
            return 130
        raise
    if as_json:
        print_json(sweep_record(plan, table))
    else:
        click.echo(sweep_text(plan, table, out))
    return 0
