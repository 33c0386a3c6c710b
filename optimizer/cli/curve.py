"""`reclaim curve INSTANCE PATH [PATH2]`: the optimum as a function of one number, or of two."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.common import (
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

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Up to so many options every breakpoint is found if no tolerance is given, above to TOLERANCE.
EXACT_UP_TO_OPTIONS = 10_000
TOLERANCE = 1e-4


@click.command("curve")
@instance_argument
@click.argument("path", metavar="PATH")
@click.argument("second", metavar="[PATH2]", required=False)
@click.option("--tolerance", type=Share(), metavar="T",
              help="Gap to be left between what is reached and what cannot be passed, relative to "
                   "the size of the curve; 0 finds every breakpoint. Without it 0 up to 10,000 "
                   "options, 0.0001 above, 0.001 over the boundary of 2,000 parcels or more.")
@click.option("--from", "lower", type=float, help="Where to start; else the least value with a "
                                                  "plan.")
@click.option("--to", "upper", type=float, help="Where to end; else where it stops to matter.")
@click.option("--shift", is_flag=True,
              help="Shift the rows of a limit instead of changing its value: exact for shares and "
                   "averages too.")
@click.option("--most-solves", type=click.IntRange(min=2), metavar="N",
              help="Stop after N solves, and say what gap is left.")
@click.option("--whole-parcels", is_flag=True, help="Refused: says why.")
@out_option(required=False, help_text="Folder for the table, the proof and the pictures.")
@overwrite_option
@set_option
@json_option
def curve_command(
    instance: str, path: str, second: str | None, tolerance: float | None, lower: float | None,
    upper: float | None, shift: bool, most_solves: int | None, whole_parcels: bool,
    out: Path | None, overwrite: bool, overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Say what INSTANCE wins at every value of PATH: all breakpoints, and what each unit is worth.

    PATH is the name of a limit, a path as --set takes it (sources[K,T].supply_m3), objective.cost
    for the front between sink and cost, boundary for that between sink and compactness, or a path
    with a * behind it for a factor. A second PATH makes it a surface on a grid.
    """
    from optimizer.report.curve_files import MARK
    from optimizer.report.folder import refuse_unwritable

    _refuse(second, tolerance, lower, upper, shift=shift, whole_parcels=whole_parcels)
    if out is not None:
        refuse_unwritable(out, overwrite=overwrite, mark=MARK)
        warn_of_place(out, instance)
    found = read(instance, overrides)
    if second is not None:
        return _surface(found, path, second, out, overwrite=overwrite, as_json=as_json)
    return _curve(found, path, (lower, upper), tolerance, most_solves, out, shift=shift,
                  overwrite=overwrite, as_json=as_json)


def _refuse(
    second: str | None, tolerance: float | None, lower: float | None, upper: float | None, *,
    shift: bool, whole_parcels: bool,
) -> None:
    """Refuse what does not go together."""
    if whole_parcels:
        message = ("Whole parcels have no such curve: between two plans of whole parcels nothing "
                   "can be proven by prices. Sweep the values instead, or leave it away.")
        raise click.UsageError(message)
    if second is not None and (shift or tolerance is not None or (lower, upper) != (None, None)):
        message = "--shift, --tolerance, --from and --to are for one PATH, not for a surface."
        raise click.UsageError(message)
    ends = [end for end in (lower, upper) if end is not None]
    if not all(math.isfinite(end) for end in ends) or (len(ends) == 2 and ends[0] > ends[1]):
        message = "--from and --to are numbers, --from not above --to."
        raise click.UsageError(message)


def _curve(
    instance: Instance, path: str, ends: tuple[float | None, float | None],
    tolerance: float | None, most_solves: int | None, out: Path | None, *, shift: bool,
    overwrite: bool, as_json: bool,
) -> int:
    """Trace one curve, print it, and write it where asked."""
    from optimizer.analysis.curve.boundary import NAMES
    from optimizer.analysis.curve.curve import value_curve
    from optimizer.analysis.curve.layouts import curve_announcement
    from optimizer.cli.progress import progress
    from optimizer.report.curve_files import write_curve
    from optimizer.report.curve_text import curve_text

    expected = curve_announcement(instance, over_boundary=path.strip() in NAMES)
    if expected:
        click.echo(expected, err=True)
    with progress("tracing the curve") as say:
        chosen = _tolerance(instance, path) if tolerance is None else tolerance
        curve = value_curve(instance, path, chosen, lower=ends[0], upper=ends[1], shift=shift,
                            most_solves=most_solves, progress=say)
        if out is not None:
            write_curve(curve, out, overwrite=overwrite)
    if as_json:
        print_json(curve.record())
    else:
        click.echo(curve_text(curve, out))
    return 0


def _tolerance(instance: Instance, path: str) -> float:
    """Tolerance for the size of the instance."""
    from optimizer.analysis.curve.boundary import NAMES, boundary_parameter
    from optimizer.analysis.curve.layouts import LEAST_TOLERANCE, is_large
    from optimizer.options.enumerate import options_of

    if path in NAMES and is_large(boundary_parameter(instance).instance):
        return LEAST_TOLERANCE
    return 0.0 if options_of(instance).count <= EXACT_UP_TO_OPTIONS else TOLERANCE


def _surface(
    instance: Instance, first: str, second: str, out: Path | None, *, overwrite: bool,
    as_json: bool,
) -> int:
    """Solve over a grid, print it, and write it where asked."""
    from optimizer.analysis.curve.surface import value_surface
    from optimizer.cli.progress import progress
    from optimizer.report.curve_files import write_surface
    from optimizer.report.curve_text import surface_text

    with progress("solving the grid") as say:
        surface = value_surface(instance, first, second, progress=say)
        if out is not None:
            write_surface(surface, out, overwrite=overwrite)
    if as_json:
        print_json(surface.record())
    else:
        click.echo(surface_text(surface, out))
    return 0
