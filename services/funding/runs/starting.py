"""Raises what the founding of a Party organization entitles to (S28)."""

from collections.abc import Sequence
from uuid import uuid5

from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import News
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.rules import decide_case
from services.funding.ledger.charts import Charts
from services.funding.policies import Schemes, in_force
from services.funding.runs.rules import Period, case_of_run, concerns
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationEstablished
from shared.db.base import utc_now
from shared.db.session import Transaction


async def start(
    tx: Transaction, events: Sequence[Received[News]], *, schemes: Schemes, charts: Charts | None = None
) -> None:
    """Raise start-up grants of those that were founded, once they are known.

    One that the registry took over existed before. By the scheme of 31 December of the year of founding, so that a late
    event meets the same figures; what finds none is raised by a run once there is one.
    """
    founded = [event for event in events if isinstance(event.data, PartyOrganizationEstablished)]
    if not any(one.parameters.trigger == "establishment" and one.parameters.active for one in schemes.policies):
        return
    now = utc_now()
    known = await coverage.load(tx, sorted({event.data.id for event in founded}))
    decided = []
    for event in founded:
        party = known[event.data.id]
        if party.established_on is None:
            continue
        period = Period(party.established_on.year)
        for scheme in in_force(schemes, event.data.division, period.on, "establishment"):
            if concerns(party, period, scheme.parameters):
                case = case_of_run(party, period, scheme.parameters, now)
                key = uuid5(event.envelope.id, scheme.parameters.scheme)
                decided.append(Decided(case, decide_case(case, scheme), key, event.cause))
    await keep_and_raise(tx, decided, now, charts=charts)
