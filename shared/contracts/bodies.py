"""What the registry publishes of superior Party bodies and working bodies, and how they stand in other events."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.base import Part, PartyOrganizationKind, Payload

BODIES = "registry.bodies"
BodyLevel = Literal["city", "district", "street", "community"]
BodyKind = Literal[
    "work_committee",
    "organization_department",
    "social_work_department",
    "industry_committee",
    "federation_committee",
    "composite_committee",
    "joint_committee",
    "department_party_organization",
    "street_committee",
    "carrier_committee",
    "incubator_committee",
]
AffiliationKind = Literal["competent_unit", "host", "territory", "other"]
ConferenceRole = Literal["lead", "member"]
_BY_ALIAS = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, serialize_by_alias=True)


class BodyName(Part):
    """What a body is called from a day on."""

    model_config = _BY_ALIAS

    name: str
    from_: date = Field(alias="from")


class BodySeat(Part):
    """Its part in the city's joint conference (S4)."""

    model_config = _BY_ALIAS

    role: ConferenceRole
    from_: date = Field(alias="from")
    until: date | None = None


class BodyRecorded(Payload):
    """A superior Party body or working body is new, or what is recorded of it changed. `parent` is a code.

    It is in force from `from` to before `until`; its role is fixed, its name dated (domain 4.5).
    """

    model_config = _BY_ALIAS
    TYPE: ClassVar[str] = "shuangfu.registry.body.recorded.v1"
    TOPIC = BODIES

    id: UUID
    code: str
    names: list[BodyName]
    level: BodyLevel
    kind: BodyKind
    structure: PartyOrganizationKind | None = None
    department: str | None = None
    division: str
    street: str | None = None
    parent: str | None = None
    from_: date = Field(alias="from")
    until: date | None = None
    conference: BodySeat | None = None


class Affiliated(Part):
    """The one superior body of a Party organization (S21), by code and as it is called, since when."""

    body: str
    name: str
    kind: AffiliationKind
    since: date
