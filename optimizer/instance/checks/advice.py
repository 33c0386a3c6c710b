"""What to do about a name that nobody knows."""

from __future__ import annotations

from collections.abc import Collection

from optimizer.instance.nearest import listed, nearest

#: Comparing letters with more names than this takes too long to be worth it.
COMPARED_AT_MOST = 5000


def padded(name: str, known: Collection[str]) -> str | None:
    """Known name that differs only by leading zeros, as when a spreadsheet turned 007 into 7."""
    if not name.isdigit():
        return None
    bare = name.lstrip("0")
    matches = [other for other in known if other.isdigit() and other.lstrip("0") == bare]
    return matches[0] if len(matches) == 1 and matches[0] != name else None


def name_advice(name: str, known: Collection[str]) -> str:
    """What to do about an unknown name, as one sentence."""
    zeros = padded(name, known)
    if zeros is not None:
        return (f"Names are text: `{zeros}` is known and is not the same as `{name}`; write "
                f"`{zeros}` (a spreadsheet may have dropped zeros).")
    meant = nearest(name, known) if len(known) <= COMPARED_AT_MOST else ""
    return f"Did you mean `{meant}`?" if meant else f"Known: {listed(known)}."
