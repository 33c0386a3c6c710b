"""Tables of a solution, with the columns that the output schema declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt
from optimizer.carbon.terms import net_sink, term_values
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.row_names import RowName, limit_name, row_name
from optimizer.instance.names import CARBON_TERMS
from optimizer.solve.certificate import is_land
from optimizer.solve.limit_values import stated_values
from optimizer.solve.margins import main_option, margins_of

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.options.record import Options
    from optimizer.solve.margins import Margins
    from optimizer.solve.solution import Solution

#: A limit binds where its slack is below this, relative to its size, or where it has a price.
BINDING = 1e-7
#: Areas below this, relative to the parcel, are rounding and not part of a plan.
NO_AREA = 1e-12
#: Sums below this, relative to their terms, are rounding.
ROUNDING = 1e-9

#: Families with a row for many pairs of neighbours.
BETWEEN_NEIGHBOURS = (Family.BOUNDARY, Family.MARGINAL, Family.NEIGHBOUR)

_KEYS = ("family", "limit", "use", "method", "zone", "period", "source", "parcel",
         "neighbour")


def plan_table(solution: Solution) -> pd.DataFrame:
    """Hectares of every option chosen, in the order of the options."""
    import pandas as pd

    options, land = solution.options, solution.instance.land
    chosen = np.flatnonzero(solution.area_o > NO_AREA * land.area_i[options.parcel_o])
    names = option_names(solution.instance, options.take(chosen))
    return pd.DataFrame({**names, "area_ha": solution.area_o[chosen]})


def option_names(instance: Instance, options: Options) -> dict[str, NDArray[Any]]:
    """Names of options on all axes, as columns parcel, use, method, period, source."""
    practices, calendar = instance.practices, instance.calendar

    def named(names: Any, index_o: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(np.array([*names, ""], dtype=object)[index_o])

    return {
        "parcel": named(instance.land.parcels, options.parcel_o),
        "use": named(practices.uses, practices.use_um[options.practice_o]),
        "method": named(practices.methods, practices.method_um[options.practice_o]),
        "period": named(calendar.labels, options.period_o),
        "source": named(instance.topsoil.sources, options.source_o),
    }


def stocks_table(solution: Solution) -> pd.DataFrame:
    """Topsoil left at each source after each period."""
    import pandas as pd

    instance = solution.instance
    sources, periods = instance.topsoil.sources, instance.calendar.labels
    return pd.DataFrame({
        "source": np.repeat(np.array(sources, dtype=object), len(periods)),
        "period": np.tile(np.array(periods, dtype=object), len(sources)),
        "stock_m3": solution.x_c[stocks_at(instance, solution.options)],
    })


def limits_table(solution: Solution) -> pd.DataFrame:
    """Every row of every limit: where it stands and what it is worth."""
    import pandas as pd

    program = solution.program
    activity_r = program.activity(solution.x_c)
    size_r = abs(program.matrix) @ np.abs(_without_traces(solution))
    stated = stated_values(solution, activity_r)
    divided = not solution.whole_parcels
    unit = solution.stages[-1].unit
    rows = []
    for row in np.flatnonzero(program.rows.family == Family.LIMIT):
        name, told = limit_name(solution.instance, program, int(row)), stated[int(row)]
        size = max(abs(name.bound), float(size_r[row]))
        slack = _rounded(_slack(program, int(row), activity_r[row]), size)
        price = float(solution.price_r[row])
        # 0 <= 0 on land that is left alone holds nothing back, unless the plan has a price for it.
        holds_something = size > 0.0 or (divided and price != 0.0)
        rows.append({
            "limit": name.limit, "account": name.account, "use": name.use, "method": name.method,
            "zone": name.zone, "period": name.period, "cumulative": name.until != "",
            "sense": name.sense,
            "value": told.value, "reached": _rounded(told.reached, abs(told.value)),
            "value_unit": told.unit, "bound": name.bound,
            "unit": name.unit, "activity": _rounded(float(activity_r[row]), size), "slack": slack,
            "shadow_price": price, "price_unit": f"{unit} per {name.unit}",
            "binding": bool(slack <= BINDING * max(1.0, size)) and holds_something,
        })
    return pd.DataFrame(rows, columns=_LIMIT_COLUMNS)


_LIMIT_COLUMNS = ["limit", "account", "use", "method", "zone", "period", "cumulative", "sense",
                  "value", "reached", "value_unit", "bound", "unit", "activity", "slack",
                  "shadow_price", "price_unit", "binding"]


def _without_traces(solution: Solution) -> NDArray[np.float64]:
    """Columns of a solution without areas that are rounding, shape (C,)."""
    options, x_c = solution.options, solution.x_c.copy()
    trace_o = solution.area_o <= NO_AREA * solution.instance.land.area_i[options.parcel_o]
    x_c[:options.count][trace_o] = 0.0
    return x_c


def _rounded(value: float, size: float) -> float:
    """Return 0 for what is only the rounding of numbers of that size."""
    return 0.0 if abs(value) <= ROUNDING * size else value


def _slack(program: LinearProgram, row: int, activity: float) -> float:
    """Room left until the nearer bound; negative where the row is broken."""
    return float(min(activity - program.row_lower[row], program.row_upper[row] - activity)) + 0.0


def prices_table(solution: Solution) -> pd.DataFrame:
    """Prices of all rows but land, of every stage: all that a proof needs."""
    import pandas as pd

    program = solution.program
    # Most of the many rows between neighbours are worth nothing: those are left out.
    many_r = np.isin(program.rows.family, BETWEEN_NEIGHBOURS)
    priced_r = np.zeros(len(many_r), dtype=bool)
    for stage in solution.stages:
        priced_r[:len(stage.price_r)] |= stage.price_r != 0.0
    named = {int(row): row_name(solution.instance, program, int(row))
             for row in np.flatnonzero(~is_land(program) & (priced_r | ~many_r))}
    rows = []
    for stage in solution.stages:
        for row, name in named.items():
            if row < len(stage.price_r):  # floors of this stage and later ones come after
                unit = _row_unit(solution, row, name)
                rows.append({
                    "stage": stage.number, **{key: getattr(name, key) for key in _KEYS},
                    "price": float(stage.price_r[row]) + 0.0, "unit": f"{stage.unit} per {unit}",
                })
    return pd.DataFrame(rows, columns=["stage", *_KEYS, "price", "unit"])


def edge_prices_table(solution: Solution) -> pd.DataFrame | None:
    """Prices of shares across boundaries, a row a pair of neighbours; None where rows hold them."""
    import pandas as pd

    if solution.edge_prices is None:
        return None
    adjacency = solution.instance.tables["adjacency"]
    of_uses = zip((*(f"price:{use}" for use in solution.instance.practices.uses), "price_bare"),
                  solution.edge_prices.price_el.T, strict=True)
    return pd.DataFrame({**{name: adjacency.text(name) for name in ("parcel_a", "parcel_b")},
                         **dict(of_uses)})


def prices_from_table(
    instance: Instance, program: LinearProgram, prices: pd.DataFrame, stage: int
) -> NDArray[np.float64]:
    """Row prices of one stage from a table of them, shape (R,); rows not named have none.

    Raises
    ------
    KeyError
        Where the table prices a row that the program does not have, or one row twice.
    """
    position = {_key(row_name(instance, program, int(row))): int(row)
                for row in np.flatnonzero(~is_land(program))}
    price_r = np.zeros(program.shape[0])
    seen: set[int] = set()
    for record in prices[prices["stage"] == stage].to_dict("records"):
        row = position[tuple(str(record.get(key, "")) for key in _KEYS)]
        if row in seen:
            raise KeyError(row)
        seen.add(row)
        price_r[row] = record["price"]
    return price_r


def _key(name: RowName) -> tuple[str, ...]:
    return tuple(getattr(name, key) for key in _KEYS)


def _row_unit(solution: Solution, row: int, name: RowName) -> str:
    """Unit of a row's right-hand side."""
    family = Family(int(solution.program.rows.family[row]))
    if family is Family.LIMIT:
        return limit_name(solution.instance, solution.program, row).unit
    if family is Family.SOIL_BALANCE:
        return "m3"
    if family is Family.OBJECTIVE_FLOOR:
        return next(s.unit for s in solution.stages if str(s.number) == name.limit)
    return "1"


