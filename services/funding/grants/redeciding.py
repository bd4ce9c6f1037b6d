"""Decides again what found no scheme, once one was loaded that was in force then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.funding.grants import decision_queries
from services.funding.grants.deciding.cases import KeptEvaluation
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.foreseeing import foresee
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.rules import scheme_day
from services.funding.grants.raising import after_rectifications, decide
from services.funding.ledger.charts import Charts
from services.funding.policies import Schemes, in_force
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction

MOST = 1000
"""Decisions of one run, so that neither its answer nor its transaction grows without bound."""


@dataclass(frozen=True, slots=True)
class Redecision:
    """A decision that found no scheme, and what is decided now."""

    before: UUID
    evaluation_id: UUID
    recipient_id: UUID
    division: str
    year: int
    outcome: str
    scheme: str | None
    policy: str | None
    amount_fen: int | None
    grant_id: UUID | None
    recipient_name: str = ""
    reasons: Sequence[Reason] = ()


async def redecide(
    tx: Transaction,
    *,
    schemes: Schemes,
    division: str | None,
    year: int | None,
    now: datetime,
    dry_run: bool,
    raised_by: str | None = None,
    scheme: str | None = None,
    charts: Charts | None = None,
    again_for: Sequence[UUID] | None = None,
) -> tuple[list[Redecision], int]:
    """Decide again, `MOST` at a time, the oldest first; returns what was decided, and how many are left.

    `division` is a prefix, `raised_by` the person who asks, `scheme` the code of the only scheme that is asked for. A
    new decision stands beside the one that found no scheme. A dry run does all of it and takes it back. `again_for`:
    instead the newest decisions on these recipients, of whom what was reversed, and is all back, is granted again.
    """
    await decision_queries.wait_for_redecisions(tx)
    groups = await decision_queries.list_groups(tx, division=division, year=year, again_for=again_for)
    found = [
        (group["division"], group["year"])
        for group in groups
        if any(
            scheme in (None, one.parameters.scheme)
            for one in in_force(schemes, group["division"], scheme_day(group["year"]), "evaluation")
        )
    ]
    rows = await decision_queries.list_to_redecide(tx, found, MOST + 1, again_for)
    chosen = rows[:MOST]
    # What is decided again, the caller sees; what the recipients have, and the lists that they stand in, may lie where
    # they are now.
    async with tx.system_scope():
        some = await decide(tx, [(_kept_evaluation(row), new_id(), None) for row in chosen], schemes)
        if again_for is not None:  # of this scheme alone
            some = [[one for one in each if one.decision.scheme == scheme] for each in some]
        decided = await after_rectifications(tx, [one for each in some for one in each])
        keep = foresee if dry_run else keep_and_raise
        after = await keep(tx, decided, now, charts=charts, raised_by=raised_by, asked_again=again_for is not None)
    before = [row for row, each in zip(chosen, some, strict=True) for _ in each]
    left = 0
    if again_for is None:
        left = await decision_queries.count_to_redecide(tx, found) - (len(chosen) if dry_run else 0)
    return [_redecision(row, one, kept) for row, one, kept in zip(before, decided, after, strict=True)], left


def _kept_evaluation(row: Record) -> KeptEvaluation:
    facts = row["facts"]
    return KeptEvaluation(
        id=row["evaluation_id"],
        year=row["year"],
        party_organization_id=row["recipient_id"],
        party_organization_name=row["recipient_name"],
        party_organization_kind=facts["kind"],
        form=facts["form"],
        division=row["division"],
        star=facts["star"],
        total=Decimal(facts["total"]),
        completed_at=row["as_of"],
    )


def _redecision(row: Record, one: Decided, kept: dict[str, Any]) -> Redecision:
    return Redecision(
        before=row["id"],
        evaluation_id=row["evaluation_id"],
        recipient_id=row["recipient_id"],
        division=row["division"],
        year=row["year"],
        outcome=kept["outcome"],
        scheme=one.decision.scheme,
        policy=one.decision.policy,
        amount_fen=one.decision.amount_fen,
        grant_id=kept["grant_id"],
        recipient_name=row["recipient_name"],
        reasons=kept["shown_reasons"],
    )
