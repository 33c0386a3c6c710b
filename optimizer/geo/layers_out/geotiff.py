"""GeoTIFFs of a plan: the share of each cell under each use, and the main use as a class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.layers_out.lattice import Lattice
from optimizer.geo.layers_out.qml import paletted, rgb
from optimizer.geo.layers_out.record import Entry, PlanLayers
from optimizer.geo.layers_out.system import system_of

#: Value of cells that are no land of the instance.
NODATA = -9999.0
MAIN = "uses.tif"


def write_geotiffs(layers: PlanLayers, lattice: Lattice, folder: Path) -> tuple[list[Path], int]:
    """Write one raster a use and one of the main uses.

    Parameters
    ----------
    layers
        What to write.
    lattice
        Grid to write it on.
    folder
        An existing folder.

    Returns
    -------
    tuple
        The files, and the number of parcels with an outline that no cell's middle lies in.
    """
    parcel_rc = _burnt(layers, lattice)
    paths = [folder / MAIN]
    _write_classes(layers, lattice, parcel_rc, paths[0])
    for u, stem in enumerate(share_names([entry.value or "" for entry in layers.uses[:-1]])):
        paths.append(folder / f"{stem}.tif")
        value_i = np.append(layers.share_iu[:, u], NODATA).astype(np.float32)
        _write(paths[-1], value_i[parcel_rc], lattice, layers, NODATA,
               {"use": layers.uses[u].value or "", "unit": "share of the parcel, 0 to 1"})
    missing = len(set(map(str, layers.names)) & set(layers.outlines)) - len(
        np.setdiff1d(np.unique(parcel_rc), [-1]))
    return paths, missing


def share_names(uses: list[str]) -> list[str]:
    """File names without ending, one a use: letters, digits, - and _; no two alike."""
    names: list[str] = []
    for use in uses:
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in use)[:60] or "use"
        name, number = f"share_{plain}", 2
        while name.casefold() in (taken.casefold() for taken in names):
            name, number = f"share_{plain}_{number}", number + 1
        names.append(name)
    return names


def _transform(lattice: Lattice) -> Any:
    from rasterio.transform import Affine

    return Affine(lattice.width, 0.0, lattice.west, 0.0, -lattice.height, lattice.north)


def _burnt(layers: PlanLayers, lattice: Lattice) -> NDArray[np.int32]:
    """Parcel of each cell, by its middle, shape (rows, columns); -1 where there is none."""
    from rasterio.features import rasterize

    pairs = [(shape, i) for i, shape in enumerate(layers.shapes)
             if shape is not None and not shape.is_empty]
    return np.asarray(rasterize(
        pairs, out_shape=(lattice.rows, lattice.columns), fill=-1, dtype="int32",
        transform=_transform(lattice)))


def _write_classes(
    layers: PlanLayers, lattice: Lattice, parcel_rc: NDArray[np.int32], path: Path
) -> None:
    """Write the main use as a number from 1, coloured, with a legend beside it."""
    numbered: list[tuple[int, Entry]] = list(enumerate(layers.uses, start=1))
    dtype = np.uint8 if len(numbered) <= 254 else np.uint16
    value_i = np.append(layers.main_i + 1, 0).astype(dtype)
    legend = {f"class_{number}": entry.value or entry.label for number, entry in numbered}
    colours = {0: (255, 255, 255, 0), **{
        number: (*rgb(entry.colour), 255) for number, entry in numbered}}
    _write(path, value_i[parcel_rc], lattice, layers, 0.0, legend, colours)
    path.with_suffix(".qml").write_text(paletted(numbered), encoding="utf-8", newline="\n")


def _write(
    path: Path, values: NDArray[Any], lattice: Lattice, layers: PlanLayers, nodata: float,
    tags: dict[str, str], colours: dict[int, tuple[int, int, int, int]] | None = None,
) -> None:
    """Write one band, packed without loss."""
    import rasterio

    with rasterio.open(
        path, "w", driver="GTiff", height=lattice.rows, width=lattice.columns, count=1,
        dtype=values.dtype, nodata=nodata, crs=_system(layers.crs),
        transform=_transform(lattice), compress="deflate", tiled=lattice.rows > 512,
    ) as file:
        if colours:
            file.write_colormap(1, colours)
        file.write(values, 1)
        file.update_tags(instance=layers.name, **tags)
        file.set_band_description(1, tags.get("use", layers.about["uses"]))


def _system(text: str) -> Any:
    """Coordinate system as the raster library takes it."""
    system = system_of(text)
    return None if system is None else system.to_wkt()
