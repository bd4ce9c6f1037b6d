"""Applications that meet another request, or the registry's news, about the same organization."""

import asyncio
from uuid import UUID

from services.incubation.incubatees import queries
from services.incubation.incubatees.schemas import Application
from services.incubation.incubatees.steps import entering
from shared.db.base import utc_now
from tests.conftest import SYSTEM
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.incubatees.helpers import admitted, application, apply
from tests.incubation.incubators.helpers import activated, errors
from tests.running.locks import until_waiting


async def test_entry__at_two_incubators_at_once_is_one_place(incubation: Incubation) -> None:
    await activated(incubation)
    await activated(incubation, "ELSE-INC")
    one = Organization(1)
    await incubation.deliver(one.state(3))
    first = Application.model_validate(application(one))
    async with asyncio.TaskGroup() as group:
        async with incubation.app.state.database.transaction(SYSTEM) as tx:
            await entering.apply(tx, first, utc_now())
            second = group.create_task(apply(incubation, one, incubator="ELSE-INC"))
            await until_waiting(tx, 1)
        refused = await second
    assert (refused.status_code, refused.json()["type"].endswith("already-incubated")) == (409, True)
    [found] = (await incubation.get("/incubatees"))["items"]
    assert (found["organization_id"], found["state"]) == (str(one.id), "applied")


async def test_entry__of_one_that_is_deregistered_meanwhile_is_refused(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    async with asyncio.TaskGroup() as group:
        async with incubation.handling(one.ended()):
            waiting = group.create_task(apply(incubation, one))
            async with incubation.app.state.database.transaction(SYSTEM) as tx:
                await until_waiting(tx, 1)
        refused = await waiting
    assert (refused.status_code, list(errors(refused))) == (422, ["/organization"])
    assert (await incubation.get("/incubatees"))["items"] == []


async def test_entry__locks_no_incubatee_that_an_agreement_may_hold(incubation: Incubation) -> None:
    await activated(incubation)
    one = Organization(1)
    await incubation.deliver(one.state(3))
    incubatee = await admitted(incubation, one)
    async with incubation.app.state.database.transaction(SYSTEM) as tx, asyncio.timeout(9):
        await queries.get(tx, UUID(incubatee), lock=True)
        assert (await apply(incubation, one)).status_code == 409
