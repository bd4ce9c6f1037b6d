"""Creates joint plans, and approves their proposals."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.incubation.days import founding_day
from services.incubation.formation.queries import cases as formation_cases
from services.incubation.formation.queries import joint_cases
from services.incubation.formation.rules import JointCase
from services.incubation.joint_plans import queries
from services.incubation.joint_plans.errors import ProposalOutdated
from services.incubation.joint_plans.rules import (
    TRANSITIONS,
    JointBranch,
    Proposal,
    ProposalState,
    choose_proposals,
    explain_kind,
    find_changed,
    form_branch,
    limits_of,
)
from services.incubation.joint_plans.search.candidates import Candidate
from services.incubation.joint_plans.search.planning import JointPlanDraft, propose_joint_branches
from services.incubation.joint_plans.search.reasons import Why, explain
from services.incubation.names import name_joint_branch
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationFormed
from shared.db.access import Access
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Database, Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

PlanWithProposals = tuple[Record, list[Record]]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A plan that was computed, and what it was computed by."""

    division: str
    policy: Policy[FormationPolicy]
    draft: JointPlanDraft
    now: datetime


async def draft_plan(database: Database, access: Access, prefix: str, *, policies: FormationPolicies) -> Drafted:
    """Compute a plan for the open joint cases of a division, under the policy of today.

    No transaction is open meanwhile: a plan for a city takes seconds, and few of them would hold every connection.
    Approval finds what changed since. Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    policy = policies.get(prefix, china_day(now))
    async with database.transaction(access) as tx:
        rows = await joint_cases.list_joint_candidates(tx, prefix)
    candidates = [Candidate(**row) for row in rows]
    draft = await asyncio.to_thread(propose_joint_branches, candidates, limits_of(policy.parameters))
    return Drafted(prefix, policy, draft, now)


async def create_plan(tx: Transaction, drafted: Drafted) -> PlanWithProposals:
    """Store a plan: it proposes joint branches."""
    now, draft = drafted.now, drafted.draft
    plan_id = new_id()
    plan = {
        "id": plan_id,
        "division": drafted.division,
        "policy": drafted.policy.id,
        "covered": draft.covered,
        "upper_bound": draft.upper_bound,
        "unplaced": to_json([{"id": o.id, "uscc": o.uscc, "why": _explained(o.why, now)} for o in draft.unplaced]),
        "version": 1,
        "created_at": now,
    }
    proposals = [
        {
            "id": new_id(),
            "plan_id": plan_id,
            "position": position,
            "division": drafted.division,
            "organizations": to_json([{"id": one.id, "uscc": one.uscc} for one in proposal.organizations]),
            "full_members": proposal.full_members,
            "why": to_json(
                {
                    **_explained(proposal.why, now, explain_kind(proposal.total_members, drafted.policy, now)),
                    "total_members": proposal.total_members,
                }
            ),
            "state": "proposed",
        }
        for position, proposal in enumerate(draft.proposals)
    ]
    await queries.insert_plan(tx, plan, proposals)
    return await get_plan(tx, plan_id)


async def get_plan(tx: Transaction, plan_id: UUID) -> PlanWithProposals:
    """A plan and its proposals. Raises NotFound."""
    plan = await queries.get_plan(tx, plan_id)
    if plan is None:
        raise NotFound(what="joint plan")
    return plan, await queries.list_proposals(tx, [plan_id])


async def approve(
    tx: Transaction,
    plan_or_proposal_id: UUID,
    *,
    proposal_ids: Sequence[UUID] | None,
    note: str | None,
    if_match: Preconditions | None,
    policies: FormationPolicies,
    founded_on: date | None = None,
) -> PlanWithProposals:
    """Approve one proposal (by its id), the named ones, or all that are still proposed.

    A proposal whose organizations changed since is outdated: a named one is refused, among all of a plan it is marked
    and left out. Raises NotFound, PreconditionFailed, IllegalTransition, ProposalOutdated, NoPolicy,
    InvalidInput.
    """
    now = utc_now()
    plan = await queries.lock_plan_of(tx, plan_or_proposal_id)
    if plan is None:
        raise NotFound(what="joint plan or proposal")
    check_version(if_match, plan.version)
    named = {plan_or_proposal_id} - {plan.id} | set(proposal_ids or ())
    chosen = choose_proposals(await queries.proposals_of(tx, plan.id), named)
    policy = policies.get(plan.division, china_day(now))
    cases = await joint_cases.lock_joint_cases(tx, [one for proposal in chosen for one in proposal.organizations])
    states: dict[UUID, tuple[ProposalState, UUID | None]] = {}
    events, decided = [], []
    for proposal in chosen:
        changed = find_changed(proposal, cases, policy, now, division=plan.division)
        if changed and named:
            raise ProposalOutdated(codes=", ".join(changed))
        if changed:
            states[proposal.id] = (move(TRANSITIONS, proposal.state, "lapse"), None)
            continue
        members = [cases[organization] for organization in proposal.organizations]
        branch = form_branch(plan, members, policy)
        founded = founding_day(founded_on, [member.registered_on for member in members], china_day(now))
        event = _formed(plan.id, proposal, members, branch, founded, now)
        events.append(event)
        states[proposal.id] = (move(TRANSITIONS, proposal.state, "approval"), event.subject)
        decided += [(member.id, event.subject) for member in members]
    await queries.settle_proposals(tx, states)
    await queries.raise_version(tx, plan.id)
    await formation_cases.decide_cases(
        tx,
        [case_id for case_id, _ in decided],
        state="approved",
        note=note,
        party_organization_ids=[party for _, party in decided],
        now=now,
    )
    await emit(tx, events)
    return await get_plan(tx, plan.id)


def _formed(
    plan_id: UUID,
    proposal: Proposal,
    members: Sequence[JointCase],
    branch: JointBranch,
    founded_on: date,
    now: datetime,
) -> NewEvent:
    party_organization_id = new_id()
    payload = PartyOrganizationFormed(
        party_organization_id=party_organization_id,
        name=name_joint_branch(branch.place, branch.kind),
        kind=branch.kind,
        form="joint",
        division=branch.division,
        street=branch.street,
        organization_ids=[member.organization_id for member in members],
        divisions=[member.division for member in members],
        formed_on=founded_on,
        decided_by="joint_proposal",
        decision_id=proposal.id,
        reasons=list(proposal.reasons),
    )
    also = frozenset(member.division for member in members)
    return NewEvent(party_organization_id, 1, payload, branch.division, now, key=plan_id, also=also)


def _explained(why: Why, now: datetime, more: Sequence[Reason] = ()) -> dict[str, Any]:
    """The reason as it is stored: a sentence in each language, and the facts; and further reasons."""
    reasons = [{**reason, "as_of": now} for reason in why.as_reasons()] + [one.model_dump() for one in more]
    return {"zh": explain(why, "zh"), "en": explain(why, "en"), "reasons": reasons}
