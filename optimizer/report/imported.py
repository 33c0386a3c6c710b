"""What an import made, in words for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.instance.nearest import counted
from optimizer.report.commands import quoted
from optimizer.report.figures import bar, columns, figure, hectares

if TYPE_CHECKING:
    from optimizer.geo.record import Imported

BAR = 30


def import_text(imported: Imported, out: Path) -> str:
    """Say what an import made and what to do with it.

    Parameters
    ----------
    imported
        What it made.
    out
        Folder of the new instance.
    """
    from optimizer.geo.cut import class_labels

    figures, request = imported.figures, imported.request
    one, groups = ("polygon", "polygons") if request.parcels is not None else (
        ("cell", "cells") if request.block == 1 else ("block of cells", "blocks of cells"))
    shares = figures.class_share
    largest = max(shares, default=0.0)
    rows = [(f"{label} %", f"{100 * share:.1f} %", bar(share, largest, BAR))
            for label, share in zip(class_labels(figures.class_breaks), shares, strict=True)]
    low, middle, high = figures.slope_length_m
    lines = [
        (f"{request.name}: {counted(figures.pieces, 'parcel')} from "
         f"{counted(figures.groups, one, groups)}, {hectares(figures.area_ha)} ha, "
         f"{counted(figures.neighbours, 'shared boundary', 'shared boundaries')}."),
        f"Outlines in {imported.crs}; terrain in cells of {figure(figures.cell_m)} m.",
        "", "Slope of the land, share of the cells:", *columns(rows, "<><"), "",
        (f"At most 25 %: {100 * figures.gentle_share:.1f} % of the cells, "
         f"{hectares(figures.gentle_ha)} ha.") + (
            "" if groups == "cells" else f" Averaging the {groups} first would have made it "
            f"{hectares(figures.gentle_by_mean_ha)} ha."),
        (f"Slope lengths, crest to toe: {figure(low)} to {figure(high)} m, half of them up to "
         f"{figure(middle)} m."),
    ]
    called = quoted(str(out))
    return "\n".join([*lines, "", f"Written to {out}. Next:", *columns([
        (f"reclaim validate {called}", "what is still wrong"),
        (f"reclaim solve {called} -o OUT", "the plan"),
    ], "<<")])
