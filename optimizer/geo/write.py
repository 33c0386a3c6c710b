"""What an import made -> an instance folder that is read, checked and solved as any other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.cut import class_labels
from optimizer.geo.record import Imported
from optimizer.instance.formulas import neutral
from optimizer.instance.outlines import FILE as OUTLINES
from optimizer.instance.schema import TABLES
from optimizer.instance.write import PARQUET_ABOVE

RECORD = "import.json"
#: Outlines are written to the centimetre.
DECIMALS = 2
#: Tables with a few rows that planners fill in by hand: all columns are shown.
BY_HAND = ("limits", "sources")

MANIFEST = """\
# Made by `reclaim import`; README.md says from what. `reclaim schema instance` explains every key.
[instance]
name = {name}
title = {title}
base_year = {base}            # the carbon account starts here
horizon_years = {horizon}          # and runs for so long
periods = {periods}  # years in which work may start
library = {region}     # coefficients for every cell left blank
currency = "CNY"
crs = {crs}          # x, y and the outlines are projected metres
sources = {sources}

[[objective]]
account = "net_sink"        # t CO2e
sense = "max"
{defaults}"""

DEFAULTS = """
# Nobody measured these: each stands for every parcel without a value, and counts as an assumption.
[defaults.parcels]
{lines}
"""


def write_import(imported: Imported, folder: Path) -> None:
    """Write the folder of a new instance.

    Parameters
    ----------
    imported
        What the import made.
    folder
        An existing, empty folder.
    """
    write_tables(imported, folder)
    write_outlines(imported, folder)


def write_tables(imported: Imported, folder: Path) -> None:
    """Write everything but the outlines."""
    (folder / "instance.toml").write_text(_manifest(imported), encoding="utf-8", newline="\n")
    for name, rows in imported.tables.items():
        header = _header(name, rows)
        if len(rows) > PARQUET_ABOVE:
            _write_parquet(folder / f"{name}.parquet", name, header, rows)
        elif rows or name in BY_HAND:
            _write_csv(folder / f"{name}.csv", header, rows)
    (folder / RECORD).write_text(json.dumps(record(imported), ensure_ascii=False, indent=2) + "\n",
                                 encoding="utf-8", newline="\n")
    (folder / "README.md").write_text(_readme(imported), encoding="utf-8", newline="\n")


def write_outlines(imported: Imported, folder: Path) -> None:
    """Write the outlines, one feature after the other: of fine cells they can be large."""
    with (folder / OUTLINES).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_features(imported))


def record(imported: Imported) -> dict[str, Any]:
    """What was read, found and assumed, for machines."""
    figures = imported.figures
    labels = class_labels(figures.class_breaks)
    return {
        "name": imported.request.name, "command": imported.request.command,
        "crs": imported.crs, "region": imported.asked.region, "files": list(imported.files),
        "groups": figures.groups, "parcels": figures.pieces, "area_ha": round(figures.area_ha, 4),
        "slope_breaks_pct": list(figures.breaks),
        "share_by_slope_class": {label: round(share, 6) for label, share in zip(
            labels, figures.class_share, strict=True)},
        "at_most_25_pct_share": round(figures.gentle_share, 6),
        "at_most_25_pct_ha": round(figures.gentle_ha, 4),
        "at_most_25_pct_by_mean_slope_ha": round(figures.gentle_by_mean_ha, 4),
        "slope_length_m": [round(length, 2) for length in figures.slope_length_m],
        "neighbours": figures.neighbours, "cell_m": round(figures.cell_m, 4),
        "assumed": dict(imported.assumed), "stated": dict(imported.request.defaults),
        "findings": [str(finding) for finding in imported.findings],
    }


def _manifest(imported: Imported) -> str:
    """Text of instance.toml."""
    request = imported.request
    defaults = {**imported.assumed, **request.defaults}
    lines = "\n".join(f"{_key(name)} = {value!r}" for name, value in defaults.items())
    land = request.parcels or request.cells
    assert land is not None
    return MANIFEST.format(
        name=_quoted(request.name), title=_quoted(f"{request.name}: imported from {land.name}"),
        base=request.base_year or request.periods[0], horizon=request.horizon_years,
        periods=list(request.periods), region=_quoted(imported.asked.region),
        crs=_quoted(imported.crs),
        sources=json.dumps([str(file["file"]) for file in imported.files], ensure_ascii=False),
        defaults=DEFAULTS.format(lines=lines) if defaults else "")


def _quoted(text: str) -> str:
    """Text as TOML, by the escapes it shares with JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _quoted(name)


