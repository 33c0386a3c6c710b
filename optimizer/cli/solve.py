"""`reclaim solve INSTANCE -o OUT`: the plan, proven, as a folder of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.common import (
    Positive,
    Share,
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
    from optimizer.solve.solution import Solution

ENGINES = ("auto", "highs", "decomposition", "first-order", "pyomo", "pyomo:NAME")
STOPPED = 5


class Engine(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Name of an engine; `pyomo:NAME` names a solver of Pyomo's."""

    name = "engine"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Accept the known engines; whether Pyomo finds the solver shows when it is asked."""
        text = str(value)
        if text in ENGINES[:-1] or (text.startswith("pyomo:") and text != "pyomo:"):
            return text
        self.fail(f"{text!r} is not one of {', '.join(ENGINES)}.", param, ctx)
        return text


@click.command("solve")
@instance_argument
@out_option()
@click.option("--engine", type=Engine(), default="auto", show_default=True,
              help="How to solve: auto (picks and says why), highs, decomposition (large "
                   "instances: parcels choose on their own under prices of the shared limits), "
                   "first-order (large layouts: under prices of their boundaries too), pyomo, or "
                   "pyomo:NAME for any solver that Pyomo finds.")
@click.option("--whole-parcels", is_flag=True,
              help="Give every parcel one option or none (mixed-integer).")
@click.option("--gap", type=Share(),
              help="Stop whole parcels, a decomposition or the first-order method at this relative "
                   "gap (0.01 or 1%).")
@click.option("--time-limit", type=Positive(), metavar="SECONDS",
              help="Stop then, exit code 5: the best plan known is written as incumbent.csv; "
                   "nothing is written if none is known yet.")
@click.option("--log", "log_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write every step of a decomposition or of the first-order method (seconds, "
                   "bound, objective, gap) to this CSV file as it goes.")
@overwrite_option
@set_option
@json_option
def solve_command(
    instance: str, out: Path, engine: str, whole_parcels: bool, gap: float | None,
    time_limit: float | None, log_file: Path | None, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Find the plan of INSTANCE with the largest net sink, prove it, and write OUT."""
    from optimizer.cli.progress import progress
    from optimizer.cli.step_log import step_log
    from optimizer.report.folder import refuse_unwritable
    from optimizer.report.terminal import solution_text
    from optimizer.solve.engine import solve
    from optimizer.solve.errors import Stopped
    from optimizer.solve.layout_choice import announcement

    _refuse_arguments(engine, whole_parcels, gap, log_file)
    refuse_unwritable(out, overwrite=overwrite)
    warn_of_place(out, instance)
    reading: dict[str, float] = {}
    found = read(instance, overrides, reading)
    stopped: Stopped | None = None
    expected = announcement(found, engine, compact=True, whole=whole_parcels)
    if expected:
        click.echo(expected, err=True)
    try:
        with step_log(log_file) as log, progress("solving") as say:
            solution = solve(found, engine=engine, whole_parcels=whole_parcels, gap=gap,
                             time_limit=time_limit, progress=say, log=log, compact=True)
    except Stopped as error:
        if error.incumbent is None:
            raise
        stopped, solution = error, error.incumbent
    summary = _written(solution, out, overwrite, reading)
    if as_json:
        print_json(summary)
    else:
        click.echo(solution_text(solution, out, summary["seconds"], instance))
    if stopped is not None:
        click.echo(str(stopped), err=True)
    return STOPPED if solution.status == "stopped" else 0


def _refuse_arguments(
    engine: str, whole_parcels: bool, gap: float | None, log_file: Path | None
) -> None:
    """Refuse options that do not go together."""
    may_step = engine in ("auto", "decomposition", "first-order")
    if gap is not None and not whole_parcels and not may_step:
        message = (f"--gap is for --whole-parcels, decomposition and the first-order method; "
                   f"--engine {engine} finds the optimum or nothing.")
        raise click.UsageError(message)
    if log_file is not None and not may_step:
        message = ("--log tells the steps of a decomposition or of the first-order method; leave "
                   "--engine at auto.")
        raise click.UsageError(message)
    if whole_parcels and engine not in ("auto", "highs", "first-order"):
        message = ("Whole parcels are solved by the highs and first-order engines; leave --engine "
                   "at auto.")
        raise click.UsageError(message)


def _written(
    solution: Solution, out: Path, overwrite: bool, reading: dict[str, float]
) -> dict[str, Any]:
    """Write OUT and return its summary."""
    from optimizer.cli.progress import progress
    from optimizer.report.output import write_out

    with progress("writing"):
        return write_out(solution, out, overwrite=overwrite, seconds=reading)
