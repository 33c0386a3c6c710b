"""Random programs of the project's own shape: land, soil balance, limits."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram, RowLabels


def column_labels(parcel, *, use=None, method=None, period=None, source=None) -> ColumnLabels:
    def axis(values):
        if values is None:
            values = np.zeros(len(parcel))
        return np.asarray(values, dtype=np.int32)

    return ColumnLabels.of(
        len(parcel), parcel=axis(parcel), use=axis(use), method=axis(method), period=axis(period),
        source=axis(source))


def program_of(matrix, lower, upper, cost, rows, columns, **more) -> LinearProgram:
    cost = np.asarray(cost, dtype=float)
    return LinearProgram(
        matrix=sp.csc_array(np.asarray(matrix, dtype=float)) if not sp.issparse(matrix)
        else sp.csc_array(matrix),
        row_lower=np.asarray(lower, dtype=float), row_upper=np.asarray(upper, dtype=float),
        column_lower=np.zeros(len(cost)), column_upper=np.full(len(cost), np.inf),
        cost=cost, rows=rows, columns=columns, **more,
    )


def random_program(parcels=30, options=8, limits=4, seed=0, must=0.1) -> LinearProgram:
    """Feasible by construction: limits are set so that a random plan meets them."""
    rng = np.random.default_rng(seed)
    count = parcels * options
    parcel = np.repeat(np.arange(parcels), options)
    area = rng.uniform(1.0, 40.0, parcels)
    cost = rng.normal(80.0, 60.0, count)
    sizes = 10.0 ** rng.integers(0, 6, limits)
    dense = rng.uniform(0.1, 1.0, (limits, count)) * sizes[:, None]
    dense *= rng.random((limits, count)) < 0.6
    share = rng.dirichlet(np.ones(options), parcels).ravel()
    plan = share * area[parcel] * np.repeat(rng.uniform(0.3, 1.0, parcels), options)
    must_i = rng.random(parcels) < must
    full = share * area[parcel]
    plan = np.where(must_i[parcel], full, plan)
    soil = rng.uniform(0, 8000, count) * (rng.random(count) < 0.5)
    reach = dense @ plan
    at_least = rng.random(limits) < 0.4
    land = sp.csr_array((np.ones(count), (parcel, np.arange(count))), shape=(parcels, count))
    top = sp.hstack([land, sp.csr_array((parcels, 1))])
    balance = sp.csr_array(np.append(soil, 1.0)[None, :])
    bottom = sp.csr_array(np.hstack([dense, np.zeros((limits, 1))]))
    matrix = sp.csc_array(sp.vstack([top, balance, bottom]))
    supply = float(soil @ plan) * 1.05
    lower = np.concatenate([np.where(must_i, area, -np.inf), [supply],
                            np.where(at_least, reach, -np.inf)])
    upper = np.concatenate([area, [supply], np.where(at_least, np.inf, reach)])
    families = [Family.MUST_RECLAIM if m else Family.LAND for m in must_i]
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, parcels, parcel=np.arange(parcels)),
        RowLabels.of(Family.SOIL_BALANCE, 1, period=0, source=0),
        RowLabels.of(Family.LIMIT, limits, limit=np.arange(limits)),
    ])
    rows.family[:parcels] = families
    use = np.append(np.tile(np.arange(options), parcels), -1)
    columns = column_labels(np.append(parcel, -1), use=use)
    return program_of(matrix, lower, upper, np.append(cost, -0.001), rows, columns)


def known_optimum(seed: int, parcels: int = 12, options: int = 5, limits: int = 4):
    """A program built around a plan and prices that prove it optimal.

    Options of the plan get exactly the worth of what they use (reduced gain 0), all others
    less; limits bind where they have a price and have room where they have none.
    """
    rng = np.random.default_rng(seed)
    count = parcels * options
    parcel = np.repeat(np.arange(parcels), options)
    area = rng.uniform(1.0, 50.0, parcels)
    chosen = rng.random(count) < 0.4
    chosen[np.arange(parcels) * options] = True
    weight = np.where(chosen, rng.uniform(0.1, 1.0, count), 0.0)
    x_o = area[parcel] * weight / np.bincount(parcel, weight)[parcel]
    use = rng.uniform(0.0, 5.0, (limits, count))
    at_least = rng.random(limits) < 0.5
    priced = rng.random(limits) < 0.7
    price_l = rng.uniform(0.1, 2.0, limits) * np.where(at_least, -1.0, 1.0) * priced
    land_price = rng.uniform(0.5, 20.0, parcels)
    cost = land_price[parcel] + price_l @ use
    cost -= np.where(chosen, 0.0, rng.uniform(0.0, 5.0, count))
    room = np.where(priced, 0.0, rng.uniform(0.0, 10.0, limits))
    reached = use @ x_o
    lower = np.where(at_least, reached - room, -np.inf)
    upper = np.where(at_least, np.inf, reached + room)
    matrix = sp.vstack([
        sp.csr_array((np.ones(count), (parcel, np.arange(count))), shape=(parcels, count)),
        sp.csr_array(use)])
    rows = RowLabels.concatenate([
        RowLabels.of(Family.LAND, parcels, parcel=np.arange(parcels)),
        RowLabels.of(Family.LIMIT, limits, limit=np.arange(limits))])
    program = program_of(matrix, np.append(np.full(parcels, -np.inf), lower),
                         np.append(area, upper), cost, rows, column_labels(parcel))
    return program, x_o, np.append(land_price, price_l), float(cost @ x_o)
