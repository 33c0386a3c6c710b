"""A language of the report: its sentences, and its way with numbers, units and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from optimizer.report.figures import figure, hectares, signed, whole

if TYPE_CHECKING:
    from optimizer.instance.table import Table

Code = Literal["en", "zh"]

CODES: tuple[Code, ...] = ("en", "zh")

#: A real minus, so that a number is not broken after its sign.
MINUS = "\u2212"
#: Kept together: a number and its unit.
SPACE = "\u00a0"

_RAISED = ((re.compile(r"\bm3\b"), "m³"), (re.compile(r"\bm2\b"), "m²"),
           (re.compile(r"\bkm2\b"), "km²"), (re.compile("CO2"), "CO₂"))
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff])[ \u00a0](?=[\u3000-\u9fff])")
#: End of what indicators are missing.
_SAME_SPAN = " of the same span"
_MULTIPLE = re.compile(r"(\d[\d,]*) (\D.*)")


def _is_money(unit: str) -> bool:
    """Whether a unit is a currency by its code (CNY)."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


@dataclass(frozen=True)
class Language:
    """One language.

    Parameters
    ----------
    code
        As in the `lang` attribute of HTML.
    words
        Key -> sentence, with {names} to fill in.
    units
        Unit as tables write it -> as it is read; a unit that is missing stays as it is.
    said
        Sentence of the analysis in English -> in this language.
    money
        Multiples of money, the largest first: (size, what stands before the currency).
    label_column
        Column of uses and methods that holds what to call them.
    """

    code: Code
    words: Mapping[str, str]
    units: Mapping[str, str]
    said: Mapping[str, str]
    money: tuple[tuple[float, str], ...]
    label_column: str

    def t(self, key: str, **named: Any) -> str:
        """Sentence of a key, filled in, of one thing (`KEY_one`) where `count` says so.

        Chinese words stand without blanks between them.
        """
        if str(named.get("count")) == "1":
            key = f"{key}_one" if f"{key}_one" in self.words else key
        text = self.words[key].format(**named) if named else self.words[key]
        return _BETWEEN_CHINESE.sub("", text) if self.code == "zh" else text

    def say(self, english: str) -> str:
        """Tell a sentence of the analysis; in English where this language has no words for it."""
        if english.endswith(_SAME_SPAN):
            columns = english.removesuffix(_SAME_SPAN).replace(" and ", self.t("and"))
            return self.t("same_span", columns=columns)
        return self.said.get(english, english).replace("CO2e", "CO₂e")

    def number(self, value: float | None) -> str:
        """A number with thousands separators and three or four telling digits."""
        return "–" if (text := figure(value)) == "-" else text.replace("-", MINUS)

    def round(self, value: float) -> str:
        """A number that is round by nature (a bound, a step, a mark): decimals only if it has some.

        Marks of axes are sums of steps, so what is next to a whole number is one.
        """
        near = round(value, 9)
        return whole(near + 0.0).replace("-", MINUS)

    def signed(self, value: float) -> str:
        """The same with its sign."""
        return signed(value).replace("-", MINUS)

    def hectares(self, value: float) -> str:
        """Hectares with one decimal."""
        return hectares(value).replace("-", MINUS)

    def percent(self, value: float, digits: int = 0) -> str:
        """A share of 0 to 1 in percent; traces as less than the smallest told."""
        least = 10.0 ** -digits
        if 0 < 100 * value < 0.5 * least:
            return f"<{least:g}{SPACE}%"
        return f"{100 * value:.{digits}f}{SPACE}%".replace("-", MINUS)

    def unit(self, unit: str) -> str:
        """Write a unit as it is read in this language."""
        if unit in self.units:
            return self.units[unit]
        for per in (" per ", "/"):
            upper, found, lower = unit.partition(per)
            if found and upper:
                return f"{self.unit(upper)}/{self.unit(lower)}"
        if _MULTIPLE.fullmatch(unit) and self.code == "en":
            return f"× {unit}"
        for pattern, raised in _RAISED:
            unit = pattern.sub(raised, unit)
        return unit

    def amount(
        self, value: float | None, unit: str, *, sign: bool = False, bound: bool = False
    ) -> str:
        """A number with its unit, kept on one line; money in round multiples.

        Parameters
        ----------
        value
            None is told as a dash.
        unit
            As tables write it.
        sign
            Whether a gain has a plus.
        bound
            Whether it is round by nature, and has decimals only if it needs them.
        """
        if value is None or value != value:
            return "–"
        multiple = _MULTIPLE.fullmatch(unit)
        if multiple and _is_money(multiple[2].partition("/")[0]):
            value, unit = value * float(multiple[1].replace(",", "")), multiple[2]
        before = ""
        if _is_money(unit.partition("/")[0]):
            size, before = next(((size, word) for size, word in self.money if abs(value) >= size),
                                (1.0, ""))
            value /= size
        text = self.signed(value) if sign else self.round(value) if bound else self.number(value)
        if unit == "%":
            return f"{text}{SPACE}%"
        return f"{text}{SPACE}{before}{self.unit(unit)}".rstrip().replace(" ", SPACE)

    def labels(self, table: Table, names: tuple[str, ...]) -> list[str]:
        """What to call the rows of a table of uses: its label in this language, else its name."""
        own, english = table.text(self.label_column), table.text("label")
        return [str(o or e or name) for o, e, name in zip(own, english, names, strict=True)]


def language_of(code: str) -> Language:
    """Return a language by its code.

    Raises
    ------
    KeyError
        If the report does not know it.
    """
    from optimizer.report.html.words_en import ENGLISH
    from optimizer.report.html.words_zh import CHINESE

    return {"en": ENGLISH, "zh": CHINESE}[code]
