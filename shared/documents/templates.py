"""A template: paragraphs and tables with the names of facts in braces. Nothing in one is markup."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.documents.kinds import KINDS, MARKS, DocumentKind, DocumentName
from shared.field.names import normalize_text

PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_BRACE = re.compile(r"[{}]")


def check_braces(text: str) -> str:
    """Raises ValueError for a brace that encloses no name."""
    if _BRACE.search(PLACEHOLDER.sub("", text)):
        raise ValueError("a brace encloses the name of a fact, as in {issuer}")
    return text


Sentence = Annotated[
    str, Field(min_length=1, max_length=2000), AfterValidator(normalize_text), AfterValidator(check_braces)
]
Line = Annotated[Sentence, Field(max_length=200)]
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class Strict(BaseModel):
    """Read from authors' files only; what was drafted keeps its text, not its template."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TablePart(Strict):
    """A table of a fact with several rows, under a head."""

    of: str
    head: tuple[Line, ...]


class Part(Strict):
    """One of `text`, `heading`, `rows` and `table`; only where the fact `when` is not empty, and `unless` is."""

    text: Sentence | None = None
    heading: Line | None = None
    rows: tuple[tuple[Line, Line], ...] | None = None
    table: TablePart | None = None
    when: str | None = None
    unless: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(one is not None for one in (self.text, self.heading, self.rows, self.table)) != 1:
            raise ValueError("a part is one of text, heading, rows, table")
        return self

    def stands(self, facts: Mapping[str, str]) -> bool:
        """Whether it stands in a document of these facts."""
        wanted = self.when is None or bool(facts.get(self.when))
        return wanted and not (self.unless is not None and facts.get(self.unless))

    def sentences(self) -> Iterator[str]:
        """Every text in it."""
        yield from (one for one in (self.text, self.heading) if one is not None)
        for row in self.rows or ():
            yield from row
        if self.table is not None:
            yield from self.table.head


class Template(Strict):
    """How a kind of document reads, where issuers are named only when one of these issues it."""

    kind: DocumentName
    issuers: tuple[BodyCode, ...] = ()
    title: Line
    recipient: Line | None = None
    parts: Annotated[tuple[Part, ...], Field(max_length=60)] = ()
    copies: tuple[Line, ...] = ()
    """Who else gets it (抄送)."""
    cover: bool = False
    """Whether it is the cover of something: its title stands in the middle of the page."""
    sheet: bool = False
    """Whether it is a form, no letter: its title stands at the top, and nobody is addressed."""
    signatures: Annotated[tuple[Line, ...], Field(max_length=4)] = ()
    """Who signs or seals a form, each with room for it."""
    foot: Line = "制发单位：{issuer}"
    """What stands before the date of a form."""
    numbered: bool = True
    """Whether it takes a number when it is issued."""
    series_suffix: Annotated[str, Field(pattern=r"^[^\s〔〕{}0-9]{0,10}$")] = ""
    """What its series adds to the issuer's: 函 makes 杭两新函."""

    @model_validator(mode="after")
    def _names_known_facts(self) -> Self:
        kind = KINDS[self.kind]
        texts = [self.title, self.recipient or "", *self.copies, *self.signatures, self.foot]
        texts += [text for part in self.parts for text in part.sentences()]
        named = {name for text in texts for name in PLACEHOLDER.findall(text)}
        conditions = {one for part in self.parts for one in (part.when, part.unless) if one is not None}
        if unknown := sorted((named - kind.named) | (conditions - kind.known)):
            raise ValueError(f"no fact {', '.join(unknown)}; known: {', '.join(sorted(kind.known))}")
        for part in self.parts:
            if part.table is not None:
                _check_table(part.table, kind)
        return self

    @model_validator(mode="after")
    def _is_of_one_form(self) -> Self:
        if self.cover and self.sheet:
            raise ValueError("a template is a cover or a sheet, not both")
        if self.sheet and (self.recipient is not None or self.copies):
            raise ValueError("a sheet is addressed to nobody: it has no recipient and no copies")
        if self.signatures and not self.sheet:
            raise ValueError("only a sheet has signatures")
        return self

    @model_validator(mode="after")
    def _has_a_series_of_its_own(self) -> Self:
        marks = KINDS[self.kind].marks
        if self.numbered and marks and not self.series_suffix.startswith(marks):
            raise ValueError(f"series_suffix begins with {' or '.join(marks)}: its service counts its own numbers")
        if not marks and self.series_suffix.startswith(MARKS):
            raise ValueError(f"series_suffix begins with {' or '.join(MARKS)}: another service counts these numbers")
        return self


def _check_table(table: TablePart, kind: DocumentKind) -> None:
    columns = kind.tables.get(table.of)
    if columns is None:
        raise ValueError(f"no table {table.of}; known: {', '.join(sorted(kind.tables)) or 'none'}")
    if len(table.head) != columns:
        raise ValueError(f"the head of {table.of} has {columns} columns")
