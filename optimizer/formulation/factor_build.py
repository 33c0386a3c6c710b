"""Options as factors, built a few million at a time: see `factors`.

Which amounts are the same for a whole class is seen from the options themselves. A later piece
may show that one is not; then all is built again with that amount kept for every option.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.accounts import account_components
from optimizer.formulation.block import Block
from optimizer.formulation.class_tally import ClassPart, ClassTally
from optimizer.formulation.factors import Classes, Factored
from optimizer.formulation.limits import limit_block_of
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import RowLabels
from optimizer.formulation.soil import soil_block_of
from optimizer.options.count import option_counts, options_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optimizer.instance.record import Instance
    from optimizer.options.component import Component
    from optimizer.options.eligibility import Eligibility
    from optimizer.options.record import Options

#: Options worked on at a time by each of at most so many threads.
PIECE, WORKERS = 2_000_000, 4
#: (account, position among its components).
Key = tuple[str, int]


class _NotTheSame(Exception):  # noqa: N818 - caught here
    """An amount taken to be the same for a class is not."""

    def __init__(self, key: Key) -> None:
        self.key = key
        super().__init__(str(key))


@dataclass(frozen=True)
class Draft:
    """What the pieces fill in.

    Parameters
    ----------
    same
        Component -> its amount by practice and period, NaN where no option was seen, shape
        (UM, T): amounts that are the same for a class.
    factor
        Component -> its amount's column in `amount_of`, from 0; components of one account that
        occur at the same times share one.
    spread
        Component -> a component with its spread.
    """

    same: dict[Key, NDArray[np.float64]]
    factor: dict[Key, int]
    spread: dict[Key, Component]

    @property
    def factors(self) -> int:
        """Number of amounts F."""
        return max(self.factor.values(), default=-1) + 1


def factored(
    instance: Instance, eligibility: Eligibility, piece: int = PIECE
) -> Factored:
    """Hold the options and coupling rows of an instance as factors.

    The gains are those of the first stage of the objective.

    Parameters
    ----------
    instance, eligibility
        Checked instance, and what its rules allow.
    piece
        Options worked on at a time.
    """
    varying: set[Key] = set()
    start_i = np.concatenate([[0], np.cumsum(option_counts(instance, eligibility))])
    while True:
        try:
            return _built(instance, eligibility, start_i, piece, varying)
        except _NotTheSame as found:
            varying.add(found.key)


def _built(
    instance: Instance, eligibility: Eligibility, start_i: NDArray[np.int64], piece: int,
    varying: set[Key],
) -> Factored:
    """Fill the arrays piece by piece; the first tells which amounts are kept for every option."""
    runs = list(_pieces(start_i, piece))
    if not runs:
        msg = "an instance without parcels has no options"
        raise ValueError(msg)
    filler = _Filler(instance, eligibility, start_i, runs[0], varying)
    with ThreadPoolExecutor(min(WORKERS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(filler.fill, runs):
            pass
    return filler.assembled()


class _Filler:
    """The arrays of a `Factored` while they are filled, each piece by one thread."""

    def __init__(
        self, instance: Instance, eligibility: Eligibility, start_i: NDArray[np.int64],
        first: tuple[int, int], varying: set[Key],
    ) -> None:
        self._instance, self._eligibility, self._start_i = instance, eligibility, start_i
        self._classes = Classes.of(instance)
        part = options_between(instance, eligibility, *first)
        self._draft = _draft(instance, part, self._components(part), varying)
        self._stage = stage_costs(instance, part)[0]
        options = int(start_i[-1])
        self._class_o = np.empty(options, dtype=np.int32)
        self._gain_o = np.empty(options)
        self._amount_of = np.empty((options, self._draft.factors))
        self._lock = Lock()

    def fill(self, run: tuple[int, int]) -> None:
        """Fill in the options of a run of parcels."""
        instance = self._instance
        part = options_between(instance, self._eligibility, *run)
        here = slice(int(self._start_i[run[0]]), int(self._start_i[run[1]]))
        self._class_o[here] = self._classes.number(
            instance.land.zone_i[part.parcel_o], part.practice_o, part.period_o, part.source_o)
        self._gain_o[here] = stage_costs(instance, part)[0].cost_c[:part.count]
        _fill(instance, part, self._components(part), self._draft, self._amount_of[here],
              self._lock)

    def assembled(self) -> Factored:
        """Put everything together."""
        return _assembled(self._instance, self._classes, self._draft, self._stage, self._start_i,
                          self._class_o, self._gain_o, self._amount_of)

    def _components(self, part: Options) -> dict[str, list[Component]]:
        return {account: account_components(self._instance, part, account)
                for account in _accounts(self._instance)}


def _pieces(start_i: NDArray[np.int64], piece: int) -> Iterator[tuple[int, int]]:
    """Runs of parcels with about so many options each, at least one run."""
    parcels = len(start_i) - 1
    cuts = np.searchsorted(start_i, np.arange(piece, int(start_i[-1]), piece))
    yield from pairwise(np.unique(np.concatenate([[0], cuts, [parcels]])).tolist())


def _accounts(instance: Instance) -> list[str]:
    """Accounts that the rows need."""
    table = instance.table("limits")
    named = [] if table is None else [str(account) for account in table.text("account")]
    soil = ["soil"] if instance.topsoil.count else []
    return list(dict.fromkeys(["area", *soil, *named]))


def _cells(instance: Instance, part: Options) -> NDArray[np.int64]:
    """Practice and period of each option as one number, shape (O,)."""
    return part.practice_o.astype(np.int64) * instance.calendar.count + part.period_o


def _draft(
    instance: Instance, part: Options, components: dict[str, list[Component]], varying: set[Key]
) -> Draft:
    """Tell amounts that are the same for a class from those that are not, by the first piece."""
    shape = (instance.practices.count, instance.calendar.count)
    cell_o = _cells(instance, part)
    draft = Draft({}, {}, {})
    for account, parts in components.items():
        shared: list[tuple[NDArray[np.float64], int]] = []
        for position, component in enumerate(parts):
            key = (account, position)
            draft.spread[key] = component
            table = np.full(shape, np.nan)
            table.ravel()[cell_o] = component.amount_o
            if key not in varying and np.array_equal(table.ravel()[cell_o], component.amount_o):
                draft.same[key] = np.full(shape, np.nan)
                continue
            known = [factor for spread, factor in shared
                     if np.array_equal(spread, component.spread_umtp)]
            draft.factor[key] = known[0] if known else draft.factors
            if not known:
                shared.append((component.spread_umtp, draft.factor[key]))
    return draft


def _fill(
    instance: Instance, part: Options, components: dict[str, list[Component]], draft: Draft,
    amount_of: NDArray[np.float64], lock: Lock,
) -> None:
    """Take the amounts of a piece over; the tables that pieces share under the lock.

    Raises
    ------
    _NotTheSame
        If one that was the same for a class so far is not.
    """
    cell_o = _cells(instance, part)
    amount_of[:] = 0.0
    for account, parts in components.items():
        for position, component in enumerate(parts):
            key = (account, position)
            if key in draft.factor:
                amount_of[:, draft.factor[key]] += component.amount_o
                continue
            table = draft.same[key].ravel()
            with lock:
                fresh = np.isnan(table[cell_o])
                table[cell_o[fresh]] = component.amount_o[fresh]
            if not np.array_equal(table[cell_o], component.amount_o):
                raise _NotTheSame(key)


def _assembled(
    instance: Instance, classes: Classes, draft: Draft, stage: StageCost,
    start_i: NDArray[np.int64], class_o: NDArray[np.int32], gain_o: NDArray[np.float64],
    amount_of: NDArray[np.float64],
) -> Factored:
    """Build the rows on classes and amounts, and put everything together."""
    tally = ClassTally(instance, classes, _parts(instance, draft), draft.factors)
    blocks: Sequence[Block] = (_soil_rows(instance, tally), limit_block_of(tally, tally.count))
    matrix = sp.csc_array(sp.vstack([block.matrix for block in blocks], format="csc"))
    return Factored(
        classes=classes, start_i=start_i, class_o=class_o, gain_o=gain_o, amount_of=amount_of,
        weight_rv=matrix[:, :tally.stocks_at], stock_rs=matrix[:, tally.stocks_at:].toarray(),
        gain_s=stage.cost_c[len(stage.cost_c) - (tally.count - tally.stocks_at):],
        lower_r=np.concatenate([block.lower for block in blocks]),
        upper_r=np.concatenate([block.upper for block in blocks]),
        rows=RowLabels.concatenate([block.labels for block in blocks]),
    )


def _parts(instance: Instance, draft: Draft) -> dict[str, list[ClassPart]]:
    """Parts of the accounts by class; a factor that several components share counts once."""
    shape = (instance.practices.count, instance.calendar.count)
    parts: dict[str, list[ClassPart]] = {}
    seen: set[int] = set()
    for key, component in draft.spread.items():
        account = parts.setdefault(key[0], [])
        if key in draft.same:
            account.append(ClassPart(component, 0, np.nan_to_num(draft.same[key])))
        elif draft.factor[key] not in seen:
            seen.add(draft.factor[key])
            account.append(ClassPart(component, draft.factor[key] + 1, np.ones(shape)))
    return parts


def _soil_rows(instance: Instance, tally: ClassTally) -> Block:
    """Soil balance on classes and amounts, stocks after them."""
    users = [tally.soil(k, t) for k in range(instance.topsoil.count)
             for t in range(instance.calendar.count)]
    return soil_block_of(instance, users, tally.stocks_at, tally.count)
