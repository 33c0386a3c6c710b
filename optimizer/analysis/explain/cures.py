"""What would cure a rule that fails: another method, more soil, waiting, a source in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.options.eligibility import Eligibility

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.rules import Rule
    from optimizer.options.works import Works

#: More methods than this are not named.
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Failure:
    """Where one rule fails for one practice.

    Parameters
    ----------
    um, j
        The practice, and the rule among those of its use.
    rule
        The rule; the window of a parcel is a rule on its start year.
    i
        Parcels on which it fails, shape (F,).
    value, minimum, maximum
        What is there after the method and what it is held against, shape (F,); NaN where there
        is none.
    works
        What the practice moves on every parcel.
    """

    um: int
    j: int
    rule: Rule
    i: NDArray[np.int64]
    value: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    works: Works

    @property
    def missing(self) -> NDArray[np.float64]:
        """How far the value is from the nearer bound, shape (F,); NaN where nothing is measured."""
        short = np.fmax(self.minimum - self.value, self.value - self.maximum)
        return np.asarray(short, dtype=np.float64)


def cures_of(instance: Instance, eligibility: Eligibility, failure: Failure) -> NDArray[np.object_]:
    """Say for every failure what would cure it, shape (F,) of text.

    Where another method of the same use is allowed, that is the cure. Elsewhere it is what is
    missing, with a method of the use that reaches it, if one does (it fails another rule).
    """
    practices = instance.practices
    same_use = practices.use_um == practices.use_um[failure.um]
    others = np.flatnonzero(same_use & (np.arange(practices.count) != failure.um))
    allowed = _methods(instance, others, eligibility.allowed_ium[np.ix_(failure.i, others)],
                       "method {} is allowed")
    mended = (eligibility.failed_ium[np.ix_(failure.i, others)]
              >> np.uint64(failure.j) & np.uint64(1)) == 0
    reaching = _methods(instance, others, mended,
                        " (method {} gets there, but fails another rule)")
    cures, words = allowed, _WORDS[failure.rule.kind]
    for position in np.flatnonzero(allowed == ""):
        cures[position] = words(instance, failure, int(position)) + reaching[position]
    return cures


def _methods(
    instance: Instance, others: NDArray[np.int64], chosen: NDArray[np.bool_], words: str
) -> NDArray[np.object_]:
    """Sentence with the names of the chosen methods, a row each; blank where none is chosen."""
    if not len(others):
        return np.full(len(chosen), "", dtype=object)
    # Rows as whole numbers: far quicker to tell apart than rows of flags.
    code_f = chosen @ (1 << np.arange(len(others), dtype=np.int64))
    codes, first, code_f = np.unique(code_f, return_index=True, return_inverse=True)
    names = [instance.practices.name_um(int(um))[1] for um in others]
    texts = [words.format(_listed([name for name, yes in zip(names, chosen[row], strict=True)
                                   if yes])) if code else ""
             for code, row in zip(codes, first, strict=True)]
    return np.asarray(np.array(texts, dtype=object)[code_f.ravel()])


def _listed(names: list[str]) -> str:
    """Join names with `or`; a long list is cut."""
    return " or ".join(names[:NAMED_AT_MOST])


def _attribute_words(instance: Instance, failure: Failure, position: int) -> str:
    """More or less of an attribute."""
    attribute, missing = failure.rule.attribute, float(failure.missing[position])
    too_low = failure.value[position] < failure.minimum[position]
    if attribute == "soil_depth_m":
        return _soil_words(instance, failure, position, missing, too_low=bool(too_low))
    if attribute == "slope_pct" and not too_low:
        # A use may stand a steeper face than machines may leave behind.
        steepest = min(float(failure.maximum[position]), instance.settings.max_slope_pct)
        return f"regrading to {steepest:g} %"
    return f"{missing:.6g} {'more' if too_low else 'less'} {attribute}"


def _soil_words(
    instance: Instance, failure: Failure, position: int, missing: float, *, too_low: bool
) -> str:
    """More soil, or the parcel's own where the method buries it."""
    if not too_low:
        return f"{missing:.6g} m less soil"
    i = failure.i[position]
    own = instance.land.attribute("soil_depth_m")[i]
    buried = failure.works.regrade_m3_i[i] > 0.0 and failure.works.own_soil_m3_i[i] == 0.0
    if buried and own >= failure.minimum[position]:
        return f"stripping and respreading its own {own:g} m of soil, which the method buries"
    return f"{missing:.6g} m more soil"


def _topsoil_words(instance: Instance, failure: Failure, position: int) -> str:
    """A source in reach."""
    del instance  # whatever sources it has, none is in reach
    volume = failure.value[position]
    return (f"a source within reach for {volume:,.0f} m3/ha: a distance in hauls, or x and y of "
            "parcel and source")


def _window_words(instance: Instance, failure: Failure, position: int) -> str:
    """Waiting, a later period, or the method offered in time."""
    start, years = failure.value[position], failure.missing[position]
    first, last = failure.minimum[position], failure.maximum[position]
    starts = instance.calendar.start_t
    in_time = starts[~((starts < first) | (starts > last))]
    if len(in_time):
        return f"offering the method in {in_time[0]}"
    if start > last:
        plural = "" if years == 1 else "s"
        return f"waiting until {start:.0f}: {years:.0f} year{plural} longer than it may"
    return f"a period that starts in {first:.0f} or later"


_WORDS = {
    "machine": _attribute_words, "attribute": _attribute_words, "topsoil": _topsoil_words,
    "window": _window_words,
}
