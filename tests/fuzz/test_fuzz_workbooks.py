"""Damaged workbooks: read, or refused with findings; never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import minimal_bytes

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.read import read_instance

KINDS = ("inlineStr", "e", "b", "d", "s", "n")


def read_or_refused(folder: Path, data: bytes) -> None:
    path = folder / "damaged.xlsx"
    path.write_bytes(data)
    findings, parcels = _outcome(path)
    assert findings or parcels > 0
    assert all(finding.file and finding.rule and finding.do for finding in findings)


def _outcome(path: Path) -> tuple[tuple[Finding, ...], int]:
    """Findings of a refusal and no parcels, or no findings and the parcels read."""
    try:
        return (), read_instance(path).land.count
    except InstanceRefused as refused:
        return refused.findings, 0


@settings(max_examples=25)
@given(st.data())
def test_bytes_changed_anywhere(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    changed = bytearray(minimal_bytes())
    places = data.draw(st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=20))
    for place in places:
        changed[place] = data.draw(st.integers(0, 255))
    read_or_refused(folder, bytes(changed))


@settings(max_examples=30)
@given(st.data())
def test_parts_changed_cut_or_gone(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    with zipfile.ZipFile(io.BytesIO(minimal_bytes())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    text = parts.pop(name)
    way = data.draw(st.sampled_from(("gone", "cut", "cell kinds", "characters")))
    if way != "gone":
        parts[name] = changed_part(data, text, way)
    rewritten = io.BytesIO()
    with zipfile.ZipFile(rewritten, "w") as book:
        for each, content in parts.items():
            book.writestr(each, content)
    read_or_refused(folder, rewritten.getvalue())


def changed_part(data: st.DataObject, text: bytes, way: str) -> bytes:
    """One part of a workbook, damaged."""
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    if way == "cut":
        return text[:start] + text[start + data.draw(st.integers(1, 60)):]
    if way == "cell kinds":
        old, new = (data.draw(st.sampled_from(KINDS)) for _ in range(2))
        return text.replace(f' t="{old}"'.encode(), f' t="{new}"'.encode())
    size = data.draw(st.integers(1, 4))
    put = data.draw(st.text("0123456789abns=<>/.-\"", min_size=size, max_size=size))
    return text[:start] + put.encode() + text[start + size:]
