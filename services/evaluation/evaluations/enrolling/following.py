"""Follows the registry: who is new is enrolled, who ended leaves the cycle, who moved takes the evaluation along."""

from collections.abc import Sequence
from uuid import UUID

from services.evaluation.consequences.deriving.following import lapse
from services.evaluation.evaluations.enrolling import enrolment
from services.evaluation.evaluations.enrolling.moving import follow_moves
from services.evaluation.party_organizations.actions import take_over
from services.evaluation.party_organizations.rules import News
from shared.bus.handlers import Received
from shared.db.base import utc_now
from shared.db.session import Transaction


async def project(tx: Transaction, events: Sequence[Received[News]]) -> list[UUID]:
    """Take over a list of established, changed and dissolved Party organizations; older news is ignored.

    Returns those of which something was new.
    """
    now = utc_now()
    await enrolment.hold_back_openings(tx)
    written = await take_over(tx, events)
    await enrolment.follow_in_open_cycles(tx, [row["id"] for row in written], now)
    await follow_moves(tx, [row["id"] for row in written], now)
    await lapse(tx, {row["id"]: row["dissolved_on"] for row in written if row["dissolved_on"] is not None}, now)
    return [row["id"] for row in written]
