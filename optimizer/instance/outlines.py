"""Outlines of the parcels from `parcels.geojson`: id and geometry, read without extras."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.checks.soil import is_geographic
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.record import Instance
from optimizer.instance.table import Table
from optimizer.instance.workbook.book import is_workbook

FILE = "parcels.geojson"

#: A closed line, shape (points, 2): x and y.
Ring = NDArray[np.float64]

#: Outlines and table may differ by generalised borders, but not by this factor.
FACTOR = 3.0

#: m2 in a hectare.
M2_PER_HA = 10_000.0

_ID_KEYS = ("parcel", "id", "地块")


def outlines_path(place: Path) -> Path:
    """Outlines of an instance: in its folder, or beside its workbook under the same name."""
    return place.with_suffix(".geojson") if is_workbook(place) else place / FILE


def read_outlines(instance: Instance) -> dict[str, list[Ring]]:
    """Outlines of the parcels: outer rings and holes, in the order of the file.

    Returns
    -------
    dict
        Parcel -> rings; empty where the instance has no outlines. Features that
        `outline_findings` objects to are left out.
    """
    if instance.folder is None:
        return {}
    return parse_outlines(outlines_path(instance.folder), instance.land.parcels)[0]


def outline_findings(folder: Path, parcels: Iterable[str]) -> list[Finding]:
    """Findings about the outlines of a folder (or workbook); none where there are no outlines."""
    path = outlines_path(folder)
    return _of_file(parse_outlines(path, parcels)[1], path)


def _of_file(findings: list[Finding], path: Path) -> list[Finding]:
    """Findings under the name the file has: beside a workbook it has that of the workbook."""
    return [replace(finding, file=finding.file.replace(FILE, path.name),
                    expected=finding.expected.replace(FILE, path.name)) for finding in findings]


def layer_findings(folder: Path, parcels: Table, crs: str) -> list[Finding]:
    """Warnings about the outlines as a whole: parcels without one, degrees, areas in another unit.

    Parameters
    ----------
    folder
        The instance folder (or workbook).
    parcels
        The parcels table, areas in ha.
    crs
        Coordinate system of the instance; may be blank.
    """
    path = outlines_path(folder)
    outlines, _ = parse_outlines(path, parcels.text("parcel"))
    return _of_file(_layer_findings(outlines, parcels, crs), path) if outlines else []


def _layer_findings(
    outlines: Mapping[str, list[Ring]], parcels: Table, crs: str
) -> list[Finding]:
    """Warnings about outlines as a whole."""
    missing = [name for name in parcels.text("parcel") if name not in outlines]
    found = [] if not missing else [Finding(
        FILE, "parcels without outline",
        f"{len(missing)} of {len(parcels)}: {listed(missing, 3)}", "an outline for every parcel",
        "Add the features, with the names of the table; these parcels are on no map.",
        severity="warning")]
    areas = _area_findings(outlines, parcels)
    if not _in_degrees(outlines):
        return [*found, *areas]
    if is_geographic(crs) or not (crs or areas):
        return found
    return [*found, _degrees(outlines, crs)]


def _in_degrees(outlines: Mapping[str, list[Ring]]) -> bool:
    """Whether all points could be longitude and latitude."""
    highest = np.max([np.abs(ring).max(axis=0) for rings in outlines.values() for ring in rings],
                     axis=0)
    return bool(highest[0] <= 180.0 and highest[1] <= 90.0)


def _degrees(outlines: Mapping[str, list[Ring]], crs: str) -> Finding:
    """Warning that outlines are drawn in degrees."""
    x, y = next(iter(outlines.values()))[0][0]
    return Finding(
        FILE, "outlines in degrees", f"points such as {x:.6g}, {y:.6g}: longitude and latitude",
        f"projected metres{f', as {crs} has them' if crs else ''}",
        "Project the layer and export it again; plans do not depend on it, maps do.",
        severity="warning")


def _area_findings(outlines: Mapping[str, list[Ring]], parcels: Table) -> list[Finding]:
    """Warn where the areas of the table and of the outlines differ by a factor, as units do."""
    table = dict(zip(parcels.text("parcel"), parcels.number("area_ha"), strict=True))
    drawn = {name: abs(sum(_signed_m2(ring) for ring in rings)) / M2_PER_HA
             for name, rings in outlines.items()}
    ratios = [table[name] / drawn[name] for name in drawn if drawn[name] > 0.0]
    ratio = float(np.median(ratios)) if ratios else 1.0
    if not np.isfinite(ratio) or ratio <= 0.0 or 1 / FACTOR < ratio < FACTOR:
        return []
    return [Finding(
        parcels.file, "areas unlike the outlines",
        f"half the parcels have {ratio:.3g} times the area of their outline or more",
        f"the hectares that {FILE} draws", "15 means mu, 10,000 square metres; or the outlines "
        "are not in metres.", column="area_ha", severity="warning")]


def _signed_m2(ring: Ring) -> float:
    """Area of a ring, positive one way round and negative the other (so that holes count off)."""
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2.0


def parse_outlines(
    path: Path, parcels: Iterable[str]
) -> tuple[dict[str, list[Ring]], list[Finding]]:
    """Read outlines and everything wrong with them.

    Parameters
    ----------
    path
        A GeoJSON file; may be absent.
    parcels
        Known parcels.

    Returns
    -------
    tuple
        Parcel -> rings, and findings.
    """
    if not path.exists():
        return {}, []
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        seen = f"it cannot be read ({error.strerror or 'no reason given'})"
        return {}, [_finding("not GeoJSON", seen, "a FeatureCollection")]
    except (ValueError, RecursionError) as error:
        return {}, [_finding("not GeoJSON", str(error)[:80], "a FeatureCollection")]
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        return {}, [_finding("not GeoJSON", "no list of features", "a FeatureCollection")]
    known = dict.fromkeys(parcels)
    outlines: dict[str, list[Ring]] = {}
    findings: list[Finding] = []
    for number, feature in enumerate(features, start=1):
        try:
            name, rings = _outline(feature)
        except ValueError as error:
            findings.append(_finding("feature without outline", str(error),
                                     "parcel and Polygon or MultiPolygon", f"feature {number}"))
            continue
        if name not in known or name in outlines:
            findings.append(_misnamed(name, known, number))
        else:
            outlines[name] = rings
    return outlines, findings


def _misnamed(name: str, known: Mapping[str, None], number: int) -> Finding:
    """Finding about a feature of an unknown parcel, or a second one of a parcel."""
    if name in known:
        return _finding("duplicate outline", f"`{name}` again", "one feature for each parcel",
                        f"feature {number}", "Join the pieces to a MultiPolygon.")
    return _finding("unknown parcel", f"`{name}`", "a parcel of the parcels table",
                    f"feature {number}", advice(name, known, "Remove the feature."))


def _finding(rule: str, seen: str, expected: str, column: str = "",
             do: str = "Write the layer anew.") -> Finding:
    """A finding about the outlines."""
    return Finding(FILE, rule, seen, expected, do, column=column)


def _outline(feature: Any) -> tuple[str, list[Ring]]:
    """Name and rings of a feature.

    Raises
    ------
    ValueError
        If it has no name or no polygon.
    """
    if not isinstance(feature, dict):
        message = "not a feature"
        raise ValueError(message)
    properties = feature.get("properties")
    fields = {**feature, **(properties if isinstance(properties, dict) else {})}
    name = next((fields[key] for key in _ID_KEYS if fields.get(key) is not None), None)
    if not isinstance(name, str | int) or isinstance(name, bool):
        message = "no `parcel`"
        raise ValueError(message)
    rings = [_ring(points) for points in _rings(feature.get("geometry"))]
    if not rings:
        message = "no points"
        raise ValueError(message)
    return str(name).strip(), rings


def _rings(geometry: Any) -> Iterator[Any]:
    """Rings of a Polygon or MultiPolygon as they stand there."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        message = f"geometry `{kind}`"
        raise ValueError(message)
    coordinates = geometry.get("coordinates")
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    for polygon in polygons if isinstance(polygons, list) else [None]:
        if not isinstance(polygon, list):
            message = "coordinates that are no lists"
            raise ValueError(message)
        yield from polygon


def _ring(points: Any) -> Ring:
    """One ring as an array, heights left out."""
    try:
        ring = np.array([point[:2] for point in points], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError):
        ring = np.zeros((0, 2))
    if ring.ndim != 2 or ring.shape[0] < 4 or ring.shape[1] != 2 or not np.isfinite(ring).all():
        message = "a ring that is no list of at least four points"
        raise ValueError(message)
    return ring
