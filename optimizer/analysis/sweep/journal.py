"""The journal of a sweep: every finished case on disk at once, whatever happens to the run.

One line a case, a checksum before it. A run that is killed leaves at most one torn line at the end,
which is cut off when the next run goes on; nothing is lost and nothing done twice. The first line
says which instance and cases it belongs to.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import IO, Any

from optimizer.analysis.sweep.row import Row

NAME = "journal.jsonl"
#: Characters of the checksum before each line.
CHECKSUM = 16
#: What it means that an entry of the first line is not the same any more.
CHANGED = {
    "instance": "it is of the instance {there}, not of {now}",
    "instance_sha256": "the instance has changed since it was begun (its files, or --set)",
    "cases_sha256": "its cases have changed since it was begun",
    "version": "it was begun by version {there} of this program, which is now {now}",
}


class JournalRefused(Exception):  # noqa: N818 - a refusal, in the words of the planner
    """The journal belongs to other cases, or another run is writing it."""


class Journal:
    """An open journal.

    Parameters
    ----------
    path
        The file; made where it does not exist.
    heading
        What it belongs to; must be the same as in the file.

    Raises
    ------
    JournalRefused
        If it belongs to something else, or is being written by another run.
    """

    def __init__(self, path: Path, heading: dict[str, Any]) -> None:
        self._file: IO[bytes] = path.open("ab+")
        try:
            _lock(self._file, path)
            self._file.seek(0)
            records, length = _sound(self._file.read())
            if records and records[0] != heading:
                raise JournalRefused(_differences(path, records[0], heading))
            self._file.truncate(length)
            self._done = {str(row["case"]): row for row in reversed(records[1:])}
            if not records:
                self._append(heading)
        except BaseException:
            self._file.close()
            raise

    @property
    def done(self) -> dict[str, Row]:
        """Rows by case, of earlier runs and this one."""
        return dict(self._done)

    def add(self, row: Row) -> Row:
        """Put a row on disk and return it as it will be read back."""
        kept = as_kept(row)
        self._append(kept)
        self._done[str(kept["case"])] = kept
        return kept

    def close(self) -> None:
        """Close the file and give up the lock."""
        self._file.close()

    def _append(self, record: dict[str, Any]) -> None:
        self._file.write(_line(record))
        self._file.flush()
        os.fsync(self._file.fileno())


def as_kept(row: Row) -> Row:
    """A row as it comes back from disk, so that runs that were cut in two give the same table."""
    kept: Row = json.loads(json.dumps(row))
    return kept


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False).encode()
    return _checksum(text) + b" " + text + b"\n"


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:CHECKSUM].encode()


def _sound(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """Records up to the first line that is torn or spoilt, and the length of what holds them."""
    records: list[dict[str, Any]] = []
    length = 0
    for line in data.splitlines(keepends=True):
        check, _, text = line.rstrip(b"\n").partition(b" ")
        if not line.endswith(b"\n") or check != _checksum(text):
            break
        records.append(json.loads(text))
        length += len(line)
    return records, length


def _differences(path: Path, there: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Say what the journal belongs to, and what was asked for."""
    changed = [name for name in sorted({*there, *wanted}) if there.get(name) != wanted.get(name)]
    if "instance" in changed:  # another name has another hash: one of the two says it
        changed = [name for name in changed if name != "instance_sha256"]
    parts = [CHANGED.get(name, "{name} was {there}, is {now}").format(
        name=name, there=there.get(name), now=wanted.get(name)) for name in changed]
    return (f"The sweep in {path.parent} cannot be gone on with: {'; '.join(parts)}. Choose "
            "another folder, or start anew with --overwrite.")


def _lock(file: IO[bytes], path: Path) -> None:
    """Let one run at a time write, where the system can tell."""
    try:
        import fcntl
    except ImportError:  # Windows: an open file is no proof of a run, so nothing is refused
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        msg = f"{path.parent} is being written by another run. Wait for it, or choose another OUT."
        raise JournalRefused(msg) from None
