"""Keeps the projection; who is new is enrolled, whoever ended leaves the round."""

from collections.abc import Sequence

from services.evaluation.evaluations import enrolment
from services.evaluation.party_organizations import queries
from services.evaluation.party_organizations.rules import News, latest
from shared.bus.handlers import Received
from shared.db.base import utc_now
from shared.db.session import Record, Transaction


async def take_over(tx: Transaction, events: Sequence[Received[News]]) -> list[Record]:
    """The projecting half, which a replay calls alone; returns the ids written, and which of them ended."""
    return await queries.upsert(tx, latest([(event.envelope.sequence, event.data) for event in events]))


async def project(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """Take over a list of established, changed and dissolved Party organizations; older news is ignored."""
    now = utc_now()
    await enrolment.hold_back_openings(tx)
    written = await take_over(tx, events)
    await enrolment.withdraw(tx, [row["id"] for row in written if row["dissolved_on"] is not None], now)
    await enrolment.enrol_in_open_cycles(tx, [row["id"] for row in written if row["dissolved_on"] is None], now)
