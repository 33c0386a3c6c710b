"""What a folder is: known by the record that the command that wrote it left there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from optimizer.report.folder import MARK, OutputRefused

#: File that shows what a folder is -> command. `summary.json` comes last: other results hold plans.
MARKS: Mapping[str, str] = {
    "gap.json": "compare", "curve.json": "curve", "sweep.json": "sweep",
    "sensitivity.json": "sensitivity", "alternatives.json": "alternatives",
    "robust.json": "robust", "prices.json": "prices", "summary.json": "solve",
}
#: Marks of what holds no plan that could be told beside another.
FURTHER: Mapping[str, str] = {
    "journal.jsonl": "sweep", "explain.json": "explain", "diff.json": "diff",
}


def refuse_no_solve(folder: Path, advice: str = "") -> None:
    """Refuse a folder that `solve` did not write, and say what it is.

    Parameters
    ----------
    folder
        What was given as the result of a solve.
    advice
        What to do with a result of another command.

    Raises
    ------
    OutputRefused
        If it holds no `summary.json`.
    """
    if (folder / MARK).is_file():
        return
    message = f"{folder} is no result of `reclaim solve`: it holds no {MARK}."
    kind = next((kind for mark, kind in {**MARKS, **FURTHER}.items()
                 if (folder / mark).is_file()), None)
    if kind is not None:
        message += f" It is one of `reclaim {kind}`{advice}."
    elif (folder / "instance.toml").is_file():
        message += " It is an instance: solve it first, with -o OUT."
    raise OutputRefused(message)
