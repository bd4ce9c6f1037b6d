"""Records supports, and withdraws what was recorded in error (H4, H10)."""

from datetime import datetime
from uuid import UUID

from services.incubation.incubators import queries as incubators
from services.incubation.incubators.errors import SupportWithdrawn
from services.incubation.incubators.incubator import periods_of
from services.incubation.incubators.supports import queries
from services.incubation.incubators.supports.rules import faults_of
from services.incubation.incubators.supports.schemas import SupportBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_GIVEN = ("amount_fen", "area_m2", "participants")


async def record(tx: Transaction, code: str, body: SupportBody, now: datetime) -> Record:
    """Record a support of a day on which the incubator worked. Raises NotFound, OutsideScope, IllegalTransition where
    it was never active, InvalidInput."""
    incubator = await _incubator(tx, code)
    if incubator["state"] == "preparing":
        raise IllegalTransition(what="incubator", state="preparing", action="support")
    given = body.model_dump(include=set(_GIVEN))
    faults = faults_of(body.kind, given, body.given_on, body.until, china_day(now))
    faults = faults or periods_of(incubator).faults_of("given_on", body.given_on)
    if faults:
        raise InvalidInput(faults)
    row: Record = {
        "id": new_id(),
        "incubator_id": incubator["id"],
        "division": incubator["division"],
        **body.model_dump(),
        "recorded_by": tx.access.actor,
        "recorded_at": now,
        **dict.fromkeys(("withdrawn_at", "withdrawn_by", "withdrawn_why")),
        "version": 1,
    }
    await queries.insert(tx, row)
    return row


async def withdraw(
    tx: Transaction, code: str, support_id: UUID, reason: str, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Withdraw a record. Raises NotFound, OutsideScope, PreconditionFailed, SupportWithdrawn."""
    incubator = await _incubator(tx, code)
    row = await queries.lock(tx, incubator["id"], support_id)
    if row is None:
        raise NotFound(what="support")
    check_version(if_match, row["version"])
    if row["withdrawn_at"] is not None:
        raise SupportWithdrawn(withdrawn_at=row["withdrawn_at"])
    return await queries.withdraw(tx, support_id, {"at": now, "by": tx.access.actor, "why": reason})


async def _incubator(tx: Transaction, code: str) -> Record:
    row = await incubators.get(tx, code)
    if row is None:
        raise NotFound(what="incubator")
    check_reach(tx.access, row["division"])
    return row
