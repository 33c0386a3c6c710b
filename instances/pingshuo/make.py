"""Make parcels.csv, parcels.geojson, adjacency.csv and plans/actual.csv of this instance.

    python instances/pingshuo/make.py [--out FOLDER]

The other tables are kept by hand. The same call gives the same files.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

from make_actual import actual_plan
from make_dumps import Piece, pieces, shared_boundaries
from make_land import Land, land
from make_pits import DUMPS

#: Reclaimed land of the area in the press, cumulative to 2023: more than 70,000 mu (15 mu = 1 ha).
AREA_HA = 4670.0
CRS_URN = "urn:ogc:def:crs:EPSG::32649"


def main() -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    (out / "plans").mkdir(parents=True, exist_ok=True)
    cut = pieces(DUMPS, AREA_HA)
    rows = [land(piece) for piece in cut]
    write_csv(out / "parcels.csv", [f.name for f in fields(Land)], map(astuple, rows))
    write_csv(out / "adjacency.csv", ["parcel_a", "parcel_b", "shared_boundary_m"],
              ((a, b, round(length, 1)) for a, b, length in shared_boundaries(cut)))
    write_csv(out / "plans" / "actual.csv",
              ["parcel", "use", "method", "period", "source", "area_ha", "fixed", "note"],
              actual_plan(cut, rows))
    write_outlines(out / "parcels.geojson", cut)


def write_csv(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write one table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_outlines(path: Path, cut: list[Piece]) -> None:
    """Write the outlines, one parcel a line."""
    features = []
    for piece in cut:
        ring = [[float(x), float(y)] for x, y in piece.outline]
        features.append(json.dumps({
            "type": "Feature",
            "properties": {"parcel": piece.parcel},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }))
    crs = json.dumps({"type": "name", "properties": {"name": CRS_URN}})
    body = ",\n".join(features)
    path.write_text(f'{{"type": "FeatureCollection", "name": "parcels",\n"crs": {crs},\n'
                    f'"features": [\n{body}\n]}}\n', encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
