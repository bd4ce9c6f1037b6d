"""What a document says, frozen when it was drafted: read leniently, since another release may have frozen it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Block(BaseModel):
    """A paragraph, a heading, the rows of a table of two columns, or a table of `cells` whose first row is its head."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Literal["text", "heading", "rows", "table"]
    text: str = ""
    rows: Sequence[tuple[str, str]] = ()
    cells: Sequence[Sequence[str]] = ()


class Content(BaseModel):
    """A document without its number and date: these it gets when it is issued."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str
    signed: str
    """The issuer, by the name that it had on the day of drafting."""
    red_head: str | None = None
    recipient: str | None = None
    blocks: Sequence[Block] = ()
    copies: Sequence[str] = ()
    cover: bool = False
    sheet: bool = False
    signatures: Sequence[str] = ()
    foot: str | None = None
    blank: bool = False
    """Whether it is a form to be filled in by hand: never issued, and no draft either."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document as it is printed: `number` and `dated` are None until it is issued."""

    content: Content
    number: str | None
    dated: date | None

    def as_json(self) -> Mapping[str, object]:
        """What the layout reads."""
        dated = None if self.dated is None else written_day(self.dated)
        return {**self.content.model_dump(mode="json"), "number": self.number, "dated": dated}


def written_rows(rows: Iterable[Sequence[str]]) -> str:
    """A fact with several rows as it is stored: a line for each, its cells divided by tabs."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_rows(text: str) -> list[tuple[str, ...]]:
    """The rows of `written_rows`."""
    return [tuple(line.split("\t")) for line in text.split("\n")] if text else []


def written_day(day: date) -> str:
    """A day as documents write it (GB/T 9704): 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def written_number(series: str, year: int, number: int) -> str:
    """A document's number: 杭两新〔2026〕1号."""
    return f"{series}〔{year}〕{number}号"
