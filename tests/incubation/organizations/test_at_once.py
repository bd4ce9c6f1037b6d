"""An organization becomes known while another worker takes in who covers it: neither sees what the other writes."""

import asyncio

import pytest

from tests.incubation.conftest import Incubation, Organization, established

MOMENT = 0.3
"""Long enough for a handler that nobody holds up."""


@pytest.mark.parametrize("first", ["the organization", "its Party organization"])
async def test_at_once__who_is_claimed_meanwhile_is_covered(incubation: Incubation, first: str) -> None:
    organization = Organization(1)
    events = [organization.state(3), established("joint", organization, division="330106")]
    if first != "the organization":
        events.reverse()
    async with incubation.handling(events[0]):
        other = asyncio.create_task(incubation.deliver(events[1]))
        await asyncio.sleep(MOMENT)
    await other
    [known] = await incubation.rows("SELECT coverage FROM organizations WHERE id = :id", id=organization.id)
    assert known == {"coverage": "joint"}
    spans = await incubation.rows("SELECT organization_id FROM coverage_spans WHERE until IS NULL")
    assert spans == [{"organization_id": organization.id}]
