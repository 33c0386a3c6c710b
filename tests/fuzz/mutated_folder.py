"""Mutations of instance folders kept in memory: file name -> bytes.

Every mutation takes a folder and a source of random numbers, changes the folder and returns a
line that says what was done; None where it found nothing to change. They are deterministic.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from mutated_cells import CELL_MUTATIONS
from mutated_files import FILE_MUTATIONS
from mutated_manifest import MANIFEST_MUTATIONS
from mutated_rows import ROW_MUTATIONS

Folder = dict[str, bytes]
Mutation = Callable[[Folder, random.Random], str | None]

#: How many times a mutation is drawn again where it found nothing to change.
DRAWS = 20

#: Kinds, and how often each is drawn.
KINDS: tuple[tuple[tuple[Mutation, ...], int], ...] = (
    (CELL_MUTATIONS, 8), (ROW_MUTATIONS, 5), (FILE_MUTATIONS, 4), (MANIFEST_MUTATIONS, 3),
)


def folder_of(path: Path) -> Folder:
    """Every input file of a shipped instance; scripts and prose are left behind."""
    skipped = {".py", ".md", ".json"}
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.suffix not in skipped and "__pycache__" not in file.parts
    }


def mutate(folder: Folder, seed: str) -> tuple[Folder, list[str]]:
    """A mutated copy of a folder (one to three mutations), and what was done to it."""
    source = random.Random(seed)
    changed, done = dict(folder), []
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        for _ in range(DRAWS):
            kind = source.choices([k for k, _ in KINDS], [weight for _, weight in KINDS])[0]
            told = source.choice(kind)(changed, source)
            if told is not None:
                done.append(told)
                break
    return changed, done


def write(folder: Folder, path: Path) -> Path:
    """Write a folder to disk; a name that ends in / becomes an empty folder."""
    path.mkdir(parents=True)
    for name, data in folder.items():
        file = path / name
        if name.endswith("/"):
            file.mkdir(parents=True, exist_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path
