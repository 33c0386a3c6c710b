"""The known name that an unknown one most likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: A year further from every known one than this was no slip.
YEARS_OFF = 15


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like `name`, or '' where none is like it."""
    known = list(known)
    years = [candidate for candidate in known if _is_year(candidate)]
    if _is_year(name) and years and len(years) == len(known):
        meant = min(years, key=lambda year: abs(int(year) - int(name)))
        return meant if abs(int(meant) - int(name)) <= YEARS_OFF else ""
    by_folded = {_folded(candidate): candidate for candidate in known}
    folded = _folded(name)
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    found += [other for other in by_folded if len(folded) > 2 and other.startswith(folded)]
    found += [other for other in by_folded if len(folded) > 3 and folded in other.split("_")]
    return by_folded[found[0]] if found else ""


def _is_year(name: str) -> bool:
    """Whether a name is four digits, as periods are: near means in time, not in spelling."""
    return len(name) == 4 and name.isascii() and name.isdecimal()


def advice(name: str, known: Iterable[str], otherwise: str) -> str:
    """Say what to do about an unknown name: the nearest known one, or `otherwise`."""
    meant = nearest(name, known)
    return f"Did you mean `{meant}`?" if meant else otherwise


def listed(names: Iterable[str], at_most: int = 12) -> str:
    """Names joined by commas, a long list cut with a count of the rest."""
    every = list(names)
    if len(every) <= at_most:
        return ", ".join(every) or "none"
    return f"{', '.join(every[:at_most])} and {len(every) - at_most} more"


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things: `1 pair`, `2 pairs`, `1,200 patches`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _folded(name: str) -> str:
    """A name without the differences that typing makes: case, hyphens, blanks."""
    return name.casefold().replace("-", "_").replace(" ", "_")
