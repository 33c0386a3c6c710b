"""Text that a spreadsheet would run as a formula: how it is kept from that, and read back.

A cell of a CSV file that begins with = + - @ (or their full-width forms) is run when a
spreadsheet opens the file, quoted or not. Such text is written with an apostrophe before it, and
read without that one apostrophe, so that what is written reads back as it was. Numbers and single
signs (the sense `=`) do no harm and stay as they are.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"[=+\-@＝＋－＠].", re.DOTALL)
_NUMBER = re.compile(r"[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?", re.ASCII)


def would_run(text: str) -> bool:
    """Whether a spreadsheet would take text for a formula."""
    return bool(_RUN.match(text)) and not _NUMBER.fullmatch(text)


def neutral(text: str) -> str:
    """Text as it may stand in a CSV file; what starts like neutralised text gets one more."""
    return f"'{text}" if would_run(text.lstrip("'")) else text


def as_meant(text: str) -> str:
    """Text of a CSV file as it was before `neutral`."""
    return text[1:] if text.startswith("'") and would_run(text.lstrip("'")) else text
