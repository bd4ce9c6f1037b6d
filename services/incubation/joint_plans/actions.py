"""Requests joint plans, and approves their proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.incubation.days import check_standing, founding_day
from services.incubation.formation.errors import NotTheBodyAbove
from services.incubation.formation.founding import NOTHING_STATED, Act
from services.incubation.formation.queries import cases as formation_cases
from services.incubation.formation.queries import joint_branches, joint_cases
from services.incubation.formation.superiors.rules import Acting
from services.incubation.joint_plans import jobs, queries
from services.incubation.joint_plans.approving.announcing import extended, formed
from services.incubation.joint_plans.approving.authority import Authority
from services.incubation.joint_plans.documents import existing_of, fixed_of
from services.incubation.joint_plans.errors import PlanNotReady, ProposalOutdated
from services.incubation.joint_plans.rules import (
    TRANSITIONS,
    Plan,
    ProposalState,
    choose_proposals,
    find_changed,
    form_branch,
)
from services.incubation.joint_plans.search.candidates import Existing
from services.incubation.organizations.party_facts import established_of
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


@dataclass(frozen=True, slots=True)
class WholePlan:
    """A plan, its proposals, and its job; a plan of the version before has none."""

    plan: Record
    proposals: list[Record]
    job: Record | None


async def request_plan(tx: Transaction, division: str, *, basis: UUID | None, policies: FormationPolicies) -> WholePlan:
    """Have a plan computed for the open joint cases of a division; under the policy of today.

    `basis`: a plan whose proposals that people edited stay as they are, and whom they set aside stays so. Raises
    OutsideScope, NoPolicy, NotFound.
    """
    check_reach(tx.access, division)
    now = utc_now()
    policy = policies.get(division, china_day(now))
    fixed: list[list[str]] = []
    if basis is not None:
        before = await get_plan(tx, basis)
        fixed = fixed_of(before.proposals, before.plan["unplaced"])
    plan_id = new_id()
    plan = {
        "id": plan_id,
        "division": division,
        "policy": policy.id,
        "covered": 0,
        "upper_bound": 0,
        "unplaced": "[]",
        "version": 1,
        "created_at": now,
    }
    await queries.insert_plan(tx, plan)
    await jobs.JOBS.insert(tx, {"plan_id": plan_id, "division": division, "fixed": to_json(fixed), "created_at": now})
    return await get_plan(tx, plan_id)


async def get_plan(tx: Transaction, plan_id: UUID) -> WholePlan:
    """A plan, its proposals and its job. Raises NotFound."""
    plan = await queries.get_plan(tx, plan_id)
    if plan is None:
        raise NotFound(what="joint plan")
    return WholePlan(plan, await queries.list_proposals(tx, [plan_id]), await jobs.get_job(tx, plan_id))


async def lock_ready(tx: Transaction, plan_or_proposal_id: UUID, if_match: Preconditions | None) -> Plan:
    """The plan with this id, or of this proposal, locked. Raises NotFound, PreconditionFailed, PlanNotReady."""
    plan = await queries.lock_plan_of(tx, plan_or_proposal_id)
    if plan is None:
        raise NotFound(what="joint plan or proposal")
    check_version(if_match, plan.version)
    job = await jobs.get_job(tx, plan.id)
    if job is not None and job["state"] != "ready":
        raise PlanNotReady(state=job["state"])
    return plan


async def approve(
    tx: Transaction,
    plan_or_proposal_id: UUID,
    *,
    proposal_ids: Sequence[UUID] | None,
    note: str | None,
    if_match: Preconditions | None,
    acting: Acting,
    policies: FormationPolicies,
    founded_on: date | None = None,
    act: Act = NOTHING_STATED,
) -> WholePlan:
    """Approve one proposal (by its id), the named ones, or all that are still proposed.

    A proposal whose organizations changed since is outdated: a named one is refused, among all of a plan it is marked
    and left out. One that another body is to approve is refused where it is named or nothing else is left to approve,
    else it stays proposed. Raises NotFound, PreconditionFailed, IllegalTransition, ProposalOutdated, NotTheBodyAbove,
    NoPolicy, InvalidInput.
    """
    now = utc_now()
    plan = await lock_ready(tx, plan_or_proposal_id, if_match)
    named = {plan_or_proposal_id} - {plan.id} | set(proposal_ids or ())
    chosen = choose_proposals(await queries.proposals_of(tx, plan.id), named)
    policy = policies.get(plan.division, china_day(now))
    branches = [one.existing for one in chosen if one.existing is not None]
    await joint_branches.lock_branches(tx, branches)
    cases = await joint_cases.lock_joint_cases(tx, [one for proposal in chosen for one in proposal.organizations])
    existing = await find_existing(tx, branches, policy, plan.division)
    established = await established_of(tx, branches)
    authority = await Authority.load(tx, plan, chosen, cases, policies, policy, acting=acting, now=now)
    states: dict[UUID, tuple[ProposalState, UUID | None]] = {}
    events, decided, authorities, outdated = [], [], dict[UUID, Reason](), dict[UUID, list[str]]()
    refused: NotTheBodyAbove | None = None
    for proposal in chosen:
        branch_now = existing.get(proposal.existing) if proposal.existing else None
        changed = find_changed(proposal, cases, policy, now, division=plan.division, existing=branch_now)
        if changed and named:
            raise ProposalOutdated(codes=", ".join(changed))
        if changed:
            states[proposal.id] = (move(TRANSITIONS, proposal.state, "lapse"), None)
            outdated[proposal.id] = changed
            continue
        members = [cases[organization] for organization in proposal.organizations]
        try:
            reason = authority.of(proposal, members, branch_now)
        except NotTheBodyAbove as problem:
            if named:
                raise
            refused = problem
            continue
        founded = founding_day(founded_on, [member.registered_on for member in members], china_day(now))
        if proposal.existing is None:
            branch = form_branch(plan, members, policy)
            event = formed(plan.id, proposal, members, reason, branch, founded, now, act)
            party = event.subject
        else:
            party = proposal.existing
            check_standing(founded, established.get(party))
            # A second proposal for it would count without these.
            event = extended(proposal, members, reason, existing.pop(party).division, founded, now)
        events.append(event)
        states[proposal.id] = (move(TRANSITIONS, proposal.state, "approval"), party)
        decided += [(member.id, party) for member in members]
        authorities |= {member.id: reason for member in members}
    if refused is not None and not states:
        raise refused
    await queries.settle_proposals(tx, states, outdated)
    await queries.raise_version(tx, plan.id)
    await formation_cases.decide_cases(
        tx,
        [case_id for case_id, _ in decided],
        state="approved",
        note=note,
        party_organization_ids=[party for _, party in decided],
        now=now,
        authorities=authorities,
    )
    await emit(tx, events)
    return await get_plan(tx, plan.id)


async def find_existing(
    tx: Transaction, branches: Sequence[UUID], policy: Policy[FormationPolicy], division: str
) -> dict[UUID, Existing]:
    """Those of these joint branches that are the division's and may take units in, with all of their units.

    A branch of the division may reach outside of it, where the caller sees nothing: its limits count everybody.
    """
    async with tx.system_scope():
        rows = await joint_branches.list_units_of(tx, branches)
    return {one.id: one for one in existing_of(rows, policy, division)}
