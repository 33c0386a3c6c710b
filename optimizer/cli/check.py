"""`reclaim check INSTANCE PLAN`: judge any plan, without any LP."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import instance_argument, json_option, print_json, read, set_option


@click.command("check")
@instance_argument
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@set_option
@json_option
def check_command(instance: str, plan: Path, overrides: tuple[str, ...], as_json: bool) -> int:
    """Judge PLAN, a table of parcel, use, method, period, source and area_ha, against INSTANCE.

    Prints its accounts, its carbon terms, and each broken rule in words; exit code 1 if it breaks
    any. Nothing is solved.
    """
    from optimizer.analysis.check import check_plan
    from optimizer.cli.progress import progress
    from optimizer.instance.plan_file import read_plan
    from optimizer.report.judgement import judgement_record, judgement_text

    found = read(instance, overrides)
    with progress("checking"):
        table = read_plan(plan, found)
        judgement = check_plan(found, table.frame(), plan.name)
    if as_json:
        print_json(judgement_record(judgement))
    else:
        click.echo(judgement_text(judgement, found, plan.name))
    return 0 if judgement.allowed else 1
