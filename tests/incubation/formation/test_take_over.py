"""What existed before the registry knew it is not to be decided: no case is opened for it, pending ones are closed."""

from typing import Any

import pytest

from shared.bus.handlers import Received
from tests.incubation.conftest import Incubation, Organization, established


def taken_over(form: str, *organizations: Organization) -> Received[Any]:
    """The registry's news of one that it took over."""
    event = established(form, *organizations)
    return Received(event.envelope, event.data.model_copy(update={"taken_over": True}))


@pytest.mark.parametrize(("members", "form"), [(3, "standalone"), (3, "joint"), (0, "standalone"), (1, "area")])
async def test_d9_a_take_over_closes_what_is_pending_and_opens_nothing(
    incubation: Incubation, members: int, form: str
) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(members))
    assert (await incubation.case(one))["state"] == "open"
    await incubation.deliver(taken_over(form, one))
    assert [case["state"] for case in await incubation.cases(organization=str(one.id))] == ["closed"]


@pytest.mark.parametrize(("members", "form"), [(3, "standalone"), (3, "joint"), (0, "standalone")])
async def test_d9_a_take_over_that_comes_before_its_organization_opens_nothing(
    incubation: Incubation, members: int, form: str
) -> None:
    one = Organization(1)
    await incubation.deliver(taken_over(form, one))
    await incubation.deliver(one.state(members))
    assert await incubation.cases(organization=str(one.id)) == []


async def test_d9_what_changes_later_is_decided_again(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(1), taken_over("joint", one))
    await incubation.deliver(one.state(3))
    assert (await incubation.pending(one))["outcome"] == "standalone"


async def test_s10_one_that_is_established_now_settles_only_what_it_gives(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    await incubation.deliver(established("joint", one))
    assert (await incubation.case(one))["state"] == "open", "standalone is due from three full members on"


async def test_d9_what_a_later_event_of_the_list_releases_is_decided(incubation: Incubation) -> None:
    """Taken over with two; the event is redelivered together with the change that leaves one of them out."""
    one, other = Organization(1), Organization(2)
    event = taken_over("joint", one, other)
    await incubation.deliver(one.state(3), other.state(3))
    await incubation.deliver(event)
    assert [case["state"] for case in await incubation.cases(organization=str(one.id))] == ["closed"]
    await incubation.deliver(event, established("joint", other, party=event.data.id, sequence=2))
    assert (await incubation.pending(one))["outcome"] == "standalone", "nobody covers it any more"
    assert [case["state"] for case in await incubation.cases(organization=str(other.id))] == ["closed"]