def parcels_table(solution: Solution) -> pd.DataFrame:
    """Every parcel: what happens to it and what its land is worth."""
    import pandas as pd

    instance, options, program = solution.instance, solution.options, solution.program
    land, area_o = instance.land, solution.area_o
    main_i = main_option(land.count, options, area_o)
    names = option_names(instance, options.take(np.maximum(main_i, 0))) if options.count else {}
    land_rows = np.flatnonzero(is_land(program))
    price_i = np.zeros(land.count)
    price_i[program.rows.parcel[land_rows]] = solution.price_r[land_rows]
    margins = margins_of(solution)
    table = {
        "parcel": land.parcels, "area_ha": land.area_i,
        "reclaimed_ha": np.bincount(options.parcel_o, area_o, minlength=land.count),
        **{column: np.where(main_i >= 0, names[column], "") if names else ""
           for column in ("use", "method", "period")},
        "net_sink_tco2e": _sink_i(solution),
        "land_price": price_i + 0.0, "runner_up": _runner_up(solution, margins),
        "margin": margins.margin_i,
    }
    return pd.DataFrame(table)


def _runner_up(solution: Solution, margins: Margins) -> NDArray[np.object_]:
    """Name of the next best use of each parcel, shape (I,); blank for leaving it, or none."""
    names = np.array([*solution.instance.practices.uses, "", ""], dtype=object)
    return np.asarray(names[margins.runner_up_i])


