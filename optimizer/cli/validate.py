"""`reclaim validate INSTANCE`: all findings, before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from optimizer.cli.common import instance_argument, json_option, print_json, set_option

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


@click.command("validate")
@instance_argument
@set_option
@json_option
def validate_command(instance: str, overrides: tuple[str, ...], as_json: bool) -> int:
    """List everything that is wrong with INSTANCE; exit code 3 if it cannot be used."""
    from optimizer.cli.failures import finding_record
    from optimizer.cli.progress import progress
    from optimizer.instance.findings import describe
    from optimizer.instance.read import read_instance

    with progress("reading"):
        found = read_instance(instance, overrides)
    findings = found.warnings
    if as_json:
        print_json({"status": "fine", "instance": found.name, "sha256": found.sha256,
                    "findings": [finding_record(f) for f in findings]})
        return 0
    click.echo(sizes(found))
    if findings:
        count = len(findings)
        click.echo(f"{count} warning{'s' if count > 1 else ''}:\n{describe(findings, 100)}")
    return 0


def sizes(instance: Instance) -> str:
    """One line that says what was read."""
    practices, limits = instance.practices, instance.table("limits")
    parts = [
        (instance.land.count, "parcel"), (len(practices.uses), "use"),
        (practices.count, "method"), (instance.calendar.count, "period"),
        (instance.topsoil.count, "topsoil source"), (0 if limits is None else len(limits), "limit"),
    ]
    counted = ", ".join(f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in parts)
    return f"{instance.name}: fine. {counted}; {instance.land.area_i.sum():,.1f} ha."