def _header(name: str, rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Columns of a table in the order of the schema; others after them."""
    held = dict.fromkeys(column for row in rows[:1] for column in row)
    spec = TABLES[name]
    wanted = [column.name for column in spec.columns if column.name in held or name in BY_HAND]
    return [*wanted, *(column for column in held if column not in wanted)]


def _write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> None:
    """Write a table, with the mark by which spreadsheets know UTF-8; no name becomes a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([neutral(column) for column in header])
        writer.writerows([neutral(str(row.get(column, ""))) for column in header] for row in rows)


def _write_parquet(
    path: Path, name: str, header: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> None:
    """Write a large table: numbers as doubles, blanks as nulls."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {}
    for column in header:
        spec = TABLES[name].by_name.get(column)
        cells = [str(row.get(column, "")) for row in rows]
        numeric = spec.numeric if spec is not None else column not in TABLES[name].free_text
        columns[column] = pa.array(
            [float(cell) if cell else None for cell in cells], type=pa.float64()) if numeric else (
            pa.array(cells, type=pa.string()))
    pq.write_table(pa.table(columns), path)


def _features(imported: Imported) -> Iterator[str]:
    """Lines of parcels.geojson: outline, name, and what was measured that no rule names."""
    code = imported.crs.replace(":", "::", 1)
    system = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{code}"}}
    yield '{"type": "FeatureCollection",\n"crs": ' + json.dumps(system) + ',\n"features": [\n'
    last = len(imported.outlines) - 1
    for at, (name, shape) in enumerate(imported.outlines.items()):
        feature = {"type": "Feature",
                   "properties": {"parcel": name, **_numbers(imported.measured[name])},
                   "geometry": {"type": "MultiPolygon", "coordinates": _coordinates(shape)}}
        yield json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        yield ",\n" if at < last else "\n"
    yield "]}\n"


def _numbers(cells: Mapping[str, object]) -> dict[str, object]:
    """Cells as numbers, where they are."""
    found: dict[str, object] = {}
    for column, cell in cells.items():
        try:
            found[column] = float(str(cell))
        except ValueError:
            found[column] = cell
    return found


def _coordinates(shape: Any) -> list[list[list[list[float]]]]:
    """Rings of all polygons of a shape."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [[_ring(part.exterior), *(_ring(hole) for hole in part.interiors)] for part in parts]


def _ring(ring: Any) -> list[list[float]]:
    points: NDArray[np.float64] = np.round(np.asarray(ring.coords)[:, :2], DECIMALS)
    listed: list[list[float]] = points.tolist()
    return listed


def _readme(imported: Imported) -> str:
    """README.md of the instance: what it is from, figures, what to do next."""
    figures, request = imported.figures, imported.request
    labels = class_labels(figures.class_breaks)
    shares = "\n".join(f"| {label} | {100 * share:.1f} |" for label, share in zip(
        labels, figures.class_share, strict=True))
    files = "\n".join(f"| {file['role']} | {file['file']} | `{file['sha256']}` |"
                      for file in imported.files)
    told = "\n".join(f"- {finding}" for finding in imported.findings) or "- nothing"
    dem = imported.files[0]
    command = f"```bash\n{request.command}\n```\n\n" if request.command else ""
    return f"""# {request.name}: imported land

{command}{figures.pieces:,} parcels, pieces of {figures.groups:,} outlines or blocks of cells, \
{figures.area_ha:,.1f} ha. Slopes by Horn's 3 x 3 window on the native grid ({dem['crs']}, \
cells of {figures.cell_m:.4g} m, elevations in {dem['elevation_unit']}); pieces are cut, cell by \
cell, at {', '.join(f'{value:g}' for value in figures.breaks)} %. Slope lengths run from \
crest to toe of the whole outline. Outlines and x, y are in {imported.crs}.

| role | file | SHA-256 |
|---|---|---|
{files}

| slope, % | share of cells, % |
|---|---|
{shares}

At most 25 %: {100 * figures.gentle_share:.1f} % of the cells, {figures.gentle_ha:,.1f} ha. \
Averaging each outline first would have made it {figures.gentle_by_mean_ha:,.1f} ha.

Found on the way:

{told}

Next: fill in `limits.csv` (money, water, policy) and `sources.csv` (topsoil), put measured values \
in place of the assumed ones in `instance.toml`, `reclaim validate .`, `reclaim solve . -o OUT`. \
`hauls.csv`, where it is there, holds straight lines times the road factor: replace them by road \
distances, or delete the file to have them computed from x and y.
"""
