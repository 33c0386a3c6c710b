"""Sums over the cells of each piece, sheet by sheet, and the means they make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: A piece: its group, its class in the class raster (0 for polygons), its slope class.
Key = tuple[int, int, int]
#: How the cells of a piece make one number: their mean, the highest, the most frequent.
Rule = Literal["mean", "highest", "majority"]


@dataclass
class Measure:
    """One number of every piece, summed up from its cells.

    Cells that a polygon only touches count where a piece has no other.

    Parameters
    ----------
    rule
        How cells make one number.
    """

    rule: Rule = "mean"
    _inner: dict[Key, list[float]] = field(default_factory=dict)
    _outer: dict[Key, list[float]] = field(default_factory=dict)
    _counts: dict[Key, Counter[float]] = field(default_factory=dict)

    def add(
        self, keys: list[Key], label_n: NDArray[np.int64], value_n: NDArray[np.float64],
        weight_n: NDArray[np.float64],
    ) -> None:
        """Add cells of a sheet.

        Parameters
        ----------
        keys
            Pieces of the sheet.
        label_n
            Which of them each cell belongs to, shape (cells,).
        value_n, weight_n
            Value (NaN: unknown, left out) and weight of each cell, shape (cells,).
        """
        known_n = ~np.isnan(value_n)
        label_n, value_n, weight_n = label_n[known_n], value_n[known_n], weight_n[known_n]
        if self.rule == "majority":
            self._count(keys, label_n, value_n)
            return
        for sums, chosen in ((self._inner, weight_n > 0), (self._outer, weight_n <= 0)):
            self._sum(sums, keys, label_n[chosen], value_n[chosen])

    def _sum(
        self, sums: dict[Key, list[float]], keys: list[Key], label_n: NDArray[np.int64],
        value_n: NDArray[np.float64],
    ) -> None:
        """Total (or highest value) and number of cells of each piece."""
        count = np.bincount(label_n, minlength=len(keys))
        if self.rule == "mean":
            total = np.bincount(label_n, value_n, minlength=len(keys))
        else:
            total = np.full(len(keys), -np.inf)
            np.maximum.at(total, label_n, value_n)
        for index in np.flatnonzero(count):
            held = sums.setdefault(keys[index], [0.0 if self.rule == "mean" else -np.inf, 0.0])
            value = float(total[index])
            held[0] = held[0] + value if self.rule == "mean" else max(held[0], value)
            held[1] += float(count[index])

    def _count(
        self, keys: list[Key], label_n: NDArray[np.int64], value_n: NDArray[np.float64]
    ) -> None:
        """How often each value stands in each piece."""
        pairs, count = np.unique(np.stack([label_n.astype(np.float64), value_n]), axis=1,
                                 return_counts=True)
        for (label, value), times in zip(pairs.T.tolist(), count.tolist(), strict=True):
            self._counts.setdefault(keys[int(label)], Counter())[value] += times

    def value(self, key: Key) -> float:
        """The number of a piece; NaN where none of its cells has a value."""
        if self.rule == "majority":
            counts = self._counts.get(key)
            # The lowest of equally frequent values, so that the order of reading does not matter.
            return min(counts, key=lambda v: (-counts[v], v)) if counts else float("nan")
        total, count = self._inner.get(key) or self._outer.get(key) or (float("nan"), 1.0)
        return total / count if self.rule == "mean" else total
