"""Tables made in memory: columns of texts and numbers -> `Table`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.table import Table


def table_of(name: str, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> Table:
    """Make a table; columns whose first cell is text hold text, all others numbers."""
    typed = {header: _typed(cells) for header, cells in columns.items()}
    rows = len(next(iter(typed.values())))
    return Table(name, f"{name}.csv", typed, np.arange(2, rows + 2, dtype=np.int64))


def _typed(cells: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Text as an object array, everything else as float64."""
    if len(cells) and isinstance(cells[0], str):
        texts = np.empty(len(cells), dtype=object)
        texts[:] = cells
        return texts
    return np.array(cells, dtype=np.float64)
