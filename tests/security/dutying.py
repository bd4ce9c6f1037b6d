"""Bodies of a district and its streets, whose duty items of 2024 are due, reported and appraised."""

from shared.db.session import Database
from tests.evaluation.bodies.helpers import CITY, DISTRICT, deliver_bodies, recorded
from tests.evaluation.conftest import Round

REPORT = {"reported_on": "2025-01-20", "reference": "西湖两新〔2025〕1号"}
APPRAISAL = {"grade": "good", "appraised_on": "2025-02-20", "ground": "重视程度高"}
_STREETS = {"street_due": "翠苑街道", "street_reported": "北山街道", "street_appraised": "灵隐街道"}


async def owe(database: Database, a_round: Round) -> dict[str, str]:
    """The codes of the streets' bodies, by the state of their item."""
    streets = [
        recorded(code, level="street", kind="street_committee", street=street, parent=DISTRICT)
        for code, street in _STREETS.items()
    ]
    await deliver_bodies(database, recorded(CITY, level="city", division="330100"), recorded(DISTRICT), *streets)
    for code, steps in {"street_reported": ("report",), "street_appraised": ("report", "appraisal")}.items():
        for step in steps:
            content = REPORT if step == "report" else APPRAISAL
            taken = await a_round.client.post(f"/v1/duty-items/{code}/2024/{step}", json=content)
            assert taken.status_code == 200, taken.text
            # Another actor than who appraises.
            await a_round.run("UPDATE duty_items SET steps = jsonb_set(steps, '{0,by}', '\"甲\"')")
    return {code: code for code in _STREETS}
