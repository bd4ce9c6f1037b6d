"""A leader's coverage: small figures are withheld, and none follows from the others at any level (decision 48)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.party_organizations.coverage.figures import coverage_figures
from shared.contracts.base import Coverage
from shared.field.figures.policies import StatisticsPolicy, least_shown, read_statistics_policies
from shared.field.policies import Policy, PolicyBook
from shared.settings import REPOSITORY_POLICIES
from tests.conftest import AsAdmin, TokenFor
from tests.registry.helpers import code, put

COUNTS: dict[tuple[str, Coverage], int] = {
    ("330105", "uncovered"): 40,
    ("330105", "joint"): 20,
    ("330106", "uncovered"): 3,
    ("330106", "joint"): 60,
    ("330106", "area"): 7,
    ("330107", "uncovered"): 30,
    ("330107", "joint"): 50,
    ("330201", "uncovered"): 80,
    ("330201", "joint"): 90,
}


def asked(division: str, counts: Mapping[tuple[str, Coverage], int] = COUNTS, least: int = 5) -> dict[str, int | None]:
    return coverage_figures(division, counts, {}, least)


def test_decision_48_figures__without_small_ones_all_are_shown() -> None:
    figures = asked("330105")
    assert (figures["organizations"], figures["uncovered"], figures["covered"], figures["covered_joint"]) == (
        60,
        40,
        20,
        20,
    )
    assert None not in asked("330106", least=1).values()


def test_decision_48_figures__a_small_one_follows_neither_from_its_division_nor_from_its_city() -> None:
    district = asked("330106")
    assert district["uncovered"] is None
    shown = [district["organizations"], district["covered"]]
    assert None in shown, "else it is their difference"
    city = asked("3301")
    others = [asked(other)["uncovered"] for other in ("330105", "330107")]
    assert city["uncovered"] is None or None in others, "else it is the city's less the others'"
    assert city["organizations"] == 210, "what gives nothing away is shown"


def test_decision_48_figures__no_withheld_one_follows_by_any_subtraction() -> None:
    """Every figure is a sum of counts by district and coverage: a withheld one must be no combination of the shown."""
    leaves = sorted({code for code, _ in COUNTS})
    kinds = ("uncovered", "covered_standalone", "covered_joint", "covered_area")
    made_of = {name: [name] for name in kinds} | {"covered": [*kinds[1:]], "organizations": [*kinds]}
    rows: dict[bool, list[list[Fraction]]] = {True: [], False: []}
    for place in ("33", "3301", "3302", *leaves):
        answer = asked(place)
        for name, parts in made_of.items():
            inside = [Fraction(leaf.startswith(place) and kind in parts) for leaf in leaves for kind in kinds]
            rows[answer[name] is None].append(inside)
    assert rows[True]
    known = rank(rows[False])
    for one in rows[True]:
        assert rank([*rows[False], one]) == known + 1


def rank(rows: list[list[Fraction]]) -> int:
    """Of a matrix."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0])):
        lead = next((row for row in left if row[column]), None)
        if lead is None:
            continue
        found += 1
        left.remove(lead)
        left = [[a - row[column] / lead[column] * b for a, b in zip(row, lead, strict=True)] for row in left]
    return found


def test_decision_48_figures__standalone_ones_are_as_many_as_they_cover() -> None:
    """Withheld beside a small figure, a large one must not be shown under its other name."""
    counts: dict[tuple[str, Coverage], int] = {
        ("330105", "standalone"): 20,
        ("330105", "joint"): 2,
        ("330105", "area"): 30,
    }
    figures = coverage_figures("330105", counts, {("330105", "standalone"): 20, ("330105", "area"): 1}, 5)
    assert (figures["covered_joint"], figures["covered_standalone"], figures["standalone"]) == (None, None, None)
    assert (figures["covered"], figures["covered_area"]) == (52, 30)


def policy(show_from: int, region: str = "", begins: date = date(2013, 1, 1)) -> Policy[StatisticsPolicy]:
    [shipped] = read_statistics_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies
    parameters = StatisticsPolicy(show_from=show_from)
    return replace(shipped, id=f"{region}-{show_from}", region=region, effective_from=begins, parameters=parameters)


@pytest.mark.parametrize(
    ("prefix", "on", "least"),
    [
        ("33", date(2026, 3, 1), 10),
        ("31", date(2026, 3, 1), 3),
        ("33", date(2025, 3, 1), 3),
        ("33", date(2010, 1, 1), 1),
    ],
    ids=str,
)
def test_decision_48_policy__the_strictest_of_what_is_asked_holds(prefix: str, on: date, least: int) -> None:
    book = PolicyBook([policy(3), policy(10, "3301", date(2026, 1, 1)), policy(2, "3302", date(2026, 1, 1))])
    assert least_shown(book, prefix, on) == least


def test_decision_48_policy__one_that_a_later_one_replaced_counts_no_more() -> None:
    """Of a region the latest holds, whether or not somebody wrote an end into the earlier one."""
    book = PolicyBook([policy(20), policy(3, begins=date(2026, 1, 1)), policy(2, "3302", date(2026, 1, 1))])
    assert [least_shown(book, "33", date(year, 3, 1)) for year in (2025, 2026)] == [20, 3]
    assert [least_shown(book, "3302", date(year, 3, 1)) for year in (2025, 2026)] == [20, 2]


COPY = """
INSERT INTO organizations SELECT (json_populate_record(o, json_build_object(
    'id', gen_random_uuid(), 'uscc', $1::text || $2 || n, 'division', $1::text, 'coverage', $2::text))).*
FROM organizations AS o, generate_series(1, $3::integer) AS n WHERE o.uscc = $4::text
"""


async def test_decision_48_leader__sees_figures_and_no_rows(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor, as_admin: AsAdmin
) -> None:
    await put(client, code(1))
    async with as_admin.connected(app.state.database.url) as connection:
        await connection.execute("SELECT set_config('shuangfu.scope', '%', false)")
        for (place, coverage), count in COUNTS.items():
            if place.startswith("3301"):
                await connection.execute(COPY, place, coverage, count, code(1))
        await connection.execute("DELETE FROM organizations WHERE uscc = $1", code(1))

    async def ask(path: str, roles: str, scope: str = "3301") -> httpx.Response:
        return await client.get(path, headers={"Authorization": f"Bearer {token_for(roles, [scope], '领导')}"})

    async def coverage(place: str, roles: str = "leader", scope: str = "3301") -> dict[str, Any]:
        response = await ask(f"/v1/coverage?division={place}", roles, scope)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    district = await coverage("330106")
    assert district == {"division": "330106", "show_from": 5, **asked("330106")}
    assert district["uncovered"] is None
    assert (await coverage("330106", "auditor"))["uncovered"] == 3
    assert (await coverage("3301"))["organizations"] == 210
    assert (await coverage("330106", scope="330106"))["uncovered"] is None
    for path in ("/v1/organizations", f"/v1/organizations/{code(1)}", "/v1/party-organizations", "/v1/tasks"):
        assert (await ask(path, "leader")).status_code == 403, path
    outside = await ask("/v1/coverage?division=3301", "leader", "310101")
    assert (outside.status_code, outside.json()["type"]) == (403, "urn:shuangfu:problem:outside-scope")
