"""Forecasts over HTTP: of what funding knows, of what is assumed, kept with all of it; and what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.base import PartyOrganizationKind
from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import YEAR as THIS_YEAR
from tests.funding.appropriations.helpers import appropriated
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.forecasts.helpers import YEAR, part, pointers, post
from tests.funding.helpers import H31, listed, load, make_scheme, organization_news

LONG_AGO: dict[str, Any] = {"established_on": date(2020, 3, 2), "on": date(2020, 3, 2)}
RATED = datetime(2026, 2, 1, 15, 59, tzinfo=UTC)
"""The last minute of the first of February in China."""
COUNTS = [{"division": "330106", "kind": "BRANCH", "star": 4, "party_organizations": 10}]
SIMULATION: dict[str, Any] = {
    "id": "0197b6e2-0000-7000-8000-000000000001",
    "year": 2025,
    "division": "3301",
    "policy": "three-star",
    "state": "ready",
    "stars": [{"star": 3, "before": 0, "after": 3}, {"star": 1, "before": 4, "after": 1}],
    "changed": 3,
    "evaluations": 4,
}


async def branch(funding: Funding, kind: PartyOrganizationKind = "BRANCH", star: int | None = None) -> UUID:
    """A Party organization of Xihu District that covers three members, and its stars of 2025."""
    party, organization = uuid4(), uuid4()
    stated: dict[str, Any] = {**LONG_AGO, "kind": kind}
    await funding.deliver(
        organization_news(organization, 2, 1, division="330106"), party_news(party, organization, **stated)
    )
    if star is not None:
        rated: dict[str, Any] = {"party_organization_kind": kind, "star": star, "year": 2025, "completed_at": RATED}
        await funding.deliver(completed(party_organization_id=party, **rated))
    return party


async def test_h32_the_need_of_what_funding_knows(funding: Funding) -> None:
    await branch(funding, star=4)
    await branch(funding, star=1)
    await branch(funding)
    key = await branch(funding, "COMMITTEE", star=5)
    await listed(funding, H31, key, amount_fen=6_000_000)
    made = await post(funding)
    assert (made["need_fen"], made["held_fen"], made["unfunded_fen"]) == (6_900_000, 300_000, 6_900_000)
    assert [(one["scheme"], one["need_fen"]) for one in made["by_scheme"]] == [
        ("hz-2013-annual", 900_000),
        (H31, 6_000_000),
    ]
    lines = {(one["scheme"], one["kind"]): one for one in await part(funding, made, "lines")}
    assert lines["hz-2013-annual", "COMMITTEE"]["need_fen"] == 0, "who stands in the list of H31 gets no H32"
    reason = lines["hz-2013-annual", "BRANCH"]["reasons"][0]
    assert (reason["rule"], reason["outcome"], reason["facts"]["stars"]) == (
        "H32",
        "foreseen",
        {"4": 1, "1": 1, "none": 1},
    )
    counted = [one for one in await part(funding, made, "inputs") if one["what"] == "count"]
    assert [(one["kind"], one["star"], one["full_members"]) for one in counted] == [
        ("BRANCH", None, 2),
        ("BRANCH", 1, 2),
        ("BRANCH", 4, 2),
        ("COMMITTEE", 5, 2),
    ]
    assert made == (await funding.get("/v1/forecasts"))["items"][0] == await funding.get(f"/v1/forecasts/{made['id']}")
    assert await funding.rows("SELECT id FROM grants WHERE year = 2027") == [], "a plan raises nothing"
    for day, stars in (("2026-01-31", ["none"]), ("2026-02-01", ["1", "4", "none"])):
        then = await post(funding, counted_on=day)
        [line, *_] = await part(funding, then, "lines", kind="BRANCH")
        assert sorted(line["reasons"][0]["facts"]["stars"]) == stars, "stars are those of the day"


async def test_s26_as_of_a_day_and_kept_whatever_comes_later(funding: Funding) -> None:
    party, organization = uuid4(), uuid4()
    await funding.deliver(
        organization_news(organization, 3, as_of=date(2025, 6, 1)),
        organization_news(organization, 9, sequence=2, as_of=date(2026, 6, 1)),
        party_news(party, organization, division="310101", **LONG_AGO),
    )
    earlier = await post(funding, division="31", counted_on="2026-05-31")
    assert (earlier["need_fen"], earlier["counted_on"]) == (3 * 20_000, "2026-05-31")
    assert (await post(funding, division="31"))["need_fen"] == 9 * 20_000
    assert {one["facts"]["scheme"] for one in earlier["reasons"]} == {
        "sh-2015-larger",
        "sh-2015-secretaries",
        "sh-2015-start-up",
    }
    await funding.deliver(organization_news(organization, 4, sequence=3, as_of=date(2026, 5, 1)))
    assert await funding.get(f"/v1/forecasts/{earlier['id']}") == earlier


async def test_s28_other_versions_and_other_figures(funding: Funding) -> None:
    counts = [*COUNTS, {"division": "330105", "kind": "GENERAL", "star": 3, "party_organizations": 1}]
    load(
        funding,
        make_scheme(scheme="hz-2013-annual", amounts_fen={"COMMITTEE": 9, "GENERAL": 7, "BRANCH": 5}, active=False),
    )
    by_other = await post(funding, counts=counts, entries=[], dues=[], policies=["hz-2013-annual3301"])
    assert by_other["need_fen"] == 0, "that version is not active"
    active: list[dict[str, Any]] = [{"scheme": "hz-2013-annual", "hold_below_stars": 5}]
    figures = await post(funding, counts=counts, entries=[], dues=[], policies=["hz-2013-annual3301"], proposed=active)
    assert (figures["need_fen"], figures["held_fen"]) == (10 * 5 + 7, 10 * 5 + 7)
    [policy] = figures["policies"]
    assert (policy["id"], policy["proposed"]) == ("hz-2013-annual3301+proposed", True)
    assert policy["parameters"]["hold_below_stars"] == 5
    start_up = {"scheme": "sh-2015-start-up", "amount": {"rule": "one_off", "fen": 200_000}, "source": "own_line"}
    founded = [{"division": "310101", "kind": "BRANCH", "party_organizations": 0, "founded": 3}]
    made = await post(funding, division="31", counts=founded, entries=[], dues=[], proposed=[start_up])
    assert made["by_source"] == [{"source": "own_line", "need_fen": 600_000, "unfunded_fen": 600_000}]


async def test_s30_what_is_unfunded_after_what_was_charged(funding: Funding) -> None:
    await appropriated(funding, 1_000_000)
    await funding.raised(2, "review", "approval", year=THIS_YEAR)
    await funding.raised(1, "review", "approval", year=THIS_YEAR - 1)
    made = await post(funding, counts=COUNTS, entries=[], dues=[], year=THIS_YEAR)
    [fund] = await part(funding, made, "funds")
    assert (fund["appropriation"], fund["need_fen"], fund["charged_fen"], fund["left_fen"]) == (
        "B-1",
        3_000_000,
        600_000,
        100_000,
    )
    assert made["unfunded_fen"] == fund["unfunded_fen"] == 2_300_000
    next_year = await post(funding, counts=COUNTS, entries=[], dues=[], budget_year=THIS_YEAR)
    assert next_year["unfunded_fen"] == 2_900_000, "of this year's budget what is left pays next year's grants"


async def test_simulation__its_stars_or_its_changes(funding: Funding) -> None:
    by_stars = await post(funding, counts=COUNTS, entries=[], dues=[], simulation=SIMULATION)
    assert (by_stars["stars"], by_stars["held_fen"]) == ({"1": 1, "3": 3}, 2 * 300_000)
    assert by_stars["simulation"] == {
        "id": SIMULATION["id"],
        "year": 2025,
        "division": "3301",
        "policy": "three-star",
        "changes": None,
    }
    fallen = await branch(funding, star=4)
    await branch(funding, star=4)
    changes = [{"party_organization_id": str(fallen), "star_before": 4, "star_after": 1, "type": "T10"}]
    by_changes = await post(funding, simulation=SIMULATION | {"changes": changes})
    assert (by_changes["need_fen"], by_changes["held_fen"]) == (600_000, 300_000)


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"division": "9999"}, ["/division"]),
    ({"year": 1999}, ["/year"]),
    ({"counted_on": str(china_day(utc_now()) + timedelta(days=1))}, ["/counted_on"]),
    ({"counted_on": "0001-01-01"}, ["/counted_on"]),
    ({"counts": [COUNTS[0] | {"division": "310101"}]}, ["/counts/0/division"]),
    ({"counts": [COUNTS[0] | {"open_to": {"hz-2013-annual": 11}}]}, ["/counts/0/open_to"]),
    ({"counts": [COUNTS[0] | {"party_organizations": -1}]}, ["/counts/0/party_organizations"]),
    ({"entries": [{"scheme": "hz-2013-annual", "division": "3301", "count": 1}]}, ["/entries/0/scheme"]),
    ({"entries": [{"scheme": H31, "division": "3301", "count": 11}]}, ["/entries/0/count"]),
    ({"stars": {"5": 0}}, ["/stars"]),
    ({"stars": {"6": 1}}, ["/stars/6/[key]"]),
    ({"rates": {"pool_share_bp": 1001}, "dues": [{"division": "330106"}]}, ["/rates/pool_share_bp"]),
    ({"rates": {"rated_bp": 10_001}}, ["/rates/rated_bp"]),
    ({"policies": ["nobody-knows"]}, ["/policies/0"]),
    ({"policies": ["sh-2015-members"]}, ["/policies/0"]),
    ({"policies": ["hz-2013-annual", "hz-2013-annual"]}, ["/policies/1"]),
    ({"proposed": [{"scheme": "sh-2015-members"}]}, ["/proposed/0/scheme"]),
    ({"proposed": [{"scheme": "hz-2013-annual", "amounts_fen": {"BRANCH": 1}}]}, ["/proposed/0/amounts_fen"]),
    ({"proposed": [{"scheme": H31, "amount": {"rule": "one_off", "fen": None}}]}, ["/proposed/0"]),
    (
        {"proposed": [{"scheme": H31, "amount": {"rule": "listed", "from_fen": 1.5, "to_fen": 2, "at_most": 1}}]},
        ["/proposed/0/amount/from_fen"],
    ),
    ({"simulation": SIMULATION | {"state": "computing"}}, ["/simulation/state"]),
    ({"simulation": SIMULATION | {"stars": []}}, ["/simulation/stars"]),
    ({"simulation": SIMULATION | {"division": "31"}}, ["/simulation/division"]),
    ({"simulation": SIMULATION, "stars": {"5": 1}}, ["/stars"]),
    ({"simulation": SIMULATION | {"changes": []}, "counts": COUNTS}, ["/simulation/changes"]),
    ({"unheard_of": 1}, ["/unheard_of"]),
]


async def test_refused__by_the_field_at_fault(funding: Funding, subtests: pytest.Subtests) -> None:
    for body, expected in REFUSED:
        with subtests.test(str(expected)):
            assert pointers(await post(funding, 422, **body)) == expected
    assert await funding.rows("SELECT id FROM forecasts") == []


async def test_pages__lines_funds_and_inputs_one_after_another(funding: Funding) -> None:
    counts = [COUNTS[0] | {"division": division} for division in ("330102", "330105", "330106")]
    made = await post(funding, counts=counts, entries=[], dues=[])
    for name in ("lines", "funds", "inputs"):
        found, cursor = [], None
        while True:
            query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
            answered = await funding.get(f"/v1/forecasts/{made['id']}/{name}", **query)
            found += answered["items"]
            cursor = answered["next_cursor"]
            if cursor is None:
                break
        assert [one["division"] for one in found] == ["330102", "330105", "330106"]
        refused = await funding.http.get(f"/v1/forecasts/{made['id']}/{name}", params={"cursor": "WyJ4Il0"})
        assert refused.status_code == 422
    [line] = await part(funding, made, "lines", division="330105", scheme="hz-2013-annual", source="fiscal")
    assert line["number"] == 2
    assert await part(funding, made, "lines", kind="GENERAL") == []


async def test_scope__nobody_plans_or_sees_another_division(funding: Funding, token_for: TokenFor) -> None:
    made = await post(funding, counts=COUNTS, entries=[], dues=[])
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330105'])}"}
    assert (await funding.http.get(f"/v1/forecasts/{made['id']}", headers=headers)).status_code == 404
    assert (await funding.http.get("/v1/forecasts", headers=headers)).json()["items"] == []
    outside = await funding.http.post("/v1/forecasts", json={"division": "3301", "year": YEAR}, headers=headers)
    assert outside.status_code == 403
