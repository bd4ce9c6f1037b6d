"""Party organizations as clients see them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.base import Coverage, Form, PartyOrganizationKind


class CoverOut(BaseModel):
    """An organization that is covered, since when."""

    organization_id: UUID
    uscc: str
    since: date


class PartyOrganizationOut(BaseModel):
    """A Party organization and what it covers."""

    id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None
    established_on: date
    dissolved_on: date | None
    covers: list[CoverOut]
    version: int


class CoverageOut(BaseModel):
    """Counts of a division.

    `standalone`, `joint` and `areas` count Party organizations; `covered` and `uncovered` count organizations
    (each once, S13), and `covered_…` splits them.
    """

    division: str
    organizations: int
    standalone: int
    joint: int
    areas: int
    covered: int
    uncovered: int
    covered_standalone: int
    covered_joint: int
    covered_area: int


def party_organization_out(row: Mapping[str, Any], covers: Iterable[Mapping[str, Any]]) -> PartyOrganizationOut:
    """A stored row and what it covers."""
    return PartyOrganizationOut.model_validate({**row, "covers": [dict(cover) for cover in covers]})


def coverage_out(
    division: str, organizations: Mapping[Coverage, int], party_organizations: Mapping[Form, int]
) -> CoverageOut:
    """The counts of a division: of organizations by coverage, of Party organizations by form; what is missing is 0."""
    total, uncovered = sum(organizations.values()), organizations.get("uncovered", 0)
    return CoverageOut(
        division=division,
        organizations=total,
        standalone=party_organizations.get("standalone", 0),
        joint=party_organizations.get("joint", 0),
        areas=party_organizations.get("area", 0),
        covered=total - uncovered,
        uncovered=uncovered,
        covered_standalone=organizations.get("standalone", 0),
        covered_joint=organizations.get("joint", 0),
        covered_area=organizations.get("area", 0),
    )
