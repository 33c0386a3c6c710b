"""`reclaim compare INSTANCE ACTUAL`: an actual plan against the optimum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.cluster import executor_at, scheduler_option
from optimizer.cli.common import (
    Positive,
    instance_argument,
    json_option,
    out_option,
    overwrite_option,
    print_json,
    read,
    set_option,
    warn_of_place,
)

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance


class Tolerance(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """How near to the curve, from 0 (all its breakpoints) to below 1."""

    name = "tolerance"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a number from 0 to below 1; anything else is refused."""
        try:
            number = float(str(value))
        except ValueError:
            number = -1.0
        if not 0.0 <= number < 1.0:
            self.fail(f"{value!r} is no tolerance. Write 1e-6, or 0 for all breakpoints.", param,
                      ctx)
        return number


@click.command("compare")
@instance_argument
@click.argument("actual", metavar="ACTUAL", type=click.Path(path_type=Path))
@out_option(help_text="Folder for gap.json, tables, plans and pictures.")
@click.option("--use-map", metavar="MAP", type=click.Path(path_type=Path),
              help="Table of code and use, where ACTUAL names uses by land-class codes.")
@click.option("--use-field", metavar="FIELD",
              help="ACTUAL is a polygon layer, and this field of it names the land class.")
@click.option("--changes", "changes_ha", type=Positive(), metavar="HA",
              help="List what to change if only so many hectares may.")
@click.option("--tolerance", type=Tolerance(), metavar="T",
              help="How near the gain curve is traced, relative; 0 for all breakpoints. Without "
                   "it: all on small instances, 1e-6 on others.")
@scheduler_option("programs of the comparison")
@overwrite_option
@set_option
@json_option
def compare_command(
    instance: str, actual: Path, out: Path, use_map: Path | None, use_field: str | None,
    changes_ha: float | None, tolerance: float | None, scheduler: str | None, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Hold ACTUAL, what was or will be done, against the best plan for INSTANCE.

    Tells which rules it breaks, how far it is from the optimum, what the gap is made of (method,
    layout, structure, scale; and by rule and parcel), and what to change first. ACTUAL is a table
    of parcel, use, method, period, source, area_ha and fixed; what is blank is completed. With
    --use-field it is a land-use layer, laid over the outlines of the parcels.
    """
    from optimizer.analysis.compare.changes import changes_at
    from optimizer.analysis.compare.compare import compare
    from optimizer.cli.progress import progress
    from optimizer.report.compare_files import MARK, write_comparison
    from optimizer.report.compare_text import comparison_text
    from optimizer.report.folder import refuse_unwritable

    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    warn_of_place(out, instance)
    found = read(instance, overrides)
    with executor_at(scheduler) as executor, progress("comparing") as say:
        given = actual if use_field is None else _overlaid(found, actual, use_field)
        comparison = compare(found, given, use_map=use_map, executor=executor, progress=say)
        curve = comparison.gain_curve(tolerance, say)
        changes = None if changes_ha is None else changes_at(curve, changes_ha)
    with progress("writing"):
        record = write_comparison(comparison, curve, out, changes, overwrite=overwrite)
    if as_json:
        print_json(record)
    else:
        click.echo(comparison_text(comparison, curve, changes, instance, str(actual), out))
    return 0


def _overlaid(instance: Instance, layer: Path, field: str) -> pd.DataFrame:
    """Plan of a land-use layer; what is odd about it is told on stderr."""
    from optimizer.geo.extra import ExtraMissing
    from optimizer.geo.overlay import overlaid_plan

    try:
        plan, findings = overlaid_plan(instance, layer, field)
    except ExtraMissing as error:
        raise click.UsageError(str(error)) from error
    for finding in findings:
        click.echo(str(finding), err=True)
    return plan
