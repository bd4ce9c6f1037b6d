"""What incubation publishes."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Form, PartyOrganizationKind, Payload, Reason

FORMATION = "incubation.formation"

Outcome = Literal["standalone", "joint", "area"]


class FormationCheckCompleted(Payload):
    """It is decided which form of Party coverage an organization is due (S10, S13, S15)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.formation_check.completed.v1"
    TOPIC = FORMATION

    id: UUID
    organization_id: UUID
    uscc: str
    division: str
    outcome: Outcome
    counted_full_members: int
    policy: str
    checked_at: datetime
    reasons: list[Reason]


class PartyOrganizationFormed(Payload):
    """The superior Party organization approved a new Party organization for these organizations."""

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.formed.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    organization_ids: list[UUID]
    formed_on: date
    decided_by: Literal["formation_case", "joint_proposal"]
    decision_id: UUID
    reasons: list[Reason]


class PartyOrganizationExtended(Payload):
    """A Party organization that exists covers further organizations (an area's, S15)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.extended.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    division: str
    organization_ids: list[UUID]
    since: date
    decision_id: UUID
    reasons: list[Reason]


class PartyOrganizationReorganized(Payload):
    """What a Party organization that exists, or existed, is from now on: its kind changed, or it is restored.

    `organization_ids` are those that a restored one covers again; a change of kind names whom it covers already.
    """

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.reorganized.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    change: Literal["kind", "restored"]
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    organization_ids: list[UUID]
    since: date
    decided_by: Literal["formation_case"]
    decision_id: UUID
    reasons: list[Reason]
