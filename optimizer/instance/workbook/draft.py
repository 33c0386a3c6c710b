"""What a workbook shall hold, before any library writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A cell: text, a number, or None where it stays blank.
DraftCell = str | float | None


@dataclass(frozen=True)
class ColumnDraft:
    """One column of a sheet.

    Parameters
    ----------
    header
        Text of the first row.
    cells
        Rows below it.
    note
        What the header means, shown beside it when asked for.
    as_text
        Whether what is typed shall stay text, so that 007 does not become 7.
    choices
        Words to choose from.
    chosen_from
        Sheet and number of the column (from 1) whose entries may be chosen.
    strict
        Whether anything else is refused while typing; else the list only offers.
    required
        Whether the header is marked as one that must be filled in.
    width
        In characters; None fits it to header and cells.
    """

    header: str
    cells: Sequence[DraftCell]
    note: str = ""
    as_text: bool = False
    choices: tuple[str, ...] = ()
    chosen_from: tuple[str, int] | None = None
    strict: bool = False
    required: bool = False
    width: float | None = None


@dataclass(frozen=True)
class SheetDraft:
    """One sheet: columns of equal length, of which the header row stays in view.

    `wrapped` lets long text break into lines, for sheets that are read rather than filled in.
    """

    title: str
    columns: tuple[ColumnDraft, ...]
    wrapped: bool = False
