"""Mutations of instance.toml."""

from __future__ import annotations

import random

Folder = dict[str, bytes]

NAME = "instance.toml"

ODD_VALUES = (
    '""', '"x"', "0", "-1", "1", "1.5", "30.0", "2026", "99999", "1e308", "-1e308", "1e-320", "nan",
    "inf", "-inf", "true", "false", "[]", "[1]", "[2026]", "[2026, 2026]", "[2031, 2026]",
    "[2026, 2031.5]", '["2026"]', "[2026, [2031]]", "[1, 2, 3]", "[99999999]", "{}", "{a = 1}",
    "2026-01-01", "2026-01-01T00:00:00Z", "07:30:00", "0x7ea", "1_000", "9" * 30, '"2026"', '"AR6"',
    '"AR7"', '"CNY"', '"人民币"', '"EPSG:4326"', '"loess-plateau"', '"no-such-library"', '"../.."',
    '"net_sink"', '"cost"', '"holding"', '"area"', '"no_account"', '"max"', '"min"',
    '"\\u0000"', '"\\ud800"', "'''a\nb'''", "1,5", "１２", "",
)

ODD_LINES = (
    "[instance]", "[works]", "[layout]", "[defaults]", "[defaults.parcels]", "[defaults.methods]",
    "[[objective]]", "[objective]", "[other]", "[[works]]", "=", "x", "x = 1", "[", "]", "# note",
    "[defaults.parcels]\nslope_pct = 5", '[defaults.parcels]\nzone = "a"', "[defaults.uses]\nx = 1",
    '[defaults.limits]\nvalue = "many"', '[[objective]]\naccount = "cost"\nsense = "min"',
    '[[objective]]\naccount = "area"\nweight = -1', '[[objective]]\naccount = "area"\nweight = 0',
    '[[objective]]\naccount = "net_sink"\ntolerance = 2',
    '[[objective]]\naccount = "income"\nstage = 1',
    '[[objective]]\naccount = "net_sink"\nweight = 1e300',
    "[layout]\nboundary_weight_tco2e_per_km = 1",
    "crediting_years = 20", "crediting_years = 0", "crediting_years = 1e9", "max_slope_pct = 60",
    "max_slope_pct = 0", "horizon_years = 1", "swell_factor = 0", "road_factor = 1e9",
    '"" = 1', '"名" = 1', "a.b.c = 1", "library_version = 1",
)


def _text(folder: Folder) -> str | None:
    try:
        return folder[NAME].decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def odd_value(folder: Folder, source: random.Random) -> str | None:
    """Give a key an odd value."""
    text = _text(folder)
    lines = (text or "").split("\n")
    keys = [number for number, line in enumerate(lines) if " = " in line]
    if not keys:
        return None
    number = source.choice(keys)
    value = source.choice(ODD_VALUES)
    was = lines[number]
    lines[number] = f"{was.split(' = ')[0]} = {value}"
    folder[NAME] = "\n".join(lines).encode()
    return f"{NAME}: {was[:60]!r} now {lines[number][:60]!r}"


def misspelt_key(folder: Folder, source: random.Random) -> str | None:
    """Change a letter of a key."""
    text = _text(folder)
    lines = (text or "").split("\n")
    keys = [number for number, line in enumerate(lines) if " = " in line]
    if not keys:
        return None
    number = source.choice(keys)
    at = source.randrange(max(1, lines[number].index(" = ")))
    lines[number] = lines[number][:at] + source.choice("xA-.é \"") + lines[number][at + 1:]
    folder[NAME] = "\n".join(lines).encode()
    return f"{NAME}: key misspelt: {lines[number][:60]!r}"


def moved_line(folder: Folder, source: random.Random) -> str | None:
    """Drop, repeat or move a line."""
    text = _text(folder)
    lines = (text or "").split("\n")
    if len(lines) < 3:
        return None
    number, act = source.randrange(len(lines)), source.choice(("dropped", "repeated", "moved"))
    line = lines[number]
    if act != "repeated":
        del lines[number]
    if act != "dropped":
        lines.insert(source.randrange(len(lines) + 1), line)
    folder[NAME] = "\n".join(lines).encode()
    return f"{NAME}: {line[:60]!r} {act}"


def odd_line(folder: Folder, source: random.Random) -> str | None:
    """Add an odd line or section."""
    text = _text(folder)
    if text is None:
        return None
    lines = text.split("\n")
    line = source.choice(ODD_LINES)
    at = len(lines) if line.startswith("[") else source.randrange(len(lines) + 1)
    lines.insert(at, line)
    folder[NAME] = "\n".join(lines).encode()
    return f"{NAME}: {line!r} added at line {at + 1}"


MANIFEST_MUTATIONS = (odd_value, odd_value, misspelt_key, moved_line, odd_line, odd_line)
