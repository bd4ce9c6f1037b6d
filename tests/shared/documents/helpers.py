"""Invented documents to print, and what their pages hold."""

import io
from datetime import date
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

from shared.documents.content import Block, Content, Printed

MM = 72 / 25.4
BODY = "经研究，同意成立。"


def letter(*paragraphs: str, number: str | None = "杭两新〔2026〕1号", **changes: Any) -> Printed:
    """A letter of these paragraphs."""
    content = Content.model_validate(
        {
            "title": "关于同意成立示例党支部的批复",
            "signed": "杭州市示例工委",
            "recipient": "示例中心",
            "blocks": [Block(kind="text", text=text) for text in paragraphs or (BODY,)],
            **changes,
        }
    )
    return Printed(content, number, None if number is None else date(2026, 3, 1))


def lines_of(content: bytes, page: int) -> list[str]:
    """The lines of a page."""
    return PdfReader(io.BytesIO(content)).pages[page].extract_text().split("\n")


def extents_of(content: bytes, page: int) -> list[tuple[float, float]]:
    """Where each piece of Chinese text begins and ends across the page, in mm: 28 characters of size 3 fill 156 mm,
    others are as wide as high."""
    found: list[tuple[float, float]] = []

    def note(text: str, page: list[float], line: list[float], _font: object, size: float) -> None:
        written = text.strip()
        if written and all(ord(one) >= 0x3000 for one in written):
            left = line[4] * page[0] + page[4]
            points = size * abs(line[0] * page[0])
            found.append((left / MM, left / MM + len(written) * (156 / 28 if round(points) == 16 else points / MM)))

    PdfReader(io.BytesIO(content)).pages[page].extract_text(visitor_text=note)
    assert found
    return found


def glyphs_of(content: bytes) -> list[int]:
    """The number of every glyph that is shown, in its font; 0 is the box for a missing one."""
    reader, found = PdfReader(io.BytesIO(content)), []
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
            for text in shown:
                if not isinstance(text, int | float):
                    data = text.original_bytes if hasattr(text, "original_bytes") else bytes(text)
                    found += [int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)]
    return found
