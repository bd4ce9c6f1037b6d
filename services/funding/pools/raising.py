"""Raises the grants that pay the awards of a round (H33)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from services.funding.coverage.rules import PartyOrganization
from services.funding.grants.deciding.cases import Awarded, Case
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.rules import decide_case, scheme_day
from services.funding.ledger.charts import Charts
from services.funding.policies import Schemes, in_force
from shared.db.session import Record, Transaction


async def raise_awards(
    tx: Transaction,
    pool: Record,
    parties: Mapping[UUID, PartyOrganization],
    weights: Mapping[UUID, int],
    parts: Mapping[UUID, int],
    schemes: Schemes,
    now: datetime,
    charts: Charts | None = None,
) -> dict[UUID, UUID]:
    """The grant of each recipient that got something, by the scheme of the pool's division; none without a scheme."""
    on = scheme_day(pool["year"])
    scheme = next(iter(in_force(schemes, pool["division"], on, "pool_distribution")), None)
    if scheme is None:
        return {}
    cases = [
        Case(
            trigger="pool_distribution",
            recipient_id=recipient,
            recipient_name=parties[recipient].name or str(recipient),
            division=parties[recipient].division,
            year=pool["year"],
            period=f"{pool['id']}/{pool['rounds']}",
            on=on,
            as_of=now,
            kind=parties[recipient].kind,
            form=parties[recipient].form,
            awarded=Awarded(part, pool["id"], pool["rounds"], weights[recipient]),
        )
        for recipient, part in sorted(parts.items())
    ]
    decided = [
        Decided(case, decide_case(case, scheme), uuid5(pool["id"], f"{case.recipient_id}/{pool['rounds']}"))
        for case in cases
    ]
    # What a recipient has may lie where it was before.
    async with tx.system_scope():
        kept = await keep_and_raise(tx, decided, now, charts=charts, raised_by=tx.access.actor)
    return {row["recipient_id"]: row["grant_id"] for row in kept if row["grant_id"] is not None}
