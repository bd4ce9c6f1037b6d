"""What incubation keeps of superior bodies."""

from datetime import date

from tests.incubation.bodies.helpers import CIVIL, recorded
from tests.incubation.conftest import Incubation

_ROWS = "SELECT code, names, division, since, until, sequence FROM bodies ORDER BY code"


async def test_bodies__keep_the_newest_statement_whatever_comes_last(incubation: Incubation) -> None:
    names = [{"name": "民政局党组织", "from": date(2013, 1, 1)}, {"name": "新名称", "from": date(2024, 1, 1)}]
    await incubation.deliver(
        recorded(CIVIL, sequence=3, names=names, until=date(2027, 1, 1)), recorded(CIVIL, sequence=1), recorded("B")
    )
    await incubation.deliver(recorded(CIVIL, sequence=2, division="330108"))
    await incubation.deliver(recorded(CIVIL, sequence=3))
    [b, civil] = await incubation.rows(_ROWS)
    assert (b["code"], b["sequence"], b["until"]) == ("B", 1, None)
    assert civil == {
        "code": CIVIL,
        "names": [{"name": "民政局党组织", "from": "2013-01-01"}, {"name": "新名称", "from": "2024-01-01"}],
        "division": "330106",
        "since": date(2013, 1, 1),
        "until": date(2027, 1, 1),
        "sequence": 3,
    }
