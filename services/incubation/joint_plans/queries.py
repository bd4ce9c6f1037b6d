"""Every SELECT of the joint plans, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from services.incubation.tables import joint_proposals
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_PROPOSAL_COLUMNS = ("id", "plan_id", "position", "division", "organizations", "full_members", "why", "state")
_INSERT_PROPOSALS = insert_list(joint_proposals, _PROPOSAL_COLUMNS)


async def list_candidates(tx: Transaction, prefix: str) -> list[Record]:
    """Organizations of a division whose pending case asks for a joint branch (S13)."""
    return await tx.records(
        text(
            "SELECT o.id, o.uscc, o.street, o.carrier, o.lon, o.lat, k.counted_full_members "
            "FROM formation_cases c JOIN organizations o ON o.id = c.organization_id "
            "JOIN formation_checks k ON k.id = c.check_id "
            "WHERE c.division LIKE :scope AND c.outcome = 'joint' AND c.state = 'open' "
            "AND o.status = 'registered' ORDER BY o.uscc"
        ),
        {"scope": prefix + "%"},
    )


async def insert_plan(tx: Transaction, plan: Record, proposals: Sequence[Record]) -> None:
    """Store a plan and its proposals."""
    await tx.execute(
        text(
            "INSERT INTO joint_plans (id, division, policy, covered, upper_bound, unplaced, version, created_at) "
            "VALUES (:id, :division, :policy, :covered, :upper_bound, CAST(:unplaced AS jsonb), 1, :created_at)"
        ),
        plan,
    )
    if proposals:
        await tx.execute(_INSERT_PROPOSALS, columns_of(proposals, _PROPOSAL_COLUMNS))


async def get_plan(tx: Transaction, plan_id: UUID) -> Record | None:
    """One plan."""
    return await tx.record(text("SELECT * FROM joint_plans WHERE id = :id"), {"id": plan_id})


async def lock_plan_of(tx: Transaction, plan_or_proposal_id: UUID) -> Record | None:
    """The plan with this id, or the plan of the proposal with this id; locked."""
    return await tx.record(
        text(
            "SELECT * FROM joint_plans WHERE id = :id "
            "OR id = (SELECT plan_id FROM joint_proposals WHERE id = :id) FOR UPDATE"
        ),
        {"id": plan_or_proposal_id},
    )


async def list_plans(tx: Transaction, *, prefix: str | None, before: str | None, limit: int) -> list[Record]:
    """Plans, the newest first."""
    return await tx.records(
        text(
            "SELECT * FROM joint_plans WHERE division LIKE :scope "
            "AND (CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid)) ORDER BY id DESC LIMIT :limit"
        ),
        {"scope": (prefix or "") + "%", "before": UUID(before) if before else None, "limit": limit},
    )


async def list_proposals(tx: Transaction, plan_ids: Sequence[UUID]) -> list[Record]:
    """Proposals of plans, in their order."""
    return await tx.records(
        text("SELECT * FROM joint_proposals WHERE plan_id = ANY(CAST(:ids AS uuid[])) ORDER BY plan_id, position"),
        {"ids": list(plan_ids)},
    )


async def settle_proposals(tx: Transaction, states: Mapping[UUID, tuple[str, UUID | None]]) -> None:
    """Write each proposal's new state, and the Party organization it led to."""
    await tx.execute(
        text(
            "UPDATE joint_proposals AS p SET state = u.state, party_organization_id = u.party "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:parties AS uuid[])) "
            "AS u(id, state, party) WHERE p.id = u.id"
        ),
        {
            "ids": list(states),
            "states": [state for state, _ in states.values()],
            "parties": [party for _, party in states.values()],
        },
    )


async def raise_version(tx: Transaction, plan_id: UUID) -> None:
    """One more version of a plan."""
    await tx.execute(text("UPDATE joint_plans SET version = version + 1 WHERE id = :id"), {"id": plan_id})
