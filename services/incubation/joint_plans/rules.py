"""Approval of a joint plan's proposals (S13). Pure: clock, policy and what the organizations are now come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.incubation.formation.rules import JointCase
from services.incubation.joint_plans.limits import candidate_of, find_apart, find_broken, limits_of
from services.incubation.joint_plans.search.candidates import Candidate, Existing, Places
from services.incubation.policies import FormationPolicy
from shared.contracts.base import PartyOrganizationKind, Reason
from shared.field.policies import Policy
from shared.problems.problems import IllegalTransition, NotFound
from shared.problems.transitions import Transitions, move

ProposalState = Literal["proposed", "approved", "outdated"]
ProposalStep = Literal["approval", "lapse", "edit"]

TRANSITIONS: Transitions[ProposalState, ProposalStep] = Transitions(
    "joint proposal",
    {
        ("proposed", "approval"): "approved",
        ("proposed", "lapse"): "outdated",
        ("proposed", "edit"): "proposed",
        ("outdated", "edit"): "proposed",
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
    existing: UUID | None = None
    """The joint branch that takes them in, where none is created."""
    all_full_members: int | None = None
    """Those of `total_members` that are full members; None as there."""


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


def explain_kind(
    full_members: int, total_members: int, policy: Policy[FormationPolicy], as_of: datetime
) -> list[Reason]:
    """Why a joint branch is of a higher kind, or of none: those of its members that count (domain 4.3, D6)."""
    parameters = policy.parameters
    if not parameters.explains_kind(total_members):
        return []
    facts = {**parameters.kind_facts(full_members, total_members), "joint_max_members": parameters.joint_max_members}
    kind = parameters.kind_of(full_members, total_members)
    return [Reason(rule="R-kind", outcome=kind, facts=facts, as_of=as_of)]


def find_changed(
    proposal: Proposal,
    cases: Mapping[UUID, JointCase],
    policy: Policy[FormationPolicy],
    as_of: datetime,
    *,
    division: str = "",
    existing: Existing | None = None,
) -> list[str]:
    """USCC of the organizations by which the proposal is outdated; empty where it still stands.

    They are, in this order: those without a pending joint case (`cases`, by organization, as they are now); those that
    moved out of the plan's `division` (a prefix); those whose places no longer let them share a branch; all of them
    where their members are no longer as proposed, or no longer within the policy's limits; and where the branch that
    was to take them in (`existing`, as it is now) is there no more.
    """
    lost = [code for organization, code in proposal.organizations.items() if organization not in cases]
    if lost:
        return lost
    if proposal.existing is not None and existing is None:
        return list(proposal.organizations.values())
    now = [candidate_of(cases[one], code, policy, as_of) for one, code in proposal.organizations.items()]
    outside = [code for one, code in proposal.organizations.items() if not cases[one].division.startswith(division)]
    limits = limits_of(policy.parameters)
    return (
        outside or find_apart(now, limits, existing) or _find_other_counts(proposal, now, policy.parameters, existing)
    )


def _find_other_counts(
    proposal: Proposal,
    candidates: Sequence[Candidate],
    parameters: FormationPolicy,
    existing: Existing | None,
) -> list[str]:
    places = Places(candidates, limits_of(parameters), [existing] if existing else [])
    counted, total = sum(places.members), sum(places.totals)
    stands = (
        proposal.full_members in (counted, None)
        and proposal.total_members in (total, None)
        and (parameters.kind_counts == "total" or proposal.all_full_members in (sum(places.full), None))
        and find_broken(candidates, places.policy, existing) is None
    )
    return [] if stands else [one.uscc for one in candidates]


def form_branch(plan: Plan, members: Sequence[JointCase], policy: Policy[FormationPolicy]) -> JointBranch:
    """The branch of these organizations.

    It is named after the carrier or street that all share, else after the street of the first. A plan for more than one
    district puts it into the first one's.
    """
    street = _shared({one.street for one in members})
    full = sum(one.full_members for one in members)
    return JointBranch(
        place=_shared({one.carrier for one in members}) or street or members[0].street or "片区",
        kind=policy.parameters.kind_of(full, full + sum(one.probationary_members for one in members)),
        division=plan.division if len(plan.division) == _FULL_CODE else members[0].division,
        street=street,
    )


def _shared(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
