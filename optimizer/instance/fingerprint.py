"""The hash that ties an answer to its inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from optimizer.instance.settings import Settings
    from optimizer.instance.table import Table


def sha256_of(settings: Settings, tables: Mapping[str, Table]) -> str:
    """Hash settings and tables, resolved; the order of files and columns does not matter.

    An instance and its resolved copy have the same hash: what only says where values came from
    (library name, defaults, overrides) is left out, the values themselves are in.
    """
    digest = hashlib.sha256()
    bare = replace(settings, library="", library_version="", defaults={}, overrides=())
    digest.update(json.dumps(_plain(bare), sort_keys=True, ensure_ascii=False).encode())
    for name in sorted(tables):
        digest.update(f"\x1e{name}\x1f{len(tables[name])}".encode())
        for column in sorted(tables[name].columns):
            if tables[name].has(column):
                digest.update(f"\x1d{column}\x1f".encode())
                digest.update(_bytes(tables[name].columns[column]))
    return digest.hexdigest()


def _plain(settings: Settings) -> dict[str, Any]:
    """Settings as plain dictionaries and lists."""
    shallow = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    shallow["objectives"] = [asdict(entry) for entry in settings.objectives]
    return {name: dict(value) if isinstance(value, Mapping) else value
            for name, value in shallow.items()}


def _bytes(values: np.ndarray[Any, Any]) -> bytes:
    """A column as bytes: little-endian doubles (one NaN, one zero), or texts with separators."""
    if values.dtype == object:
        return "\x1f".join(values).encode()
    numbers = np.where(np.isnan(values), np.nan, values) + 0.0
    return numbers.astype("<f8").tobytes()
