"""`reclaim init PLACE --region REGION`: a commented instance to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import json_option, print_json

SUFFIX = ".xlsx"


@click.command("init")
@click.argument("place", metavar="DIR|FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--region", metavar="REGION", required=True,
              help="Coefficient library to inherit from, such as loess-plateau.")
@click.option("--xlsx", is_flag=True,
              help="One Excel workbook instead of a folder of tables (a name that ends in .xlsx "
                   "means the same).")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en",
              help="Language of sheets, headers and notes of a workbook.")
@json_option
def init_command(place: Path, region: str, xlsx: bool, lang: str, as_json: bool) -> int:
    """Write a commented instance into a new or empty folder DIR, or into one new workbook.

    It solves as it stands.
    """
    workbook = xlsx or place.suffix.lower() == SUFFIX
    if workbook:
        written = _workbook(place, region, lang)
    elif lang != "en":
        message = "--lang is for workbooks. Add --xlsx, or leave it out."
        raise click.UsageError(message)
    else:
        written = _folder(place, region)
    if as_json:
        print_json({"workbook" if workbook else "folder": str(written), "region": region})
    else:
        click.echo("\n".join(_next_lines(written)))
    return 0


def _folder(folder: Path, region: str) -> Path:
    """Write a folder that is new or empty."""
    from optimizer.instance.template import init_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} holds something already. Name a new or an empty folder."
        raise click.UsageError(message)
    return init_folder(folder, region)


def _workbook(place: Path, region: str, lang: str) -> Path:
    """Write a workbook that is not there yet."""
    from optimizer.instance.workbook.sheets import init_workbook

    path = place if place.suffix.lower() == SUFFIX else place.with_name(place.name + SUFFIX)
    if path.exists():
        message = f"{path} exists. Name a new file."
        raise click.UsageError(message)
    return init_workbook(path, region, "zh" if lang == "zh" else "en")


def _next_lines(written: Path) -> list[str]:
    """What to do with the new instance."""
    from optimizer.report.commands import quoted
    from optimizer.report.figures import columns

    called = quoted(str(written))
    return [f"{written} is an example to fill in. Next:", *columns([
        ("reclaim schema parcels", "what each column means"),
        (f"reclaim validate {called}", "what is still wrong"),
        (f"reclaim solve {called} -o OUT", "the plan"),
    ], "<<")]
