"""What becomes of a managed unit when its organization ends, moves, or is registered again (H11)."""

from datetime import datetime

import pytest

from shared.field.calendar import CHINA
from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.reports.helpers import ended, moved, registered
from tests.incubation.stations.helpers import UNIT, manage, prepare
from tests.registry.bodies.helpers import pointers


@pytest.fixture
async def unit(incubation: Incubation) -> Organization:
    """A unit that is managed since 1 March 2026."""
    await prepare(incubation)
    assert (await manage(incubation)).status_code == 201
    return Organization(1, version=1)


async def periods(incubation: Incubation, organization: str = str(UNIT.id)) -> list[tuple[str, str | None]]:
    found = (await incubation.get("/managed-units", organization=organization))["items"]
    return [(one["from"], one["until"]) for one in found]


async def test_h11_unit__ends_with_its_organization_and_may_be_managed_again(
    incubation: Incubation, unit: Organization
) -> None:
    end = ended(unit, "2026-04-15")
    await incubation.deliver(end)
    await incubation.deliver(end)
    assert await periods(incubation) == [("2026-03-01", "2026-04-15")]
    assert (await incubation.get("/stations/CY-1"))["units"] == 0
    [shown] = (await incubation.get("/managed-units", organization=UNIT.code))["items"]
    assert ([one["step"] for one in shown["history"]], shown["version"]) == (["recording", "ending"], 2)
    assert pointers(await manage(incubation, **{"from": "2026-04-20"})) == ["/organization"]
    await incubation.deliver(registered(unit, "2026-05-02"))
    assert await periods(incubation) == [("2026-03-01", "2026-04-15")]
    # Not of a day in between.
    assert pointers(await manage(incubation, **{"from": "2026-05-01"})) == ["/from"]
    assert (await manage(incubation, **{"from": "2026-05-02"})).status_code == 201
    assert await periods(incubation) == [("2026-03-01", "2026-04-15"), ("2026-05-02", None)]


async def test_h11_unit__ends_where_its_organization_moves_away(
    incubation: Incubation, unit: Organization, token_for: TokenFor
) -> None:
    street = unit.state(1, street="西溪街道", as_of=datetime(2026, 4, 1, 9, tzinfo=CHINA))
    await incubation.deliver(street)
    assert await periods(incubation) == [("2026-03-01", None)]
    await incubation.deliver(moved(unit, "330105", "2026-04-20", "2026-03-01"))
    assert await periods(incubation) == [("2026-03-01", "2026-04-20")]
    # The district that it has left sees still which unit it was.
    own = {"Authorization": f"Bearer {token_for('district_officer', ('330106',), subject='本区')}"}
    listed = await incubation.http.get("/v1/managed-units", headers=own)
    assert [(one["name"], one["until"]) for one in listed.json()["items"]] == [("示例组织1", "2026-04-20")]
    # It comes back: what has ended stays ended.
    await incubation.deliver(moved(unit, "330106", "2026-05-20", "2026-03-01"))
    assert await periods(incubation) == [("2026-03-01", "2026-04-20")]
    again = {"organization": str(unit.id)}
    assert pointers(await manage(incubation, **again, **{"from": "2026-05-19"})) == ["/from"]
    assert (await manage(incubation, **again, **{"from": "2026-05-20"})).status_code == 201


async def test_h11_unit__that_was_to_pass_on_later_ends_all_the_same(
    incubation: Incubation, unit: Organization
) -> None:
    await incubation.execute("UPDATE managed_units SET until = '2099-01-01' WHERE until IS NULL")
    await incubation.deliver(ended(unit, "2026-04-15"))
    assert (await periods(incubation))[0] == ("2026-03-01", "2026-04-15")
    # News of a day before the period began: it lasted a day at least.
    [row] = await incubation.rows("SELECT until > since AS lasted FROM managed_units LIMIT 1")
    assert row["lasted"]


async def test_h11_unit__of_an_end_before_it_began_lasted_a_day(incubation: Incubation, unit: Organization) -> None:
    await incubation.deliver(ended(unit, "2026-02-01"))
    assert await periods(incubation) == [("2026-03-01", "2026-03-02")]


async def test_h11_unit__of_an_older_end_that_a_registration_has_overtaken_stays(
    incubation: Incubation, unit: Organization
) -> None:
    old = ended(unit, "2026-04-15")
    await incubation.deliver(registered(unit, "2026-04-20"))
    await incubation.deliver(old)
    assert await periods(incubation) == [("2026-03-01", None)]


async def test_h11_unit__by_the_same_station_and_body_goes_on_as_it_is(
    incubation: Incubation, unit: Organization
) -> None:
    for day in ("2026-03-01", "2026-05-01"):
        assert pointers(await manage(incubation, **{"from": day})) == ["/territorial"]
    assert await periods(incubation) == [("2026-03-01", None)]


async def test_h11_units__are_found_by_id_and_by_code_however_it_is_written(
    incubation: Incubation, unit: Organization
) -> None:
    code = UNIT.code
    for written in (str(unit.id), code, f"{code[:8]}-{code[8:]}", code.lower()):
        assert await periods(incubation, written) == [("2026-03-01", None)], written
    assert await periods(incubation, Organization(2).code) == []
