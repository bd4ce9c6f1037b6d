"""What evaluation keeps of superior bodies."""

from datetime import date

from sqlalchemy import text

from services.evaluation.bodies.queries import around
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.evaluation.bodies.helpers import CITY, DISTRICT, STREET, deliver_bodies, recorded, three_levels

_ROWS = text("SELECT code, names, division, since, until, sequence FROM bodies ORDER BY code")


async def test_bodies__keep_the_newest_statement_whatever_comes_last(database: Database) -> None:
    names = [{"name": "西湖区委两新工委", "from": date(2013, 1, 1)}, {"name": "新名称", "from": date(2024, 1, 1)}]
    newest = recorded(DISTRICT, sequence=3, names=names, until=date(2027, 1, 1))
    await deliver_bodies(database, newest, recorded(DISTRICT, sequence=1), recorded("B"))
    await deliver_bodies(database, recorded(DISTRICT, sequence=2, division="330108"))
    await deliver_bodies(database, recorded(DISTRICT, sequence=3))
    async with database.transaction(SYSTEM) as tx:
        [b, district] = await tx.records(_ROWS)
    assert (b["code"], b["sequence"], b["until"]) == ("B", 1, None)
    assert district == {
        "code": DISTRICT,
        "names": [{"name": "西湖区委两新工委", "from": "2013-01-01"}, {"name": "新名称", "from": "2024-01-01"}],
        "division": "330106",
        "since": date(2013, 1, 1),
        "until": date(2027, 1, 1),
        "sequence": 3,
    }


async def test_bodies__those_around_one_are_of_its_divisions_and_all_above(database: Database) -> None:
    elsewhere = recorded("HZ-BINJIANG", division="330108", parent=CITY)
    beside = recorded("HZ-LAWYERS", level="city", kind="industry_committee", division="330100")
    await deliver_bodies(database, *three_levels(), elsewhere, beside)
    async with database.transaction(SYSTEM) as tx:
        found = await around(tx, [STREET])
        assert await around(tx, []) == {}
    assert sorted(found) == [CITY, "HZ-LAWYERS", DISTRICT, STREET]
    assert found[STREET].covers("330106", "翠苑街道")
    assert not found[STREET].covers("330106", "北山街道")
