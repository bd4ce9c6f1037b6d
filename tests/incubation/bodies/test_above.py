"""Which bodies are read for those above: of the places, of bodies in other places, and of all their parents (S21)."""

from typing import Any

from services.incubation.bodies.queries import above_places
from tests.conftest import SYSTEM
from tests.incubation.bodies.helpers import recorded
from tests.incubation.conftest import Incubation

CITY: dict[str, Any] = {"division": "330100", "level": "city"}


async def test_s21_above_places__follow_a_body_of_another_city_to_what_is_above_it_there(
    incubation: Incubation,
) -> None:
    await incubation.deliver(
        recorded("HZ-CITY", **CITY),
        recorded("HZ-XIHU", parent="HZ-CITY"),
        recorded("HZ-GONGSHU", division="330105"),
        recorded("SH-HUANGPU-A", division="310101"),
        recorded("SH-HUANGPU-B", division="310101"),
        recorded("SH-XUHUI", division="310104"),
        recorded("SH-CITY", division="310000", level="city"),
    )
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        assert set(await above_places(tx, ["330106"])) == {"HZ-CITY", "HZ-XIHU"}
        found = await above_places(tx, ["330106"], ["SH-HUANGPU-A"])
    assert set(found) == {"HZ-CITY", "HZ-XIHU", "SH-HUANGPU-A", "SH-HUANGPU-B", "SH-CITY"}


async def test_s21_above_places__follow_parents_to_the_last_and_once(incubation: Incubation) -> None:
    await incubation.deliver(
        recorded("A", parent="B"),
        recorded("B", division="310101", parent="C"),
        recorded("C", division="320102", parent="D"),
        recorded("D", division="350102", parent="A"),
    )
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        found = await above_places(tx, (), ["A"])
    assert set(found) == {"A", "B", "C", "D"}
    assert found["A"].names[0].name == "A"
