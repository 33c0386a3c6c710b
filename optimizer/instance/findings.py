"""Findings: what is wrong with an instance, told so that a planner can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: A longer list helps nobody; the rest is counted.
SHOWN_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, in five parts: where, which rule, what was seen, what was expected, what to do.

    Parameters
    ----------
    file
        File name within the instance (`parcels.csv`), or `override (--set)`.
    rule
        Short name of the broken rule, the same for all its findings.
    seen, expected, do
        What stands there, what should, and how to mend it.
    row
        Line of the file (header = 1), where there is one.
    column
        Header or key, where there is one.
    severity
        `error` refuses the instance, `warning` does not.
    """

    file: str
    rule: str
    seen: str
    expected: str
    do: str
    row: int | None = None
    column: str = ""
    severity: Literal["error", "warning"] = "error"

    def __post_init__(self) -> None:
        # Meanings of the schema are sentences; the full stop after them is added in telling.
        for name in ("seen", "expected"):
            text = getattr(self, name)
            if text.endswith(".") and not text.endswith("..."):
                object.__setattr__(self, name, text.removesuffix("."))

    @property
    def where(self) -> str:
        """File, row and column in words."""
        row = f" row {self.row}" if self.row is not None else ""
        column = f", {self.column}" if self.column else ""
        return f"{self.file}{row}{column}"

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}. Seen: {self.seen}. Expected: {self.expected}. {self.do}"


def errors_of(findings: list[Finding] | tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Only the findings that refuse the instance."""
    return tuple(f for f in findings if f.severity == "error")


def warnings_of(findings: list[Finding] | tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Only the findings that do not refuse the instance."""
    return tuple(f for f in findings if f.severity == "warning")


def describe(findings: tuple[Finding, ...], at_most: int = SHOWN_AT_MOST) -> str:
    """List findings, one a line, capped with a count of the rest."""
    lines = [f"- {finding}" for finding in findings[:at_most]]
    if len(findings) > at_most:
        lines.append(f"- and {len(findings) - at_most} more findings")
    return "\n".join(lines)


class InstanceRefused(Exception):  # noqa: N818 - a refusal, in the words of the planner
    """The instance cannot be used; `findings` says why, errors first.

    Parameters
    ----------
    name
        Folder or name of the instance.
    findings
        Everything found, warnings included.
    """

    def __init__(self, name: str, findings: list[Finding] | tuple[Finding, ...]) -> None:
        errors = errors_of(findings)
        self.name = name
        self.findings = (*errors, *warnings_of(findings))
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        super().__init__(f"{name}: refused, {count}\n{describe(errors)}")
