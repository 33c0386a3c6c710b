"""Folder of `reclaim diff -o OUT`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.folder import whole_folder
from optimizer.report.tables import LARGE_PARCELS, write_table

if TYPE_CHECKING:
    from optimizer.analysis.diff import Diff

#: File that marks a folder as a result of `diff`.
MARK = "diff.json"


def write_diff(found: Diff, folder: Path, *, overwrite: bool = False) -> None:
    """Write diff.json, the transitions and the moves, whole or not at all.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    large = found.instance.land.count > LARGE_PARCELS
    record = found.record()
    del record["moves"]  # a table of their own
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        (temporary / MARK).write_text(
            json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
            encoding="utf-8", newline="\n")
        write_table(found.transitions, temporary, "transitions.csv")
        write_table(found.moves, temporary, "moves.csv", large=large)
