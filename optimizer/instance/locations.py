"""Where shipped instances and libraries are, and what an INSTANCE argument means."""

from __future__ import annotations

from pathlib import Path

from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.workbook.book import OTHER_SUFFIXES, SUFFIXES, is_workbook

MANIFEST = "instance.toml"
#: Where a result folder keeps the instance that it answers for.
RESULT_INSTANCE = "instance"
_PACKAGE = Path(__file__).resolve().parents[1]


def _shipped(name: str) -> Path:
    """Folder of a catalogue: inside the package (installed) or beside it (checkout)."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def models_folder() -> Path:
    """Folder of the shipped models: the mathematics and the coefficient libraries."""
    return _shipped("models")


def instances_folder() -> Path:
    """Folder of the shipped instances."""
    return _shipped("instances")


def shipped_libraries() -> dict[str, Path]:
    """Name -> folder of every shipped coefficient library."""
    found = sorted((models_folder() / "coefficients").glob("*/library.toml"))
    return {path.parent.name: path.parent for path in found}


def shipped_instances() -> dict[str, Path]:
    """Name -> folder of every shipped instance (`pingshuo`, `published/NAME`)."""
    root = instances_folder()
    found = sorted([*root.glob(f"*/{MANIFEST}"), *root.glob(f"*/*/{MANIFEST}")])
    return {path.parent.relative_to(root).as_posix(): path.parent for path in found}


def locate_instance(argument: str | Path) -> Path | Finding:
    """Place of an INSTANCE argument: a folder, a workbook, or the name of a shipped instance.

    A folder that holds an instance comes before a shipped one of that name.
    """
    path, name = Path(argument), str(argument)
    if (path / MANIFEST).is_file():
        return path
    if path.name == MANIFEST and path.is_file():
        return path.parent
    if is_workbook(path):
        return path if path.is_file() else Finding(
            path.name, "missing file", f"no file `{name}`", "an instance as one workbook",
            "Check the path; `reclaim init` makes one to fill in.")
    if path.suffix.lower() in OTHER_SUFFIXES:
        return Finding(path.name, "not an .xlsx workbook", f"`{name}`",
                       f"a folder, or a workbook ending in {' or '.join(SUFFIXES)}",
                       "Open it in a spreadsheet program and save it as .xlsx.")
    shipped = shipped_instances()
    for candidate in (name.replace("\\", "/").strip("/"), f"published/{name}"):
        if candidate in shipped:
            return shipped[candidate]
    inside = path / RESULT_INSTANCE
    if (inside / MANIFEST).is_file():
        return Finding(MANIFEST, "a result, not an instance", f"no {MANIFEST} in `{name}`",
                       "instance.toml, parcels, uses and methods in the folder",
                       f"The instance it was solved for, with what was set, is {inside}")
    if path.is_dir():
        books = [book.name for book in sorted(path.iterdir()) if is_workbook(book)]
        if len(books) == 1:
            return Finding(MANIFEST, "missing file", f"no {MANIFEST} in `{name}`, but {books[0]}",
                           "an instance: a folder of tables, or one workbook",
                           f"If the workbook is the instance, name it: {path / books[0]}")
        return Finding(MANIFEST, "missing file", f"no {MANIFEST} in `{name}`",
                       "instance.toml, parcels, uses and methods in the folder",
                       "Add the file, or name another folder.")
    return Finding(name, "unknown instance", f"`{name}`",
                   f"a folder, or one of {listed(shipped, 40)}",
                   advice(name, shipped, "Check the path."))
