"""The fonts that documents are printed with: a region's own first, found by their names, else those of the machine."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import typst

# What a family is called that is of a kind, whoever made it; the first that fits is taken.
_WORDS: Mapping[str, Sequence[str]] = {
    "body": ("仿宋", "fangsong"),
    "title": ("小标宋", "xiaobiaosong", "xbsong"),
    "heading": ("黑体", "simhei", "heiti"),
    "song": ("宋体", "simsun", "songti", "nsimsun"),
}
_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "思源宋体")
_SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体")
_WIDE = (*_SERIF, *_SANS)
"""Fonts of every ideograph: what a lettering font lacks is taken from them."""
BOLD, REGULAR = 700, 400


class NoFonts(LookupError):  # noqa: N818
    """There is no font with Chinese characters."""


def find_fonts(own: Path | None, *, system: bool = True) -> tuple[typst.Fonts, dict[str, object]]:
    """The fonts of a folder and of the machine, and which families each part of a document is set in.

    Raises NoFonts.
    """
    mounted = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=_folders(own))
    every = typst.Fonts(include_system_fonts=system, include_embedded_fonts=False, font_paths=_folders(own))
    return every, choose_families([*mounted.families(), *every.families()])


def choose_families(installed: Iterable[str]) -> dict[str, object]:
    """Which families each part of a document is set in, of those installed: a region's own stand first.

    Raises NoFonts.
    """
    names = list(dict.fromkeys(installed))
    wide = [name for name in _WIDE if name in names]
    fitting = {part: _fitting(names, words) for part, words in _WORDS.items()}
    if not wide and not fitting["body"]:
        raise NoFonts
    serif = [name for name in _SERIF if name in names]
    sans = [name for name in _SANS if name in names]
    return {
        "body": _once([*fitting["body"], *serif, *wide]),
        "title": _once([*fitting["title"], *serif, *wide, *fitting["body"]]),
        "heading": _once([*fitting["heading"], *sans, *wide, *fitting["body"]]),
        "song": _once([*fitting["song"], *serif, *wide, *fitting["body"]]),
        # The lettering of titles is heavy by itself; what stands for it is not.
        "title-weight": REGULAR if fitting["title"] else BOLD,
    }


def _folders(own: Path | None) -> list[Path]:
    return [own] if own is not None and own.is_dir() else []


def _fitting(names: Iterable[str], words: Sequence[str]) -> list[str]:
    return [name for name in names if any(word in name.lower().replace(" ", "") for word in words)]


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))
