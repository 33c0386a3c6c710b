"""Units of limit values: what an account is counted in, and how a value is converted to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from optimizer.instance.names import BUILT_IN_UNITS

if TYPE_CHECKING:
    from optimizer.instance.settings import Settings
    from optimizer.instance.table import Table

#: 15 mu make a hectare.
MU_PER_HA = 15.0

#: A unit of more than this many (10^15 CNY) is a slip.
LARGEST_MULTIPLE = 1e15

#: Spelling of a unit -> (what it measures, how much of that quantity's base unit it is).
_KNOWN: Mapping[str, tuple[str, float]] = MappingProxyType({
    "ha": ("area", 1.0), "hectare": ("area", 1.0), "hectares": ("area", 1.0), "公顷": ("area", 1.0),
    "mu": ("area", 1.0 / MU_PER_HA), "亩": ("area", 1.0 / MU_PER_HA),
    "km2": ("area", 100.0), "m2": ("area", 1e-4),
    "m3": ("volume", 1.0), "立方米": ("volume", 1.0),
    "t": ("mass", 1.0), "kg": ("mass", 1e-3), "kt": ("mass", 1e3), "Mt": ("mass", 1e6),
    "吨": ("mass", 1.0), "g": ("mass", 1e-6),
    "t CO2e": ("CO2e", 1.0), "kg CO2e": ("CO2e", 1e-3), "kt CO2e": ("CO2e", 1e3),
    "Mt CO2e": ("CO2e", 1e6),
    "days": ("days", 1.0), "day": ("days", 1.0), "工日": ("days", 1.0),
    "元": ("CNY", 1.0), "万元": ("CNY", 1e4), "亿元": ("CNY", 1e8), "RMB": ("CNY", 1.0),
})

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*(.*)")
_PER_YEAR = re.compile(r"\s*(?:/\s*(?:yr|year|a|年)|per year)$")
_PER_AREA = re.compile(r"\s*/\s*(ha|mu|公顷|亩)$")


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a value in some unit becomes one in the account's own.

    Parameters
    ----------
    factor
        Own unit per unit of the value: value x factor is in the account's own unit.
    per_year
        Whether the value is for one year, to be multiplied by the years it covers.
    """

    factor: float
    per_year: bool = False


def own_unit(account: str, settings: Settings, tables: Mapping[str, Table]) -> str | None:
    """Unit of an account's totals, currency filled in; None for an unknown account."""
    if account in BUILT_IN_UNITS:
        unit = BUILT_IN_UNITS[account]
        return settings.currency if unit == "currency" else unit
    accounts = tables.get("accounts")
    if accounts is None:
        return None
    units = dict(zip(accounts.text("account"), accounts.text("unit"), strict=True))
    found = units.get(account)
    return None if found is None else str(found)


def conversion(unit: str, own: str) -> Conversion | None:
    """Convert a total in `unit` to the account's own unit; None where the two do not fit.

    A unit is a name (`ha`, `mu`, `CNY`), a number and a name (`10000 CNY`, `1000 m3`), or either
    with `/yr`. Blank is the account's own unit.
    """
    text = _tidy(unit)
    bare = _PER_YEAR.sub("", text)
    per_year = bare != text
    if not bare:
        return Conversion(1.0, per_year)
    (what, size), (own_what, own_size) = _quantity(bare), _quantity(_tidy(own))
    if what != own_what:
        return None
    return Conversion(size / own_size, per_year)


def limit_conversion(unit: str, basis: str, own: str) -> Conversion | None:
    """Convert the value of a limit, whose basis decides which units make sense.

    `absolute` takes a total, `average` and `average_of_available` an amount per hectare (`/ha`
    may be left out, `/mu` is converted), `share_of_*` percent, `equal` no unit.
    """
    if basis in ("", "absolute"):
        return conversion(unit, own)
    text = _tidy(unit)
    if basis.startswith("average"):
        return _average_conversion(text, own)
    allowed = ("",) if basis == "equal" else ("", "%")
    return Conversion(1.0) if text in allowed else None


def _average_conversion(text: str, own: str) -> Conversion | None:
    """Convert an amount per hectare; a yearly average has no meaning for totals."""
    per_area = _PER_AREA.search(text)
    bare = _PER_AREA.sub("", text)
    found = conversion(bare, own)
    if found is None or found.per_year:
        return None
    per_mu = per_area is not None and per_area.group(1) in ("mu", "亩")
    return Conversion(found.factor * (MU_PER_HA if per_mu else 1.0))


def _tidy(unit: str) -> str:
    """One spelling of a unit: full-width and raised characters plain, single spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", unit).split())
    return re.sub(r"(?<=[tg])CO2e", " CO2e", plain)


def _quantity(unit: str) -> tuple[str, float]:
    """What a unit measures, and how much of it; an unknown name measures itself."""
    number = _NUMBER.fullmatch(unit)
    size, name = (float(number[1].replace(",", "")), number[2]) if number else (1.0, unit)
    what, scale = _KNOWN.get(name, (name, 1.0))
    # A unit of nothing (0 CNY), or beyond all numbers, is no quantity at all.
    return (what, size * scale) if 0 < size < LARGEST_MULTIPLE else (unit, 1.0)
