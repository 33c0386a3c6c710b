"""Write the files that `reclaim import` made this instance from; README.md has the command.

The terrain is real: the digital elevation model of the Jacksboro fault in Tennessee that
matplotlib carries as sample data. Everything else is invented: which land counts as mined (slopes
between two heights, as contour mining along seams leaves them), release years, topsoil.

    python instances/coalfield/make.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import rasterio
from matplotlib import cbook
from pyproj import Transformer
from rasterio.features import shapes
from rasterio.transform import Affine

#: Part of the raster that is taken as the coalfield: rows and columns from, to.
ROWS, COLUMNS = (20, 140), (150, 330)
#: Heights between which land counts as mined, metres, and the name of each band.
BANDS = ((500, 560, "lower"), (640, 700, "upper"))
#: Side of a working area in cells; each band within one becomes an outline.
AREA_CELLS = 20
#: Outlines of fewer cells are left out.
FEWEST_CELLS = 40
FIRST_RELEASE, RELEASES = 2026, 5

#: Name, longitude, latitude, m3 at the start, tonnes of carbon in a cubic metre.
HEAPS = (("heap-north", -84.225, 36.705, 900_000.0, 0.006),
         ("heap-south", -84.205, 36.645, 600_000.0, 0.005))


def main(folder: Path) -> None:
    """Write dem.tif, outlines.geojson and topsoil.geojson."""
    folder.mkdir(parents=True, exist_ok=True)
    with cbook.get_sample_data("jacksboro_fault_dem.npz") as dem:
        elevation = np.asarray(dem["elevation"])
        # The file calls the northern edge ymin.
        west, north = float(dem["xmin"]), float(max(dem["ymin"], dem["ymax"]))
        cell = (float(dem["dx"]), float(dem["dy"]))
    transform = Affine(cell[0], 0.0, west, 0.0, -cell[1], north)
    with rasterio.open(folder / "dem.tif", "w", driver="GTiff", dtype="int16", count=1,
                       height=elevation.shape[0], width=elevation.shape[1], crs="EPSG:4326",
                       transform=transform, compress="deflate") as file:
        file.write(elevation, 1)
    write(folder / "outlines.geojson", "EPSG::32616", outlines(elevation, transform))
    write(folder / "topsoil.geojson", "OGC:1.3:CRS84", topsoil())


def outlines(elevation: np.ndarray, transform: rasterio.Affine) -> list[dict[str, object]]:
    """Outlines of the land between two heights, area by area, in UTM zone 16 N."""
    project = Transformer.from_crs("EPSG:4326", "EPSG:32616", always_xy=True)
    features: list[dict[str, object]] = []
    for top in range(ROWS[0], ROWS[1], AREA_CELLS):
        for left in range(COLUMNS[0], COLUMNS[1], AREA_CELLS):
            for low, high, band in BANDS:
                mined = np.zeros(elevation.shape, dtype=np.uint8)
                part = (slice(top, min(top + AREA_CELLS, ROWS[1])),
                        slice(left, min(left + AREA_CELLS, COLUMNS[1])))
                mined[part] = (elevation[part] >= low) & (elevation[part] < high)
                if mined.sum() < FEWEST_CELLS:
                    continue
                polygons = [[[list(project.transform(*point)) for point in ring]
                             for ring in shape["coordinates"]]
                            for shape, value in shapes(mined, mined == 1, transform=transform)]
                row, column = (top - ROWS[0]) // AREA_CELLS, (left - COLUMNS[0]) // AREA_CELLS
                features.append({
                    "type": "Feature",
                    "properties": {"parcel": f"{band}-{row + 1}-{column + 1}", "zone": band,
                                   "release_year": FIRST_RELEASE + (2 * row + column) % RELEASES},
                    "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
    return features


def topsoil() -> list[dict[str, object]]:
    """Two invented heaps."""
    return [{"type": "Feature",
             "properties": {"source": name, "supply_m3": supply, "volume_loss_pct_per_year": 1.0,
                            "carbon_loss_pct_per_year": 3.0, "soc_t_per_m3": carbon},
             "geometry": {"type": "Point", "coordinates": [longitude, latitude]}}
            for name, longitude, latitude, supply, carbon in HEAPS]


def write(path: Path, system: str, features: list[dict[str, object]]) -> None:
    """Write a layer."""
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{system}"}}
    layer = {"type": "FeatureCollection", "name": path.stem, "crs": crs, "features": features}
    path.write_text(json.dumps(layer) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
