"""`Table`: one table of an instance, checked and typed, as frozen columns of numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Column = NDArray[Any]


@dataclass(frozen=True)
class Table:
    """Columns of equal length; text as object arrays ('' where blank), numbers as float64 (NaN).

    Flags are float64 too: 1 yes, 0 no, NaN blank.

    Parameters
    ----------
    name
        Name of the table (`parcels`).
    file
        File it was read from, for messages.
    columns
        Header -> array of shape (rows,).
    lines
        Line of the file each row was read from, shape (rows,); 0 where it has none.
    """

    name: str
    file: str
    columns: Mapping[str, Column]
    lines: NDArray[np.int64]

    def __post_init__(self) -> None:
        for values in (*self.columns.values(), self.lines):
            values.setflags(write=False)
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "_rows_of_text", {})

    def __reduce__(self) -> tuple[Any, ...]:
        """Read-only mappings cannot be pickled; what they hold can, for other processes."""
        return Table, (self.name, self.file, dict(self.columns), self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def text(self, column: str) -> Column:
        """Text of a column; blanks where the table has no such column."""
        if column in self.columns:
            return self.columns[column]
        return np.full(len(self), "", dtype=object)

    def number(self, column: str, blank: float = np.nan) -> NDArray[np.float64]:
        """Numbers of a column with `blank` in place of blanks, shape (rows,)."""
        if column not in self.columns:
            return np.full(len(self), blank)
        values: NDArray[np.float64] = self.columns[column]
        return np.where(np.isnan(values), blank, values)

    def flag(self, column: str) -> NDArray[np.bool_]:
        """Whether the cells of a flag column say yes, shape (rows,)."""
        return self.number(column, 0.0) > 0.5

    def has(self, column: str) -> bool:
        """Whether the column exists and at least one cell is filled in."""
        if column not in self.columns:
            return False
        values = self.columns[column]
        if values.dtype == object:
            return bool(np.any(values != ""))
        return bool(np.any(~np.isnan(values)))

    def key_rows(self, keys: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Key of every row as texts."""
        return list(zip(*(self.key_text(key) for key in keys), strict=True))

    def rows_of_text(self, key: str) -> Mapping[str, list[int]]:
        """Rows of each distinct text of a key column, in order of first appearance; remembered.

        A copy of an instance with overrides shares most of its tables, and is checked again.
        """
        remembered: dict[str, dict[str, list[int]]] = self.__dict__["_rows_of_text"]
        if key not in remembered:
            rows: dict[str, list[int]] = {}
            for row, text in enumerate(self.key_text(key)):
                rows.setdefault(text, []).append(row)
            remembered[key] = rows
        return remembered[key]

    def key_text(self, key: str) -> list[str]:
        """A key column as text; whole numbers without a decimal point, blanks as ''."""
        values = self.text(key)
        if values.dtype == object:
            return [str(value) for value in values]
        return ["" if np.isnan(v) else f"{v:g}" for v in values]

    def with_columns(self, **columns: Column) -> Table:
        """Return a table with columns added or replaced."""
        return Table(self.name, self.file, {**self.columns, **columns}, self.lines)

    def frame(self) -> pd.DataFrame:
        """Return a fresh pandas table of the columns."""
        import pandas as pd

        return pd.DataFrame({name: values.copy() for name, values in self.columns.items()})
