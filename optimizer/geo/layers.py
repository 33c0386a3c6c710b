"""Vector layers: read, given the system of the raster, and nothing wrong with them in silence."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.geo.grid import refused, warning
from optimizer.instance.findings import Finding

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS


def read_layer(path: Path, crs: CRS) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read a vector layer and bring it to a coordinate system.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON or whatever else GDAL reads; its first layer is taken.
    crs
        System wanted.

    Returns
    -------
    tuple
        The layer, and findings: reprojected, more than one layer.

    Raises
    ------
    InstanceRefused
        If it cannot be read, is empty, or has no coordinate system.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError
    from shapely.errors import ShapelyError

    try:
        with warnings.catch_warnings():
            # GDAL's remarks on endings and headers: what matters is said below.
            warnings.simplefilter("ignore", RuntimeWarning)
            names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
            frame = pyogrio.read_dataframe(path, layer=names[0] if names else None)
    except ShapelyError as error:
        raise refused(path, "broken outline", str(error)[:120], "rings of four points or more",
                      "Repair the layer in a GIS (`Fix geometries`).") from error
    except (DataSourceError, DataLayerError) as error:
        raise refused(path, "not a layer", str(error)[:120], "a layer that GDAL reads",
                      "Check the name; export as GeoPackage.") from error
    if not hasattr(frame, "geometry") or not len(frame):
        raise refused(path, "empty layer", "no features", "a layer with features",
                      "Export the layer again.")
    if frame.crs is None:
        raise refused(path, "no coordinate system", "none in the file",
                      "a coordinate system, such as EPSG:32649",
                      "Assign the system the layer was drawn in.")
    found: list[Finding] = []
    if len(names) > 1:
        found.append(warning(path.name, "several layers", f"{', '.join(names[:5])}", "one layer",
                             f"`{names[0]}` was taken; save another one on its own to take it."))
    if not frame.crs.equals(crs, ignore_axis_order=True):
        found.append(warning(path.name, "another coordinate system",
                             f"{frame.crs.name}, the raster has {crs.name}",
                             "one system for all files",
                             "The layer was reprojected; if it lies askew on the map, its system "
                             "is declared wrong."))
        frame = frame.to_crs(crs)
    return frame, found


def polygons_of(shape: Any) -> Any:
    """Polygons of a collection; lines and points that an operation leaves have no area."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape)
             if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def plain(value: Any) -> str:
    """A field's value as a cell of a table: blank where there is none, whole numbers plain."""
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
