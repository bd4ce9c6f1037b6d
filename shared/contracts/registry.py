"""What the registry publishes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Departure, Form, Part, PartyOrganizationKind, PartyState, Payload, Reaches
from shared.contracts.bodies import Affiliated

ORGANIZATIONS = "registry.organizations"
PARTY_ORGANIZATIONS = "registry.party-organizations"


class Location(Part):
    """Longitude and latitude in degrees, WGS 84."""

    lon: float
    lat: float


class OrganizationLeft(Departure):
    """A social organization left the division."""

    TYPE: ClassVar[str] = "shuangfu.registry.organization.left.v1"

    id: UUID
    uscc: str


class OrganizationState(Payload):
    """A social organization as registered: counts, no rosters."""

    TOPIC = ORGANIZATIONS
    LEFT = OrganizationLeft

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
    LEFT = OrganizationLeft

    id: UUID
    uscc: str
    division: str
    as_of: datetime


MAX_STATED = 500
"""The most organizations that one event lists, whole or as changes."""


class CoveredOrganization(Part):
    """An organization that a Party organization covers, since when. Its division is missing in old events."""

    organization_id: UUID
    uscc: str
    kind: str
    evaluation_type: str | None = None
    since: date
    division: str | None = None


class ReleasedOrganization(Part):
    """An organization that a Party organization covers no more."""

    organization_id: UUID
    uscc: str
    division: str


class PartyOrganizationLeft(Departure):
    """A Party organization left the division, or covers none of its organizations any more."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.left.v1"

    id: UUID


class Term(Part):
    """The term of a leadership: from the day of its approval to its last day."""

    since: date
    ends_on: date


class PartyOrganizationFacts(Payload):
    """What a Party organization is. The lists of organizations are shown to each division with its own alone."""

    TOPIC = PARTY_ORGANIZATIONS
    LEFT = PartyOrganizationLeft
    LISTS: ClassVar[Sequence[str]] = ()

    id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    established_on: date
    affiliation: Affiliated | None = None
    """None in old events, and while no body is recorded that it could belong to."""
    state: PartyState = "active"
    term: Term | None = None
    """None in old events, before the first leadership is approved, and where it is appointed."""

    @classmethod
    def narrow(cls, data: dict[str, Any], reaches: Reaches) -> tuple[str, dict[str, Any]] | None:
        """See the base. One that is seated elsewhere is shown where it covers an organization of the reader's."""
        home = data["division"]
        own = {name: [one for one in data[name] if reaches(one.get("division") or home)] for name in cls.LISTS}
        if reaches(home) or cls._concerns(own):
            return cls.TYPE, {**data, **own}
        return super().narrow(data, reaches)

    @classmethod
    def _concerns(cls, own: dict[str, list[Any]]) -> bool:
        return any(own.values())


class PartyOrganizationState(PartyOrganizationFacts):
    """A Party organization and all that it covers, where that is at most `MAX_STATED`."""

    LISTS = ("covers",)

    covers: list[CoveredOrganization]


class PartyOrganizationEstablished(PartyOrganizationState):
    """A Party organization is new in the registry."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.established.v1"

    taken_over: bool = False
    """It existed before the registry knew it: what it covers is not to be decided now."""


class PartyOrganizationChanged(PartyOrganizationState):
    """A Party organization changed, or what it covers did. One that covers more than `MAX_STATED` is reported by v2."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.changed.v1"


class PartyOrganizationChangedV2(PartyOrganizationFacts):
    """A Party organization that covers many changed: whom it covers besides, and whom no more (each at most
    `MAX_STATED`). What was stated before and is not listed goes on."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.changed.v2"
    LISTS = ("added", "removed")

    added: list[CoveredOrganization]
    removed: list[ReleasedOrganization]


class PartyOrganizationDissolved(Payload):
    """A Party organization ended."""

    TYPE: ClassVar[str] = "shuangfu.registry.party_organization.dissolved.v1"
    TOPIC = PARTY_ORGANIZATIONS
    LEFT = PartyOrganizationLeft

    id: UUID
    division: str
    dissolved_on: date
    cause: Literal["no_organization_left"]
    decision: Literal["dissolution", "merger"] | None = None
    """What was decided before; None where its organizations had ended or were covered otherwise."""
    successor_id: UUID | None = None
    """The Party organization that it was merged into."""


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
