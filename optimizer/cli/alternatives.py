"""`reclaim alternatives INSTANCE --within 1% -o OUT`: other plans that lose little."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import (
    Positive,
    Share,
    instance_argument,
    json_option,
    out_option,
    overwrite_option,
    print_json,
    read,
    set_option,
    warn_of_place,
)

WHOLE = ("Alternatives are for linear programs, where parcels may be shared between uses: with "
         "whole parcels neither the ranges nor the differences could be proven. Leave "
         "--whole-parcels away.")


@click.command("alternatives")
@instance_argument
@click.option("--within", type=Share(), default="1%", show_default=True,
              help="Share of the optimum that a plan may lose (0.01 or 1%); 0 for ties only.")
@click.option("--within-absolute", type=Positive(), metavar="AMOUNT",
              help="The same in the unit of the objective; the larger of the two holds.")
@click.option("--count", type=click.IntRange(0, 100), default=5, show_default=True,
              help="How many plans to look for at most.")
@click.option("--least-difference", type=Positive(), metavar="HA",
              help="Hectares of land whose use differs at least from every other plan (default: "
                   "1 % of all land).")
@click.option("--whole-parcels", is_flag=True, hidden=True)
@out_option(help_text="Folder for a result folder of each plan, ranges and parcels.")
@overwrite_option
@set_option
@json_option
def alternatives_command(
    instance: str, within: float, within_absolute: float | None, count: int,
    least_difference: float | None, whole_parcels: bool, out: Path, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Find plans of INSTANCE that differ most and lose little, and what all of them share.

    Writes a result folder for each plan, the proven range of every use and zone over all plans
    within the loss, and for every parcel whether its use is always the same, depends, or never is.
    """
    from optimizer.analysis.alternatives.alternatives import alternatives
    from optimizer.cli.progress import progress
    from optimizer.report.alternatives_files import MARK, alternatives_record, write_alternatives
    from optimizer.report.alternatives_text import alternatives_text
    from optimizer.report.folder import refuse_unwritable

    if whole_parcels:
        raise click.UsageError(WHOLE)
    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    warn_of_place(out, instance)
    found = read(instance, overrides)
    with progress("solving") as say:
        result = alternatives(found, within, within_absolute=within_absolute or 0.0, count=count,
                              least_difference_ha=least_difference, progress=say)
    with progress("writing"):
        write_alternatives(result, out, overwrite=overwrite)
    if as_json:
        print_json(alternatives_record(result))
    else:
        click.echo(alternatives_text(result, out))
    return 0
