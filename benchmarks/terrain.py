"""`reclaim import` on a large elevation raster: seconds, and the peak of memory.

The terrain is made up: smooth hills in cells of 5 m, written block by block. `--size 20000` makes
the 400 million cells of a whole coalfield (1.5 GB in a temporary folder). `--rough` throws boulders
on it: neighbouring cells then lie in different slope classes, the worst that outlines can meet.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import in_fresh_process, table, timed

CELL = 5.0
SIZES = (2_000, 5_000)
SMOKE = (60, 120)
#: Rows written at once.
ROWS = 256


def made(size: int, folder: str, rough_m: float = 0.0) -> dict[str, float]:
    """Write elevations, a mask of every other square of them, and square outlines."""
    import geopandas as gpd
    import rasterio
    import shapely
    from rasterio.transform import Affine
    from rasterio.windows import Window

    place = Path(folder)
    # Half the land is in the mask; the outlines are eight by eight squares.
    square = max(2, size // 10) * CELL
    x = np.arange(size) * CELL
    kind = {"driver": "GTiff", "height": size, "width": size, "count": 1, "crs": "EPSG:32649",
            "transform": Affine(CELL, 0.0, 5e5, 0.0, -CELL, 4.1e6), "compress": "lzw",
            "BIGTIFF": "YES"}
    with rasterio.open(place / "dem.tif", "w", dtype="float32", **kind) as dem, \
            rasterio.open(place / "mask.tif", "w", dtype="uint8", **kind) as mask:
        for row in range(0, size, ROWS):
            count = min(ROWS, size - row)
            y = (np.arange(row, row + count) * CELL)[:, None]
            z = 1000 + 60 * np.sin(x / 700) * np.cos(y / 900) + 25 * np.sin((x + y) / 230)
            z += rough_m * np.random.default_rng(row).standard_normal(z.shape)
            window = Window(0, row, size, count)
            dem.write(z.astype(np.float32), 1, window=window)
            land = (x // square + y // square) % 2 == 0
            mask.write(land.astype(np.uint8), 1, window=window)
    side = size * CELL / 10
    outlines = [shapely.box(5e5 + a * side + 3, 4.1e6 - (b + 1) * side, 5e5 + (a + 1) * side - 4,
                            4.1e6 - b * side - 2) for a in range(1, 9) for b in range(1, 9)]
    gpd.GeoDataFrame({"id": range(len(outlines))}, geometry=outlines, crs="EPSG:32649").to_file(
        place / "outlines.gpkg")
    return {"outlines": float(len(outlines))}


def imported(folder: str, block: int) -> dict[str, float]:
    """Import outlines (block 0) or blocks of cells."""
    from optimizer.geo.land import import_land
    from optimizer.geo.request import ImportRequest

    place = Path(folder)
    land = {"cells": place / "mask.tif", "block": block} if block else {
        "parcels": place / "outlines.gpkg"}
    request = ImportRequest(place / "dem.tif", elevation_unit="m", region="loess-plateau", **land)
    found, wall, processor = timed(lambda: import_land(request))
    return {"parcels": float(found.figures.pieces), "hectares": found.figures.area_ha,
            "wall": wall, "processor": processor}


def main() -> None:
    """Print the table of the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    parser.add_argument("--size", type=int, action="append", help="cells of a side; repeatable")
    parser.add_argument("--rough", action="store_true", help="boulders of half a metre")
    given = parser.parse_args()
    rows = []
    for size in given.size or (SMOKE if given.smoke else SIZES):
        with tempfile.TemporaryDirectory() as folder:
            in_fresh_process("benchmarks.terrain:made", size=size, folder=folder,
                             rough_m=0.5 if given.rough else 0.0)
            for block in (0, max(1, size // 100)):
                found = in_fresh_process("benchmarks.terrain:imported", folder=folder, block=block)
                rows.append([size * size, "blocks of cells" if block else "outlines",
                             int(found["parcels"]), found["hectares"], found["wall"],
                             found["processor"], found["peak_mb"]])
    print(table(["cells", "land from", "parcels", "ha", "wall s", "processor s", "peak MB"], rows))


if __name__ == "__main__":
    main()
