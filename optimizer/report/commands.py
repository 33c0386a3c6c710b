"""Commands to try next, written so that bash and PowerShell read them alike."""

from __future__ import annotations

from collections.abc import Sequence

#: Besides letters and digits, what no shell reads as anything but itself.
PLAIN = "_./-:"
#: What double quotes do not protect in bash or PowerShell.
TELLING = '"$`!'


def quoted(text: str) -> str:
    """Quote a word of a command where bash or PowerShell would not take it as one plain word.

    Double quotes, or single ones where the word holds what double quotes do not protect.
    """
    if text and all(c.isalnum() or c in PLAIN for c in text):
        return text
    telling = any(c in TELLING for c in text) and "'" not in text
    return f"'{text}'" if telling else f'"{text}"'


def override(text: str) -> str:
    """Write a change of a value as an option of a command."""
    return f"--set {quoted(text)}"


def command(
    verb: str, *words: str, own: Sequence[str] = (), changes: Sequence[str] = (), out: str = ""
) -> str:
    """Write a command to try next, of the instance as the planner has it.

    Parameters
    ----------
    verb
        What `reclaim` is asked for.
    words
        What stands behind it: the instance as it was typed, further arguments, flags.
    own
        The --set texts that the answer at hand was worked out with, in order: without them the
        command would answer for another instance.
    changes
        Further --set texts, applied on top of those.
    out
        Folder to write, if any.
    """
    sets = [override(text) for text in (*own, *changes)]
    to = ["-o", quoted(out)] if out else []
    return " ".join(["reclaim", verb, *map(quoted, words), *sets, *to])
