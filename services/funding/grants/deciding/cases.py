"""What a decision on a grant reads: of a completed evaluation, an establishment, a run or an accepted claim. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from services.funding.amount_rules import Trigger
from services.funding.entries.rules import Entry
from shared.contracts.base import Form, PartyOrganizationKind


class Rated(Protocol):
    """What a decision reads of a completed evaluation: of its event, or of the decision that it was kept in."""

    @property
    def id(self) -> UUID: ...
    @property
    def year(self) -> int: ...
    @property
    def party_organization_id(self) -> UUID: ...
    @property
    def party_organization_name(self) -> str: ...
    @property
    def party_organization_kind(self) -> PartyOrganizationKind: ...
    @property
    def form(self) -> Form: ...
    @property
    def division(self) -> str: ...
    @property
    def star(self) -> int: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def completed_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """An evaluation as a decision on it kept it."""

    id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    party_organization_kind: PartyOrganizationKind
    form: Form
    division: str
    star: int
    total: Decimal
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """What a decision reads of an entry of a scheme's list."""

    id: UUID
    effective_from: date
    amount_fen: int | None = None
    category: str | None = None
    not_civil_servant: bool = False
    rule: str | None = None
    """The rule of the list, where it excludes from another scheme."""


def entered(entry: Entry, rule: str | None = None) -> Entered:
    """What a decision reads of an entry."""
    return Entered(entry.id, entry.effective_from, entry.amount_fen, entry.category, entry.not_civil_servant, rule)


@dataclass(frozen=True, slots=True)
class Members:
    """Members of whom a recipient covered on the reference date; `unknown` organizations had no count by then."""

    on: date
    full: int
    probationary: int
    unknown: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was remitted in a certified year and is claimed back, with the papers of the claim, and for whom."""

    fen: int
    dues_id: UUID
    holder_id: UUID
    receiver_by: str
    list_reference: str
    bank_slip: str


@dataclass(frozen=True, slots=True)
class Awarded:
    """What a round of an award pool gave."""

    fen: int
    pool_id: UUID
    round: int
    weight: int


@dataclass(frozen=True, slots=True)
class Case:
    """A recipient and what entitles it: the trigger, the period, and what is known as of then."""

    trigger: Trigger
    recipient_id: UUID
    recipient_name: str
    division: str
    year: int
    period: str
    on: date
    """The day whose scheme is followed."""
    as_of: datetime
    kind: PartyOrganizationKind | None = None
    form: Form | None = None
    evaluation_id: UUID | None = None
    star: int | None = None
    total: Decimal | None = None
    organization_ids: Sequence[UUID] = ()
    """Whom it covers, as the event states; of a run, whom it covered on `covered_on`."""
    covered_on: date | None = None
    """The day of a run whose coverage the grant stands for; None where it follows the year's."""
    established_on: date | None = None
    kept_out: tuple[str, date] | None = None
    """What kept the recipient from being there in the period of a run (`established_on`, `dissolved_on`), and when."""
    members: Members | None = None
    entry: Entered | None = None
    remitted: Claimed | None = None
    awarded: Awarded | None = None
    excluded_by: Mapping[str, Entered] = field(default_factory=dict)
    """Entries in force that name the recipient, by the scheme whose list they stand in."""


def case_of(evaluation: Rated, excluded_by: Mapping[str, Entered] | None = None) -> Case:
    """A completed evaluation as a case: of its year, by the scheme of the year's last day.

    Not of the day of completion: a late or corrected evaluation meets the same figures as the first one, and a replay
    decides the same. Decision 4 reads this day too.
    """
    return Case(
        trigger="evaluation",
        recipient_id=evaluation.party_organization_id,
        recipient_name=evaluation.party_organization_name,
        division=evaluation.division,
        year=evaluation.year,
        period=str(evaluation.year),
        on=date(evaluation.year, 12, 31),
        as_of=evaluation.completed_at,
        kind=evaluation.party_organization_kind,
        form=evaluation.form,
        evaluation_id=evaluation.id,
        star=evaluation.star,
        total=evaluation.total,
        organization_ids=getattr(evaluation, "organization_ids", None) or (),
        excluded_by=excluded_by or {},
    )
