"""Files of `reclaim curve -o OUT`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report.curve_picture import draw_curve, draw_front, draw_surface
from optimizer.report.folder import whole_folder
from optimizer.report.tables import write_table

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.curve.record import ValueCurve
    from optimizer.analysis.curve.surface import ValueSurface

#: File that marks a folder as a result of `curve`.
MARK = "curve.json"


def write_curve(curve: ValueCurve, folder: Path, *, overwrite: bool = False) -> None:
    """Write curve.csv, curve.json with the proof, and the pictures.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_json(curve.record(), temporary / MARK)
        write_table(curve.table, temporary, "curve.csv")
        draw_curve(curve, temporary / "curve.png")
        if curve.segments and not curve.exact:
            write_table(envelope_table(curve), temporary, "envelope.csv")
        if curve.front:
            write_table(curve.front_table, temporary, "pareto.csv")
            draw_front(curve, temporary / "pareto.png")


def write_surface(surface: ValueSurface, folder: Path, *, overwrite: bool = False) -> None:
    """Write surface.csv, curve.json, and the picture.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    with whole_folder(folder, overwrite=overwrite, mark=MARK) as temporary:
        write_json(surface.record(), temporary / MARK)
        write_table(surface.table, temporary, "surface.csv")
        draw_surface(surface, temporary / "surface.png")


def envelope_table(curve: ValueCurve) -> pd.DataFrame:
    """Lower and upper envelope at every point and where neighbouring tangents cross."""
    import pandas as pd

    values = {point.value for point in curve.points}
    for segment in curve.segments:
        for one, two in zip(segment.tangents, segment.tangents[1:], strict=False):
            if one.slope != two.slope:
                values.add((two.value - two.slope * two.at - one.value + one.slope * one.at)
                           / (one.slope - two.slope))
    low, high = curve.points[0].value, curve.points[-1].value
    kept = sorted(value for value in values if low <= value <= high)
    return pd.DataFrame({"value": kept, "lower": [curve.lower(value) for value in kept],
                         "upper": [curve.upper(value) for value in kept]})


def write_json(record: dict[str, Any], path: Path) -> None:
    """Write one JSON document."""
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
                    encoding="utf-8", newline="\n")
