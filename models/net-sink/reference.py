"""The model of MODEL.md in plain Pyomo, as one would print it: sets, variables, one rule a family.

Slow and readable on purpose. The package builds the same program from sparse arrays; the tests
hold the two against each other, coefficient by coefficient. It is also the model an analyst
extends: `model = optimizer.pyomo_model(instance)`, add constraints, `optimizer.solve(...)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pyomo.environ as pyo
from reference_hectare import Facts
from reference_layout import boundary, boundary_tco2e
from reference_limits import holding_tco2e_per_m3, limit_rows
from reference_neighbours import land_allows, neighbour_rows
from reference_tables import Option, number

#: Coefficient and variable.
Term = tuple[float, Any]


def build(
    instance: Any, stage: int = 1, floors: Mapping[int, float] | None = None, *,
    whole_parcels: bool = False,
) -> Any:
    """Write an instance down as a Pyomo model.

    Parameters
    ----------
    instance
        Checked instance; only its tables and settings are read.
    stage
        Which of the ordered objectives to maximise (1: the first).
    floors
        Stage -> value below which that earlier objective must not fall.
    whole_parcels
        Give every parcel one option or none (mixed integer: no duals), groups moving together.

    Returns
    -------
    pyomo.environ.ConcreteModel
        Variables `x[parcel, use, method, period, source]` (ha), `stock[source, period]` (m3) and
        `edge[parcel, neighbour, use]` (share, where boundaries have a weight); constraints
        `land`, `must_reclaim`, `soil_balance`, `limit`, `cluster`, `neighbour`, `boundary`,
        `marginal`, `objective_floor` (and `group`); duals are imported into `dual`.

    Raises
    ------
    ValueError
        If a rule without any option cannot hold (0 >= 5), in words.
    """
    facts = Facts(instance)
    model = pyo.ConcreteModel(name=instance.settings.name)
    if not whole_parcels:
        model.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT)
    sets(model, facts)
    variables(model)
    land(model, facts)
    soil_balance(model, facts)
    limits(model, facts)
    clusters(model, facts)
    neighbours(model, facts)
    boundary(model, facts)
    objective(model, facts, stage, floors or {})
    if whole_parcels:
        groups(model, facts)
    return model


def sets(model: Any, facts: Facts) -> None:
    """(E1) An option exists only if the rules of its use hold after its method, in its window."""
    model.parcels = pyo.Set(initialize=list(facts.parcels), doc="i")
    model.periods = pyo.Set(initialize=facts.periods, doc="t")
    model.sources = pyo.Set(initialize=facts.source_names, doc="k")
    model.eligibility = pyo.Set(dimen=5, initialize=options(facts), doc="i, u, m, t, k")


def options(facts: Facts) -> list[Option]:
    """Every option the rules allow; a source is chosen only where soil is brought in."""
    practices = list(dict.fromkeys((use, method) for use, method, _ in facts.methods))
    allowed = []
    for parcel in facts.parcels:
        for use, method in practices:
            for period in facts.periods:
                row = facts.method(use, method, period)
                if row is None or not facts.in_window(parcel, period):
                    continue
                if facts.suits(parcel, use, row) and land_allows(facts, parcel, use):
                    allowed += [Option(parcel, use, method, period, source)
                                for source in sources_for(facts, parcel, row)]
    return allowed


def sources_for(facts: Facts, parcel: str, method: dict[str, Any]) -> list[str]:
    """Sources that can serve a parcel; one without a name where no soil is brought in."""
    if facts.soil_m3(parcel, method) <= 0:
        return [""]
    return [source for source in facts.source_names
            if facts.distance_km(source, parcel) is not None]


def variables(model: Any) -> None:
    """Hectares x >= 0 of each option, stock >= 0 in m3 of topsoil left after each period."""
    model.x = pyo.Var(model.eligibility, domain=pyo.NonNegativeReals, doc="ha")
    model.stock = pyo.Var(model.sources, model.periods, domain=pyo.NonNegativeReals, doc="m3")


def land(model: Any, facts: Facts) -> None:
    """(L1) sum of x over the parcel <= area; (L2) = area where all of it must be reclaimed."""
    terms: dict[str, list[Term]] = {parcel: [] for parcel in facts.parcels}
    for o in model.eligibility:
        terms[o[0]].append((1.0, model.x[o]))

    def must(parcel: str) -> bool:
        row = facts.parcels[parcel]
        return number(row, "must_reclaim") > 0 or row.get("longest_wait_years") is not None

    rows = {
        parcel: row_of(terms[parcel], "=" if must(parcel) else "<=",
                       facts.parcels[parcel]["area_ha"], f"parcel {parcel}")
        for parcel in facts.parcels
    }
    model.land = constraint({parcel: row for parcel, row in rows.items() if not must(parcel)})
    model.must_reclaim = constraint({parcel: row for parcel, row in rows.items() if must(parcel)})


def soil_balance(model: Any, facts: Facts) -> None:
    """(S1) stock[k,t] - (1 - loss) stock[k,t-1] + soil spread = supply[k,t]."""
    served: dict[tuple[str, str], list[Any]] = {key: [] for key in model.sources * model.periods}
    for o in map(Option._make, model.eligibility):
        if o.source:
            volume = facts.soil_m3(o.parcel, facts.method(*o[1:4]))
            served[o.source, o.period].append(volume * model.x[o])

    def rule(model: Any, k: str, t: str) -> Any:
        left = model.stock[k, t] + pyo.quicksum(served[k, t])
        if t != facts.periods[0]:
            before = model.periods.prev(t)
            loss = number(facts.sources[k, before], "volume_loss_pct_per_year") / 100
            left -= (1 - loss) ** facts.years_of(before) * model.stock[k, before]
        return left == facts.sources[k, t]["supply_m3"]

    model.soil_balance = pyo.Constraint(model.sources, model.periods, rule=rule)


def limits(model: Any, facts: Facts) -> None:
    """(P1 to P7) lower <= sum of account * x <= upper, one row for each * of the limits table."""
    rows = {}
    for key, row in limit_rows(facts, [Option._make(o) for o in model.eligibility]).items():
        terms = [(coefficient, model.x[column] if len(column) == 5 else model.stock[column])
                 for column, coefficient in row.coefficients.items()]
        rows[key] = row_of(terms, row.sense, row.bound, " ".join(filter(None, ("limit", *key))))
    model.limit = constraint(rows)


def clusters(model: Any, facts: Facts) -> None:
    """(K1) The lead use of a zone has at least its share of what is reclaimed there."""
    rows = {}
    for cluster in facts.clusters:
        zone, lead = cluster["zone"], cluster.get("use")
        if lead is None:
            message = f"the lead use of {zone} is open; name it to write the model down"
            raise ValueError(message)
        share = cluster["minimum_share_pct"] / 100
        terms = [((1.0 if o[1] == lead else 0.0) - share, model.x[o]) for o in model.eligibility
                 if facts.parcels[o[0]].get("zone") == zone]
        rows[zone] = row_of(terms, ">=", 0.0, f"cluster {zone}")
    model.cluster = constraint(rows)


def neighbours(model: Any, facts: Facts) -> None:
    """(T1), (T2) Uses that must not touch, and uses that must, in shares of parcels."""
    model.neighbour = constraint({
        key: row_of(terms, "<=", bound, " ".join(filter(None, ("neighbours", *key))))
        for key, (terms, bound) in neighbour_rows(model, facts).items()})


def row_of(terms: list[Term], sense: str, bound: float, name: str) -> Any:
    """One linear row; without any option it is skipped if 0 meets the bound, else refused."""
    if not any(coefficient for coefficient, _ in terms):
        if (sense != ">=" and bound < 0) or (sense != "<=" and bound > 0):
            message = f"{name}: no option is left, and 0 {sense} {bound:g} does not hold"
            raise ValueError(message)
        return pyo.Constraint.Skip
    total = pyo.quicksum(coefficient * variable for coefficient, variable in terms)
    return {"<=": total <= bound, ">=": total >= bound, "=": total == bound}[sense]


def constraint(rows: dict[Any, Any]) -> Any:
    """Constraint with one row for each key."""
    return pyo.Constraint(list(rows), rule=lambda _, *key: rows[key if len(key) > 1 else key[0]])


def objective(model: Any, facts: Facts, stage: int, floors: Mapping[int, float]) -> None:
    """(O1) Maximise one stage; (O2) earlier stages stay at or above their floors."""
    numbers = sorted({entry.stage for entry in facts.settings.objectives})

    def total(number_of_stage: int) -> Any:
        """Sum of weight * account * x; stock and boundary are charged where the net sink is."""
        weights: dict[str, float] = {}
        for entry in facts.settings.objectives:
            if entry.stage == number_of_stage:
                signed = entry.weight if entry.sense == "max" else -entry.weight
                weights[entry.account] = weights.get(entry.account, 0.0) + signed
        gain = pyo.quicksum(
            sum(w * facts.amounts(Option._make(o), a).sum() for a, w in weights.items())
            * model.x[o] for o in model.eligibility)
        holding = weights.get("net_sink", 0.0)
        return gain - abs(holding) * boundary_tco2e(model, facts) - pyo.quicksum(
            holding * holding_tco2e_per_m3(facts, k, t) * model.stock[k, t]
            for k in model.sources for t in model.periods)

    model.objective = pyo.Objective(expr=total(numbers[stage - 1]), sense=pyo.maximize)
    model.objective_floor = pyo.Constraint(
        list(floors), rule=lambda _, earlier: total(numbers[earlier - 1]) >= floors[earlier])


def groups(model: Any, facts: Facts) -> None:
    """(G1) Whole parcels: x = area or 0; pieces of a group get the same use in the same period."""
    area = {i: facts.parcels[i]["area_ha"] for i in facts.parcels}
    model.whole = pyo.Var(model.eligibility, domain=pyo.Binary)
    model.whole_parcel = pyo.Constraint(
        model.eligibility, rule=lambda _, *o: model.x[o] == area[o[0]] * model.whole[o])
    members: dict[str, list[str]] = {}
    for i, row in facts.parcels.items():
        if row.get("group"):
            members.setdefault(row["group"], []).append(i)
    share: dict[tuple[str, str, str], Any] = {}
    for i, u, m, t, k in model.eligibility:
        share[i, u, t] = share.get((i, u, t), 0) + model.x[i, u, m, t, k] / area[i]
    model.group = constraint({
        (i, u, t): share.get((i, u, t), 0) - share.get((j, u, t), 0) == 0
        for pieces in members.values() for i, j in pairwise(pieces)
        for u in facts.uses for t in facts.periods if (i, u, t) in share or (j, u, t) in share
    })
