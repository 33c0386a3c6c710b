"""`reclaim diff INSTANCE A B`: two plans side by side."""

from __future__ import annotations

from pathlib import Path

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


@click.command("diff")
@instance_argument
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@out_option(required=False, help_text="Folder for diff.json, transitions.csv and moves.csv.")
@overwrite_option
@set_option
@json_option
def diff_command(
    instance: str, first: Path, second: Path, out: Path | None, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Tell what differs from plan A to plan B of INSTANCE.

    Hectares moved between uses, where, and worth how much; each change in its unit and in percent
    of the old value. A and B are tables of parcel, use, method, period, source and area_ha, or
    result folders. Nothing is solved.
    """
    from optimizer.analysis.diff import diff
    from optimizer.cli.progress import progress
    from optimizer.report.diff_files import MARK, write_diff
    from optimizer.report.diff_text import diff_text
    from optimizer.report.folder import refuse_unwritable

    if out is not None:
        refuse_unwritable(out, overwrite=overwrite, mark=MARK)
        warn_of_place(out, instance)
    found_instance = read(instance, overrides)
    with progress("comparing"):
        found = diff(found_instance, first, second)
    if out is not None:
        write_diff(found, out, overwrite=overwrite)
    if as_json:
        print_json(found.record())
    else:
        click.echo(diff_text(found))
        if out is not None:
            click.echo(f"\nWritten to {out}")
    return 0
