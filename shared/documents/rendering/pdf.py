"""A document as PDF/A, set by Typst: the same document gives the same bytes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

from shared.documents.rendering.fonts import find_fonts

_LAYOUT = Path(__file__).with_name("layout.typ")
_NOWHERE = Path("/nonexistent")
_STANDARD: Literal["a-2u"] = "a-2u"
"""For archives: fonts are embedded, and a character that no font has is refused instead of printed as a box."""
_BEGINNING = 946684800
"""The file's own time, which nobody reads: 2000-01-01."""
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


class NoGlyph(LookupError):  # noqa: N818
    """No font has a character; it is the argument."""


def render_pdf(printed: Mapping[str, Any], fonts_folder: Path | None, *, system: bool = True) -> bytes:
    """The PDF of what `Printed.as_json` gives. Raises NoFonts, NoGlyph, typst.TypstError."""
    fonts, families = find_fonts(fonts_folder, system=system)
    try:
        made = typst.compile(
            _LAYOUT,
            # Nothing is read but the layout and the fonts: no file, no package.
            root=_LAYOUT.parent,
            font_paths=fonts,
            sys_inputs={"document": orjson.dumps(printed).decode(), "fonts": orjson.dumps(families).decode()},
            package_path=_NOWHERE,
            package_cache_path=_NOWHERE,
            format="pdf",
            pdf_standards=_STANDARD,
            timestamp=_BEGINNING,
        )
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        if missing is None:
            raise
        raise NoGlyph(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), missing[1])) from error
    assert isinstance(made, bytes)
    return made
