"""The journal: torn ends are cut off, spoilt lines are not believed, one run writes at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.analysis.sweep.journal import NAME, Journal, JournalRefused

HEADING = {"instance": "x", "cases_sha256": "1"}
ROWS = [{"case": f"{number}", "objective": 0.1 + number, "reason": "é", "net": None}
        for number in range(3)]


def filled(folder: Path) -> Path:
    journal = Journal(folder / NAME, HEADING)
    for row in ROWS:
        journal.add(dict(row))
    journal.close()
    return folder / NAME


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    journal = Journal(filled(tmp_path), HEADING)
    assert journal.done == {row["case"]: row for row in ROWS}
    journal.close()


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_last_line_is_cut_off_and_written_again(tmp_path: Path, cut: int) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    journal = Journal(path, HEADING)
    assert list(journal.done) == ["1", "0"]
    journal.add(dict(ROWS[2]))
    journal.close()
    assert path.read_bytes() == whole


def test_a_spoilt_line_ends_what_is_believed(tmp_path: Path) -> None:
    path = filled(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"1.1", b"9.9")
    path.write_bytes(b"".join(lines))
    journal = Journal(path, HEADING)
    assert list(journal.done) == ["0"]
    journal.close()


def test_another_heading_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    path = filled(tmp_path)
    before = path.read_bytes()
    with pytest.raises(JournalRefused, match="its cases have changed since it was begun"):
        Journal(path, {**HEADING, "cases_sha256": "2"})
    assert path.read_bytes() == before


@pytest.mark.parametrize(("changed", "words"), [
    ({"instance_sha256": "b" * 64}, "the instance has changed since it was begun"),
    ({"instance": "y", "instance_sha256": "b" * 64}, "it is of the instance x, not of y"),
    ({"version": "9"}, "it was begun by version 1 of this program, which is now 9"),
])
def test_what_has_changed_is_said_in_words(
    tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    heading = {**HEADING, "instance_sha256": "a" * 64, "version": "1"}
    Journal(tmp_path / NAME, heading).close()
    with pytest.raises(JournalRefused) as refused:
        Journal(tmp_path / NAME, heading | changed)
    assert f"cannot be gone on with: {words}" in str(refused.value)
    assert "a" * 64 not in str(refused.value)
    assert "b" * 64 not in str(refused.value)


def test_two_runs_do_not_write_at_once(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    journal = Journal(filled(tmp_path), HEADING)
    with pytest.raises(JournalRefused, match="another run"):
        Journal(tmp_path / NAME, HEADING)
    journal.close()
    Journal(tmp_path / NAME, HEADING).close()
