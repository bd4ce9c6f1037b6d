"""Every SELECT of the joint plans, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, cast, func, select, text
from sqlalchemy.dialects.postgresql import JSONPATH

from services.incubation.joint_plans.rules import Plan, Proposal, ProposalState
from services.incubation.tables import joint_plans, joint_proposals
from shared.contracts.base import Reason
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction

_PLAN_COLUMNS = tuple(column.name for column in joint_plans.columns)
_INSERT_PLANS = insert_list(joint_plans, _PLAN_COLUMNS)
_PROPOSAL_COLUMNS = ("id", "plan_id", "position", "division", "organizations", "full_members", "why", "state")
_INSERT_PROPOSALS = insert_list(joint_proposals, _PROPOSAL_COLUMNS)
_REWRITE_PROPOSALS = update_list(joint_proposals, ("id",), ("organizations", "full_members", "why", "state"))
_SETTLE_PROPOSALS = update_list(joint_proposals, ("id",), ("state", "party_organization_id"))

_NOTE_OUTDATED = text(
    "UPDATE joint_proposals AS p SET why = p.why || jsonb_build_object('outdated_by', CAST(u.codes AS jsonb)) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[])) AS u(id, codes) WHERE p.id = u.id"
)


async def insert_plan(tx: Transaction, plan: Record) -> None:
    """Store a plan."""
    await tx.execute(_INSERT_PLANS, columns_of([plan], _PLAN_COLUMNS))


async def insert_proposals(tx: Transaction, proposals: Sequence[Record]) -> None:
    """Store further proposals of a plan."""
    if proposals:
        await tx.execute(_INSERT_PROPOSALS, columns_of(proposals, _PROPOSAL_COLUMNS))


async def rewrite_proposals(tx: Transaction, proposals: Sequence[Record], gone: Sequence[UUID]) -> None:
    """Write what proposals hold now, and delete those that hold nothing any more."""
    if proposals:
        await tx.execute(
            _REWRITE_PROPOSALS, columns_of(proposals, ("id", "organizations", "full_members", "why", "state"))
        )
    if gone:
        await tx.execute(
            text("DELETE FROM joint_proposals WHERE id = ANY(CAST(:ids AS uuid[])) AND state <> 'approved'"),
            {"ids": list(gone)},
        )


async def fill_plan(tx: Transaction, plan_id: UUID, *, covered: int, upper_bound: int, unplaced: str) -> None:
    """Write what a plan reaches; its version goes up."""
    await tx.execute(
        text(
            "UPDATE joint_plans SET covered = :covered, upper_bound = :upper_bound, "
            "unplaced = CAST(:unplaced AS jsonb), version = version + 1 WHERE id = :id"
        ),
        {"id": plan_id, "covered": covered, "upper_bound": upper_bound, "unplaced": unplaced},
    )


async def get_plan(tx: Transaction, plan_id: UUID) -> Record | None:
    """One plan."""
    return await tx.record(select(joint_plans).where(joint_plans.c.id == plan_id))


async def lock_plan_of(tx: Transaction, plan_or_proposal_id: UUID) -> Plan | None:
    """The plan with this id, or the plan of the proposal with this id; locked."""
    row = await tx.record(
        text(
            "SELECT id, division, version FROM joint_plans WHERE id = :id "
            "OR id = (SELECT plan_id FROM joint_proposals WHERE id = :id) FOR UPDATE"
        ),
        {"id": plan_or_proposal_id},
    )
    return None if row is None else Plan(**row)


async def list_plans(
    tx: Transaction, *, division: str | None, before: str | None, limit: int, unplaced: int
) -> list[Record]:
    """A page of plans, the newest first, with the first `unplaced` of their unplaced organizations."""
    first = func.jsonb_path_query_array(joint_plans.c.unplaced, cast(f"$[0 to {unplaced - 1}]", JSONPATH))
    statement: Select[Any] = select(*(c for c in joint_plans.c if c.name != "unplaced"), first.label("unplaced"))
    statement = where_within(statement, joint_plans.c.division, division)
    return await tx.records(page_by_id(statement, joint_plans.c.id, before, limit, newest_first=True))


async def list_proposals(tx: Transaction, plan_ids: Sequence[UUID], *, most: int | None = None) -> list[Record]:
    """Proposals of plans, in their order; up to `most` of each."""
    return await tx.records(
        text(
            "SELECT p.* FROM unnest(CAST(:ids AS uuid[])) AS u(id) CROSS JOIN LATERAL ("
            "SELECT * FROM joint_proposals WHERE plan_id = u.id ORDER BY position LIMIT CAST(:most AS integer)"
            ") AS p ORDER BY p.plan_id, p.position"
        ),
        {"ids": list(plan_ids), "most": most},
    )


async def proposals_of(tx: Transaction, plan_id: UUID) -> list[Proposal]:
    """A plan's proposals in their order, as approval reads them."""
    return [
        Proposal(
            row["id"],
            row["state"],
            {UUID(one["id"]): one["uscc"] for one in row["organizations"]},
            [Reason.model_validate(reason) for reason in row["why"]["reasons"]],
            row["full_members"],
            row["why"].get("total_members"),
            UUID(row["why"]["existing"]) if row["why"].get("existing") else None,
            row["why"].get("all_full_members"),
        )
        for row in await list_proposals(tx, [plan_id])
    ]


async def settle_proposals(
    tx: Transaction,
    states: Mapping[UUID, tuple[ProposalState, UUID | None]],
    outdated: Mapping[UUID, Sequence[str]],
) -> None:
    """Write each proposal's new state, and the Party organization that it formed; on those that are `outdated` the
    codes of the organizations that changed."""
    await tx.execute(
        _SETTLE_PROPOSALS,
        {
            "id": list(states),
            "state": [state for state, _ in states.values()],
            "party_organization_id": [party for _, party in states.values()],
        },
    )
    if outdated:
        noted = [to_json(codes) for codes in outdated.values()]
        await tx.execute(_NOTE_OUTDATED, {"ids": list(outdated), "codes": noted})


async def lapse(tx: Transaction, proposal_ids: Sequence[UUID], state: ProposalState) -> None:
    """Write a state on those of these that are approved proposals; they name no Party organization then."""
    if proposal_ids:
        await tx.execute(
            text(
                "UPDATE joint_proposals SET state = :state, party_organization_id = NULL "
                "WHERE id = ANY(CAST(:ids AS uuid[])) AND state = 'approved'"
            ),
            {"ids": list(proposal_ids), "state": state},
        )


async def raise_version(tx: Transaction, plan_id: UUID) -> None:
    """Raise a plan's version by one."""
    await tx.execute(text("UPDATE joint_plans SET version = version + 1 WHERE id = :id"), {"id": plan_id})