def _sink_i(solution: Solution) -> NDArray[np.float64]:
    """Net sink of each parcel without holding, shape (I,); NaN without a carbon account."""
    land, used = solution.instance.land, np.flatnonzero(solution.area_o)
    if not solution.instance.uses_carbon:
        return np.full(land.count, np.nan)
    chosen = solution.options.take(used)
    sink_o = net_sink(solution.instance, chosen) * solution.area_o[used]
    return np.bincount(chosen.parcel_o, sink_o, minlength=land.count).astype(np.float64)


def carbon_table(solution: Solution) -> pd.DataFrame:
    """Every term of the net sink by use, method and start period; holding by period."""
    import pandas as pd

    instance = solution.instance
    columns = ["use", "method", "period", "term", "tco2e"]
    if not instance.uses_carbon:
        return pd.DataFrame(columns=columns)
    used = np.flatnonzero(solution.area_o)
    chosen, area_o = solution.options.take(used), solution.area_o[used]
    periods = instance.calendar.count
    cell_o = chosen.practice_o.astype(np.int64) * periods + chosen.period_o
    cells, place_o = np.unique(cell_o, return_inverse=True)
    values = term_values(instance, chosen)
    by_term = {term: np.bincount(place_o, values[term] * area_o, minlength=len(cells))
               for term in CARBON_TERMS if term in values}
    rows = []
    for position, cell in enumerate(cells):
        um, t = divmod(int(cell), periods)
        use, method = instance.practices.name_um(um)
        rows += [(use, method, instance.calendar.labels[t], term, float(total[position]))
                 for term, total in by_term.items()]
    return pd.DataFrame([*rows, *_holding_rows(solution)], columns=columns)


def _holding_rows(solution: Solution) -> list[tuple[str, str, str, str, float]]:
    """What stockpiles lose in each period."""
    instance = solution.instance
    rate_kt = holding_kt(instance)
    stock_kt = solution.x_c[stocks_at(instance, solution.options)].reshape(rate_kt.shape)
    lost_t = (rate_kt * stock_kt).sum(axis=0)
    return [("", "", label, "holding", -float(lost) + 0.0)
            for label, lost in zip(instance.calendar.labels, lost_t, strict=True)]
