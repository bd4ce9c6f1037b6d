"""The projection of the registry's Party organizations: a list is one handler's, and old news is ignored."""

from datetime import date
from uuid import UUID

from sqlalchemy import text

from services.evaluation.consumers import HANDLERS
from services.evaluation.party_organizations.rules import News
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationChangedV2, PartyOrganizationEstablished, ReleasedOrganization
from shared.db.base import new_id
from shared.db.session import Database, Record
from tests.conftest import SYSTEM
from tests.evaluation.conftest import Round, changed, covered, dissolved, established, received


async def stored(database: Database) -> list[Record]:
    async with database.transaction(SYSTEM) as tx:
        return await tx.records(text("SELECT * FROM party_organizations ORDER BY id"))


def test_one_handler_takes_all_three_so_that_a_list_stays_one() -> None:
    one = new_id()
    events = [received(established(id=one)), received(changed(id=one), 2), received(dissolved(one), 3)]
    assert [len(run) for _, run in HANDLERS.runs(events)] == [3]


async def test_the_last_of_a_list_counts_and_older_news_is_ignored(a_round: Round, database: Database) -> None:
    one = established(name="甲")
    await a_round.project(received(one), received(changed(id=one.id, name="丙"), 3), received(established()))
    await a_round.project(received(changed(id=one.id, name="乙"), 2), received(changed(id=one.id, name="丙二"), 3))
    [row] = [row for row in await stored(database) if row["id"] == one.id]
    assert (row["name"], row["sequence"]) == ("丙", 3)
    assert row["covers"][0]["evaluation_type"] == "T10"


async def test_old_news_does_not_bring_back_the_dissolved(a_round: Round, database: Database) -> None:
    one = established()
    await a_round.open()
    await a_round.project(received(dissolved(one.id), 2))
    await a_round.project(received(one, 1))
    [row] = await stored(database)
    assert (row["dissolved_on"], row["name"]) == (date(2026, 6, 1), None)
    assert await a_round.evaluations() == []


async def test_a_dissolution_keeps_the_name(a_round: Round, database: Database) -> None:
    one = established(name="甲")
    await a_round.project(received(one))
    await a_round.project(received(dissolved(one.id), 2))
    [row] = await stored(database)
    assert (row["name"], row["form"], row["dissolved_on"]) == ("甲", "standalone", date(2026, 6, 1))


def changed_v2(one: PartyOrganizationEstablished, added: int, first: int = 0, removed: int = 0) -> Received[News]:
    """One that covers many: T07 is added, or goes."""
    listed = [covered("T07").model_copy(update={"organization_id": UUID(int=first + n + 1)}) for n in range(added)]
    gone = [
        ReleasedOrganization(organization_id=UUID(int=n + 1), uscc="X", division=one.division) for n in range(removed)
    ]
    facts = {name: value for name, value in one.model_dump().items() if name != "covers"}
    return received(PartyOrganizationChangedV2.model_validate({**facts, "added": listed, "removed": gone}), 2)


async def test_t30_changes__decide_the_type_with_what_was_stated_before(a_round: Round) -> None:
    one = established(covers=[covered("T10"), covered("T10")])
    await a_round.project(received(one), changed_v2(one, 3))
    await a_round.open()
    [evaluation] = await a_round.evaluations()
    assert evaluation["type"] == "T07"
    assert evaluation["reasons"][0]["facts"]["votes"] == {"T10": 2, "T07": 3}


async def test_t30_changes__that_take_away_are_taken_into_account_and_older_lists_are_not(a_round: Round) -> None:
    listed = [covered("T07").model_copy(update={"organization_id": UUID(int=n + 1)}) for n in range(3)]
    one = established(covers=[*listed, covered("T10")])
    await a_round.project(received(one))
    await a_round.project(changed_v2(one, 0, removed=3))
    await a_round.project(received(one))
    await a_round.open()
    [evaluation] = await a_round.evaluations()
    assert evaluation["type"] == "T10"
    assert evaluation["reasons"][0]["facts"]["organizations"] == 1


async def test_t30_moved__what_it_covers_is_seen_in_its_new_division(a_round: Round, database: Database) -> None:
    one = established(covers=[covered("T10")])
    await a_round.project(received(one), changed_v2(one, 2))
    moved = changed(id=one.id, division="330105", covers=[covered("T10")])
    await a_round.project(received(moved, 3))
    async with database.transaction(SYSTEM) as tx:
        found = await tx.rows(text("SELECT DISTINCT division FROM covered_organizations"))
    assert [row.division for row in found] == ["330105"]
