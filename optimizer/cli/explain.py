"""`reclaim explain INSTANCE`: why it is infeasible and the ways out; why a parcel has its use."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: File that marks a folder as a result of `explain`.
MARK = "explain.json"


class Weight(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A limit and its weight: `LIMIT=3`."""

    name = "limit=weight"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Split at the last `=`; anything but a number above 0 behind it is refused."""
        limit, _, number = str(value).rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if not limit or not math.isfinite(weight) or weight <= 0.0:
            self.fail(f"{value!r} is no weight. Write LIMIT=3: a number above 0.", param, ctx)
        return limit.strip(), weight


@click.command("explain")
@instance_argument
@click.option("--parcel", metavar="ID", help="Explain one parcel instead: its uses, its choice.")
@click.option("--plan", "of_plan", is_flag=True,
              help="Explain the optimum instead: what keeps land out, thin choices, what limits "
                   "do and which pull against each other.")
@click.option("--keep", metavar="LIMIT", multiple=True,
              help="A limit that is not to be touched; repeatable.")
@click.option("--weight", "weights", type=Weight(), metavar="LIMIT=W", multiple=True,
              help="How much dearer than others a relative change of a limit is; repeatable.")
@out_option(required=False,
            help_text="Folder for explain.json, what may become of every parcel, and plans.")
@overwrite_option
@set_option
@json_option
def explain_command(
    instance: str, parcel: str | None, of_plan: bool, keep: tuple[str, ...],
    weights: tuple[tuple[str, float], ...], out: Path | None, overwrite: bool,
    overrides: tuple[str, ...], as_json: bool,
) -> int:
    """Say why INSTANCE has no plan, which limits are in conflict, and the smallest ways out.

    Each way out names new values of limits as --set texts, and the plan they lead to. Where there
    is a plan, says how far each limit is from breaking it. Exit code 0 either way: an explanation
    was asked for and given; `feasible` in explain.json says which it was.
    """
    from optimizer.report.folder import refuse_unwritable

    if (parcel is not None or of_plan) and (keep or weights or out is not None):
        message = "--parcel and --plan explain an optimum; --keep, --weight and -o are for limits."
        raise click.UsageError(message)
    if parcel is not None and of_plan:
        message = "Give either --parcel or --plan."
        raise click.UsageError(message)
    if out is not None:
        refuse_unwritable(out, overwrite=overwrite, mark=MARK)
        warn_of_place(out, instance)
    found = read(instance, overrides)
    if parcel is not None:
        return _explain_parcel(found, parcel, as_json=as_json)
    if of_plan:
        return _explain_plan(found, as_json=as_json)
    return _explain_limits(found, instance, keep, dict(weights), out, overwrite=overwrite,
                           as_json=as_json)


def _explain_limits(
    instance: Instance, name: str, keep: tuple[str, ...], weights: dict[str, float],
    out: Path | None, *, overwrite: bool, as_json: bool,
) -> int:
    """Explain the limits, print it, and write it where asked."""
    from optimizer.analysis.explain.explain import explain
    from optimizer.cli.progress import progress
    from optimizer.report.explanation import explanation_text, write_explanation

    with progress("explaining") as say:
        explanation = explain(instance, keep, weights, progress=say)
    if out is not None:
        with progress("writing"):
            write_explanation(instance, explanation, out, overwrite=overwrite)
    if as_json:
        print_json(explanation.record())
    else:
        click.echo(explanation_text(instance, explanation, name, out))
    return 0


def _explain_plan(instance: Instance, *, as_json: bool) -> int:
    """Explain the optimum and print it; without one the exit is that of `solve`."""
    from optimizer.analysis.explain.plan import explain_plan
    from optimizer.cli.progress import progress
    from optimizer.report.explain_choice import plan_text

    with progress("explaining") as say:
        explanation = explain_plan(instance, progress=say)
    if as_json:
        print_json(explanation.record())
    else:
        click.echo(plan_text(explanation))
    return 0


def _explain_parcel(instance: Instance, parcel: str, *, as_json: bool) -> int:
    """Explain one parcel and print it."""
    from optimizer.analysis.explain.parcel import explain_parcel, parcel_record
    from optimizer.cli.progress import progress
    from optimizer.report.explain_parcel import parcel_text

    with progress("explaining"):
        explanation = explain_parcel(instance, parcel)
    if as_json:
        print_json(parcel_record(explanation))
    else:
        click.echo(parcel_text(explanation))
    return 0
