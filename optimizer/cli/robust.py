"""`reclaim robust INSTANCE -o OUT --goal worst`: plans that stand up to every scenario."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import (
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

GOALS = ("expected", "worst", "regret", "cvar")


@click.command("robust")
@instance_argument
@click.option("--goal", "goals", type=click.Choice(GOALS), multiple=True,
              help="expected: the best on average; worst: the best worst case; regret: the least "
                   "regret; cvar: the best mean of the worst 1 - alpha. Repeatable; default: all.")
@click.option("--alpha", type=Share(), default="90%", show_default=True,
              help="cvar looks at the worst 1 - alpha (0.9 or 90%).")
@out_option(help_text="Folder for a result folder of each goal, and values in every case.")
@overwrite_option
@set_option
@json_option
def robust_command(
    instance: str, goals: tuple[str, ...], alpha: float, out: Path, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Find plans of INSTANCE that keep the rules of every case of its scenarios table.

    The plan is decided before it is known which case comes true; each goal is a linear program
    with a proof. Tells what every plan is worth in every case, and the price of robustness.
    """
    from optimizer.analysis.uncertainty.robust import robust
    from optimizer.cli.progress import progress
    from optimizer.report.folder import refuse_unwritable
    from optimizer.report.robust_files import MARK, robust_record, write_robust
    from optimizer.report.robust_text import robust_text

    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    warn_of_place(out, instance)
    found = read(instance, overrides)
    with progress("solving") as say:
        result = robust(found, goals or GOALS, alpha=alpha, progress=say)
    with progress("writing"):
        write_robust(result, out, overwrite=overwrite)
    if as_json:
        print_json(robust_record(result))
    else:
        click.echo(robust_text(result, out))
    return 0
