"""Where a Party organization belongs if nobody says otherwise (S3, S21). Pure.

One rule for the registry, which gives affiliations, and for incubation, whose cases the body above approves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from shared.contracts.base import Reason
from shared.contracts.bodies import AffiliationKind, BodyKind, BodyLevel
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.superiors.policies import AffiliationPolicy, Industry, Place


class SuperiorBody(Protocol):
    """What a default reads of a superior body, in whichever service."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> BodyLevel: ...
    @property
    def kind(self) -> BodyKind: ...
    @property
    def department(self) -> str | None: ...
    @property
    def division(self) -> str: ...
    @property
    def street(self) -> str | None: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def until(self) -> date | None: ...

    def in_force(self, on: date) -> bool:
        """Whether it exists on a day."""
        ...

    def covers(self, division: str, street: str | None) -> bool:
        """Whether a place lies in its territory."""
        ...


class Fitting(Protocol):
    """A level and kinds of bodies: an author's, or as they were frozen."""

    @property
    def level(self) -> str: ...
    @property
    def kinds(self) -> Sequence[str]: ...


B = TypeVar("B", bound=SuperiorBody)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a default reads of an organization."""

    kind: str
    evaluation_type: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a default reads of a Party organization: where it is, and whom it covers now."""

    id: UUID
    division: str
    street: str | None
    since: date
    covers: Sequence[Covered] = ()


def default_body(
    subject: Subject, bodies: Mapping[str, B], policy: Policy[AffiliationPolicy], on: date, now: datetime
) -> tuple[B, AffiliationKind, Reason] | None:
    """Where a Party organization belongs on a day if nobody says otherwise; None where no such body is recorded.

    The industry's committee where all that it covers are of one industry (S3), else its territory's, the policy's
    order of places deciding; of several the nearest, then the first by code.
    """
    parameters = policy.parameters
    here = [
        body
        for body in bodies.values()
        if body.in_force(on) and not _is_to_end(body, now) and body.covers(subject.division, subject.street)
    ]
    facts: dict[str, object] = {"on": on.isoformat(), "division": subject.division, "policy": policy.id}
    industry = industry_of(subject, parameters.industries)
    if industry is not None:
        facts |= {"department": industry.department}
        kinds = industry.kinds or parameters.industry_kinds
        of_department = (body for body in here if body.kind in kinds and body.department == industry.department)
        named = next((body for body in here if body.code == industry.body), None)
        committee = named if named is not None else nearest(of_department)
        if committee is not None:
            facts |= {"body": committee.code}
            outcome = "federation" if committee.kind == "federation_committee" else "industry"
            return committee, industry.affiliation, Reason(rule=industry.rule, outcome=outcome, facts=facts, as_of=now)
        facts |= {"no_industry_committee": True}
    for place in parameters.territories:
        found = _first_of_kind(place, here)
        if found is not None:
            facts |= {"body": found.code}
            return found, "territory", Reason(rule="R-territory", outcome=place.level, facts=facts, as_of=now)
    return None


def _is_to_end(body: SuperiorBody, now: datetime) -> bool:
    """Whether its end is known and still to come: nobody is placed under it any more."""
    return body.until is not None and body.until > china_day(now)


def industry_of(subject: Subject, industries: Iterable[Industry]) -> Industry | None:
    """The industry that all covered organizations are of, None where they are of several or of none."""
    for industry in industries:
        if subject.covers and all(_is_of(one, industry) for one in subject.covers):
            return industry
    return None


def _is_of(one: Covered, industry: Industry) -> bool:
    fits_in = one.kind in industry.organization_kinds or one.evaluation_type in industry.evaluation_types
    return fits_in and (not industry.names or any(word in one.name for word in industry.names))


def fits(body: SuperiorBody, place: Fitting) -> bool:
    """Whether it is of the level and one of the kinds."""
    return body.level == place.level and body.kind in place.kinds


def nearest(bodies: Iterable[B]) -> B | None:
    """The one of the smallest territory, of several the first by code."""
    return min(bodies, key=lambda body: (-_depth(body), body.code), default=None)


def _depth(body: SuperiorBody) -> int:
    return len(body.division.rstrip("0")) + (1 if body.street is not None else 0)


def _first_of_kind(place: Place, bodies: Iterable[B]) -> B | None:
    fitting = [body for body in bodies if fits(body, place)]
    return min(fitting, key=lambda body: (place.kinds.index(body.kind), -_depth(body), body.code), default=None)
