"""Releases what was held for rectifications that are closed, an event each, whatever came first."""

from collections.abc import Sequence

from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import stands_for
from services.funding.grants import queries
from services.funding.grants.deciding.releasing import release_rectified
from services.funding.grants.events import grant_event
from services.funding.grants.recipients import claims
from services.funding.grants.recipients.holding import explain_counted, explain_dissolved
from services.funding.rectifications import queries as rectifications
from services.funding.rectifications.closed import Closed
from services.funding.rectifications.projecting import take_over
from shared.bus.handlers import Received
from shared.bus.sending.outbox import emit
from shared.contracts.evaluation import RectificationClosed
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def release(tx: Transaction, events: Sequence[Received[RectificationClosed]]) -> None:
    """Take over closed rectifications, and let the grants that were held for them go on.

    A grant that something else holds stays held, and says that its star does not any more. One that is raised later
    finds the closed rectification (`raising`).
    """
    now = utc_now()
    await rectifications.wait_for_raisings(tx)
    news = {event.data.evaluation_id: event for event in await take_over(tx, events)}
    recipients = sorted({event.data.party_organization_id for event in news.values()})
    grants = await queries.lock_held(tx, recipients, sorted(news))
    if not grants:
        return
    parties = await coverage.load(tx, sorted({grant.recipient_id for grant in grants}))
    known = await claims.claims_of(tx, [grant.id for grant in grants])
    wanted = [
        (grant, stands_for(parties[grant.recipient_id], grant.year, china_day(now)))
        for grant in grants
        if grant.recipient_id in parties and not known[grant.id] and parties[grant.recipient_id].dissolved_on is None
    ]
    claimed = await claims.claim(tx, wanted)
    refused = {
        grant.id: explain_counted(claimed.taken.get(grant.id, {}), now)
        for grant, organizations in wanted
        if organizations and grant.id not in claimed.own
    }
    after = []
    for grant in grants:
        party = parties.get(grant.recipient_id)
        others = [refused[grant.id]] if grant.id in refused else []
        if party is not None and party.dissolved_on is not None:
            others.append(explain_dissolved(party, now))
        assert grant.evaluation_id is not None  # it is how these were found
        data = news[grant.evaluation_id].data
        closed = Closed(data.id, data.evaluation_id, data.outcome, data.closed_on)
        released = release_rectified(grant, closed, others, now)
        if released is not None:
            after.append(released)
    await queries.save_following(tx, after)
    await queries.insert_steps(
        tx, [(grant, "release" if grant.state == "raised" else "rectification") for grant, _ in after], now
    )
    causes = {evaluation: event.cause for evaluation, event in news.items()}
    await emit(tx, [grant_event(grant, now, causes[grant.evaluation_id]) for grant, _ in after if grant.evaluation_id])
