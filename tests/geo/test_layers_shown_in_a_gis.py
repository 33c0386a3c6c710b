"""Layers that a GIS has merely shown are still the command's own; edited ones are not."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from divided_plan import divided_instance

import optimizer as ro
from optimizer.report.written import why_kept

pytest.importorskip("pyogrio", reason="the extra `geo` is not installed")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    ro.write_out(ro.solve(divided_instance(tmp_path / "instance")), tmp_path / "OUT")
    return tmp_path / "OUT"


def change(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as held:
        for statement in statements:
            held.execute(statement)
        held.commit()


def test_shown_it_may_be_replaced(out: Path) -> None:
    layers, before = out / "plan.gpkg", (out / "plan.gpkg").read_bytes()
    assert why_kept(out, "summary.json") is None
    # What a GIS does on opening and closing: another journal, whose mark stands in the file.
    change(layers, "PRAGMA journal_mode=WAL", "PRAGMA user_version=10300")
    change(layers, "PRAGMA journal_mode=DELETE", "VACUUM")
    assert layers.read_bytes() != before
    (out / "plan.gpkg-shm").write_bytes(b"")
    assert why_kept(out, "summary.json") is None


def test_edited_it_is_kept(out: Path) -> None:
    change(out / "plan.gpkg", "UPDATE plan SET use = 'mine'")
    found = why_kept(out, "summary.json")
    assert found is not None
    assert found.startswith("plan.gpkg was changed since")
