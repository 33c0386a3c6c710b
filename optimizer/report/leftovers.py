"""Half-written folders of runs that were killed: known by the process in their names and cleared.

A name is `.reclaim-KIND-NAME-SYSTEM-PROCESS-TOKEN`; KIND is `new` for a folder being filled, `old`
for an earlier result that was moved out of the way and not deleted yet.
"""

from __future__ import annotations

import glob
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
from functools import cache
from pathlib import Path

from optimizer.report.written import PREFIX

#: A half-written folder this old belongs to a run that was killed, wherever that ran.
STALE_SECONDS = 24 * 3600.0
_MAKER = re.compile(r"-(?P<system>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]{8}$")


def fresh_folder(parent: Path, name: str, kind: str) -> Path:
    """Make a new folder, with the rights that new folders get there.

    Parameters
    ----------
    parent
        Folder to make it in.
    name
        What it is for.
    kind
        `new` or `old`.
    """
    path = parent / (f"{PREFIX}{kind}-{name}-{_system()}-{os.getpid()}-{secrets.token_hex(4)}")
    path.mkdir()
    return path


def clear_leftovers(parent: Path, name: str) -> None:
    """Remove what killed runs left behind; put an earlier result back if one was moved away.

    Folders of runs that are at work, here or elsewhere, are left alone.

    Parameters
    ----------
    parent
        Folder in which they are.
    name
        What they were for.
    """
    if not parent.is_dir():
        return
    for left in _left(parent, name, "old"):
        kept = left / name
        if kept.is_dir() and not (parent / name).exists():
            kept.rename(parent / name)
        shutil.rmtree(left, ignore_errors=True)
    for left in _left(parent, name, "new"):
        shutil.rmtree(left, ignore_errors=True)


def _left(parent: Path, name: str, kind: str) -> list[Path]:
    """Folders of runs that are over."""
    start = f"{PREFIX}{kind}-{name}-"
    found = []
    for path in sorted(parent.glob(f"{glob.escape(start)}*")):
        # A name that goes on is another one: OUT-2 is not OUT.
        rest = path.name.removeprefix(start)
        if re.fullmatch(r"([0-9a-f]{8}-\d+-)?[0-9a-f]{8}", rest) and _is_over(path):
            found.append(path)
    return found


def _is_over(path: Path) -> bool:
    """Whether the run that made a folder has ended."""
    made_by = _MAKER.search(path.name)
    if made_by is not None and made_by["system"] == _system() and sys.platform != "win32":
        # On Windows asking after a process could end it; only age tells there.
        return not _runs(int(made_by["process"])) or _age(path) > STALE_SECONDS
    return _age(path) > STALE_SECONDS


def _runs(process: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _age(path: Path) -> float:
    """Seconds since a path was last changed; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


@cache
def _system() -> str:
    """Where process numbers mean the same: one machine, and on it one container."""
    try:
        room = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        room = ""
    return hashlib.sha256(f"{platform.node()} {room}".encode()).hexdigest()[:8]
