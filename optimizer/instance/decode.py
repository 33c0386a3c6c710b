"""Bytes of a text table -> rows of text, however Excel wrote them; never misread."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.instance.findings import Finding
from optimizer.instance.formulas import as_meant

DELIMITERS = (",", ";", "\t")

#: Share of the characters beyond ASCII that must be in GB2312, and in its common part, for bytes
#: to count as GB18030. Other encodings decode as GB18030 too, but to rare characters.
_IN_GB2312 = 0.9
_COMMON = 0.6


class Undecodable(ValueError):  # noqa: N818 - a reason, turned into a finding
    """The bytes are no text this program can be sure about."""


@dataclass(frozen=True)
class RawText:
    """Header and rows of a text table.

    Parameters
    ----------
    header
        Header cells, trimmed.
    rows
        Cells of each row, trimmed, as many as the header has.
    lines
        Line of the file on which each row starts (header = 1 in a plain file).
    findings
        Everything that was wrong with the text.
    semicolons
        Whether semicolons stand between the cells, as where the decimal mark is a comma.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    findings: list[Finding]
    semicolons: bool = False


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a byte-order mark, or GB18030 where it is plainly Chinese.

    Raises
    ------
    Undecodable
        If the encoding cannot be told.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _strictly(data, "gb18030")
    if not _plainly_chinese(text):
        message = "bytes that are neither UTF-8 nor plainly Chinese GB18030"
        raise Undecodable(message)
    return text


def _strictly(data: bytes, encoding: str) -> str:
    """Decode or say which encoding failed."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"bytes that are not valid UTF-8 or {encoding.upper()} (at byte {error.start})"
        raise Undecodable(message) from None


def _plainly_chinese(text: str) -> bool:
    """Whether what is beyond ASCII is mostly common Chinese or full-width characters.

    The common part of GB2312 has lead bytes A1, A3 and B0 to D7; European letters misread as
    GB18030 land outside it.
    """
    beyond = [character for character in text if ord(character) > 127]
    encoded = [character.encode("gb2312", errors="ignore") for character in beyond]
    in_gb2312 = [code for code in encoded if len(code) == 2]
    common = [code for code in in_gb2312 if code[0] in (0xA1, 0xA3) or 0xB0 <= code[0] <= 0xD7]
    return len(in_gb2312) >= _IN_GB2312 * len(beyond) and len(common) >= _COMMON * len(beyond)


def raw_text(data: bytes, file: str) -> RawText:
    """Split the bytes of a delimited table into header and rows.

    Blank lines, and lines with the right number of cells that are all blank, are skipped.
    Everything wrong is a finding; rows with a wrong number of cells are left out.
    """
    try:
        text = decode(data)
    except Undecodable as error:
        return _nothing(Finding(file, "encoding", str(error), "text in UTF-8",
                                "Save the file as UTF-8 (Excel: CSV UTF-8)."))
    if "\x00" in text:
        return _nothing(Finding(file, "encoding", "NUL bytes", "text in UTF-8",
                                "Save the file as UTF-8 (Excel: CSV UTF-8)."))
    if not text.strip():
        return _nothing(Finding(file, "empty file", "no text", "a header and rows",
                                "Fill the table in, or remove the file."))
    return _split(text, file)


def _nothing(finding: Finding) -> RawText:
    """Result for a file that cannot be read at all."""
    return RawText([], [], [], [finding])


def delimiter_of(text: str) -> str:
    """Find the delimiter: the one most frequent in the first line with text."""
    first = next(line for line in text.splitlines() if line.strip())
    outside_quotes = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside_quotes.count)


def _split(text: str, file: str) -> RawText:
    """Header and rows of decoded text."""
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    findings: list[Finding] = []
    quoting = "'" in text
    for line, cells in _records(text, file, findings):
        trimmed = [cell.strip() for cell in cells]
        if quoting:
            trimmed = [as_meant(cell) for cell in trimmed]
        if not header:
            if any(trimmed):
                header = _without_trailing_blanks(trimmed)
        elif len(trimmed) == len(header):
            if any(trimmed):
                rows.append(trimmed)
                lines.append(line)
        elif len(trimmed) > len(header) and any(trimmed) and not any(trimmed[len(header):]):
            rows.append(trimmed[:len(header)])
            lines.append(line)
        elif any(trimmed):
            findings.append(_wrong_length(file, line, len(trimmed), len(header)))
    return RawText(header, rows, lines, findings, delimiter_of(text) == ";")


def _without_trailing_blanks(header: list[str]) -> list[str]:
    """Header without the empty cells that Excel leaves at its end."""
    while header and not header[-1]:
        header = header[:-1]
    return header


def _wrong_length(file: str, line: int, seen: int, expected: int) -> Finding:
    """A line with more or fewer cells than the header."""
    return Finding(file, "line with a wrong number of cells", f"{seen} cells",
                   f"{expected}, as in the header",
                   "Fill in or remove the delimiters; put text with a delimiter in it in quotes.",
                   row=line)


def _records(text: str, file: str, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Yield records with the line each starts on; a fault in the quoting ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            findings.append(Finding(
                file, "quoting", str(error), "quotes in pairs, doubled within a cell",
                "Mend the quotes; every line after this one is unread.", row=line))
            return
        yield line, cells
        line = reader.line_num + 1
