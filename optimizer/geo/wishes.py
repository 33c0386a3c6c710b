"""What a request says about itself: contradictions, assumptions, columns that can be filled."""

from __future__ import annotations

from optimizer.geo.grid import warning
from optimizer.geo.library import Asked
from optimizer.geo.request import ImportRequest
from optimizer.geo.tables import SURVEYED
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.schema import TABLES

#: Coefficients where no region is named; it is told.
DEFAULT_REGION = "loess-plateau"


def request_findings(request: ImportRequest) -> list[Finding]:
    """Refuse a request that contradicts itself; tell what it leaves open.

    Raises
    ------
    InstanceRefused
        If not exactly one of polygons and cells is given, files are not there, or a column is
        filled twice or by nobody's leave.
    """
    found: list[Finding] = []
    if (request.parcels is None) == (request.cells is None):
        found.append(_fault("--parcels", "land given twice or not at all",
                            "both" if request.parcels else "neither",
                            "either --parcels or --cells", "Give one of the two."))
    paths = {"--dem": request.dem, "--parcels": request.parcels, "--cells": request.cells,
             "--sources": request.sources, **{f"--raster {column}": path for column, path in
                                              request.rasters.items()},
             **{f"--distance {column}": path for column, path in request.distances.items()}}
    found += [_fault(option, "no such file", f"`{path}`", "a file", "Check the name.")
              for option, path in paths.items() if path is not None and not path.is_file()]
    given = [*request.rasters, *request.distances, *request.columns]
    found += [_fault(f"--raster {column}", "column given twice", f"`{column}`",
                     "one place for every column", "Leave one of them out.")
              for column in dict.fromkeys(given) if given.count(column) > 1]
    found += [_fault(f"--raster {column}", "measured by the import itself", f"`{column}`",
                     "another column of parcels", "Leave it out.")
              for column in dict.fromkeys(given) if column in SURVEYED and column != "parcel"]
    texts = {spec.name for spec in TABLES["parcels"].columns if spec.kind in ("text", "choice")}
    found += [_fault(f"--raster {column}", "a column of text", f"`{column}`", "a column of "
                     "numbers, or zone", "Take it from a field of the polygons.")
              for column in request.rasters if column in texts - {"zone", *SURVEYED}]
    if found:
        raise InstanceRefused(found[0].file, found)
    if request.region is None:
        return [warning("instance.toml", "no region named", "no --region",
                        "the coefficient library of the region",
                        f"`{DEFAULT_REGION}` was taken: growth, works and costs are those of the "
                        "Loess Plateau. Name yours with --region.", "instance.library")]
    return []


def wanted_columns(asked: Asked) -> dict[str, str]:
    """Field of a layer -> column of parcels that it fills: the same name, or its Chinese label."""
    declared = [spec for spec in TABLES["parcels"].columns
                if spec.name not in (*SURVEYED, "area_mu", "slope_deg")]
    labels = {spec.label_zh: spec.name for spec in declared if spec.label_zh}
    return labels | {name: name for name in (*(spec.name for spec in declared), *asked.attributes)}


def _fault(option: str, rule: str, seen: str, expected: str, do: str) -> Finding:
    return Finding(option, rule, seen, expected, do)
