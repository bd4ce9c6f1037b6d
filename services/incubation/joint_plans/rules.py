"""Approval of a joint plan's proposals (S13). Pure: clock, policy and what the organizations are now come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.incubation.formation.rules import JointCase, check_formation
from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy, Places
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

ANSWERED: Transitions[ProposalState, ProposalStep] = Transitions("joint proposal", {("approved", "lapse"): "outdated"})
"""What the registry's answer that nothing came of it means for a proposal."""

_FULL_CODE = 6  # digits


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as approval reads it; `division` is the code or prefix that it was made for."""

    id: UUID
    division: str
    version: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as approval reads it: its organizations' USCC by id, in the order of the USCC.

    `full_members` are those counted, `total_members` all; None in a proposal of a version that did not state them.
    """

    id: UUID
    state: ProposalState
    organizations: Mapping[UUID, str]
    reasons: Sequence[Reason]
    full_members: int | None = None
    total_members: int | None = None


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


def limits_of(parameters: FormationPolicy) -> JointPolicy:
    """What a region's policy allows of a joint branch."""
    return JointPolicy(
        parameters.joint_min_full_members,
        parameters.joint_max_units,
        parameters.neighbour_distance_m,
        parameters.joint_max_members,
    )


def explain_kind(total_members: int, policy: Policy[FormationPolicy], as_of: datetime) -> list[Reason]:
    """Why a joint branch is of a higher kind: its members, full and probationary (domain 4.3)."""
    thresholds = policy.parameters.kind_thresholds
    kind = thresholds.kind(total_members)
    facts: dict[str, object] = {
        "total_members": total_members,
        "general_from": thresholds.general,
        "committee_from": thresholds.committee,
        "joint_max_members": policy.parameters.joint_max_members,
    }
    return [] if kind == "BRANCH" else [Reason(rule="R-kind", outcome=kind, facts=facts, as_of=as_of)]


def find_changed(
    proposal: Proposal,
    cases: Mapping[UUID, JointCase],
    policy: Policy[FormationPolicy],
    as_of: datetime,
    *,
    division: str = "",
) -> list[str]:
    """USCC of the organizations by which the proposal is outdated; empty where it still stands.

    They are, in this order: those without a pending joint case (`cases`, by organization, as they are now); those that
    moved out of the plan's `division` (a prefix); those whose places no longer let them share a branch; all of them
    where their members are no longer as proposed, or no longer within the policy's limits.
    """
    lost = [code for organization, code in proposal.organizations.items() if organization not in cases]
    if lost:
        return lost
    now = [_candidate(cases[one], code, policy, as_of) for one, code in proposal.organizations.items()]
    outside = [code for one, code in proposal.organizations.items() if not cases[one].division.startswith(division)]
    return outside or _find_apart(now, limits_of(policy.parameters)) or _find_other_counts(proposal, now, policy)


def _candidate(case: JointCase, code: str, policy: Policy[FormationPolicy], as_of: datetime) -> Candidate:
    counted = check_formation(case.members(as_of), policy).counted_full_members
    total = case.full_members + case.probationary_members
    return Candidate(
        case.organization_id, code, counted, case.street, case.carrier, case.lon, case.lat, total_members=total
    )


def _find_apart(candidates: Sequence[Candidate], limits: JointPolicy) -> list[str]:
    """Those that are apart from the most others."""
    places = Places(candidates, limits)
    indexes = range(len(places.candidates))
    apart = [sum(not places.near(one, other) for other in indexes if other != one) for one in indexes]
    most = max(apart, default=0)
    return [one.uscc for one, count in zip(places.candidates, apart, strict=True) if most and count == most]


def _find_other_counts(
    proposal: Proposal, candidates: Sequence[Candidate], policy: Policy[FormationPolicy]
) -> list[str]:
    parameters, limits = policy.parameters, limits_of(policy.parameters)
    counted = sum(one.full_members for one in candidates)
    total = sum(one.total_members or 0 for one in candidates)
    stands = (
        proposal.full_members in (counted, None)
        and proposal.total_members in (total, None)
        and counted >= parameters.joint_min_full_members
        and len(candidates) <= limits.max_units
        and limits.holds(total)
    )
    return [] if stands else [one.uscc for one in candidates]


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
