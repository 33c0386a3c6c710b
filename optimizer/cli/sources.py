"""`reclaim sources INSTANCE`: what the numbers of the plan rest on."""

from __future__ import annotations

import click

from optimizer.cli.common import instance_argument, json_option, print_json, read, set_option


@click.command("sources")
@instance_argument
@click.option("--all", "every", is_flag=True, help="List every number, not only the weightiest.")
@set_option
@json_option
def sources_command(
    instance: str, every: bool, overrides: tuple[str, ...], as_json: bool
) -> int:
    """Solve INSTANCE and show what its plan rests on.

    Each number with its source and standing (read, second-hand, derived, assumed), the weightiest
    first, and the share of the carbon that rests on assumptions.
    """
    from optimizer.analysis.rests_on import rests_on
    from optimizer.cli.progress import progress
    from optimizer.report.foundations import foundations_record, foundations_text
    from optimizer.solve.engine import solve

    found = read(instance, overrides)
    with progress("solving") as say:
        rests = rests_on(solve(found, progress=say))
    if as_json:
        print_json(foundations_record(rests))
    else:
        click.echo(foundations_text(rests, found, every=every))
    return 0
