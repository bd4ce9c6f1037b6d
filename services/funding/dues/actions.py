"""Records quarters of dues, certifies years, and opens them again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.dues import queries
from services.funding.dues.errors import DuesHeldElsewhere, DuesInUse, QuarterRecorded
from services.funding.dues.policies import DuesPolicies
from services.funding.dues.rules import (
    TRANSITIONS,
    HolderKind,
    Quarter,
    Recorded,
    certify,
    check_hands,
    faults_of,
    to_quarter,
)
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

UsedBy = Callable[[Transaction, UUID], Awaitable[UUID | None]]
"""Finds what stands on a certified year: a claim, a pool; None where nothing does."""


async def record(
    tx: Transaction,
    *,
    holder_id: UUID,
    holder_kind: HolderKind,
    holder_name: str,
    division: str,
    year: int,
    quarter: Quarter,
    reason: str | None,
    now: datetime,
) -> tuple[Record, bool]:
    """The year with its quarter, and whether something was recorded: the same figures again change nothing.

    A register follows a holder that moved. Raises InvalidInput, QuarterRecorded, DuesHeldElsewhere, IllegalTransition.
    """
    # The system's scope: a holder may be where the caller does not see it.
    async with tx.system_scope():
        holder = (await coverage.load(tx, [holder_id])).get(holder_id)
        others = await queries.papers_elsewhere(tx, holder_id, year, quarter.quarter)
    recorded = [Recorded(one, row["year"], row["quarter"]) for row in others for one in to_quarter(row).papers]
    faults = faults_of(quarter, year, china_day(now), None if holder is None else holder.form, recorded)
    if faults:
        raise InvalidInput(faults)
    draft: Record = {
        "id": new_id(),
        "holder_id": holder_id,
        "holder_kind": holder_kind,
        "holder_name": holder_name,
        "division": division,
        "year": year,
        "state": "open",
        "version": 0,
        "reasons": [],
        **dict.fromkeys(("base_fen", "policy", "certified_by", "certified_at", "certified_note")),
    }
    await queries.insert_year(tx, draft)
    # The system's scope: a holder may have moved from a division that the caller does not see.
    async with tx.system_scope():
        before = await queries.lock_of(tx, holder_id, year)
        assert before is not None
        unseen = before["division"] != division and not tx.access.reaches(before["division"])
        if unseen and (holder is None or holder.division != division):
            raise DuesHeldElsewhere(year=year, division=division)
        revisions = (await queries.quarters_of(tx, [before["id"]]))[before["id"]]
        earlier = [row for row in revisions if row["quarter"] == quarter.quarter]
        same = bool(earlier) and to_quarter(earlier[-1]).content == quarter.content
        if same and before["division"] == division:
            return before, False
        state = move(TRANSITIONS, before["state"], "recording")
        if earlier and not same and reason is None:
            raise QuarterRecorded(year=year, quarter=quarter.quarter)
        after = {**before, "division": division, "state": state, "version": before["version"] + 1}
        await queries.save(tx, after)
        if not same:
            await queries.insert_quarter(tx, _revision(tx, after, quarter, len(earlier) + 1, reason, now))
    return after, True


def _revision(
    tx: Transaction, year: Record, quarter: Quarter, revision: int, reason: str | None, now: datetime
) -> Record:
    return {
        "dues_id": year["id"],
        "quarter": quarter.quarter,
        "revision": revision,
        "division": year["division"],
        "collected_fen": quarter.collected_fen,
        "remitted_fen": quarter.remitted_fen,
        "retained_fen": quarter.retained_fen,
        "interest_fen": quarter.interest_fen,
        "papers": [asdict(one) for one in quarter.papers],
        "reason": reason,
        "entered_by": tx.access.actor,
        "entered_at": now,
    }


async def certify_year(
    tx: Transaction,
    dues_id: UUID,
    policies: DuesPolicies,
    now: datetime,
    if_match: Preconditions | None,
    note: str | None = None,
) -> Record:
    """The year as it is certified, by somebody else than who entered any of its figures.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, DuesIncomplete.
    """
    before = await _locked(tx, dues_id, if_match)
    state = move(TRANSITIONS, before["state"], "certification")
    rows = queries.in_force((await queries.quarters_of(tx, [dues_id]))[dues_id])
    quarters = [to_quarter(row) for row in rows]
    check_hands(quarters, tx.access.actor)
    policy = policies.get(before["division"], china_day(now))
    base, reasons = certify(before["year"], quarters, policy, now)
    after = {
        **before,
        "state": state,
        "version": before["version"] + 1,
        "base_fen": base,
        "policy": policy.id,
        "reasons": [*before["reasons"], *(one.model_dump(mode="json") for one in reasons)],
        "certified_by": tx.access.actor,
        "certified_at": now,
        "certified_note": note,
    }
    await queries.save(tx, after)
    return after


async def reopen(
    tx: Transaction,
    dues_id: UUID,
    reason: str,
    now: datetime,
    used_by: Sequence[UsedBy],
    if_match: Preconditions | None,
) -> Record:
    """The year open again, for a late correction. Raises NotFound, PreconditionFailed, IllegalTransition, DuesInUse."""
    before = await _locked(tx, dues_id, if_match)
    state = move(TRANSITIONS, before["state"], "reopening")
    for find in used_by:
        used = await find(tx, dues_id)
        if used is not None:
            raise DuesInUse(used_by=used)
    why = Reason(
        rule="R-dues-base", outcome="reopened", facts={"reason": reason, "base_fen": before["base_fen"]}, as_of=now
    )
    after = {
        **before,
        "state": state,
        "version": before["version"] + 1,
        "base_fen": None,
        "reasons": [*before["reasons"], why.model_dump(mode="json")],
        "certified_by": None,
        "certified_at": None,
        "certified_note": None,
    }
    await queries.save(tx, after)
    return after


async def _locked(tx: Transaction, dues_id: UUID, if_match: Preconditions | None) -> Record:
    before = await queries.lock(tx, dues_id)
    if before is None:
        raise NotFound(what="dues year")
    check_version(if_match, before["version"])
    return before
