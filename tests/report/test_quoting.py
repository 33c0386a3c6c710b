"""Commands to try next can be pasted: bash reads every word back as it was."""

from __future__ import annotations

import shlex

import pytest

from optimizer.report.commands import command, override, quoted


@pytest.mark.parametrize("text", ["two-parcels", "out/two-parcels", "published/x_1.5", "平朔"])
def test_plain_words_stay_plain(text: str) -> None:
    assert quoted(text) == text


@pytest.mark.parametrize(("text", "words"), [
    ("my mine", '"my mine"'), ("D:\\mine\\out", '"D:\\mine\\out"'), ("", '""'),
    ("a,b", '"a,b"'), ("cost $", "'cost $'"), ("the planner's", '"the planner\'s"'),
])
def test_other_words_are_quoted(text: str, words: str) -> None:
    assert quoted(text) == words
    assert shlex.split(words) == [text]


def test_an_override_is_one_word() -> None:
    text = "limits[budget of 2026].value*=1.1"
    assert shlex.split(override(text)) == ["--set", text]
    assert override(text) == '--set "limits[budget of 2026].value*=1.1"'


def test_a_command_carries_the_planners_own_texts_before_new_ones() -> None:
    told = command("solve", "my mine", "--whole-parcels", own=("a.b*=2", "c.d=3"),
                   changes=("a.b*=2",), out="OTHER")
    assert shlex.split(told) == [
        "reclaim", "solve", "my mine", "--whole-parcels", "--set", "a.b*=2", "--set", "c.d=3",
        "--set", "a.b*=2", "-o", "OTHER"]
