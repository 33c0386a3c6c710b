"""`reclaim schema [TABLE]`: the tables of an instance, or with --outputs those of a result."""

from __future__ import annotations

import sys
from collections.abc import Collection

import click

from optimizer.cli.common import json_option, print_json


@click.command("schema")
@click.argument("table", required=False)
@click.option("--outputs", is_flag=True, help="Describe the files of a result folder instead.")
@json_option
def schema_command(table: str | None, outputs: bool, as_json: bool) -> int:
    """Describe every column of TABLE (or of all tables): unit, range, when needed, meaning."""
    if outputs:
        _outputs(table, as_json)
    else:
        _inputs(table, as_json)
    return 0


def _outputs(name: str | None, as_json: bool) -> None:
    """Print the declaration of the result files."""
    from optimizer.report.output_schema import BY_NAME, outputs_records, outputs_text

    chosen = [file for file in BY_NAME
              if name is None or name in (file, file.partition(".")[0].strip("/"))]
    if not chosen:
        _refuse(str(name), BY_NAME)
    if as_json:
        print_json([record for record in outputs_records() if record["file"] in chosen])
    else:
        click.echo(outputs_text(tuple(chosen)))


def _inputs(name: str | None, as_json: bool) -> None:
    """Print the declaration of the instance tables."""
    from optimizer.instance.describe import described_names, schema_record, schema_text

    if name is not None and name not in described_names():
        _refuse(name, described_names())
    if as_json:
        print_json(schema_record(name))
    elif name is not None and sys.stdout.isatty():
        # A table of Markdown is too wide to read at a terminal; piped, it is a document.
        from optimizer.report.schema_words import schema_words

        click.echo(schema_words(name))
    else:
        click.echo(schema_text(name))


def _refuse(name: str, known: Collection[str]) -> None:
    """Name the nearest known one."""
    from optimizer.instance.nearest import advice

    message = f"No table `{name}`. {advice(name, known, 'Known: ' + ', '.join(known))}"
    raise click.UsageError(message)
