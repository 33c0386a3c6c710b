"""A solved instance with outlines, two divided parcels and areas that are known by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from helpers import MINIMAL, write_folder

from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance

#: 1,000 m x 1,000 m round a hole of 800 m x 500 m: 60 ha; the hole is the other parcel, 40 ha.
HOLE = shapely.box(500_100, 4_000_200, 500_900, 4_000_700)
FLAT = shapely.box(500_000, 4_000_000, 501_000, 4_001_000) - HOLE
OUTLINES = {"flat": FLAT, "steep": HOLE}

#: `flat` (zone north): 45 ha crop, 15 ha grass. `steep` (south): 25 ha grass, 15 ha left bare.
LIMITS = ("limit,account,use,zone,sense,value,unit\n"
          "crop-north,area,crop,north,=,45,ha\n"
          "grass-north,area,grass,north,=,15,ha\n"
          "grass-south,area,grass,south,=,25,ha\n")


def geojson(shapes: Mapping[str, Any]) -> str:
    """Outlines as an instance folder holds them."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"parcel": name},
         "geometry": json.loads(shapely.to_geojson(shape))} for name, shape in shapes.items()]},
        ensure_ascii=False)


def divided_instance(
    folder: Path, *, crs: str = "EPSG:32649", shapes: Mapping[str, Any] | None = None,
    **changed: str,
) -> Instance:
    """Write and read the instance; tables given as texts replace its own."""
    toml = MINIMAL["instance.toml"].replace("[works]", f'crs = "{crs}"\n\n[works]')
    parcels = MINIMAL["parcels.csv"].replace("steep,40,65", "steep,40,20")
    return read_instance(write_folder(
        folder, {"instance.toml": toml, "parcels.geojson": geojson(shapes or OUTLINES)},
        **{"parcels": parcels, "limits": LIMITS, **changed}))
