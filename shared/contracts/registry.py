"""What the registry publishes."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Form, Part, PartyOrganizationKind, Payload

ORGANIZATIONS = "registry.organizations"
PARTY_ORGANIZATIONS = "registry.party-organizations"


class Location(Part):
    """Longitude and latitude in degrees, WGS 84."""

    lon: float
    lat: float


class OrganizationState(Payload):
    """A social organization as registered: counts, no rosters."""

    TOPIC = ORGANIZATIONS

    id: UUID
    uscc: str
    name: str
    kind: str
    division: str
    street: str | None = None
    address: str | None = None
    carrier: str | None = None
    location: Location | None = None
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    evaluation_type: str | None = None
    source: str
    as_of: datetime


class OrganizationRegistered(OrganizationState):
    """A social organization is new in the registry."""

    TYPE: ClassVar[str] = "shuangfu.registry.organization.registered.v1"


class OrganizationChanged(OrganizationState):
    """What is registered of a social organization changed."""

    TYPE: ClassVar[str] = "shuangfu.registry.organization.changed.v1"


class OrganizationDeregistered(Payload):
    """A social organization ended."""

    TYPE: ClassVar[str] = "shuangfu.registry.organization.deregistered.v1"
    TOPIC = ORGANIZATIONS

    id: UUID
    uscc: str
    division: str
    as_of: datetime


class CoveredOrganization(Part):
    """An organization that a Party organization covers, since when."""

    organization_id: UUID
    uscc: str
    kind: str
    evaluation_type: str | None = None
    since: date


class PartyOrganizationState(Payload):
    """A Party organization and what it covers."""

    TOPIC = PARTY_ORGANIZATIONS

    id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    established_on: date
    covers: list[CoveredOrganization]


class PartyOrganizationEstablished(PartyOrganizationState):
    """A Party organization is new in the registry."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.established.v1"


class PartyOrganizationChanged(PartyOrganizationState):
    """A Party organization changed, or what it covers did."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.changed.v1"


class PartyOrganizationDissolved(Payload):
    """A Party organization ended."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.dissolved.v1"
    TOPIC = PARTY_ORGANIZATIONS

    id: UUID
    division: str
    dissolved_on: date
    cause: Literal["no_organization_left"]


class PartyOrganizationDeclined(Payload):
    """What incubation decided of these organizations came to nothing: they had been deregistered before.

    The subject is this answer, not the Party organization; `recorded` is whether the Party organization exists all the
    same, because it covers others.
    """

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.declined.v1"
    TOPIC = PARTY_ORGANIZATIONS

    id: UUID
    party_organization_id: UUID
    division: str
    organization_ids: list[UUID]
    decision_id: UUID
    recorded: bool
    cause: Literal["organization_deregistered"]
