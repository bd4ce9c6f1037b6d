"""Templates of documents and the series of their numbers, as policy data: `policies/<region>/documents*.yaml`.

A region's file holds what it adds: its templates and issuers come before those of the wider region. Nothing in a
template is markup: a paragraph is a text with the names of facts in braces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from shared.contracts.bodies import BodyKind
from shared.documents.kinds import MARKS, DocumentName
from shared.documents.templates import PLACEHOLDER, BodyCode, Line, Strict, Template, check_braces
from shared.field.followed import Followed, NoPolicies, has_policies, read_files
from shared.field.policies import Policy, PolicyBook, read_policy

DOCUMENTS_KIND = "documents"
_SERIES = frozenset({"place", "issuer"})
_HEAD = frozenset({"issuer"})
_RATED = frozenset({"place", "division"})
Series = Annotated[str, Field(pattern=r"^[^\s〔〕0-9]{1,60}$"), AfterValidator(check_braces)]


class IssuerRule(Strict):
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
        if self.series.endswith(MARKS):
            raise ValueError(f"a series ends with {' or '.join(MARKS)} by a template's suffix only")
        return self

    def fits(self, code: str, kind: str) -> bool:
        """Whether it is a body's."""
        return code in self.bodies or kind in self.kinds or not (self.bodies or self.kinds)


class NamedBody(Strict):
    """A body that issues documents: {division} is the code, {place} the name of the division that they are about.

    One that is the same for several divisions says to which `division` it belongs: its numbers are counted there.
    """

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9{][A-Za-z0-9{}._-]{0,39}$"), AfterValidator(check_braces)]
    name: Line
    kind: BodyKind
    division: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None

    @model_validator(mode="after")
    def _is_of_one_division(self) -> Self:
        for text in (self.code, self.name):
            if unknown := sorted({*PLACEHOLDER.findall(text)} - _RATED):
                raise ValueError(f"no fact {', '.join(unknown)}; known: {', '.join(sorted(_RATED))}")
        if self.division is None and "{division}" not in self.code:
            raise ValueError("a body of every division has {division} in its code; another names its division")
        return self


class DocumentsPolicy(Strict):
    """What a region says of its documents."""

    rating_bodies: tuple[NamedBody, ...] = ()
    """Who issues evaluation's documents; the first one unless the drafter names another."""
    paying_bodies: tuple[NamedBody, ...] = ()
    """Who issues funding's documents."""

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

    def rating_bodies(self, division: str, on: date) -> Sequence[NamedBody]:
        """Who may issue evaluation's documents about a division, by the smallest region that names anybody."""
        found = (policy.parameters.rating_bodies for policy in self._nearest_first(division, on))
        return next((bodies for bodies in found if bodies), ())

    def paying_bodies(self, division: str, on: date) -> Sequence[NamedBody]:
        """Who may issue funding's documents about a division, by the smallest region that names anybody."""
        found = (policy.parameters.paying_bodies for policy in self._nearest_first(division, on))
        return next((bodies for bodies in found if bodies), ())

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
