"""`Comparison`: an actual plan beside the optimum, and what lies between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.tables import NO_AREA, option_names

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.check import Judgement
    from optimizer.analysis.compare.completion import Completion
    from optimizer.analysis.compare.gain_curve import GainCurve
    from optimizer.analysis.compare.loosened import Loosened
    from optimizer.analysis.compare.split import Split
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.certificate import Certificate
    from optimizer.solve.stages import Answer

#: The parts of the gap, in the order in which they are freed.
PARTS = ("method", "layout", "structure", "scale")


@dataclass(frozen=True)
class Step:
    """One program of a comparison, solved: the best plan that keeps something of the actual one.

    Parameters
    ----------
    name
        What is freed: a part, or `within_rules`.
    keeps
        What of the actual plan is kept, in words.
    objective
        Of the plan.
    x_c
        The plan, over the columns of the loosened program, shape (C,).
    certificate
        Proof, of the program that was solved.
    solver
        Name and version.
    price_r
        Prices of the rows of the program that was solved; None where nothing was.
    """

    name: str
    keeps: str
    objective: float
    x_c: NDArray[np.float64]
    certificate: Certificate
    solver: str
    price_r: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Comparison:
    """An actual plan against the optimum.

    Parameters
    ----------
    instance
        What both are plans of.
    loosened
        The rules loosened until they let the actual plan through; its `actual_c` is the plan.
    completion
        The actual plan with every blank filled, and what was filled.
    steps
        Part -> the best plan once it is freed, in the order of `PARTS`; `scale` is the optimum.
        `method` is missing where methods were not given.
    alone
        Part -> the best plan with that alone freed, the others kept.
    within_rules
        Optimum within the strict rules; None where no plan keeps them.
    optimum
        Columns and prices of the optimum, on the rows of `loosened.program`.
    judgement, judgement_optimal
        The actual and the optimal plan as `check_plan` sees them.
    """

    instance: Instance
    loosened: Loosened
    completion: Completion
    steps: Mapping[str, Step]
    alone: Mapping[str, Step]
    within_rules: Step | None
    optimum: Answer
    judgement: Judgement
    judgement_optimal: Judgement

    def __post_init__(self) -> None:
        for name in ("steps", "alone"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __repr__(self) -> str:
        return (f"Comparison({self.instance.name!r}: actual {self.actual:,.6g}, optimal "
                f"{self.optimal:,.6g} {self.unit}, gap {self.gap:,.6g})")

    @property
    def unit(self) -> str:
        """Unit of the objective."""
        return self.loosened.stage.unit

    @property
    def label(self) -> str:
        """What is compared: the first stage of the objective."""
        return self.loosened.stage.label

    @property
    def actual(self) -> float:
        """Objective of the actual plan."""
        return self.loosened.actual

    @property
    def optimal(self) -> float:
        """Largest objective under the loosened rules."""
        return self.steps["scale"].objective

    @property
    def gap(self) -> float:
        """What the optimum has more than the actual plan; the parts add up to it."""
        return self.optimal - self.actual

    @property
    def parts(self) -> dict[str, float | None]:
        """Part -> its share of the gap; None where it could not be measured."""
        parts: dict[str, float | None] = {}
        before = self.actual
        for part in PARTS:
            if part in self.steps:
                parts[part] = self.steps[part].objective - before
                before = self.steps[part].objective
            else:
                parts[part] = None
        return parts

    @property
    def gains_alone(self) -> dict[str, float | None]:
        """Part -> what freeing it alone gains; these do not add up to anything."""
        return {part: self.alone[part].objective - self.actual if part in self.alone else None
                for part in PARTS}

    @property
    def optimal_within_rules(self) -> float | None:
        """Largest objective under the strict rules; None where no plan keeps them."""
        return None if self.within_rules is None else self.within_rules.objective

    @property
    def price_of_rules(self) -> float | None:
        """What keeping the rules costs the optimum: strict less loosened, never above 0."""
        within = self.optimal_within_rules
        return None if within is None else within - self.optimal

    @property
    def options(self) -> Options:
        """Options of all plans here: the columns of the loosened program before the stocks."""
        return self.loosened.options

    @property
    def actual_plan(self) -> pd.DataFrame:
        """The actual plan, completed: parcel, use, method, period, source, area_ha, fixed."""
        return self.completion.plan.copy()

    @property
    def optimal_plan(self) -> pd.DataFrame:
        """The optimum under the loosened rules: parcel, use, method, period, source, area_ha."""
        return plan_frame(self.instance, self.options, self.steps["scale"].x_c)

    @property
    def plan_within_rules(self) -> pd.DataFrame | None:
        """The optimum under the strict rules; None where no plan keeps them."""
        if self.within_rules is None:
            return None
        return plan_frame(self.instance, self.options, self.within_rules.x_c)

    @property
    def violations(self) -> pd.DataFrame:
        """Every rule the actual plan breaks: rule, where, words, amount, unit."""
        from optimizer.analysis.compare.judged import violations_table

        return violations_table(self.judgement)

    @property
    def terms(self) -> pd.DataFrame:
        """Carbon terms, accounts and uses of both plans; see `terms_table`."""
        from optimizer.analysis.compare.judged import terms_table

        return terms_table(self)

    @cached_property
    def split(self) -> Split:
        """The gap term by term, at the prices of the optimum."""
        from optimizer.analysis.compare.split import split_gap

        return split_gap(self.loosened, self.optimum.x_c, self.optimum.price_r)

    @cached_property
    def split_within_rules(self) -> Split | None:
        """What the optimum within the rules has more, term by term, at its own prices."""
        from optimizer.analysis.compare.split import split_gap

        within = self.within_rules
        if within is None or within.price_r is None:
            return None
        return split_gap(self.loosened, within.x_c, within.price_r, within_rules=True)

    @property
    def by_limit(self) -> pd.DataFrame:
        """The gap by rule, as in gap_by_limit.csv: `lost` adds up to the gap."""
        from optimizer.analysis.compare.gap_tables import gap_by_limit

        return gap_by_limit(self.split, self.split_within_rules)

    @property
    def by_parcel(self) -> pd.DataFrame:
        """The gap by parcel, as in gap_by_parcel.csv: `lost` adds up to the gap."""
        from optimizer.analysis.compare.gap_tables import gap_by_parcel

        return gap_by_parcel(self.split)

    def gain_curve(
        self, tolerance: float | None = None, progress: Callable[[str], None] | None = None
    ) -> GainCurve:
        """Trace what can be gained when no more than some hectares change.

        Parameters
        ----------
        tolerance
            As in `gain_curve.gain_curve`.
        progress
            Told in a few words what is being done.
        """
        from optimizer.analysis.compare.gain_curve import gain_curve

        return gain_curve(self.loosened, self.optimum.x_c, tolerance, progress)

    def record(self) -> dict[str, Any]:
        """Plain record for JSON, with the names of the result file."""
        from optimizer.analysis.compare.judged import gap_record

        return gap_record(self)


def plan_frame(
    instance: Instance, options: Options, x_c: NDArray[np.float64]
) -> pd.DataFrame:
    """Tabulate the hectares of a plan; slivers that come of rounding are left out.

    Parameters
    ----------
    options
        The first columns of `x_c`.
    x_c
        Hectares, then stocks, shape (C,).

    Returns
    -------
    pandas.DataFrame
        Columns parcel, use, method, period, source (blank where no soil is brought), area_ha.
    """
    import pandas as pd

    area_o = x_c[:options.count]
    used = np.flatnonzero(area_o > NO_AREA * instance.land.area_i[options.parcel_o])
    return pd.DataFrame({**option_names(instance, options.take(used)), "area_ha": area_o[used]})
