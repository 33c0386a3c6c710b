"""Which files a command wrote: told in its own record, so that nothing else is ever replaced.

The JSON file that marks a folder as the work of a command lists every other file with its SHA-256.
A folder is replaced only as that command left it: a file that was added or changed since is the
planner's, and is never deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from optimizer.instance.nearest import listed

#: Half-written files and folders start with this, so that nobody takes them for a result.
PREFIX = ".reclaim-"
#: Key of the record under which files and hashes stand.
KEY = "written"
#: Record of a solve, which other results may hold.
SUMMARY = "summary.json"
#: What desktops put into any folder they show.
DESKTOP = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
#: Layers, of which a GIS changes bytes by merely showing them, and what it lays beside meanwhile.
LAYERS = ".gpkg"
BESIDE_LAYERS = (f"{LAYERS}-wal", f"{LAYERS}-shm", f"{LAYERS}-journal")
#: Files that are named one by one.
NAMED = 5


def record_written(folder: Path, mark: str) -> None:
    """Put every file of a finished folder, with its hash, into the record that marks it.

    Parameters
    ----------
    folder
        A folder that is complete.
    mark
        Its record, a JSON object; left alone where there is none.
    """
    if (folder / mark).is_file():
        files = {path.relative_to(folder).as_posix(): _sha256(path)
                 for path in sorted(folder.rglob("*"))
                 if path.is_file() and path != folder / mark}
        _rewrite(folder / mark, {**_record(folder / mark), KEY: files})


def record_later(folder: Path, mark: str, names: Collection[str]) -> None:
    """Add files that a later command wrote into a folder to its record; others stay foreign.

    Parameters
    ----------
    folder
        A folder that an earlier command wrote.
    mark
        Its record; a folder without one that lists files is left alone.
    names
        Files that were written, by their names in the folder.
    """
    try:
        record = _record(folder / mark)
    except (OSError, ValueError):
        return
    if isinstance(record.get(KEY), dict):
        files = {**record[KEY], **{name: _sha256(folder / name) for name in names}}
        _rewrite(folder / mark, {**record, KEY: dict(sorted(files.items()))})


def why_kept(folder: Path, mark: str) -> str | None:
    """Why a folder may not be replaced, in words; None where it is as its command left it.

    Parameters
    ----------
    folder
        An existing folder.
    mark
        Record of the command that wants to replace it.
    """
    try:
        files = _record(folder / mark).get(KEY)
    except FileNotFoundError:
        return (f"holds no {mark}, so it is no earlier result of this command: it is not replaced "
                "even with --overwrite. Choose another folder.")
    except (OSError, ValueError):
        return (f"its {mark} cannot be read: it is not replaced even with --overwrite. Choose "
                "another folder.")
    if not isinstance(files, dict):
        return (f"its {mark} does not tell which files the command wrote (an earlier version, or "
                "a run from Python): it is not replaced even with --overwrite. Choose another "
                "folder.")
    files = {**files, **dict(_inner(folder, files))}
    foreign = sorted(_foreign(folder, {mark, *files}))
    changed = sorted(name for name, sha256 in files.items() if name not in foreign and sha256
                     and (folder / name).is_file() and _sha256(folder / name) != sha256)
    if not foreign and not changed:
        return None
    parts = [f"{listed(names, NAMED)} {'was' if len(names) == 1 else 'were'} {what} since"
             for names, what in ((foreign, "added"), (changed, "changed")) if names]
    return (f"{' and '.join(parts)}: it is not replaced even with --overwrite, which would delete "
            "that. Move it elsewhere, or choose another folder.")


def _inner(folder: Path, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Files of results inside a result, by their own records, which later commands keep up.

    Such a record itself has no hash.
    """
    for name in files:
        if name.endswith(f"/{SUMMARY}"):
            try:
                inner = _record(folder / name).get(KEY)
            except (OSError, ValueError):
                continue
            if isinstance(inner, dict):
                place = name.removesuffix(SUMMARY)
                yield name, ""
                yield from ((place + below, sha256) for below, sha256 in inner.items())


def _foreign(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Files, links and folders that are not among the known files and do not hold any."""
    holding = {parent.as_posix() for name in known for parent in Path(name).parents}
    for place, below, names in os.walk(folder):
        at = Path(place).relative_to(folder)
        for name in names:
            path = (at / name).as_posix()
            ours = path in known and not (folder / path).is_symlink()
            if not ours and not _is_nobodys(name):
                yield path
        for name in list(below):
            path = (at / name).as_posix()
            if path not in holding or (folder / path).is_symlink():
                below.remove(name)
                if not _is_nobodys(name):
                    yield f"{path}/"


def _is_nobodys(name: str) -> bool:
    """Whether a file is a desktop's or a database's own, or a half-written one of a run."""
    return name in DESKTOP or name.startswith(PREFIX) or name.endswith(BESIDE_LAYERS)


def _record(path: Path) -> dict[str, Any]:
    """Read a record.

    Raises
    ------
    ValueError
        If it is no JSON object.
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(record, dict):
        message = f"{path} is no JSON object"
        raise ValueError(message)
    return record


def _rewrite(path: Path, record: dict[str, Any]) -> None:
    """Write a record anew; the earlier one stays until the new one is complete."""
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    unfinished = path.with_name(f"{PREFIX}{path.name}")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)


def _sha256(path: Path) -> str:
    """SHA-256 of a file; of layers that of what they hold, as their bytes change when shown."""
    if path.suffix == LAYERS:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as held:
            found = hashlib.sha256()
            for line in held.iterdump():
                found.update(line.encode("utf-8", "surrogatepass"))
            return found.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
