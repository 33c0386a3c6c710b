"""Where shipped instances and libraries are, and what an INSTANCE argument means."""

from __future__ import annotations

from pathlib import Path

from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed

MANIFEST = "instance.toml"
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
    """Folder of an INSTANCE argument: a folder, or the name of a shipped instance.

    A folder that holds an instance comes before a shipped one of that name.
    """
    path, name = Path(argument), str(argument)
    if (path / MANIFEST).is_file():
        return path
    if path.name == MANIFEST and path.is_file():
        return path.parent
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        return Finding(path.name, "workbooks are not read yet", f"`{name}`", "an instance folder",
                       "Save each sheet as a CSV file of its name in a folder with instance.toml.")
    shipped = shipped_instances()
    for candidate in (name.replace("\\", "/").strip("/"), f"published/{name}"):
        if candidate in shipped:
            return shipped[candidate]
    if path.is_dir():
        return Finding(MANIFEST, "missing file", f"no {MANIFEST} in `{name}`",
                       "instance.toml, parcels, uses and methods in the folder",
                       "Add the file, or name another folder.")
    return Finding(name, "unknown instance", f"`{name}`",
                   f"a folder, or one of {listed(shipped, 40)}",
                   advice(name, shipped, "Check the path."))
