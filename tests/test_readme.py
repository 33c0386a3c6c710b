"""The README says what is true: its examples run and print what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(marker: str) -> list[str]:
    """Code blocks that follow a marker comment."""
    pattern = rf"<!-- {marker} -->\n```\w+\n(.*?)```"
    return re.findall(pattern, README, flags=re.DOTALL)


def test_the_scripts_run_and_give_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in blocks("run"):
        exec(compile(block, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    # WORKED.md: 20 ha cropland, 40 ha forest, 32 ha grass.
    assert re.search(r"face +grass +regrade-cover +2026 +heap +32", printed)
    assert printed.strip().endswith("6349.6")


SHOWN = re.findall(r"<!-- output: reclaim (.*?) -->\n```text\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_shown_output_is_the_real_one(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.cli.main import cli

    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, command.split(), standalone_mode=False)
    assert done.exception is None
    assert without_seconds(done.stdout) == without_seconds(shown)


def without_seconds(text: str) -> str:
    """Text without the only thing that differs between runs and solver versions."""
    lines = [re.sub(r"\(HiGHS.*| in [\d.]+ s", "", line).rstrip() for line in text.splitlines()]
    return "\n".join(line for line in lines).strip()


def test_every_file_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]
