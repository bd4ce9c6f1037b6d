"""What a decision reads of a completed evaluation. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

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
