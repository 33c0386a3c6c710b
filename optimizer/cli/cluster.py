"""`--scheduler ADDRESS`: work shared out over a Dask cluster."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import click

from optimizer.cli.common import Function

#: Address of a Dask scheduler; one without a port leaves a half-made client behind.
ADDRESS = re.compile(r"([a-z]+://)?\S+:\d+")


def scheduler_option(what: str) -> Callable[[Function], Function]:
    """Return the option --scheduler, for whatever the workers solve."""
    return click.option(
        "--scheduler", metavar="ADDRESS",
        help=f"Address of a Dask scheduler (tcp://host:port) whose workers solve the {what}.")


@contextlib.contextmanager
def executor_at(scheduler: str | None) -> Iterator[Any]:
    """Connect to a Dask cluster, if one is named; None where none is.

    Raises
    ------
    click.UsageError
        Where the address is none, nobody answers there, or the extra is not installed.
    """
    if scheduler is None:
        yield None
        return
    if not ADDRESS.fullmatch(scheduler):
        message = f"{scheduler!r} is no address of a scheduler. Write tcp://host:port."
        raise click.UsageError(message)
    try:
        import distributed
    except ImportError:
        message = ("--scheduler needs the extra `cluster`: pip install "
                   "\"reclaim-optimizer[cluster]\"")
        raise click.UsageError(message) from None
    try:
        connect: Any = distributed.Client
        client = connect(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at {scheduler}: {error}"
        raise click.UsageError(message) from None
    with client:
        yield client
