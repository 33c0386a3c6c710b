"""What all pictures share: a drawing board without a screen, fonts, colours, saving."""

from __future__ import annotations

import contextlib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Land that nothing is done to, outlines, text. Greys that no use should have.
BARE = "#e9e6e1"
LINE = "#ffffff"
INK = "#2b2b2b"
QUIET = "#6f6f6f"
#: Told apart with every common colour blindness (Okabe and Ito 2008); for uses without a colour.
PALETTE = ("#e69f00", "#009e73", "#f0e442", "#56b4e9", "#cc79a7", "#0072b2", "#d55e00", "#999999")
SINK, EMISSION = "#0072b2", "#d55e00"

#: Fonts with Chinese characters that common systems have, after the one that is always there.
FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei",
         "PingFang SC", "WenQuanYi Micro Hei")
DPI = 150
#: Below this luminance dark lines on a colour can hardly be seen.
DARK = 0.5


@contextlib.contextmanager
def board(width: float, height: float) -> Iterator[Figure]:
    """Open a figure of `width` x `height` inches that never touches a screen."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {"font.family": available_fonts(), "font.size": 10.0, "text.color": INK,
             "axes.edgecolor": QUIET, "axes.labelcolor": INK, "xtick.color": QUIET,
             "ytick.color": INK, "hatch.linewidth": 0.6}
    with mpl.rc_context(style):
        figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        yield figure


def save(figure: Figure, path: Path) -> None:
    """Save as PNG without anything that changes from run to run."""
    figure.savefig(path, format="png", dpi=DPI, metadata={"Software": None})


def available_fonts() -> list[str]:
    """Fonts of `FONTS` that this system has, in order."""
    from matplotlib import font_manager

    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return [name for name in FONTS if name in there]


def printable(text: str, instead: str) -> str:
    """Return the text if the fonts can draw all of it, else the other one, else ASCII of it."""
    for candidate in (text, instead):
        if candidate and _drawable(candidate):
            return _plain(candidate)
    return _plain("".join(c if ord(c) < 127 else "?" for c in instead or text))


def wrapped(text: str, width: int, lines: int) -> str:
    """Break a text into at most some lines, the last cut short if need be."""
    parts = textwrap.wrap(text, width, max_lines=lines, placeholder=" ...")
    return "\n".join(parts)


def use_colours(colours: list[str]) -> list[str]:
    """Colours of the uses; what is blank or no colour takes the next of the palette."""
    spare = [c for c in PALETTE if c not in {given.lower() for given in colours}] or list(PALETTE)
    result: list[str] = []
    for colour in colours:
        valid = re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is not None
        result.append(colour.lower() if valid else spare[len(result) % len(spare)])
    return result


def luminance(colour: str) -> float:
    """How bright a colour `#rrggbb` looks, from 0 (black) to 1 (white), after Rec. 709."""
    shares = (int(colour[c:c + 2], 16) / 255 for c in (1, 3, 5))
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), shares,
                                                       strict=True))


def hatch_colour(colour: str) -> tuple[float, float, float, float]:
    """Colour of a hatch that can be seen on a colour: white on dark ones, ink on light ones."""
    if luminance(colour) < DARK:
        return (1.0, 1.0, 1.0, 0.8)
    red, green, blue = (int(INK[c:c + 2], 16) / 255 for c in (1, 3, 5))
    return (red, green, blue, 0.45)


def bare_axes(axes: Axes) -> None:
    """Take frame and ticks away."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def _plain(text: str) -> str:
    """Keep dollar signs from being read as mathematics, and control characters out."""
    return "".join(c if c.isprintable() else " " for c in text).replace("$", r"\$")


def _drawable(text: str) -> bool:
    """Whether every character has a glyph in one of the fonts."""
    faces = _faces()
    return all(not c.isprintable() or any(face.get_char_index(ord(c)) for face in faces)
               for c in text)


def _faces() -> list[Any]:
    """Open the fonts there are."""
    from matplotlib import font_manager

    return [font_manager.get_font(font_manager.findfont(name)) for name in available_fonts()]
