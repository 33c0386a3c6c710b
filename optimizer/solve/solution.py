"""`Solution`: an answer with everything that explains and proves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_if_nothing_is_done
from optimizer.solve import tables
from optimizer.solve.terms import carbon_terms_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.certificate import Certificate
    from optimizer.solve.edge_prices import EdgePrices
    from optimizer.solve.patches import PatchCost
    from optimizer.solve.stages import StageResult

Status = Literal["optimal", "within_gap", "stopped"]


@dataclass(frozen=True)
class Solution:
    """A plan, its prices and its proof. Tables are fresh copies: changing one changes nothing.

    Parameters
    ----------
    instance, options
        What was solved.
    program
        Program of the last stage, floors of earlier stages included.
    x_c
        Hectares of every option, then m3 of every stock, shape (C,).
    price_r
        Change of the objective per unit more right-hand side of each row, shape (R,); of the
        linear program where whole parcels were asked for.
    status
        `optimal`, `within_gap` (of the gap asked for, or that a repair of small patches leaves)
        or `stopped` (before the proof).
    objective, bound
        Value of the last stage, and the upper bound on it from the prices alone.
    solver_bound
        Branch and bound's, which cannot be recomputed; None for linear programs.
    relative_gap
        Between objective and the best bound there is, over the sizes of the terms.
    certificate
        Recomputed with numpy alone; for whole parcels it certifies the bound of the linear
        program.
    stages
        Every stage of the objective, in order.
    objective_terms
        Account -> its part of the objective.
    engine, engine_reason, solver
        What solved it, and why that.
    seconds
        Phase -> seconds.
    options_listed
        Options the rules allow, where only those that matter were kept as `options`; else None.
    whole_parcels
        Whether every parcel has one option or none.
    edge_prices
        Prices of shares across boundaries, where `program` has no boundary rows; else None.
    patch_cost
        What least patches (`uses.min_patch_ha`) cost; None without them.
    """

    instance: Instance
    options: Options
    program: LinearProgram
    x_c: NDArray[np.float64]
    price_r: NDArray[np.float64]
    status: Status
    objective: float
    bound: float
    solver_bound: float | None
    relative_gap: float
    certificate: Certificate
    stages: tuple[StageResult, ...]
    objective_terms: Mapping[str, float]
    engine: str
    engine_reason: str
    solver: str
    seconds: Mapping[str, float]
    options_listed: int | None = None
    whole_parcels: bool = False
    edge_prices: EdgePrices | None = None
    patch_cost: PatchCost | None = None

    def __post_init__(self) -> None:
        for values in (self.x_c, self.price_r):
            values.setflags(write=False)
        for name in ("objective_terms", "seconds"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __repr__(self) -> str:
        return (f"Solution({self.instance.name!r}: {self.status}, objective {self.objective:,.6g} "
                f"{self.stages[-1].unit}, gap {self.relative_gap:.1e}, "
                f"{self.reclaimed_ha:,.6g} of {self.available_ha:,.6g} ha)")

    @property
    def is_compact(self) -> bool:
        """Whether the program lacks options or boundary rows, so that it cannot be re-solved."""
        return self.edge_prices is not None or (
            self.options_listed is not None and self.options_listed > self.options.count)

    @property
    def priced_program(self) -> LinearProgram:
        """The program with what boundaries take in its gains, where it has no rows for them."""
        if self.edge_prices is None:
            return self.program
        return self.edge_prices.priced(self.instance, self.options, self.program)

    @property
    def area_o(self) -> NDArray[np.float64]:
        """Hectares of each option, shape (O,)."""
        return self.x_c[:self.options.count]

    @property
    def plan(self) -> pd.DataFrame:
        """Hectares of every option chosen: parcel, use, method, period, source, area_ha."""
        return self._tables["plan"].copy()

    @property
    def stocks(self) -> pd.DataFrame:
        """Topsoil left: source, period, stock_m3."""
        return self._tables["stocks"].copy()

    @property
    def limits(self) -> pd.DataFrame:
        """Every row of every limit: bound, activity, slack, shadow price, with their units."""
        return self._tables["limits"].copy()

    @property
    def prices(self) -> pd.DataFrame:
        """Prices of all rows but land, of every stage, by the names of the row."""
        return self._tables["prices"].copy()

    @property
    def edge_price_table(self) -> pd.DataFrame | None:
        """Prices of shares across boundaries, where `program` has no rows for them; else None."""
        return tables.edge_prices_table(self)

    @property
    def parcels(self) -> pd.DataFrame:
        """Every parcel: area, what happens to it, net sink, and what its land is worth."""
        return self._tables["parcels"].copy()

    @property
    def carbon(self) -> pd.DataFrame:
        """Every term of the net sink by use, method and start period, t CO2e."""
        return self._tables["carbon"].copy()

    @cached_property
    def carbon_terms(self) -> dict[str, float]:
        """Term -> t CO2e, signed, holding included; adds up to the net sink. Empty without carbon.

        An instance whose objective and limits leave carbon alone has no carbon account.
        """
        return carbon_terms_of(self.instance, self.options, self.x_c)

    @property
    def net_sink_tco2e(self) -> float | None:
        """Additional net sink over the account, t CO2e; None without carbon."""
        return math.fsum(self.carbon_terms.values()) if self.instance.uses_carbon else None

    @property
    def absolute_sink_tco2e(self) -> float | None:
        """Net sink plus the baseline uptake of all land over the horizon; None without carbon."""
        if self.net_sink_tco2e is None:
            return None
        land, years = self.instance.land, self.instance.settings.horizon_years
        return self.net_sink_tco2e + math.fsum(land.baseline_i * land.area_i) * years

    @property
    def holding_if_nothing_done(self) -> float | None:
        """What stockpiles would lose if no soil were used, t CO2e; None without carbon."""
        if not self.instance.uses_carbon:
            return None
        return holding_if_nothing_is_done(self.instance)

    @property
    def reclaimed_ha(self) -> float:
        """Hectares reclaimed."""
        return math.fsum(self.area_o)

    @property
    def available_ha(self) -> float:
        """Hectares there are."""
        return math.fsum(self.instance.land.area_i)

    @property
    def area_by_use(self) -> dict[str, float]:
        """Use -> hectares, every use of the instance."""
        practices = self.instance.practices
        area_u = np.bincount(practices.use_um[self.options.practice_o], self.area_o,
                             minlength=len(practices.uses))
        return {use: float(area) for use, area in zip(practices.uses, area_u, strict=True)}

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {
            "plan": tables.plan_table(self), "stocks": tables.stocks_table(self),
            "limits": tables.limits_table(self), "prices": tables.prices_table(self),
            "parcels": tables.parcels_table(self), "carbon": tables.carbon_table(self),
        }
