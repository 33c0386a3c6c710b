"""`Calendar`: periods and years as arrays over t (start period) and p (period of occurrence)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.settings import Settings


@dataclass(frozen=True)
class Calendar:
    """Periods of an instance.

    Parameters
    ----------
    start_t, end_t
        First year of the period and first year after it, shape (T,).
    credited_t
        Years n credited to an option that starts in t, shape (T,).
    """

    start_t: NDArray[np.int64]
    end_t: NDArray[np.int64]
    credited_t: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of periods."""
        return len(self.start_t)

    @property
    def years_t(self) -> NDArray[np.int64]:
        """Length of each period in years, shape (T,)."""
        return self.end_t - self.start_t

    @property
    def labels(self) -> tuple[str, ...]:
        """Start years as the tables write them."""
        return tuple(str(year) for year in self.start_t)

    def last_year(self, cell: str) -> int:
        """Last year of the latest of the periods that a cell names, such as `2031|2036`."""
        named = [self.labels.index(part.strip()) for part in cell.split("|")]
        return int(self.end_t[max(named)]) - 1

    def by_the_end(self, cell: str) -> str:
        """What a cumulative limit with such a cell counts: everything `by the end of 2040`."""
        return f"by the end of {self.last_year(cell)}"

    def elapsed_tp(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Years since the start of t at the start and at the end of p, within the credited ones.

        Returns
        -------
        tuple
            Two arrays of shape (T, T), axes (t, p). Both are 0 for p before t. The last period
            runs on to the end of the credited years, so that the periods add up to the whole.
        """
        end_p = self.end_t.copy()
        end_p[-1] = max(end_p[-1], int(np.max(self.start_t + self.credited_t)))
        credited = self.credited_t[:, None]
        before = np.clip(self.start_t[None, :] - self.start_t[:, None], 0, credited)
        after = np.clip(end_p[None, :] - self.start_t[:, None], 0, credited)
        return before.astype(float), after.astype(float)


def calendar_of(settings: Settings) -> Calendar:
    """Lay the periods of the settings out as arrays."""
    start_t = np.asarray(settings.periods, dtype=np.int64)
    end_t = np.append(start_t[1:], settings.horizon_end)
    credited_t = settings.horizon_end - start_t
    if settings.crediting_years is not None:
        credited_t = np.full_like(start_t, settings.crediting_years)
    return Calendar(start_t, end_t, credited_t)
