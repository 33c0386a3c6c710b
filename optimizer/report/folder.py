"""A result folder that appears whole or not at all, and replaces another only when asked."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from optimizer.report.leftovers import clear_leftovers, fresh_folder
from optimizer.report.written import record_written, why_kept

#: Every result folder has one; nothing without it is ever replaced.
MARK = "summary.json"
#: Why the system would not write, in words.
REASONS: Mapping[int, str] = MappingProxyType({
    errno.EACCES: "you have no permission", errno.EPERM: "you have no permission",
    errno.EROFS: "it can only be read", errno.ENOSPC: "the disk is full",
    errno.ENAMETOOLONG: "the name is too long", errno.ENOENT: "the system takes no folders there",
    errno.EFBIG: "files there may not be as large (a quota, or the file system's limit)",
    errno.EDQUOT: "your quota of the disk is used up",
    errno.EINVAL: "the name has characters that are not allowed there",
})


class OutputRefused(Exception):  # noqa: N818 - a refusal, in the words of the planner
    """The result folder cannot be written there; the message says what to do."""


def refuse_unwritable(
    folder: Path, *, overwrite: bool, mark: str = MARK, keeps_others: bool = False
) -> None:
    """Refuse a result folder that may not be written, before anything is solved.

    First, what killed runs into it left behind is cleared.

    Parameters
    ----------
    folder
        Result folder.
    overwrite
        Whether an earlier result may be replaced.
    mark
        Record that shows that a folder is an earlier result, and tells its files.
    keeps_others
        Whether the command deletes nothing but its own files, so that others may be there.

    Raises
    ------
    OutputRefused
        If it exists and may not be replaced, is not a result or not as its command left it, or
        cannot be created.
    """
    _clear(folder)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        message = f"{folder} is not a folder. Choose another name for the result."
        raise OutputRefused(message)
    if folder.is_dir():
        why = why_kept(folder, mark) if not keeps_others or not (folder / mark).is_file() else None
        if why is not None:
            message = f"{folder} exists, and {why}"
            raise OutputRefused(message)
        if not overwrite:
            message = f"{folder} exists. Choose another folder, or replace it with --overwrite."
            raise OutputRefused(message)
    for parent in folder.absolute().parents:
        if parent.exists():
            if not parent.is_dir():
                message = f"{folder} cannot be written: {parent} is not a folder to write in."
                raise OutputRefused(message)
            if not os.access(parent, os.W_OK):
                raise OutputRefused(_unwritable(folder, parent, REASONS[errno.EACCES]))
            return


def _clear(folder: Path) -> None:
    """Clear what killed runs left; where the system forbids it, the checks that follow say so."""
    with contextlib.suppress(OSError):
        clear_leftovers(folder.absolute().parent, folder.absolute().name)


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

    Its record `mark` is completed by the hashes of all files, by which a later run tells whether
    everything there is still the command's own.
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
        temporary = fresh_folder(folder.parent, folder.name, "new")
    try:
        yield temporary
        record_written(temporary, mark)
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
    earlier = fresh_folder(folder.parent, folder.name, "old")
    folder.rename(earlier / folder.name)
    try:
        temporary.rename(folder)
    except BaseException:
        (earlier / folder.name).rename(folder)
        earlier.rmdir()
        raise
    _flush_folder(folder.parent)
    shutil.rmtree(earlier, ignore_errors=True)


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
