"""What sections of the page are made of: figures, tables and pictures, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Parameters
    ----------
    head
        Titles of the columns.
    rows
        Cells.
    align
        One letter a column: `<` left, `>` right (numbers).
    caption
        What it shows.
    total
        Whether the last row adds the others up.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: str
    caption: str = ""
    total: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture with what it shows, and the same as a table for those who cannot see it."""

    caption: str
    svg: Markup
    table: Table | None = None


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Parameters
    ----------
    key
        Anchor.
    title
        Heading.
    lead
        Sentences that say what is to be learnt from it.
    pictures, tables
        In this order.
    notes
        What must be known to read it.
    more
        Tables behind a button: title and table.
    """

    key: str
    title: str
    lead: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    more: Sequence[tuple[str, Table]] = field(default=())
