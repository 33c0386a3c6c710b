"""A result folder that appears whole or not at all, and replaces another only when asked."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

#: Half-written folders start with this, so that nobody takes them for a result.
PREFIX = ".reclaim-"
#: A half-written folder this old belongs to a run that was killed.
STALE_SECONDS = 24 * 3600.0
#: Every result folder has one; nothing without it is ever replaced.
MARK = "summary.json"
#: Why the system would not write, in words.
REASONS: Mapping[int, str] = MappingProxyType({
    errno.EACCES: "you have no permission", errno.EPERM: "you have no permission",
    errno.EROFS: "it can only be read", errno.ENOSPC: "the disk is full",
    errno.ENAMETOOLONG: "the name is too long", errno.ENOENT: "the system takes no folders there",
    errno.EINVAL: "the name has characters that are not allowed there",
})


class OutputRefused(Exception):  # noqa: N818 - a refusal, in the words of the planner
    """The result folder cannot be written there; the message says what to do."""


def refuse_unwritable(folder: Path, *, overwrite: bool, mark: str = MARK) -> None:
    """Refuse a result folder that may not be written, before anything is solved.

    Parameters
    ----------
    folder
        Result folder.
    overwrite
        Whether an earlier result may be replaced.
    mark
        File that shows that a folder is an earlier result.

    Raises
    ------
    OutputRefused
        If it exists and may not be replaced, is not a result, or cannot be created.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        message = f"{folder} is not a folder. Choose another name for the result."
        raise OutputRefused(message)
    if folder.is_dir():
        if not overwrite:
            message = f"{folder} exists. Choose another folder, or replace it with --overwrite."
            raise OutputRefused(message)
        if not (folder / mark).is_file():
            message = (f"{folder} exists and holds no {mark}, so it is no earlier result: it is "
                       "not replaced even with --overwrite. Choose another folder.")
            raise OutputRefused(message)
    for parent in folder.absolute().parents:
        if parent.exists():
            if not parent.is_dir():
                message = f"{folder} cannot be written: {parent} is not a folder to write in."
                raise OutputRefused(message)
            if not os.access(parent, os.W_OK):
                raise OutputRefused(_unwritable(folder, parent, REASONS[errno.EACCES]))
            return


def _unwritable(folder: Path, parent: Path, reason: str) -> str:
    """Say which folder cannot be written in, and why."""
    return (f"{folder} cannot be written: nothing can be made in {parent} ({reason}). Choose "
            "another place for the result.")


@contextlib.contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to make a folder into words."""
    try:
        yield
    except OSError as error:
        parent = next(p for p in folder.parents if p.exists())
        raise OutputRefused(_unwritable(folder, parent, reason_of(error))) from error


def reason_of(error: OSError) -> str:
    """Why the system refused, in words."""
    if error.errno is not None and error.errno in REASONS:
        return REASONS[error.errno]
    return (error.strerror or str(error) or type(error).__name__).lower()


@contextlib.contextmanager
def whole_folder(folder: Path, *, overwrite: bool, mark: str = MARK) -> Iterator[Path]:
    """Fill a temporary folder beside `folder`; at the end it takes that name in one step.

    Nothing is left behind if the body fails or is interrupted, and an earlier result stays until
    the new one is complete and on disk.

    Yields
    ------
    Path
        The temporary folder to write into.

    Raises
    ------
    OutputRefused
        As `refuse_unwritable`, before and again after the body.
    """
    folder = folder.absolute()
    refuse_unwritable(folder, overwrite=overwrite, mark=mark)
    with _refusals(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear_stale(folder)
        temporary = _fresh(folder, "new")
    try:
        yield temporary
        _flush(temporary)
        refuse_unwritable(folder, overwrite=overwrite, mark=mark)
        _take_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _take_place(temporary: Path, folder: Path) -> None:
    """Rename the temporary folder to its name, moving an earlier result out of the way."""
    if not folder.exists():
        temporary.rename(folder)
        _flush_folder(folder.parent)
        return
    earlier = _fresh(folder, "old")
    folder.rename(earlier / folder.name)
    try:
        temporary.rename(folder)
    except BaseException:
        (earlier / folder.name).rename(folder)
        earlier.rmdir()
        raise
    _flush_folder(folder.parent)
    shutil.rmtree(earlier, ignore_errors=True)


def _fresh(folder: Path, kind: str) -> Path:
    """Make a new folder beside `folder`, with the rights that new folders get there."""
    path = folder.parent / f"{PREFIX}{kind}-{folder.name}-{secrets.token_hex(4)}"
    path.mkdir()
    return path


def _clear_stale(folder: Path) -> None:
    """Remove what killed runs left behind; put an earlier result back if one was moved away."""
    name = glob.escape(folder.name)
    for left in folder.parent.glob(f"{PREFIX}old-{name}-*"):
        kept = left / folder.name
        if _age(left) > STALE_SECONDS and kept.is_dir():
            if not folder.exists():
                kept.rename(folder)
            shutil.rmtree(left, ignore_errors=True)
    for left in folder.parent.glob(f"{PREFIX}new-{name}-*"):
        if _age(left) > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds since a path was last changed; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _flush(folder: Path) -> None:
    """Have everything below a folder on disk before the folder gets its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Flush the names in a folder, where the system can (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
