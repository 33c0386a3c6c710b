"""`reclaim sensitivity INSTANCE -o OUT --method morris`: what drives the sink, and the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from optimizer.cli.common import (
    instance_argument,
    json_option,
    out_option,
    overwrite_option,
    print_json,
    read,
    set_option,
    warn_of_place,
)

if TYPE_CHECKING:
    from optimizer.analysis.uncertainty.design import Method
    from optimizer.instance.record import Instance


@click.command("sensitivity")
@instance_argument
@click.option("--method", type=click.Choice(("morris", "sobol")), default="morris",
              show_default=True,
              help="morris screens many numbers with few cases; sobol shares the variance out.")
@click.option("--runs", type=click.IntRange(1), metavar="N",
              help="Most cases to solve (default: 200 for morris, 1,024 for sobol); the largest "
                   "scheme that fits is used, and told beforehand.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True,
              help="Of the random numbers; the same seed gives the same cases.")
@out_option(help_text="Folder for every case, the indices and a picture.")
@overwrite_option
@set_option
@json_option
def sensitivity_command(
    instance: str, method: str, runs: int | None, seed: int, out: Path, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Vary the numbers of INSTANCE's uncertainty table, all at once, and solve every case.

    Tells which of them drive the optimum, and which the plan: the hectares of each use and the
    hectares that change use. Needs SALib: pip install "reclaim-optimizer[sensitivity]".
    """
    from optimizer.analysis.uncertainty.design import SalibMissing
    from optimizer.analysis.uncertainty.sensitivity import sensitivity
    from optimizer.cli.progress import progress
    from optimizer.report.folder import refuse_unwritable
    from optimizer.report.sensitivity_files import MARK, sensitivity_record, write_sensitivity
    from optimizer.report.sensitivity_text import sensitivity_text

    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    warn_of_place(out, instance)
    found = read(instance, overrides)
    chosen = cast("Method", method)
    try:
        _tell_runs(found, chosen, runs, seed)
        with progress("solving") as say:
            result = sensitivity(found, chosen, runs=runs, seed=seed, progress=say)
    except SalibMissing as missing:
        raise click.UsageError(str(missing)) from None
    with progress("writing"):
        write_sensitivity(result, out, overwrite=overwrite)
    if as_json:
        print_json(sensitivity_record(result))
    else:
        click.echo(sensitivity_text(result, out))
    return 0


def _tell_runs(found: Instance, method: Method, runs: int | None, seed: int) -> None:
    """Say on stderr how many cases there will be; too few are a mistake of usage."""
    from optimizer.analysis.uncertainty.design import design_of
    from optimizer.analysis.uncertainty.sensitivity import RUNS
    from optimizer.instance.unknowns import uncertain_of
    from optimizer.report.sensitivity_text import plan_of_runs

    numbers = uncertain_of(found)
    if not numbers:
        return  # refused in words by the analysis itself
    try:
        design = design_of(method, numbers, runs or RUNS[method], seed)
    except ValueError as error:
        message = f"{error}. Raise --runs."
        raise click.UsageError(message) from None
    click.echo(plan_of_runs(design), err=True)
