"""What an organization was, as clients see it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

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
