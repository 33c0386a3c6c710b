"""A page that takes its place whole, and replaces nothing but an earlier page unless asked."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from optimizer.report.folder import OutputRefused, reason_of
from optimizer.report.leftovers import clear_leftovers, fresh_folder

#: Endings of pages; no file of another kind is ever replaced.
PAGES = (".html", ".htm")
#: Every page of `reclaim report` says this in its head.
OURS = '<meta name="generator" content="reclaim '
#: Bytes at the start of a page in which its head stands.
HEAD = 4096


def refuse_place(path: Path, *, overwrite: bool) -> None:
    """Refuse a place for a page, before anything is worked out.

    Parameters
    ----------
    path
        Where the page is to go.
    overwrite
        Whether a page that this program did not write may be replaced.

    Raises
    ------
    OutputRefused
        If something there may not be replaced, or the folder is missing or cannot be written in.
    """
    if path.is_dir():
        message = f"{path} is a folder. Name a file that ends in .html."
        raise OutputRefused(message)
    if path.exists() and not _is_report(path):
        message = f"{path} exists and was not written by `reclaim report`"
        if path.suffix.lower() not in PAGES or path.is_symlink():
            message += ": it is never replaced. Choose another file, ending in .html."
            raise OutputRefused(message)
        if not overwrite:
            message += ". Choose another file, or replace it with --overwrite."
            raise OutputRefused(message)
    parent = path.absolute().parent
    if not parent.is_dir():
        message = (f"{path} cannot be written: there is no folder {path.parent}. Make it, or "
                   "choose another file with -o.")
        raise OutputRefused(message)
    if not os.access(parent, os.W_OK):
        raise _unwritable(path, reason_of(PermissionError(errno.EACCES, "")))


def write_page(page: str, path: Path) -> None:
    """Write a page; an earlier one stays until the new one is complete.

    Raises
    ------
    OutputRefused
        If the system does not take the file.
    """
    try:
        clear_leftovers(path.absolute().parent, path.name)
        temporary = fresh_folder(path.absolute().parent, path.name, "new")
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    try:
        unfinished = temporary / path.name
        unfinished.write_text(page, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    finally:
        with contextlib.suppress(OSError):
            (temporary / path.name).unlink(missing_ok=True)
            temporary.rmdir()


def _is_report(path: Path) -> bool:
    """Whether a file is a page that `reclaim report` or `solve` wrote."""
    if path.is_symlink() or path.suffix.lower() not in PAGES:
        return False
    try:
        with path.open("rb") as file:
            return OURS.encode() in file.read(HEAD)
    except OSError:
        return False


def _unwritable(path: Path, reason: str) -> OutputRefused:
    """Say that a file cannot be written, and why."""
    return OutputRefused(f"{path} cannot be written ({reason}). Choose another file with -o.")
