"""The dumps of the three pits, level by level: heights, faces, platforms, years of release.

Everything here is an assumption: the shapes, levels and years are stylised. Each pit has a dump
beside it (bench faces 20-40 m high at the angle the dumper leaves, platforms between them, a flat
top) and a dump inside it that follows the advance of mining and ends at the final void.
"""

from __future__ import annotations

from make_dumps import Band, Dump


def face(level: int, sectors: int, year: int, height_m: float, slope_pct: float) -> Band:
    """One bench face."""
    return Band("face", level, sectors, year, height_m=height_m, slope_pct=slope_pct)


def platform(level: int, sectors: int, year: int, width_m: float, slope_pct: float) -> Band:
    """One platform between two faces."""
    return Band("platform", level, sectors, year, width_m=width_m, slope_pct=slope_pct)


def top(level: int, sectors: int, year: int, share: float, slope_pct: float) -> Band:
    """A ring of the top platform that takes `share` of the radius left."""
    return Band("top", level, sectors, year, width_m=share, slope_pct=slope_pct)


def inner_dump(years: tuple[int, ...], widths_m: tuple[float, ...], blocks: int,
               step_m: float, step_slope_pct: float) -> tuple[Band, ...]:
    """Strips of a dump inside the pit: platforms with steps down, void face, floor, water."""
    bands: list[Band] = []
    for level, (year, width) in enumerate(zip(years, widths_m, strict=True), start=1):
        bands.append(platform(level, blocks, year, width, 1.2 + 0.4 * (level % 4)))
        if level < len(years):
            bands.append(face(level, blocks - 2, year, step_m, step_slope_pct))
    last = years[-1]
    bands.append(face(len(years), blocks - 2, last, 36.0, 48.0))
    bands.append(Band("floor", len(years) + 1, 4, last, width_m=110.0, slope_pct=1.0))
    bands.append(Band("water", len(years) + 1, 4, last, width_m=170.0, slope_pct=0.5))
    return tuple(bands)


DUMPS = (
    Dump("antaibao-external", "ATB-E", "ring", 610_400.0, 4_376_300.0, (1650.0, 1280.0), 25.0, (
        face(1, 12, 2023, 28, 22), platform(1, 8, 2023, 110, 2.5),
        face(2, 12, 2024, 32, 46), platform(2, 8, 2024, 100, 2.0),
        face(3, 10, 2026, 30, 58), platform(3, 8, 2026, 90, 3.0),
        face(4, 10, 2027, 30, 62), platform(4, 6, 2027, 90, 3.4),
        top(5, 8, 2028, 0.5, 1.5), top(6, 4, 2028, 1.0, 1.2)), (0.03, 0.4)),
    Dump("antaibao-internal", "ATB-I", "strip", 612_400.0, 4_374_000.0, (820.0, 160.0), -20.0,
         inner_dump((2025, 2027, 2030, 2033, 2036, 2040), (300, 290, 280, 290, 280, 270), 7,
                    16.0, 33.0), (0.05, 0.7)),
    Dump("anjialing-external", "AJL-E", "ring", 610_900.0, 4_369_600.0, (1500.0, 1320.0), -15.0, (
        face(1, 12, 2024, 28, 24), platform(1, 8, 2025, 110, 3.5),
        face(2, 12, 2027, 34, 52), platform(2, 8, 2028, 100, 2.0),
        face(3, 10, 2031, 34, 64), platform(3, 8, 2031, 90, 4.2),
        face(4, 10, 2033, 30, 60), platform(4, 6, 2033, 90, 2.8),
        top(5, 8, 2034, 0.5, 1.8), top(6, 4, 2034, 1.0, 1.4)), (0.035, 1.9)),
    Dump("anjialing-internal", "AJL-I", "strip", 613_400.0, 4_370_400.0, (800.0, 140.0), -35.0,
         inner_dump((2026, 2029, 2032, 2035, 2039, 2043), (300, 280, 290, 280, 290, 270), 7,
                    18.0, 22.0), (0.04, 2.1)),
    Dump("east-external", "EST-E", "ring", 618_900.0, 4_376_000.0, (1580.0, 1380.0), 70.0, (
        face(1, 12, 2026, 30, 23), platform(1, 8, 2028, 110, 3.0),
        face(2, 12, 2031, 36, 50), platform(2, 8, 2033, 100, 2.5),
        face(3, 10, 2036, 36, 66), platform(3, 8, 2036, 90, 4.8),
        face(4, 10, 2038, 28, 58), platform(4, 6, 2038, 90, 3.6),
        top(5, 8, 2039, 0.5, 2.2), top(6, 4, 2041, 1.0, 1.6)), (0.03, 3.3)),
    Dump("east-internal", "EST-I", "strip", 617_700.0, 4_372_600.0, (840.0, 150.0), -65.0,
         inner_dump((2028, 2031, 2034, 2037, 2041, 2045), (300, 290, 280, 290, 280, 280), 7,
                    20.0, 35.0), (0.05, 4.0)),
)
