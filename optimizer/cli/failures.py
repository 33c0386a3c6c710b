"""Errors -> exit codes and words, on stderr; with --json also on stdout for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.report.folder import OutputRefused, reason_of
from optimizer.report.written import PREFIX
from optimizer.solve.errors import WAYS_OUT, Infeasible, SolverFault, Stopped

#: What to do when the time was not enough for any plan.
AFTER_STOP = (
    "Nothing was written. Allow a longer --time-limit, or make the task smaller: without\n"
    "--whole-parcels or with a wider --gap, with fewer methods, periods or topsoil sources to "
    "choose\nfrom, or with parcels joined.")

USAGE, REFUSED, INFEASIBLE, STOPPED, UNEXPECTED = 2, 3, 4, 5, 70


def told(error: Exception, *, as_json: bool, explain: str = "") -> int:
    """Tell an error and return the exit code it means.

    Parameters
    ----------
    error
        What was raised.
    as_json
        Whether machines listen on stdout.
    explain
        Command that explains the instance that was asked about, where one was read.
    """
    code, status, extra = _meaning(error)
    if isinstance(error, click.ClickException):
        error.show()
    elif code == UNEXPECTED:
        click.echo(f"Unexpected {type(error).__name__}: {_first_line(error)}", err=True)
        click.echo("This should not happen. Please report it with what `reclaim --debug ...` "
                   "shows.", err=True)
    else:
        click.echo(_words(error, explain), err=True)
    if as_json:
        record = {"status": status, "exit": code, "message": _first_line(error), **extra}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    return code


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as a plain record."""
    return {"severity": finding.severity, "file": finding.file, "row": finding.row,
            "column": finding.column, "rule": finding.rule, "seen": finding.seen,
            "expected": finding.expected, "do": finding.do}


def _meaning(error: Exception) -> tuple[int, str, dict[str, Any]]:
    """Exit code, status word and further fields of an error."""
    if isinstance(error, InstanceRefused):
        return REFUSED, "refused", {"findings": [finding_record(f) for f in error.findings]}
    if isinstance(error, Infeasible):
        return INFEASIBLE, "infeasible", {"reasons": list(error.reasons)}
    if isinstance(error, Stopped):
        return STOPPED, "stopped", {}
    if isinstance(error, SolverFault):
        return STOPPED, "solver_fault", {}
    if isinstance(error, click.ClickException | OutputRefused):
        return USAGE, "usage", {}
    if isinstance(error, OSError):
        return USAGE, "file_error", {}
    return UNEXPECTED, "unexpected", {"type": type(error).__name__}


def _words(error: Exception, explain: str) -> str:
    """What a planner is told."""
    if isinstance(error, Infeasible):
        reasons = "\n".join(f"- {reason}" for reason in error.reasons)
        ways = f"The conflicts and the smallest ways out:\n  {explain}" if explain else WAYS_OUT
        return f"Infeasible: no plan meets all rules.\n{reasons}\n{ways}"
    if isinstance(error, Stopped):
        return f"{_sentence(str(error))}\n{AFTER_STOP}"
    if isinstance(error, OSError):
        return _file_words(error)
    return str(error) or type(error).__name__


def _sentence(text: str) -> str:
    """Text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _file_words(error: OSError) -> str:
    """Which file or folder the system refused, and why; half-written ones by their place."""
    if error.filename is None:
        return f"A file cannot be read or written: {reason_of(error)}."
    path = Path(str(error.filename))
    hidden = [parent for parent in (path, *path.parents) if parent.name.startswith(PREFIX)]
    place = f"a file in {hidden[-1].parent}" if hidden else str(path)
    return f"{place} cannot be used: {reason_of(error)}"


def _first_line(error: Exception) -> str:
    """First line of the message."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    lines = (_file_words(error) if isinstance(error, OSError) else str(error)).splitlines()
    return lines[0] if lines else type(error).__name__
