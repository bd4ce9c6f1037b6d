"""Invented events of the registry with days of their own, and the yearly report of what they state."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.bus.handlers import Received
from shared.contracts.registry import (
    OrganizationDeregistered,
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.field.calendar import CHINA
from tests.incubation.conftest import Incubation, Organization, received

XIHU, GONGSHU, CITY = "330106", "330105", "3301"


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=CHINA)


def registered(organization: Organization, day: str, members: int = 0, **changes: Any) -> Received[Any]:
    """It is registered on a day, and stated then."""
    changes = {"registered_on": date.fromisoformat(day), "as_of": noon(day), **changes}
    return _at(organization.state(members, **changes), day)


def moved(organization: Organization, division: str, day: str, since: str) -> Received[Any]:
    organization.division = division
    return _at(organization.state(registered_on=date.fromisoformat(since), as_of=noon(day)), day)


def ended(organization: Organization, day: str) -> Received[Any]:
    organization.version += 1
    data = OrganizationDeregistered(
        id=organization.id, uscc=organization.code, division=organization.division, as_of=noon(day)
    )
    return _at(received(data, organization.id, organization.version), day)


def covering(
    form: str,
    party: UUID,
    covers: Mapping[Organization, str] | list[tuple[Organization, str]],
    *,
    stated: str,
    founded: str | None = None,
    sequence: int = 1,
    division: str = XIHU,
) -> Received[Any]:
    """A Party organization with whom it covers since when, stated on a day."""
    pairs = covers.items() if isinstance(covers, Mapping) else covers
    kind = PartyOrganizationEstablished if sequence == 1 else PartyOrganizationChanged
    data = kind.model_validate(
        {
            "id": party,
            "name": "示例支部",
            "kind": "BRANCH",
            "form": form,
            "division": division,
            "established_on": date.fromisoformat(founded or stated),
            "covers": [
                {
                    "organization_id": one.id,
                    "uscc": one.code,
                    "kind": "foundation",
                    "since": date.fromisoformat(since),
                    "division": one.division,
                }
                for one, since in pairs
            ],
        }
    )
    return _at(received(data, party, sequence), stated)


def dissolved(party: UUID, day: str, sequence: int, division: str = XIHU) -> Received[Any]:
    data = PartyOrganizationDissolved(
        id=party, division=division, dissolved_on=date.fromisoformat(day), cause="no_organization_left"
    )
    return _at(received(data, party, sequence), day)


def _at(event: Received[Any], day: str) -> Received[Any]:
    return replace(event, envelope=replace(event.envelope, time=noon(day)))


async def report(incubation: Incubation, year: int, division: str = CITY) -> dict[str, Any]:
    found: dict[str, Any] = await incubation.get(f"/reports/{year}", division=division)
    return found


def by_place(found: dict[str, Any], *figures: str) -> dict[str, dict[str, int | None]]:
    """By division, these figures as far as they are not 0."""
    rows = {one["division"]: {name: one["values"][name] for name in figures} for one in found["divisions"]}
    return {place: row for place, row in rows.items() if any(value != 0 for value in row.values())}
