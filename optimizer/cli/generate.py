"""`reclaim generate --parcels N --seed S -o DIR`: a synthetic instance of any size."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.common import json_option, out_option, overwrite_option, print_json

if TYPE_CHECKING:
    from optimizer.generate.size import Size

#: Record of what was asked for, and of the files that came of it.
MARK = "generate.json"


@click.command("generate")
@click.option("--parcels", type=click.IntRange(1), required=True, help="Number of parcels.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True,
              help="The same seed gives the same files.")
@click.option("--uses", type=click.IntRange(1), help="Number of uses.")
@click.option("--methods", type=click.IntRange(1), help="Number of methods of each use.")
@click.option("--periods", type=click.IntRange(1), help="Number of periods.")
@click.option("--sources", type=click.IntRange(1), help="Number of topsoil sources.")
@out_option(help_text="Folder of the new instance.")
@overwrite_option
@json_option
def generate_command(
    parcels: int, seed: int, uses: int | None, methods: int | None, periods: int | None,
    sources: int | None, out: Path, overwrite: bool, as_json: bool,
) -> int:
    """Make a synthetic instance: dumps with benches, smooth attributes, limits that bind.

    It is feasible for every seed, and invented throughout.
    """
    from optimizer.cli.progress import progress
    from optimizer.cli.validate import sizes
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.instance.write import write_instance
    from optimizer.report.folder import refuse_unwritable, whole_folder

    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    counts = {"uses": uses, "methods": methods, "periods": periods, "sources": sources}
    given = {name: count for name, count in counts.items() if count is not None}
    with progress("generating"), whole_folder(out, overwrite=overwrite, mark=MARK) as folder:
        size = Size(parcels, seed, **given)
        made = generate_instance(size)
        write_instance(made, folder)
        _record(size, folder)
    if as_json:
        print_json({"instance": str(out), "parcels": made.land.count, "sha256": made.sha256})
    else:
        click.echo(f"{sizes(made)}\nWritten to {out}")
    return 0


def _record(size: Size, folder: Path) -> None:
    """Say what the instance was made from, so that it can be made again."""
    from optimizer.version import __version__

    record = {"command": "generate", "version": __version__, **asdict(size)}
    (folder / MARK).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8",
                               newline="\n")
