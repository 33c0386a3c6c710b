"""What the softened rules are asked, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ask:
    """Which levers may move how far at what price; shapes (L,).

    A cost is paid per unit of the value; `lower` and `upper` bound the move. `second` unlocks the
    slacks of the second tier; `topsoil_s` unlocks only these of the soil rows. `sign_only` asks no
    more than whether anything has to be paid.
    """

    cost_up: Floats
    lower_up: Floats
    upper_up: Floats
    cost_down: Floats
    upper_down: Floats
    second: bool = False
    topsoil_s: NDArray[np.bool_] | None = None
    sign_only: bool = False


@dataclass(frozen=True)
class Outcome:
    """Answer to an ask.

    Parameters
    ----------
    status
        `optimal`, `infeasible` or `unbounded`.
    total
        What the moves cost.
    x_c
        Columns of the program itself, shape (C,).
    move_l
        How far each value moves (up less down), in its unit, shape (L,).
    rows_e, must_s, topsoil_s
        Slacks of the second tier: rows without a value, hectares not reclaimed, m3 of topsoil.
    price_r
        Prices of the rows of the program, shape (R,).
    """

    status: str
    total: float
    x_c: Floats
    move_l: Floats
    rows_e: Floats
    must_s: Floats
    topsoil_s: Floats
    price_r: Floats

    @property
    def there(self) -> bool:
        """Whether there is a plan."""
        return self.status == "optimal"
