"""What a new organization costs: no statement asks about what cannot be of one that was not known."""

from typing import Any

import pytest

from services.incubation.consumers import make_handlers
from tests.conftest import SYSTEM
from tests.incubation.conftest import Incubation, Organization, established

FEWEST = 8
"""Areas, who claims it meanwhile, pending cases, the organization, its stay, its check, its case, the check's event."""


async def _statements(incubation: Incubation, *events: Any) -> list[str]:
    """What the handlers ran for these events, on a connection that has met every type before."""
    ran: list[str] = []
    handlers = make_handlers(incubation.app.state.policies)

    def note(record: Any) -> None:
        ran.append(" ".join(record.query.split()))

    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        for handler, run in handlers.runs([Organization(99).state(3)]):
            await handler(tx, run)
        tx.driver.add_query_logger(note)
        for handler, run in handlers.runs(events):
            await handler(tx, run)
        tx.driver.remove_query_logger(note)
    return ran


@pytest.mark.parametrize("count", [1, 3])
async def test_new_ones__a_registration_takes_eight_statements(incubation: Incubation, count: int) -> None:
    ran = await _statements(incubation, *[Organization(number).state(3) for number in range(1, count + 1)])
    assert len(ran) == FEWEST, [sql[:60] for sql in ran]
    # A plan that was made while there were few would compare each of a list with all that there are by now.
    assert not [sql for sql in ran if "FROM organization_stays" in sql]


async def test_new_ones__what_is_known_costs_more_and_nothing_of_it_is_left_out(incubation: Incubation) -> None:
    known = Organization(1)
    await incubation.deliver(known.state(3))
    ran = await _statements(incubation, known.state(0, division="330108", street=None), Organization(2).state(3))
    assert len(ran) > FEWEST
    rows = await incubation.rows(
        "SELECT division, until IS NULL AS open FROM organization_stays WHERE organization_id = :id ORDER BY 2",
        id=known.id,
    )
    assert rows == [{"division": "330106", "open": False}, {"division": "330108", "open": True}]
    cases = await incubation.cases(organization=str(known.id))
    assert [(case["division"], case["outcome"], case["state"]) for case in cases] == [("330108", "area", "open")]


async def test_new_ones__whom_a_party_organization_claimed_before_is_placed_where_it_is(incubation: Incubation) -> None:
    """The registry's two topics may come in either order."""
    claimed, other = Organization(1, division="330108", street=None), Organization(2, division="330108", street=None)
    await incubation.deliver(established("joint", claimed, division="330106"))
    await incubation.deliver(claimed.state(3), other.state(3))
    spans = await incubation.rows("SELECT organization_id, division FROM coverage_spans WHERE until IS NULL")
    assert spans == [{"organization_id": claimed.id, "division": "330108"}]
    [known] = await incubation.rows("SELECT coverage FROM organizations WHERE id = :id", id=claimed.id)
    assert known == {"coverage": "joint"}
    assert await incubation.cases(organization=str(claimed.id)) == []
