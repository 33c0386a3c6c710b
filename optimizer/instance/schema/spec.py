"""Records that declare what a table may hold; every other module reads them, none repeats them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "flag", "choice"]
Required = Literal["always", "when", "never"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column (or one key of `instance.toml`).

    Parameters
    ----------
    name
        Header, with its unit at the end (`area_ha`).
    kind
        What a cell holds. A `flag` is yes/no, a `choice` one of `choices`.
    meaning
        One sentence for a planner; it becomes documentation, template note and message.
    unit
        Unit of the number; empty for text.
    label_zh
        Chinese header, accepted in place of `name`.
    lowest, highest
        Inclusive range of a number; `above` makes `lowest` exclusive.
    choices
        The words a `choice` may hold.
    required
        `always`: blank is an error; `when`: needed in the case `required_when` describes;
        `never`: may always stay blank.
    key
        Part of the table's key. `optional_key` columns may be blank and then mean "all".
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    label_zh: str = ""
    lowest: float | None = None
    highest: float | None = None
    above: bool = False
    choices: tuple[str, ...] = ()
    required: Required = "never"
    required_when: str = ""
    key: bool = False
    optional_key: bool = False

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers (stored as float64, blank as NaN)."""
        return self.kind in ("number", "integer")


@dataclass(frozen=True, slots=True)
class PrefixSpec:
    """A family of columns whose names begin alike, such as `account:NAME`; all hold numbers."""

    prefix: str
    meaning: str
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table of an instance folder.

    `open_numbers` lets further numeric columns in when a rule names them (attributes of parcels).
    `free_text` lists columns such as `note` and `source` that are carried along and never used.
    """

    name: str
    meaning: str
    label_zh: str
    columns: tuple[ColumnSpec, ...]
    prefixes: tuple[PrefixSpec, ...] = ()
    required: bool = False
    open_numbers: bool = False
    free_text: tuple[str, ...] = ("note", "source")

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(c.name for c in self.columns if c.key or c.optional_key)

    @property
    def by_name(self) -> dict[str, ColumnSpec]:
        """Columns by header."""
        return {c.name: c for c in self.columns}

    def prefix_of(self, name: str) -> PrefixSpec | None:
        """The prefix family a header belongs to, if any (`account:x` -> `account:`)."""
        for prefix in self.prefixes:
            if name.startswith(prefix.prefix) and len(name) > len(prefix.prefix):
                return prefix
        return None
