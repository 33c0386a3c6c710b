"""`reclaim verify OUT [INSTANCE]`: recompute the proof from the files alone."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import json_option, print_json


@click.command("verify")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("instance", metavar="[INSTANCE]", required=False)
@json_option
def verify_command(out: Path, instance: str | None, as_json: bool) -> int:
    """Recompute the certificate of the result OUT from its files, without a solver.

    With INSTANCE, also hold the result against that instance. Exit code 1 if plan, prices,
    summary or instance do not belong together or the proof does not hold.
    """
    from optimizer.analysis.verify import verify
    from optimizer.cli.progress import progress
    from optimizer.report.verdict import verdict_record, verdict_text
    from optimizer.report.what_it_is import refuse_no_solve

    if not out.is_dir():
        message = f"{out} is no result folder."
        raise click.UsageError(message)
    refuse_no_solve(out)
    with progress("verifying"):
        verdict = verify(out, instance)
    if as_json:
        print_json(verdict_record(verdict))
    else:
        click.echo(verdict_text(verdict, out))
    return 0 if verdict.holds else 1
