"""Files of `reclaim prices -o OUT`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report.curve_files import write_json
from optimizer.report.folder import whole_folder
from optimizer.report.tables import write_table

if TYPE_CHECKING:
    from optimizer.analysis.prices.record import PriceTable

#: File that marks a folder as a result of `prices`.
MARK = "prices.json"


def write_prices(table: PriceTable, folder: Path, *, overwrite: bool = False) -> None:
    """Write prices.json, price_ranges.csv and price_steps.csv.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_json(table.record(), temporary / MARK)
        write_table(table.ranges, temporary, "price_ranges.csv")
        write_table(table.steps, temporary, "price_steps.csv")
