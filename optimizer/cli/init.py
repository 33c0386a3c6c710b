"""`reclaim init DIR --region REGION`: a commented instance to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import json_option, print_json


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--region", metavar="REGION", required=True,
              help="Coefficient library to inherit from, such as loess-plateau.")
@json_option
def init_command(folder: Path, region: str, as_json: bool) -> int:
    """Write a commented instance into DIR, a new or empty folder. It solves as it stands."""
    from optimizer.instance.template import init_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} holds something already. Name a new or an empty folder."
        raise click.UsageError(message)
    written = init_folder(folder, region)
    if as_json:
        print_json({"folder": str(written), "region": region})
    else:
        click.echo("\n".join(_next_lines(written)))
    return 0


def _next_lines(written: Path) -> list[str]:
    """What to do with the new folder."""
    from optimizer.report.commands import quoted
    from optimizer.report.figures import columns

    called = quoted(str(written))
    return [f"{written} is an example to fill in. Next:", *columns([
        ("reclaim schema parcels", "what each column means"),
        (f"reclaim validate {called}", "what is still wrong"),
        (f"reclaim solve {called} -o OUT", "the plan"),
    ], "<<")]
