"""Joint branches as clients see them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.incubation.formation.superiors.rules import Above
from services.incubation.formation.superiors.schemas import AboveOut, body_out
from services.incubation.joint_branches.rules import Size, check_size
from services.incubation.policies import FormationPolicies
from shared.contracts.base import PartyOrganizationKind
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.reasons import ReasonOut


class JointBranchOut(BaseModel):
    """A joint branch (S13): how many units it covers, in whichever divisions, and the full members of them that count.

    `short`: it has fewer units or members than a joint branch needs, since when, and by when it is to be mended.
    """

    id: UUID
    name: str
    division: str
    kind: PartyOrganizationKind | None
    established_on: date | None
    units: int
    counted_full_members: int
    short: bool
    short_since: date | None
    due_on: date | None
    reasons: list[ReasonOut]


class JointUnitOut(BaseModel):
    """A unit of a joint branch."""

    id: UUID
    uscc: str
    name: str
    division: str
    street: str | None
    full_members: int
    full_members_full_time: int
    probationary_members: int


class JointBranchDetailOut(JointBranchOut):
    """The same, with the units that the caller sees and the body above."""

    covers: list[JointUnitOut]
    above: AboveOut


def branch_out(row: Record, policies: FormationPolicies, now: datetime) -> JointBranchOut:
    """A joint branch as it is now."""
    return JointBranchOut.model_validate(_shown(row, policies, now))


def branch_detail_out(
    row: Record, units: Sequence[Record], above: Above, policies: FormationPolicies, now: datetime
) -> JointBranchDetailOut:
    """The same with its units and the body above."""
    body = {"body": body_out(above.body, china_day(now)), "reasons": [above.reason.model_dump()]}
    covers = [JointUnitOut.model_validate(one) for one in units]
    return JointBranchDetailOut.model_validate({**_shown(row, policies, now), "covers": covers, "above": body})


def _shown(row: Record, policies: FormationPolicies, now: datetime) -> Record:
    policy = policies.get(row["division"], china_day(now))
    reason = check_size(Size(row["units"], row["unknown"], row["counted"]), policy, now)
    return {**row, "counted_full_members": row["counted"], "reasons": [ReasonOut.model_validate(reason)]}
