"""`Violation`: one rule that a plan breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule a plan breaks.

    Parameters
    ----------
    rule
        Family: land, must_reclaim, eligibility, topsoil, limit, cluster,
        min_patch, neighbour.
    where
        Parcel, source, limit or rule on layout.
    words
        What is broken, with numbers.
    amount, unit
        By how much.
    """

    rule: str
    where: str
    words: str
    amount: float
    unit: str

    def __str__(self) -> str:
        return f"{self.rule}, {self.where}: {self.words}"
