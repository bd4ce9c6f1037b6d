"""Ends how a commended Party organization is managed: load, decide by the rule, save, publish."""

from datetime import datetime
from uuid import UUID

from services.evaluation.selections import queries, rules
from services.evaluation.selections.schemas import ManagementEndingBody
from services.evaluation.selections.stepping import Book, publish, take
from shared.contracts.base import Reason
from shared.db.session import Transaction
from shared.problems.access import check_reach
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions


async def end_management(
    tx: Transaction,
    selection_id: UUID,
    body: ManagementEndingBody,
    book: Book,
    now: datetime,
    if_match: Preconditions | None,
) -> None:
    """End what a commendation meant for management: it is published again, with the day. The commendation stays.

    Raises NotFound, PreconditionFailed, IllegalTransition, OutsideScope where the management is above the caller,
    ManagementEnded, InvalidInput.
    """
    found, state, policy = await take(tx, selection_id, "ending", book, if_match)
    check_reach(tx.access, rules.scope_of(policy.parameters, found["tier"], found["division"]))
    errors = rules.check_ending(body.ended_on, found["management"])
    if errors:
        raise InvalidInput(errors)
    why = rules.why_ended(found["tier"], body.ended_on, body.reason, now)
    values = {
        "state": state,
        "management": found["management"] | {"ended_on": body.ended_on.isoformat()},
        "sequence": found["sequence"] + 1,
    }
    await queries.save(tx, selection_id, values, step="ending", now=now, note=body.reason, reasons=[why])
    stated = [Reason.model_validate(one) for one in found["reasons"]]
    await publish(tx, found, values, [*stated, why], now)
