"""Party organizations as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.base import Coverage, Form, PartyOrganizationKind
from shared.web.routes import encode_cursor


class CoverOut(BaseModel):
    """An organization that is covered, since when."""

    organization_id: UUID
    uscc: str
    since: date


class PartyOrganizationOut(BaseModel):
    """A Party organization and what it covers, as far as the caller sees it, in the order of the codes.

    `covers` holds a bounded number; where there are more, `covers_cursor` is the cursor with which `…/covers` goes on.
    """

    id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None
    established_on: date
    dissolved_on: date | None
    covers: list[CoverOut]
    covers_cursor: str | None = None
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


def party_organization_out(
    row: Mapping[str, Any], covers: Sequence[Mapping[str, Any]], limit: int
) -> PartyOrganizationOut:
    """A stored row and what it covers: up to `limit` of `covers`, which has one more where there are more."""
    shown = sorted(covers[:limit], key=itemgetter("uscc"))
    cursor = encode_cursor(str(covers[limit - 1]["organization_id"])) if len(covers) > limit else None
    return PartyOrganizationOut.model_validate({**row, "covers": [dict(one) for one in shown], "covers_cursor": cursor})


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
