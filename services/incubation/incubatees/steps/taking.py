"""What the steps share: the lock, the history, what events state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.incubatees import queries
from services.incubation.incubatees.incubatee import IncubateeStep
from services.incubation.incubatees.rules import barred_by
from services.incubation.incubators import queries as incubators
from services.incubation.meetings.taking import step_of
from shared.db.session import Record, Transaction
from shared.problems.access import check_reach
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version


async def lock(
    tx: Transaction, incubatee_id: UUID, if_match: Preconditions | None, step: IncubateeStep | None = None
) -> Record:
    """An incubatee, locked, that the caller may write. Raises NotFound, OutsideScope, PreconditionFailed, SameHand."""
    row = await queries.get(tx, incubatee_id, lock=True)
    if row is None:
        raise NotFound(what="incubatee")
    check_reach(tx.access, row["division"])
    check_version(if_match, row["version"])
    barred = None if step is None else barred_by(step, row, tx.access.actor)
    if barred is not None:
        raise barred
    return row


async def save(tx: Transaction, row: Record, step: str, now: datetime, note: str | None) -> Record:
    """Write an incubatee with a step of its history."""
    [saved] = await queries.update(tx, [{**row, "steps": [*row["steps"], step_of(tx, step, now, note)]}])
    return saved


async def code_of(tx: Transaction, row: Record) -> str:
    """The code of its incubator."""
    incubator = await incubators.get(tx, str(row["incubator_id"]))
    assert incubator is not None
    code: str = incubator["code"]
    return code


def stated(row: Record, incubator: str) -> dict[str, Any]:
    """What every event states of it."""
    names = ("id", "organization_id", "uscc", "name", "division")
    return {"incubator": incubator, **{name: row[name] for name in names}}


async def codes_of(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, str]:
    """The codes of the incubators of these."""
    found = await incubators.by_id(tx, [row["incubator_id"] for row in rows])
    return {one: row["code"] for one, row in found.items()}
