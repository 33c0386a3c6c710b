"""What the decomposition and the first-order method say of themselves while they work."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Step:
    """One evaluation of the bound.

    Parameters
    ----------
    seconds
        Since the start.
    phase
        `sample`, `all` (cutting planes on a sample, on all parcels), `mixture` (a plan short of
        the optimum, where a gap or a time limit was asked for) or `finish`; of the
        first-order method `layout`, or `free` after an exact end.
    parcels
        Parcels evaluated.
    iteration
        Number within the phase and sample.
    bound
        Lowest bound so far; a bound on the plan itself only once all parcels take part.
    objective
        Best plan so far; None where there is none.
    relative_gap
        Between the two; while there is no plan, what the model still promises, relative to the
        size of the objective.
    free
        Parcels that are not settled (finish) or free in the exact end (layout, free; inf before
        the first), passes made so far (mixture), or half-width of the box in units (otherwise).
    """

    seconds: float
    phase: str
    parcels: int
    iteration: int
    bound: float
    objective: float | None
    relative_gap: float
    free: float

    @property
    def words(self) -> str:
        """A line for a progress bar."""
        what = {"sample": f"pricing a sample of {self.parcels:,} parcels",
                "all": f"pricing all {self.parcels:,} parcels",
                "mixture": f"dividing {self.parcels:,} parcels up",
                "finish": f"settling the last {self.free:,.0f} of {self.parcels:,} parcels",
                "layout": f"laying {self.parcels:,} parcels out, step {self.iteration:,}",
                "free": f"solving the last {self.free:,.0f} of {self.parcels:,} parcels exactly"}
        if not math.isfinite(self.relative_gap):
            return f"{what[self.phase]}: bound {self.bound:,.6g}, no plan yet"
        return (f"{what[self.phase]}: bound {self.bound:,.6g}, "
                f"{'gap' if self.objective is not None else 'about'} {self.relative_gap:.1e}"
                f"{'' if self.objective is not None else ' to go'}")

    @classmethod
    def header(cls) -> str:
        """Names of the columns of the log, separated by commas."""
        return ",".join(field.name for field in fields(cls))

    def line(self) -> str:
        """Cells of the log, separated by commas; blank for none."""
        cells = (getattr(self, field.name) for field in fields(self))
        return ",".join("" if cell is None else cell if isinstance(cell, str)
                        else repr(round(cell, 3)) if cell is self.seconds else repr(cell)
                        for cell in cells)


#: Told of every step.
Log = Callable[[Step], None]
