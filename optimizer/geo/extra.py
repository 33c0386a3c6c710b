"""The extra `geo`: say in one line what is missing instead of failing on an import."""

from __future__ import annotations

from importlib.util import find_spec

#: What `pip install "reclaim-optimizer[geo]"` brings.
NEEDED = ("geopandas", "pyogrio", "shapely", "pyproj", "rasterio")


class ExtraMissing(ImportError):  # noqa: N818 - a refusal, in the words of the planner
    """Packages of an extra are not installed; the message says which, and how to get them."""


def require_geo() -> None:
    """Refuse work on terrain and layers where the packages for it are not installed.

    Raises
    ------
    ExtraMissing
        If one of the packages of the extra `geo` is not there.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        message = (f"Terrain and layers need {', '.join(missing)}, which {_is_are(missing)} not "
                   'installed. Install the extra: pip install "reclaim-optimizer[geo]"')
        raise ExtraMissing(message)


def _is_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
