"""GeoParquet of large instances: the layer of parcels, and its style beside it."""

from __future__ import annotations

from pathlib import Path

from optimizer.geo.layers_out.geopackage import parcel_shapes
from optimizer.geo.layers_out.qml import categorised
from optimizer.geo.layers_out.record import PlanLayers
from optimizer.geo.layers_out.system import system_of


def write_geoparquet(layers: PlanLayers, path: Path) -> None:
    """Write the layer of parcels as GeoParquet, and a style of the same name as QGIS looks for.

    Parameters
    ----------
    layers
        What to write.
    path
        A new file, ending in `.parquet`.
    """
    import geopandas as gpd

    shapes = parcel_shapes(layers)
    frame = gpd.GeoDataFrame(layers.parcels, geometry=shapes, crs=system_of(layers.crs))
    frame.to_parquet(path, index=False)
    path.with_suffix(".qml").write_text(
        categorised("use", layers.uses, layers.aliases, list(map(str, layers.parcels.columns)),
                    on_top="drawn", rim_mm=0.0), encoding="utf-8", newline="\n")
