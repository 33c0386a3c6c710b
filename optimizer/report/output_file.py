"""How files of a result folder are declared; the declarations stand in `output_schema*`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of a table, or one key of a JSON file.

    `unit` is empty for text and pure numbers; `row` says that another column of the row has it.
    """

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of the result folder.

    Parameters
    ----------
    name
        File name; tables end in `.csv`, or in `.parquet` where `per_parcel` and large.
    meaning
        One sentence for a planner.
    kind
        `table`, `json`, `picture`, `folder`, `layer`, `raster` or `workbook`.
    columns
        Columns or keys, in their order.
    when
        When it is written, if not always.
    per_parcel
        Whether it grows with the parcels, and so turns to Parquet above 20,000 of them.
    """

    name: str
    meaning: str
    kind: Literal["table", "json", "picture", "folder", "layer", "raster", "workbook", "page"]
    columns: tuple[OutputColumn, ...] = ()
    when: str = ""
    per_parcel: bool = False


PLAN_COLUMNS = (
    OutputColumn("parcel", "Name of the parcel."),
    OutputColumn("use", "What it becomes."),
    OutputColumn("method", "How."),
    OutputColumn("period", "Start year of the period in which work starts."),
    OutputColumn("source", "Where the topsoil comes from; blank where none is brought in."),
    OutputColumn("area_ha", "Plan area put to this; only rows above zero.", "ha"),
)
