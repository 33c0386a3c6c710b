"""`reclaim prices INSTANCE`: what limits and topsoil are worth, and how far that holds."""

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


@click.command("prices")
@instance_argument
@click.option("--only", metavar="NAME", multiple=True,
              help="Price only this limit or topsoil source; repeatable.")
@click.option("--whole-parcels", is_flag=True, help="Refused: says why.")
@out_option(required=False, help_text="Folder for the tables.")
@overwrite_option
@set_option
@json_option
def prices_command(
    instance: str, only: tuple[str, ...], whole_parcels: bool, out: Path | None, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Price every limit of INSTANCE that binds and all topsoil, on either side.

    Each price comes with the range in which it holds and with what 1, 5 and 10 % more or less
    would bring, solved again. Money limits also give the cost of a tonne.
    """
    from optimizer.analysis.prices.prices import prices
    from optimizer.cli.progress import progress
    from optimizer.report.folder import refuse_unwritable
    from optimizer.report.prices_files import MARK, write_prices
    from optimizer.report.prices_text import prices_text

    if whole_parcels:
        message = ("Whole parcels have no prices: a price is the slope of a linear program, in "
                   "which parcels may be divided. Leave it away.")
        raise click.UsageError(message)
    if out is not None:
        refuse_unwritable(out, overwrite=overwrite, mark=MARK)
        warn_of_place(out, instance)
    found = read(instance, overrides)
    with progress("pricing") as say:
        table = prices(found, only, progress=say)
        if out is not None:
            write_prices(table, out, overwrite=overwrite)
    if as_json:
        print_json(table.record())
    else:
        click.echo(prices_text(table, out))
    return 0
