"""Files that take their places in a folder together, beside what is there already."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from optimizer.instance.nearest import listed
from optimizer.report.folder import MARK, OutputRefused, reason_of, whole_folder
from optimizer.report.leftovers import clear_leftovers, fresh_folder
from optimizer.report.written import record_later


@contextlib.contextmanager
def files_into(folder: Path, names: list[str], *, overwrite: bool) -> Iterator[Path]:
    """Fill a hidden folder; at the end its files take their places, none before all are made.

    Parameters
    ----------
    folder
        Where the files go; made if it is not there.
    names
        Files that will be made.
    overwrite
        Whether files of these names may be replaced.

    Yields
    ------
    Path
        The folder to write into.

    Raises
    ------
    OutputRefused
        If a file is there already, or the folder cannot be written in.
    """
    if not folder.exists():
        with whole_folder(folder, overwrite=False) as temporary:
            yield temporary
        return
    if not folder.is_dir():
        message = f"{folder} is not a folder. Choose another one with --to."
        raise OutputRefused(message)
    _refuse_taken(folder, names, overwrite=overwrite)
    try:
        clear_leftovers(folder, "export")
        temporary = fresh_folder(folder, "export", "new")
    except OSError as error:
        message = (f"{folder} cannot be written in ({reason_of(error)}). Choose another folder "
                   "with --to.")
        raise OutputRefused(message) from error
    try:
        yield temporary
        made = []
        for path in sorted(temporary.iterdir()):
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        for path in sorted(temporary.iterdir()):
            path.replace(folder / path.name)
            made.append(path.name)
        record_later(folder, MARK, made)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_taken(folder: Path, names: list[str], *, overwrite: bool) -> None:
    """Refuse names that are taken and may not be replaced."""
    there = [name for name in names if (folder / name).exists()]
    blocked = [name for name in there if not (folder / name).is_file()]
    if blocked or (there and not overwrite):
        what = listed(blocked or there, 3)
        message = (f"{what} in {folder} cannot be replaced by a file. Move it away, or choose "
                   "another folder with --to." if blocked else
                   f"{folder} has {what} already. Replace with --overwrite, or choose another "
                   "folder with --to.")
        raise OutputRefused(message)
