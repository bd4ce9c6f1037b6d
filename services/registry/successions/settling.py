"""What is noted of a pair once somebody has said what it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.duplicates import queries
from services.registry.duplicates.rules import Verdict
from shared.contracts.base import Reason
from shared.db.base import to_json
from shared.db.session import Record, Transaction


def settled_row(
    duplicate_id: UUID, verdict: Verdict, facts: Mapping[str, Any], reason: str, actor: str, now: datetime
) -> dict[str, Any]:
    """The columns of a verdict, with its reason (rule R-duplicate)."""
    said = Reason(rule="R-duplicate", outcome=verdict, facts=dict(facts), as_of=now)
    return {
        "id": duplicate_id,
        "verdict": verdict,
        "kept_id": None,
        "succession_id": None,
        "reason": reason,
        "reasons": to_json([said.model_dump(mode="json")]),
        "resolved_by": actor,
        "resolved_at": now,
    }


async def settle_by(tx: Transaction, succession: Record, now: datetime) -> None:
    """A pair that waits is resolved by the succession that is recorded of it."""
    row = await queries.lock_open(tx, succession["organization_id"], succession["predecessor_id"])
    if row is None:
        return
    facts = {"uscc": succession["uscc"], "predecessor_uscc": succession["predecessor_uscc"], "kind": succession["kind"]}
    settled = settled_row(row["id"], "succession", facts, succession["reason"], tx.access.actor, now)
    await queries.resolve(tx, settled | {"succession_id": succession["id"]})
