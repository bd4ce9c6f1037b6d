"""The projection of the registry's Party organizations: a list is one handler's, and old news is ignored."""

from datetime import date

from sqlalchemy import text

from services.evaluation.consumers import HANDLERS
from shared.db.base import new_id
from shared.db.session import Database, Record
from tests.conftest import SYSTEM
from tests.evaluation.conftest import Round, changed, dissolved, established, received


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
