"""Tables of a result folder: CSV with all digits, Parquet where they are large."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.instance.formulas import neutral

if TYPE_CHECKING:
    import pandas as pd

#: Per-parcel tables of larger instances are Parquet, their maps rasters.
LARGE_PARCELS = 20_000


def plain_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy fit for files: yes/no for flags, 0 for -0, blanks for missing texts."""
    import pandas as pd

    columns = {}
    for name in table.columns:
        values = table[name]
        if pd.api.types.is_bool_dtype(values):
            columns[name] = pd.Series(np.where(values, "yes", "no"), index=table.index)
        elif pd.api.types.is_float_dtype(values):
            columns[name] = values + 0.0
        else:
            columns[name] = values
    return pd.DataFrame(columns, index=table.index)


def write_table(table: pd.DataFrame, folder: Path, name: str, *, large: bool = False) -> Path:
    """Write a table into a folder and return its path.

    Parameters
    ----------
    table
        Columns in the order of the output schema.
    folder
        Where to.
    name
        File name with `.csv`; becomes `.parquet` where `large`.
    large
        Whether to write Parquet.
    """
    columns = plain_columns(table)
    if large:
        path = folder / Path(name).with_suffix(".parquet").name
        columns.to_parquet(path, index=False)
        return path
    path = folder / name
    # Floats are written with the fewest digits that read back to the same number.
    _neutral(columns).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


def _neutral(columns: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Plans and instances are read without it, so what is written reads back as it was.
    """
    import pandas as pd

    changed = {
        name: values.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
        for name, values in columns.items()
        if not pd.api.types.is_numeric_dtype(values)
    }
    return columns.assign(**{str(name): values for name, values in changed.items()}).rename(
        columns=lambda name: neutral(str(name)))
