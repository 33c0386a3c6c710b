"""`plan.gpkg`: parcels and uses as layers, the plan as a table, styles that QGIS opens them in."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.layers_out.qml import categorised
from optimizer.geo.layers_out.record import Entry, PlanLayers
from optimizer.geo.layers_out.shapes import dissolved
from optimizer.geo.layers_out.system import metres_of, system_of
from optimizer.geo.record import M2_PER_HA

if TYPE_CHECKING:
    import pandas as pd

PARCELS, USES, PLAN = "parcels", "uses", "plan"
#: Column of the geometry, as QGIS looks it up in `layer_styles`.
GEOMETRY = "geom"
#: The file holds no clock, so that the same plan gives the same bytes.
NO_CLOCK = "2000-01-01T00:00:00.000Z"

#: Above so many parcels rims would hide the colours.
FINE = 5_000

STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""


def write_geopackage(layers: PlanLayers, path: Path) -> None:
    """Write a plan as a GeoPackage.

    Parameters
    ----------
    layers
        What to write.
    path
        A new file.
    """
    # SQLite needs locks, which shared drives may lack: it is made beside and copied as a whole.
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        with _without_clock():
            _write(made, PARCELS, layers.parcels, parcel_shapes(layers), layers)
            _write(made, USES, *_dissolved(layers), layers)
            _write(made, PLAN, layers.plan, None, layers)
        _add_styles(made, layers)
        shutil.copyfile(made, path)


def parcel_shapes(layers: PlanLayers) -> NDArray[Any]:
    """Shape of each row of the parcels' table, whole outlines."""
    position = {name: i for i, name in enumerate(layers.names)}
    row_i = layers.parcels["parcel"].map(position).to_numpy(dtype=np.int64)
    return np.asarray(layers.shapes[row_i])


def _dissolved(layers: PlanLayers) -> tuple[pd.DataFrame, NDArray[Any]]:
    """Rows and shapes of the uses: land drawn in each, without the borders inside."""
    import shapely

    joined = dissolved(layers.shapes, layers.main_i, len(layers.uses))
    metres = metres_of(layers.crs)
    scale = np.nan if metres is None else metres**2 / M2_PER_HA
    drawn = np.nan_to_num(shapely.area(joined)) * scale
    return layers.by_use.assign(drawn_ha=drawn), joined


def _write(
    path: Path, layer: str, table: pd.DataFrame, shapes: NDArray[Any] | None, layers: PlanLayers,
) -> None:
    """Add a layer, or a table without shapes, to the file."""
    import geopandas as gpd
    import pyogrio

    frame: Any = table
    options: dict[str, Any] = {}
    if shapes is not None:
        frame = gpd.GeoDataFrame(table, geometry=shapes, crs=system_of(layers.crs))
        options = {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    with warnings.catch_warnings():
        # An instance may have no coordinate system; the export tells so itself.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.write_dataframe(
            frame, path, layer=layer, driver="GPKG",
            layer_options={"DESCRIPTION": layers.about[layer]}, **options)


@contextlib.contextmanager
def _without_clock() -> Iterator[None]:
    """Have GDAL write one and the same date instead of the time of day."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": NO_CLOCK})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _add_styles(path: Path, layers: PlanLayers) -> None:
    """Store the styles where QGIS looks for them; the first of a layer is its default."""
    rim = 0.1 if len(layers.names) <= FINE else 0.0
    parcels = [str(name) for name in layers.parcels.columns]
    uses = [*(str(name) for name in layers.by_use.columns), "drawn_ha"]

    def style(column: str, entries: tuple[Entry, ...], columns: list[str], top: str) -> str:
        return categorised(column, entries, layers.aliases, columns, on_top=top, rim_mm=rim)

    rows = [
        (PARCELS, "use", style("use", layers.uses, parcels, "drawn"), True),
        (PARCELS, "period", style("period", layers.periods, parcels, "drawn"), False),
        (USES, "use", style("use", layers.uses, uses, ""), True),
    ]
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute(STYLES)
        file.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
                     "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)", (NO_CLOCK,))
        file.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, useAsDefault, description, owner, "
            "update_time) VALUES ('', '', ?, ?, ?, ?, ?, ?, '', ?)",
            [(table, GEOMETRY, name, text, default, f"by {name}", NO_CLOCK)
             for table, name, text, default in rows])
        file.commit()
