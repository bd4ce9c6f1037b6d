"""Templates of documents and the series of their numbers, as policy data: `policies/<region>/documents*.yaml`.

A region's file holds what it adds: its templates and issuers come before those of the wider region. Nothing in a
template is markup: a paragraph is a text with the names of facts in braces.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.bodies import BodyKind
from shared.documents.kinds import KINDS, DocumentName
from shared.field.followed import Followed, NoPolicies, has_policies, read_files
from shared.field.names import normalize_text
from shared.field.policies import Policy, PolicyBook, read_policy

DOCUMENTS_KIND = "documents"
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BRACE = re.compile(r"[{}]")
_SERIES = frozenset({"place", "issuer"})
_HEAD = frozenset({"issuer"})


def _check_braces(text: str) -> str:
    if _BRACE.search(PLACEHOLDER.sub("", text)):
        raise ValueError("a brace encloses the name of a fact, as in {issuer}")
    return text


Sentence = Annotated[
    str, Field(min_length=1, max_length=2000), AfterValidator(normalize_text), AfterValidator(_check_braces)
]
Line = Annotated[Sentence, Field(max_length=200)]
Series = Annotated[str, Field(pattern=r"^[^\s〔〕0-9]{1,60}$"), AfterValidator(_check_braces)]
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


class _Strict(BaseModel):
    """Read from authors' files only; what was drafted keeps its text, not its template."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One of `text`, `heading` and `rows`; only where the fact `when` is not empty, and the fact `unless` is."""

    text: Sentence | None = None
    heading: Line | None = None
    rows: tuple[tuple[Line, Line], ...] | None = None
    when: str | None = None
    unless: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(one is not None for one in (self.text, self.heading, self.rows)) != 1:
            raise ValueError("a part is one of text, heading, rows")
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


class Template(_Strict):
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
    numbered: bool = True
    """Whether it takes a number when it is issued."""
    series_suffix: Annotated[str, Field(pattern=r"^[^\s〔〕{}0-9]{0,10}$")] = ""
    """What its series adds to the issuer's: 函 makes 杭两新函."""

    @model_validator(mode="after")
    def _names_known_facts(self) -> Self:
        known = KINDS[self.kind].named
        texts = [self.title, self.recipient or "", *self.copies]
        texts += [text for part in self.parts for text in part.sentences()]
        named = {name for text in texts for name in PLACEHOLDER.findall(text)}
        named |= {one for part in self.parts for one in (part.when, part.unless) if one is not None}
        if unknown := sorted(named - known):
            raise ValueError(f"no fact {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        return self


class IssuerRule(_Strict):
    """What stands on the documents of these bodies: by code, else by kind, else of any."""

    bodies: tuple[BodyCode, ...] = ()
    kinds: tuple[BodyKind, ...] = ()
    series: Series
    red_head: Line | None = None

    @model_validator(mode="after")
    def _names_known_facts(self) -> Self:
        for text, known in ((self.series, _SERIES), (self.red_head or "", _HEAD)):
            if unknown := sorted({*PLACEHOLDER.findall(text)} - known):
                raise ValueError(f"no fact {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        return self

    def fits(self, code: str, kind: str) -> bool:
        """Whether it is a body's."""
        return code in self.bodies or kind in self.kinds or not (self.bodies or self.kinds)


class DocumentsPolicy(_Strict):
    """What a region says of its documents."""

    templates: tuple[Template, ...] = ()
    issuers: tuple[IssuerRule, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentBook(PolicyBook[DocumentsPolicy]):
    """The templates and issuers of every region."""

    def template(self, kind: DocumentName, issuer: str, division: str, on: date) -> tuple[Template, str] | None:
        """The template of an issuer in a division on a day, and its policy's id; one that names the issuer is first."""
        for policy in self._nearest_first(division, on):
            of_kind = [one for one in policy.parameters.templates if one.kind == kind]
            fitting = [one for one in of_kind if issuer in one.issuers] or [one for one in of_kind if not one.issuers]
            if fitting:
                return fitting[0], policy.id
        return None

    def issuer_rule(self, code: str, kind: str, division: str, on: date) -> IssuerRule | None:
        """What stands on a body's documents."""
        rules = (rule for policy in self._nearest_first(division, on) for rule in policy.parameters.issuers)
        return next((rule for rule in rules if rule.fits(code, kind)), None)

    def _nearest_first(self, division: str, on: date) -> Sequence[Policy[DocumentsPolicy]]:
        """Of each region the latest policy that applies, the smallest region first."""
        applying = sorted(
            (one for one in self.policies if one.applies(division, on)), key=lambda one: one.effective_from
        )
        of_region = {policy.region: policy for policy in applying}
        return sorted(of_region.values(), key=lambda one: -len(one.region))


def read_documents(folder: Path, shipped: Path) -> DocumentBook:
    """Every template of the active folder; for one from before there were any, the shipped ones.

    Raises as `read_policies` does.
    """

    def read_one(active: Path) -> list[Policy[DocumentsPolicy]]:
        return read_files(active, f"*/{DOCUMENTS_KIND}*.yaml", lambda text: read_policy(text, DocumentsPolicy))

    others = read_one(shipped)

    def read(active: Path) -> list[Policy[DocumentsPolicy]]:
        try:
            return read_one(active)
        except NoPolicies:
            if not has_policies(active):
                raise
            return others

    return DocumentBook(Followed(folder, read))
