"""An instance -> a folder that reads back as the same instance, with the same hash."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from optimizer.instance.cells import plain_number
from optimizer.instance.formulas import neutral
from optimizer.instance.outlines import FILE as OUTLINES
from optimizer.instance.outlines import outlines_path
from optimizer.instance.record import Instance
from optimizer.instance.schema import INSTANCE_KEYS, OBJECTIVE_KEYS, TABLES
from optimizer.instance.settings import Settings
from optimizer.instance.table import Column, Table

#: Tables with more rows than this are written as Parquet.
PARQUET_ABOVE = 20_000


def write_instance(
    instance: Instance, folder: str | Path, parquet_above: int = PARQUET_ABOVE
) -> None:
    """Write an instance as a folder: resolved, so that it needs no library to be read.

    Parameters
    ----------
    instance
        What to write.
    folder
        Where to; made if it is not there. Tables of other formats there are replaced.
    parquet_above
        Tables with more rows are written as Parquet, the others as CSV.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_text(folder / "instance.toml", manifest_text(instance.settings))
    for name in TABLES:
        for suffix in (".csv", ".parquet"):
            (folder / (name + suffix)).unlink(missing_ok=True)
        table = instance.table(name)
        if table is None:
            continue
        if len(table) > parquet_above:
            _write_parquet(table, folder / f"{name}.parquet")
        else:
            _write_text(folder / f"{name}.csv", csv_text(table))
    _copy_outlines(instance, folder)


def _write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 with plain line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _copy_outlines(instance: Instance, folder: Path) -> None:
    """Take the outlines along, where the instance has them."""
    if instance.folder is None or not outlines_path(instance.folder).is_file():
        return
    there = outlines_path(instance.folder)
    if there.resolve() != (folder / OUTLINES).resolve():
        (folder / OUTLINES).write_bytes(there.read_bytes())


def csv_text(table: Table) -> str:
    """Write a table as CSV: numbers with all digits, blanks empty, yes and no for flags.

    Text that a spreadsheet would run as a formula stands behind an apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    cells = [_cells(table.name, name, values) for name, values in table.columns.items()]
    writer.writerows(zip(*cells, strict=True))
    return buffer.getvalue()


def _cells(table: str, name: str, values: Column) -> list[str]:
    """Cells of a column as text."""
    if values.dtype == object:
        return [neutral(str(value)) for value in values]
    spec = TABLES[table].by_name.get(name)
    if spec is not None and spec.kind == "flag":
        return ["" if np.isnan(value) else "yes" if value > 0.5 else "no" for value in values]
    return [plain_number(value) for value in values]


def _write_parquet(table: Table, path: Path) -> None:
    """Write a table as Parquet: text as text, numbers as doubles, blanks as nulls."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {
        name: pa.array(values, type=pa.string()) if values.dtype == object
        else pa.array(values, type=pa.float64(), from_pandas=True)
        for name, values in table.columns.items()
    }
    pq.write_table(pa.table(arrays), path)


def manifest_text(settings: Settings) -> str:
    """Write settings as `instance.toml`; overrides stand in a comment, they are applied already."""
    parts = [[f"# --set {_one_line(text)}" for text in settings.overrides],
             list(_instance_lines(settings))]
    parts += [["[[objective]]", *_lines({spec.name: getattr(entry, spec.name)
                                         for spec in OBJECTIVE_KEYS})]
              for entry in settings.objectives]
    parts += [[f"[{name}]", *_lines(section)]
              for name, section in _sections(settings).items() if section]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _one_line(text: str) -> str:
    """Text as it may stand in a comment."""
    return "".join(character if character.isprintable() else " " for character in text)


def _instance_lines(settings: Settings) -> Iterator[str]:
    """Lines of [instance]; the library is left out, its values are in the tables."""
    yield "[instance]"
    values = {spec.name: getattr(settings, spec.name) for spec in INSTANCE_KEYS
              if spec.name != "library"}
    yield from _lines({name: v for name, v in values.items() if v not in (None, "")})
    yield f"periods = [{', '.join(str(year) for year in settings.periods)}]"
    if settings.sources:
        yield "sources = ["
        yield from (f"  {_toml(source)}," for source in settings.sources)
        yield "]"


def _sections(settings: Settings) -> dict[str, Mapping[str, float | str]]:
    """Sections of plain keys."""
    return {
        "works": settings.works,
        "layout": settings.layout,
        **{f"defaults.{table}": columns for table, columns in settings.defaults.items()},
    }


def _lines(values: Mapping[str, object]) -> list[str]:
    """KEY = VALUE lines."""
    return [f"{_toml_key(key)} = {_toml(value)}" for key, value in values.items()]


def _toml_key(key: str) -> str:
    """A key, in quotes where it is not a bare one."""
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _toml(key)


def _toml(value: object) -> str:
    """A text or number as TOML; text by the escapes TOML shares with JSON."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return plain_number(value) if isinstance(value, float) else str(value)
