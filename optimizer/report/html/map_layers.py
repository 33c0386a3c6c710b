"""What the map can show of the parcels: use, period, what bars each use, margin."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.report.canvas import BARE, PALETTE
from optimizer.report.html.rules import rule_words
from optimizer.report.layout import main_use_i, shares_iu
from optimizer.report.map_data import colours_of

if TYPE_CHECKING:
    from optimizer.analysis.explain.obstacles import Barred
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: Light to dark, told apart with every common colour blindness (viridis).
RAMP = ("#fde725", "#addc30", "#5ec962", "#28ae80", "#21918c", "#2c728e", "#3b528b", "#472d7b",
        "#440154")
#: Where a use is allowed.
ALLOWED = "#dcebf7"
#: Number of patterns that `page.html` knows; 0 is none.
PATTERNS = 8


@dataclass(frozen=True)
class Class:
    """One entry of a legend: name, colour, pattern (0: none) and hectares of its parcels."""

    label: str
    colour: str
    pattern: int
    hectares: float


@dataclass(frozen=True)
class Layer:
    """One thing the map can show.

    Parameters
    ----------
    key
        Short name.
    title, note
        What it shows, in a few words and in a sentence.
    classes
        Legend.
    class_i
        Entry of every parcel, shape (I,).
    """

    key: str
    title: str
    note: str
    classes: tuple[Class, ...]
    class_i: NDArray[np.int64]


def layers_of(material: Material, language: Language) -> list[Layer]:
    """Every layer of a result, the uses first."""
    layers = [use_layer(material, language), period_layer(material, language)]
    if not material.is_whole and np.isfinite(_numbers(material, "margin")).any():
        layers.append(margin_layer(material, language))
    return [*layers, *barred_layers(material, language)]


def use_layer(material: Material, language: Language) -> Layer:
    """Main use of every parcel; hectares are exact, those of shared parcels too."""
    instance = material.instance
    labels = language.labels(instance.tables["uses"], instance.practices.uses)
    share_iu = shares_iu(instance, material.tables["plan"])
    main_i = main_use_i(share_iu)
    area_u = share_iu.T @ instance.land.area_i
    last = len(labels)
    return _layer(
        "use", language.t("layer_use"), language.t("layer_use_note"),
        [*labels, language.t("bare")], [*colours_of(instance), BARE],
        np.where(main_i < 0, last, main_i), area_u, plain=last)


def period_layer(material: Material, language: Language) -> Layer:
    """Period in which work on most of the parcel starts."""
    calendar = material.instance.calendar
    labels = [language.t("years", first=int(a), last=int(b) - 1)
              for a, b in zip(calendar.start_t, calendar.end_t, strict=True)]
    position = {label: t for t, label in enumerate(calendar.labels)}
    last = len(labels)
    class_i = np.array([position.get(str(text), last)
                        for text in material.tables["parcels"]["period"]], dtype=np.int64)
    return _layer("period", language.t("layer_period"), language.t("layer_period_note"),
                  [*labels, language.t("bare")], [*ramp(last), BARE], class_i,
                  _areas(material, class_i, last + 1), plain=last)


def margin_layer(material: Material, language: Language) -> Layer:
    """How far the runner-up lies behind: small margins may well be decided otherwise."""
    margin_i = _numbers(material, "margin")
    edges = margin_edges(margin_i)
    unit = language.unit(f"{material.unit}/ha")
    bounds = [0.0, *edges]
    labels = [language.t("margin_tie")]
    labels += [language.t("between", low=language.number(a), high=language.number(b), unit=unit)
               for a, b in pairwise(bounds)]
    labels += [language.t("above", low=language.number(bounds[-1]), unit=unit),
               language.t("margin_none")]
    last = len(labels) - 1
    class_i = np.where(np.isnan(margin_i), last,
                       np.where(margin_i <= 1e-9, 0,
                                1 + np.searchsorted(edges, np.nan_to_num(margin_i), "left")))
    return _layer("margin", language.t("layer_margin"), language.t("layer_margin_note"), labels,
                  [*ramp(last), BARE], class_i.astype(np.int64),
                  _areas(material, class_i, last + 1), plain=last)


def margin_edges(margin_i: NDArray[np.float64]) -> list[float]:
    """Round bounds of classes with about equally many parcels."""
    above = margin_i[np.isfinite(margin_i) & (margin_i > 1e-9)]
    if not above.size:
        return []
    edges = {_rounded(float(q)) for q in np.quantile(above, (0.25, 0.5, 0.75))}
    return sorted(edges)


def _rounded(value: float) -> float:
    """Nearest of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return min((m * power for m in (1.0, 2.0, 5.0, 10.0)), key=lambda edge: abs(edge - value))


def barred_layers(material: Material, language: Language) -> Iterator[Layer]:
    """For every use: where the rules allow it, and what bars it elsewhere."""
    from optimizer.analysis.explain.obstacles import barred_from
    from optimizer.options.eligibility import eligibility_of

    instance = material.instance
    eligibility = eligibility_of(instance)
    labels = language.labels(instance.tables["uses"], instance.practices.uses)
    for u, label in enumerate(labels):
        barred = barred_from(instance, eligibility, u)
        if barred is not None:
            yield _barred_layer(material, language, u, label, barred)


def _barred_layer(
    material: Material, language: Language, use: int, label: str, barred: Barred
) -> Layer:
    """First obstacle before the nearest method of one use."""
    first_i = np.where(barred.barred_i, 1 + barred.nearest_ij.argmax(axis=1), 0)
    there = [0, *(j for j in range(1, len(barred.obstacles) + 1) if (first_i == j).any())]
    class_i = np.searchsorted(there, first_i)
    words = [language.t("allowed"),
             *(rule_words(barred.obstacles[j - 1].rule, language) for j in there[1:])]
    colours = [ALLOWED, *(PALETTE[(n * 3 + 6) % len(PALETTE)] for n in range(len(there) - 1))]
    return _layer(f"could-{use}", language.t("layer_could", use=label),
                  language.t("layer_could_note", use=label), words, colours,
                  class_i.astype(np.int64), _areas(material, class_i, len(there)), plain=0)


def ramp(count: int) -> list[str]:
    """So many colours from light to dark."""
    if count == 1:
        return [RAMP[4]]
    return [RAMP[round(n * (len(RAMP) - 1) / (count - 1))] for n in range(count)]


def _layer(
    key: str, title: str, note: str, labels: Sequence[str], colours: Sequence[str],
    class_i: NDArray[np.int64], area_c: NDArray[np.float64], *, plain: int,
) -> Layer:
    """Lay a layer out; one entry stays without a pattern, the others take turns."""
    patterns = [0 if n == plain else 1 + n % PATTERNS for n in range(len(labels))]
    classes = tuple(Class(*entry) for entry in zip(
        labels, colours, patterns, (float(area) for area in area_c), strict=True))
    return Layer(key, title, note, classes, class_i)


def _areas(material: Material, class_i: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Hectares of the parcels of every class."""
    area_c = np.zeros(count)
    np.add.at(area_c, class_i, material.instance.land.area_i)
    return area_c


def _numbers(material: Material, column: str) -> NDArray[np.float64]:
    """A column of parcels.csv, NaN where blank."""
    values_i: NDArray[np.float64] = material.tables["parcels"][column].to_numpy(dtype=np.float64)
    return values_i
