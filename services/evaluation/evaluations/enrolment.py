"""Who takes part in a year's round, and who leaves it (H17: once a year each)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.evaluation.cycles.queries import FrozenRules, frozen_rules
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import STEPS
from services.evaluation.party_organizations.rules import decide_type
from shared.contracts.base import Reason
from shared.db.base import new_id, to_json
from shared.db.session import Record, Transaction

_LOCK = "pg_advisory_xact_lock{shared}(hashtext('evaluation_enrolment'))"
_SHARED = text(f"SELECT {_LOCK.format(shared='_shared')}")
_EXCLUSIVE = text(f"SELECT {_LOCK.format(shared='')}")


async def hold_back_openings(tx: Transaction) -> None:
    """Taken before the projection changes: whom an opening does not see yet, sees the open cycle."""
    await tx.execute(_SHARED)


async def wait_for_projection(tx: Transaction) -> None:
    """Taken before a cycle opens: nobody is established or dissolved between its look and its commit."""
    await tx.execute(_EXCLUSIVE)


async def enrol_division(tx: Transaction, cycle_id: UUID, now: datetime) -> int:
    """Enrol everybody whom an open cycle is for; returns how many that were."""
    return await _enrol(tx, await queries.candidates_of_cycle(tx, cycle_id), now)


async def enrol_in_open_cycles(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> int:
    """Enrol Party organizations of a list in the open cycles that contain their divisions."""
    if not party_organization_ids:
        return 0
    return await _enrol(tx, await queries.candidates_among(tx, party_organization_ids), now)


async def withdraw(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> None:
    """What is not completed ends with the Party organization; what is completed stays."""
    if party_organization_ids:
        await queries.withdraw(tx, party_organization_ids, list(STEPS["withdrawal"]), now)


async def _enrol(tx: Transaction, candidates: Sequence[Record], now: datetime) -> int:
    rules = await frozen_rules(tx, sorted({row["cycle_id"] for row in candidates})) if candidates else {}
    return await queries.insert_new(tx, [_new_row(row, rules[row["cycle_id"]], now) for row in candidates])


def _new_row(candidate: Record, rules: FrozenRules, now: datetime) -> dict[str, Any]:
    decision = decide_type(candidate["covers"], rules.parameters, rules.versions)
    reason = Reason(
        rule="H16",
        outcome=decision.type,
        facts={**decision.facts, "system_version": rules.versions[decision.type], "policy": rules.policy_id},
        as_of=now,
    )
    return {
        "id": new_id(),
        "cycle_id": candidate["cycle_id"],
        "year": candidate["year"],
        "party_organization_id": candidate["party_organization_id"],
        "division": candidate["division"],
        "type": decision.type,
        "state": "enrolled",
        "reasons": to_json([reason.model_dump(mode="json")]),
        "sequence": 0,
        "version": 1,
        "enrolled_at": now,
    }
