"""Makes joint plans, and approves their proposals."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.formation import queries as formation
from services.incubation.formation.rules import Members, check_formation
from services.incubation.joint_plans import queries
from services.incubation.joint_plans.errors import ProposalOutdated
from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy
from services.incubation.joint_plans.search.planning import propose_joint_branches
from services.incubation.joint_plans.search.reasons import Why, explain
from services.incubation.names import name_joint_branch
from services.incubation.policies import FormationPolicies, FormationPolicy
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationFormed
from shared.db.base import new_id, to_json, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.problems import IllegalTransition, NotFound
from shared.problems.versions import check_version

Plan = tuple[Record, list[Record]]
"""A plan and its proposals."""


async def make_plan(tx: Transaction, prefix: str, *, policies: FormationPolicies) -> Plan:
    """Propose joint branches for the open joint cases of a division, under the policy of today."""
    now = utc_now()
    policy = policies.get(prefix, china_day(now))
    parameters = policy.parameters
    candidates = [
        Candidate(
            row["id"], row["uscc"], row["counted_full_members"], row["street"], row["carrier"], row["lon"], row["lat"]
        )
        for row in await queries.list_candidates(tx, prefix)
    ]
    limits = JointPolicy(parameters.joint_min_full_members, parameters.joint_max_units, parameters.neighbour_distance_m)
    draft = await asyncio.to_thread(propose_joint_branches, candidates, limits)
    plan_id = new_id()
    plan = {
        "id": plan_id,
        "division": prefix,
        "policy": policy.id,
        "covered": draft.covered,
        "upper_bound": draft.upper_bound,
        "unplaced": to_json([{"id": o.id, "uscc": o.uscc, "why": _told(o.why, now)} for o in draft.unplaced]),
        "created_at": now,
    }
    proposals = [
        {
            "id": new_id(),
            "plan_id": plan_id,
            "position": position,
            "division": prefix,
            "organizations": to_json([{"id": one.id, "uscc": one.uscc} for one in proposal.organizations]),
            "full_members": proposal.full_members,
            "why": to_json(_told(proposal.why, now)),
            "state": "proposed",
        }
        for position, proposal in enumerate(draft.proposals)
    ]
    await queries.insert_plan(tx, plan, proposals)
    return await get_plan(tx, plan_id)


async def get_plan(tx: Transaction, plan_id: UUID) -> Plan:
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
    if_match: str | None,
    policies: FormationPolicies,
) -> Plan:
    """Approve one proposal (by its id), the named ones, or all that are still proposed.

    A proposal whose organizations changed since is outdated: asked for by name that is an error, among all of
    a plan it is noted and left out. Raises NotFound, PreconditionFailed, IllegalTransition, ProposalOutdated.
    """
    now = utc_now()
    plan = await queries.lock_plan_of(tx, plan_or_proposal_id)
    if plan is None:
        raise NotFound(what="joint plan or proposal")
    check_version(if_match, plan["version"])
    proposals = await queries.list_proposals(tx, [plan["id"]])
    named = {plan_or_proposal_id} - {plan["id"]} | set(proposal_ids or ())
    chosen = [p for p in proposals if (p["id"] in named if named else p["state"] == "proposed")]
    if len(chosen) < len(named):
        raise NotFound(what="joint proposal")
    settled = next((p for p in chosen if p["state"] != "proposed"), None)
    if settled is not None or not chosen:
        raise IllegalTransition(state=settled["state"] if settled else "approved", action="approval")
    policy = policies.get(plan["division"], china_day(now))
    cases = await formation.lock_joint_cases(tx, [UUID(o["id"]) for p in chosen for o in p["organizations"]])
    states: dict[UUID, tuple[str, UUID | None]] = {}
    events, decided = [], []
    for proposal in chosen:
        members = [cases.get(UUID(one["id"])) for one in proposal["organizations"]]
        present = [member for member in members if member is not None]
        if len(present) < len(members) or _counted(present, policy, now) < policy.parameters.joint_min_full_members:
            if named:
                lost = [o["uscc"] for o, m in zip(proposal["organizations"], members, strict=True) if m is None]
                raise ProposalOutdated(codes=", ".join(lost or [o["uscc"] for o in proposal["organizations"]]))
            states[proposal["id"]] = ("outdated", None)
            continue
        event = _formed(plan, proposal, present, policy, now)
        events.append(event)
        states[proposal["id"]] = ("approved", event.subject)
        decided += [(member["id"], event.subject) for member in present]
    await queries.settle_proposals(tx, states)
    await queries.raise_version(tx, plan["id"])
    await formation.decide_cases(
        tx,
        [case_id for case_id, _ in decided],
        state="approved",
        note=note,
        party_organization_ids=[party for _, party in decided],
        now=now,
    )
    await emit(tx, events)
    return await get_plan(tx, plan["id"])


def _counted(members: Sequence[Record], policy: Policy[FormationPolicy], now: datetime) -> int:
    """Counted full members of the organizations as they are now, by the rule that the check applies."""
    return sum(check_formation(_members(member, now), policy).counted_full_members for member in members)


def _members(row: Mapping[str, Any], as_of: datetime) -> Members:
    return Members(row["full_members_full_time"], row["full_members"], row["probationary_members"], as_of)


def _formed(
    plan: Record, proposal: Record, members: Sequence[Record], policy: Policy[FormationPolicy], now: datetime
) -> NewEvent:
    party_organization_id = new_id()
    total = sum(member["full_members"] + member["probationary_members"] for member in members)
    payload = PartyOrganizationFormed(
        party_organization_id=party_organization_id,
        name=name_joint_branch(_place(members)),
        kind=policy.parameters.kind_thresholds.kind(total),
        form="joint",
        division=plan["division"] if len(plan["division"]) == _FULL_CODE else members[0]["division"],
        street=_shared(members, "street"),
        organization_ids=[member["organization_id"] for member in members],
        formed_on=china_day(now),
        decided_by="joint_proposal",
        decision_id=proposal["id"],
        reasons=[Reason.model_validate(reason) for reason in proposal["why"]["reasons"]],
    )
    return NewEvent(party_organization_id, 1, payload, payload.division, now, key=plan["id"])


_FULL_CODE = 6


def _shared(members: Sequence[Record], name: str) -> str | None:
    values = {member[name] for member in members}
    return values.pop() if len(values) == 1 else None


def _place(members: Sequence[Record]) -> str:
    """What the branch is named after: the carrier or street that all share, else the first one's street."""
    return _shared(members, "carrier") or _shared(members, "street") or members[0]["street"] or "片区"


def _told(why: Why, now: datetime) -> dict[str, Any]:
    reasons = [{**reason, "as_of": now} for reason in why.as_reasons()]
    return {"zh": explain(why, "zh"), "en": explain(why, "en"), "reasons": reasons}
