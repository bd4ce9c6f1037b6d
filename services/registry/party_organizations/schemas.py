"""Party organizations as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.registry.affiliations.schemas import AffiliatedOut
from services.registry.bodies.schemas import BodyBriefOut
from services.registry.party_organizations.rules import Structure, structure_of
from shared.contracts.base import Coverage, Form, FoundingForm, PartyOrganizationKind
from shared.web.routes import encode_cursor

PartyOrganizationState = Literal["founding", "active", "dissolved"]


class CoverOut(BaseModel):
    """An organization that is covered, since when."""

    organization_id: UUID
    uscc: str
    since: date


class TermOut(BaseModel):
    """The term of its leadership, from the approval's day to its last day; overdue: no next one was approved by then.

    `reminder` is the reminder that was reached last, in months before the end.
    """

    since: date
    ends_on: date
    overdue: bool
    reminder: int | None


class PartyOrganizationOut(BaseModel):
    """A Party organization and what it covers, as far as the caller sees it, in the order of the codes.

    It is `founding` from the approval of its founding until its first leadership is approved (D9); `term` is null
    before, where the leadership is appointed, and where none was recorded.
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
    affiliation: AffiliatedOut | None = None
    state: PartyOrganizationState
    term: TermOut | None
    secretary_is_head: bool | None
    structure: Structure
    founding_number: str | None
    founding_form: FoundingForm | None
    taken_over: bool
    version: int


class PartyOrganizationDetailOut(PartyOrganizationOut):
    """The same, with the body that rates it today (H18), null where none does."""

    rating_body: BodyBriefOut | None


class CoverageOut(BaseModel):
    """Counts of a division.

    `standalone`, `joint` and `areas` count Party organizations; `covered` and `uncovered` count organizations
    (each once, S13), and `covered_…` splits them. For who sees figures alone, those from 1 to below `show_from` are
    null, and what would give them away; `show_from` is null where all are shown.
    """

    division: str
    organizations: int | None
    standalone: int | None
    joint: int | None
    areas: int | None
    covered: int | None
    uncovered: int | None
    covered_standalone: int | None
    covered_joint: int | None
    covered_area: int | None
    show_from: int | None = None


def party_organization_out(
    row: Mapping[str, Any],
    covers: Sequence[Mapping[str, Any]],
    limit: int,
    affiliation: AffiliatedOut | None,
    term: TermOut | None,
) -> PartyOrganizationOut:
    """A stored row and what it covers: up to `limit` of `covers`, which has one more where there are more."""
    shown = sorted(covers[:limit], key=itemgetter("uscc"))
    cursor = encode_cursor(str(covers[limit - 1]["organization_id"])) if len(covers) > limit else None
    return PartyOrganizationOut.model_validate(
        {
            **row,
            "covers": [dict(one) for one in shown],
            "covers_cursor": cursor,
            "affiliation": affiliation,
            "state": row["state"] if row["dissolved_on"] is None else "dissolved",
            "term": term,
            "structure": structure_of(row["kind"], row["form"]),
        }
    )


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
