"""Arguments, options and small acts that several commands share."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

Function = TypeVar("Function", bound=Callable[..., Any])

instance_argument = click.argument("instance", metavar="INSTANCE")

set_option = click.option(
    "--set", "overrides", metavar="PATH=VALUE", multiple=True,
    help="Change a value for this run, such as \"limits[budget].value*=1.1\" or "
         "instance.horizon_years=40; repeatable.")

json_option = click.option("--json", "as_json", is_flag=True,
                           help="Print one JSON document for machines.")


def out_option(required: bool = True, help_text: str = "Result folder.") -> Callable[
    [Function], Function]:
    """Return the option -o OUT."""
    return click.option("-o", "--out", "out", metavar="OUT", required=required, help=help_text,
                        type=click.Path(path_type=Path))


overwrite_option = click.option("--overwrite", is_flag=True,
                                help="Replace an earlier result, once the new one is complete.")


class Share(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A share from 0 to below 1: `0.01` or `1%`."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a share; anything else is refused."""
        text = str(value).strip()
        try:
            share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            share = math.nan
        if not 0 <= share < 1:
            self.fail(f"{text!r} is no share below 1. Write 0.01 or 1%.", param, ctx)
        return share


class Positive(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A number above 0."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a number; anything that is not above 0 and finite is refused."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number <= 0:
            self.fail(f"{value!r} is no number above 0.", param, ctx)
        return number


def read(
    instance: str, overrides: Sequence[str], seconds: dict[str, float] | None = None
) -> Instance:
    """Read an instance and name its warnings on stderr; the phases' times go into `seconds`.

    The warnings are told in full by `validate`; here a line of what and where is enough.
    """
    from optimizer.cli.progress import progress
    from optimizer.instance.read import read_instance
    from optimizer.report.commands import command

    asked = click.get_current_context(silent=True)
    if asked is not None and isinstance(asked.obj, dict):
        asked.obj["explain"] = command("explain", instance, own=overrides)
    with progress("reading"):
        found = read_instance(instance, overrides, seconds)
    if found.warnings:
        named = dict.fromkeys(f"{warning.rule} ({warning.file})" for warning in found.warnings)
        count = len(found.warnings)
        click.echo(f"{count} warning{'s' if count > 1 else ''}: {', '.join(named)}; "
                   f"`{command('validate', instance, own=overrides)}` tells more", err=True)
    return found


def warn_of_place(out: Path, instance: str) -> None:
    """Warn of a result inside the instance it is the result of, where it would be in the way."""
    from optimizer.report.commands import quoted

    folder = Path(instance)
    if folder.is_dir() and folder.resolve() in out.resolve().parents:
        better = quoted(str(folder.parent / f"{folder.resolve().name}-{out.name}"))
        click.echo(f"Warning: {out} lies inside the instance {folder}. A folder beside it, such "
                   f"as\n  -o {better}\nkeeps what you wrote and what was worked out apart.",
                   err=True)


def print_json(record: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))
