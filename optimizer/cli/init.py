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

    written = init_folder(folder, region)
    if as_json:
        print_json({"folder": str(written), "region": region})
        return 0
    click.echo(f"{written} is an example to fill in. Next:\n"
               f"  reclaim schema parcels          what each column means\n"
               f"  reclaim validate {written}   what is still wrong\n"
               f"  reclaim solve {written} -o OUT")
    return 0
