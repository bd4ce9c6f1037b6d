"""Approval of a joint plan's proposals (S13). Pure: clock, policy and what the organizations are now come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.incubation.formation.rules import JointCase, check_formation
from services.incubation.policies import FormationPolicy
from shared.contracts.base import PartyOrganizationKind, Reason
from shared.field.policies import Policy
from shared.problems.problems import IllegalTransition, NotFound
from shared.problems.transitions import Transitions, move

ProposalState = Literal["proposed", "approved", "outdated"]
ProposalStep = Literal["approval", "lapse"]

TRANSITIONS: Transitions[ProposalState, ProposalStep] = Transitions(
    "joint proposal",
    {
        ("proposed", "approval"): "approved",
        ("proposed", "lapse"): "outdated",
    },
)
"""Every move of a proposal; any other is refused and changes nothing."""

_FULL_CODE = 6  # digits


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as approval reads it; `division` is the code or prefix that it was made for."""

    id: UUID
    division: str
    version: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as approval reads it: its organizations' USCC by id, in the order of the USCC."""

    id: UUID
    state: ProposalState
    organizations: Mapping[UUID, str]
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class JointBranch:
    """What an approved proposal forms; `place` names it."""

    place: str
    kind: PartyOrganizationKind
    division: str
    street: str | None


def choose_proposals(proposals: Sequence[Proposal], named: Collection[UUID]) -> list[Proposal]:
    """The named proposals, or all that are still proposed where none is named.

    Raises NotFound for a named one that the plan does not have, IllegalTransition where one is decided already or
    nothing is left to decide.
    """
    chosen = [one for one in proposals if (one.id in named if named else one.state == "proposed")]
    if len(chosen) < len(named):
        raise NotFound(what="joint proposal")
    if not chosen:
        raise IllegalTransition(what="joint plan", state="approved", action="approval", again=True)
    for one in chosen:
        move(TRANSITIONS, one.state, "approval")
    return chosen


def find_changed(
    proposal: Proposal, cases: Mapping[UUID, JointCase], policy: Policy[FormationPolicy], as_of: datetime
) -> list[str]:
    """USCC of the organizations by which the proposal is outdated; empty where it still stands.

    They are those without a pending joint case (`cases`, by organization), or all of them where together they have too
    few counted full members now.
    """
    lost = [code for organization, code in proposal.organizations.items() if organization not in cases]
    if lost:
        return lost
    counted = sum(
        check_formation(cases[organization].members(as_of), policy).counted_full_members
        for organization in proposal.organizations
    )
    return list(proposal.organizations.values()) if counted < policy.parameters.joint_min_full_members else []


def form_branch(plan: Plan, members: Sequence[JointCase], policy: Policy[FormationPolicy]) -> JointBranch:
    """The branch of these organizations.

    It is named after the carrier or street that all share, else after the street of the first. A plan for more than one
    district puts it into the first one's.
    """
    street = _shared({one.street for one in members})
    return JointBranch(
        place=_shared({one.carrier for one in members}) or street or members[0].street or "片区",
        kind=policy.parameters.kind_thresholds.kind(
            sum(one.full_members + one.probationary_members for one in members)
        ),
        division=plan.division if len(plan.division) == _FULL_CODE else members[0].division,
        street=street,
    )


def _shared(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
