"""`--log FILE`: the steps of a decomposition or of the first-order method, as they happen.

They are lines of a CSV file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from optimizer.solve.decomposition.log import Step


@contextlib.contextmanager
def step_log(path: Path | None) -> Iterator[Callable[[Step], None] | None]:
    """Open the log; None where none was asked for.

    Yields
    ------
    Callable
        Writes a step. A run that takes no such steps leaves the header alone, and says so.
    """
    if path is None:
        yield None
        return
    from optimizer.solve.decomposition.log import Step

    _refuse_others(path, Step.header())
    try:
        file = path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"--log {path} cannot be written: {error.strerror}."
        raise click.UsageError(message) from None
    with file:
        steps: list[int] = []

        def write(step: Step) -> None:
            steps.append(step.iteration)
            file.write(step.line() + "\n")
            file.flush()

        file.write(Step.header() + "\n")
        yield write
    if not steps:
        click.echo(f"{path} has no steps: no engine that takes steps took part; --engine "
                   "decomposition or first-order asks for one", err=True)


def _refuse_others(path: Path, header: str) -> None:
    """Refuse a file that is no earlier log; what is no file at all, such as a pipe, may be."""
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            start = file.read(len(header) + 1)
    except OSError:
        start = b"?"
    if start not in (b"", f"{header}\n".encode()):
        message = (f"--log {path} exists and is no earlier log: it is not replaced. Name another "
                   "file.")
        raise click.UsageError(message)
