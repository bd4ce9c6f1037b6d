"""What an organization was, as clients see it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.claim_terms.parts import PARTS, Part, Sayer
from services.registry.lookups.provenance import Provenance
from services.registry.organizations.history import Replaced
from services.registry.organizations.organization import Status
from services.registry.organizations.schemas import LocationOut, location_out
from shared.field.datums import Datum


class OrganizationVersionOut(BaseModel):
    """What was registered of an organization until its next version."""

    id: UUID
    organization_id: UUID
    version: int
    name: str
    kind: str
    division: str
    street: str
    address: str
    carrier: str | None
    location: LocationOut | None
    location_datum: Datum | None
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    full_members_full_or_part_time: int | None
    evaluation_type: str | None
    source: str
    status: Status
    as_of: AwareDatetime
    """The last instant as of which it was confirmed."""
    until: AwareDatetime
    """From then on the next version holds."""
    recorded_at: AwareDatetime


def version_out(row: Mapping[str, Any]) -> OrganizationVersionOut:
    """A stored version as clients see it."""
    content = Replaced.of(row).content
    named = {name: row[name] for name in ("id", "organization_id", "version", "as_of", "until", "recorded_at")}
    place = location_out(content.lon, content.lat, content.datum)
    return OrganizationVersionOut.model_validate({**content.columns(), **place, **named})


class PartOriginOut(BaseModel):
    """Where a part of an organization comes from: its values, who said so, as of when."""

    part: Part
    values: dict[str, Any]
    data_source: Sayer
    as_of: AwareDatetime
    """The last instant as of which that source said so."""
    recorded_at: AwareDatetime | None
    """When that was sent; null while the registering authority alone has spoken: see `stored_at`."""
    recorded_by: str | None
    since: AwareDatetime | None
    """The instant as of which it became so; null: it was never otherwise."""
    stored_at: AwareDatetime
    """When it became so here."""


class ProvenanceOut(BaseModel):
    """Where what is stored of an organization comes from, and the conflicts about it that wait."""

    organization_id: UUID
    uscc: str
    version: int
    as_of: AwareDatetime
    parts: list[PartOriginOut]
    open_conflicts: list[UUID]


def provenance_out(found: Provenance) -> ProvenanceOut:
    """Where an organization's content comes from, as clients see it."""
    organization, content = found.organization, found.organization.content.columns()
    parts = [
        {
            "part": one.part,
            "values": {name: content[name] for name in PARTS[one.part]},
            "data_source": one.claim.data_source,
            "as_of": one.claim.as_of,
            "recorded_at": one.claim.recorded_at,
            "recorded_by": one.claim.recorded_by,
            "since": one.since,
            "stored_at": one.stored_at,
        }
        for one in found.origins
    ]
    head = {"organization_id": organization.id, "uscc": organization.uscc}
    head |= {"version": organization.version, "as_of": organization.as_of}
    return ProvenanceOut.model_validate({**head, "parts": parts, "open_conflicts": found.conflicts})
