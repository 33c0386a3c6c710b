"""A land-use layer laid over the parcels: an actual plan by shares of area."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.extra import require_geo
from optimizer.geo.grid import refused, warning
from optimizer.geo.layers import plain, read_layer
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import advice, listed
from optimizer.instance.outlines import Ring, outlines_path, read_outlines

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

#: Of a parcel so much may be covered twice, relative, before the layer is refused.
TWICE = 1e-3
#: Of a parcel so much may be left uncovered, relative, before it is told.
UNCOVERED = 1e-3


def overlaid_plan(
    instance: Instance, layer: str | Path, field: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Lay a land-use layer over the parcels of an instance.

    Parameters
    ----------
    instance
        With outlines, and a coordinate system (`crs`) they are drawn in.
    layer
        Polygons of land use, in any declared system; the first layer of the file.
    field
        Field of the layer that names the land class or the use.

    Returns
    -------
    tuple
        Columns parcel, use (the field as text) and area_ha: the share of the parcel's outline
        times its hectares; and findings: reprojected, parcels that the layer leaves uncovered
        (that land is bare in the plan).

    Raises
    ------
    InstanceRefused
        If outlines, system or field are missing, or the layer covers land twice.
    ExtraMissing
        Without the packages of the extra `geo`.
    """
    require_geo()
    import pandas as pd
    import shapely
    from pyproj import CRS

    path = Path(layer)
    outlines = _outlines(instance)
    frame, findings = read_layer(path, CRS.from_user_input(instance.settings.crs))
    if field not in frame.columns or field == frame.geometry.name:
        fields = [str(name) for name in frame.columns if name != frame.geometry.name]
        raise refused(path, "unknown field", f"`{field}`", f"one of {listed(fields)}",
                      advice(field, fields, "Name the field that holds the land class."))
    names = list(outlines)
    parcels = np.array([_polygon(outlines[name]) for name in names], dtype=object)
    uses = shapely.make_valid(frame.geometry.to_numpy())
    at_use, at_parcel = shapely.STRtree(parcels).query(uses, predicate="intersects")
    common = shapely.area(shapely.intersection(uses[at_use], parcels[at_parcel]))
    share = common / shapely.area(parcels)[at_parcel]
    covered = np.bincount(at_parcel, share, len(names)).astype(np.float64)
    findings += _refuse_twice(path, names, covered)
    area_of = dict(zip(instance.land.parcels, instance.land.area_i, strict=True))
    area = np.array([area_of[name] for name in names])
    # What is covered twice by rounding is taken off all uses alike.
    area_ha = share * (area / np.maximum(1.0, covered))[at_parcel]
    codes = np.array([plain(value) for value in frame[field]], dtype=object)
    plan = pd.DataFrame({"parcel": np.array(names, dtype=object)[at_parcel],
                         "use": codes[at_use], "area_ha": area_ha})
    plan = plan[(plan["area_ha"] > 0.0) & (plan["use"] != "")]
    return (plan.groupby(["parcel", "use"], as_index=False, sort=True)["area_ha"].sum(),
            [*findings, *_uncovered(path, names, covered, area)])


def _outlines(instance: Instance) -> dict[str, list[Ring]]:
    """Outlines of all parcels, in a declared system."""
    outlines = read_outlines(instance)
    name = "instance" if instance.folder is None else outlines_path(instance.folder).name
    missing = [str(parcel) for parcel in instance.land.parcels if parcel not in outlines]
    if missing:
        raise InstanceRefused(name, [Finding(
            name, "missing outlines", f"none of {listed(missing)}", "an outline of every parcel",
            "Add the outlines, or give the actual plan as a table.")])
    if not instance.settings.crs:
        file = "instance.toml"
        raise InstanceRefused(file, [Finding(
            file, "no coordinate system", "no `crs`",
            "the system the outlines are drawn in, such as EPSG:32649", "Add it.",
            column="crs")])
    return outlines


def _polygon(rings: list[Ring]) -> Any:
    """Polygon of a parcel: what lies within an odd number of its rings."""
    import shapely

    shapes = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
    return reduce(shapely.symmetric_difference, shapes)


def _refuse_twice(path: Path, names: list[str], covered: NDArray[np.float64]) -> list[Finding]:
    """Refuse a layer whose polygons overlap within a parcel."""
    twice = np.flatnonzero(covered > 1.0 + TWICE)
    if len(twice):
        told = ", ".join(f"`{names[i]}` ({100.0 * (covered[i] - 1.0):.3g} %)" for i in twice[:8])
        more = f" and {len(twice) - 8} more" if len(twice) > 8 else ""
        raise refused(path, "land covered twice", told + more, "polygons that do not overlap",
                      "Remove the overlaps in the layer.")
    return []


def _uncovered(
    path: Path, names: list[str], covered: NDArray[np.float64], area: NDArray[np.float64]
) -> list[Finding]:
    """Say how much land the layer leaves out, which the plan then leaves bare."""
    open_i = np.flatnonzero(covered < 1.0 - UNCOVERED)
    if not len(open_i):
        return []
    hectares = float(np.sum((1.0 - covered[open_i]) * area[open_i]))
    return [warning(path.name, "land not covered",
                    f"{hectares:.6g} ha of {len(open_i)} parcels, such as `{names[open_i[0]]}`",
                    "a land class for all land", "It counts as bare.")]
