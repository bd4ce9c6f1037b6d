"""T30: changes of what a Party organization covers lead to the same coverage as whole lists, in whatever order."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationChangedV2
from tests.incubation.conftest import Incubation, Organization, dissolved, established, received
from tests.incubation.organizations.test_coverage import at, coverage

AREA = UUID(int=0xA1)
X, Y, Z = (Organization(n) for n in (1, 2, 3))


def changed(sequence: int, added: Sequence[Organization] = (), removed: Sequence[Organization] = ()) -> Received[Any]:
    data = PartyOrganizationChangedV2.model_validate(
        {
            "id": AREA,
            "name": "示例片区",
            "kind": "BRANCH",
            "form": "area",
            "division": "330106",
            "established_on": date(2026, 3, 9),
            "added": [
                {
                    "organization_id": one.id,
                    "uscc": one.code,
                    "kind": "foundation",
                    "since": date(2026, 3, 9),
                    "division": "330106",
                }
                for one in added
            ],
            "removed": [{"organization_id": one.id, "uscc": one.code, "division": "330106"} for one in removed],
        }
    )
    return at(sequence, received(data, AREA, sequence))


def whole(sequence: int, *organizations: Organization) -> Received[Any]:
    return at(sequence, established("area", *organizations, party=AREA, sequence=sequence))


HISTORIES = {
    "added": ([whole(1, X), changed(2, [Y]), changed(3, [Z])], [X, Y, Z]),
    "removed": ([whole(1, X, Y), changed(2, [Z]), changed(3, [], [X])], [Y, Z]),
    "removed and added again": ([whole(1, X, Y), changed(2, [], [X]), changed(3, [X])], [X, Y]),
    "whole again": ([whole(1, X), changed(2, [Y, Z]), whole(3, Z)], [Z]),
    "in both": ([whole(1, X, Y), changed(2, [X, Z], [X])], [X, Y, Z]),
}


async def covered(incubation: Incubation) -> set[UUID]:
    found = await coverage(incubation)
    assert all(party == (AREA if kind == "area" else None) for kind, party in found.values())
    return {organization for organization, (kind, _) in found.items() if kind == "area"}


@pytest.mark.parametrize("name", HISTORIES)
@pytest.mark.parametrize("together", [True, False], ids=["as one list", "one by one"])
async def test_t30_changes__add_up_whatever_the_order(incubation: Incubation, name: str, together: bool) -> None:
    """An event that was dead-lettered comes after later ones."""
    events, expected = HISTORIES[name]
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y, Z)))
    for order in permutations(events):
        for run in [order] if together else [[event] for event in order]:
            await incubation.deliver(*run)
        assert await covered(incubation) == {one.id for one in expected}, [e.envelope.sequence for e in order]
        [row] = await incubation.rows("SELECT sequence FROM party_organizations")
        assert row["sequence"] == len(events)
        await incubation.execute("DELETE FROM coverage_claims")
        await incubation.execute("DELETE FROM party_organizations")
        await incubation.execute("UPDATE organizations SET coverage = 'uncovered', covered_by = NULL")


async def test_t30_changes__close_the_case_that_they_settle(incubation: Incubation) -> None:
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(0), two.state(0), whole(1, one))
    await incubation.deliver(changed(2, [two]))
    assert {case["state"] for case in await incubation.cases()} == {"closed"}


async def test_t30_dissolution__uncovers_all_that_changes_added(incubation: Incubation) -> None:
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y)))
    await incubation.deliver(whole(1, X), changed(2, [Y]))
    await incubation.deliver(at(3, dissolved(AREA, sequence=3)))
    assert await covered(incubation) == set()


async def test_t30_changes__touch_the_rows_that_they_name(incubation: Incubation) -> None:
    """One more in an area of 300 writes one claim and one organization, and no list."""
    many = [Organization(n) for n in range(1, 302)]
    await incubation.deliver(*(one.state() for one in many))
    await incubation.deliver(whole(1, *many[:-1]))
    before = await incubation.rows("SELECT id, xmin::text AS written FROM coverage_claims")
    await incubation.deliver(changed(2, [many[-1]]))
    after = await incubation.rows("SELECT id, xmin::text AS written FROM coverage_claims")
    assert len(after) == len(before) + 1
    assert {(row["id"], row["written"]) for row in before} <= {(row["id"], row["written"]) for row in after}
    assert len(await covered(incubation)) == 301


async def test_t30_version_before__its_lists_become_claims(incubation: Incubation) -> None:
    """A worker of the version before, beside this one, writes whole lists and knows no claims."""
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y, Z)))
    await incubation.deliver(whole(1, X))
    await incubation.execute(
        "UPDATE party_organizations SET covers = CAST(:ids AS uuid[]), sequence = 2", ids=[str(Y.id), str(Z.id)]
    )
    found = await incubation.rows("SELECT organization_id FROM coverage_claims ORDER BY organization_id")
    assert [row["organization_id"] for row in found] == [Y.id, Z.id]
    await incubation.execute(
        "INSERT INTO party_organizations (id, division, form, sequence, covers) "
        "VALUES (:id, '330106', 'area', 1, CAST(:ids AS uuid[]))",
        id=UUID(int=7),
        ids=[str(X.id)],
    )
    found = await incubation.rows(
        "SELECT organization_id FROM coverage_claims WHERE party_organization_id = :id", id=UUID(int=7)
    )
    assert [row["organization_id"] for row in found] == [X.id]
