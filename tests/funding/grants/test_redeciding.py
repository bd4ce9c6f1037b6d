"""Decisions that found no scheme are made again once one is there; and four people take part in a grant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.funding.grants import redeciding
from services.funding.policies import SchemeParameters
from shared.field.policies import Policy, PolicyBook
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.funding.conftest import Funding, completed, party_news

PATH = "/v1/grants/decisions/redecision"
WITHOUT = {"without_scheme": True}


def hangzhou_of(funding: Funding) -> Policy[SchemeParameters]:
    return next(one for one in funding.app.state.schemes.policies if one.id == "hz-2013-annual")


def load(funding: Funding, region: str = "3101", **changes: Any) -> Policy[SchemeParameters]:
    """A scheme for Shanghai, made from Hangzhou's."""
    hangzhou = hangzhou_of(funding)
    parameters = hangzhou.parameters.model_copy(update={"scheme": "sh-annual", **changes})
    made = replace(hangzhou, id="sh-2026", region=region, effective_from=date(2026, 1, 1), parameters=parameters)
    funding.app.state.schemes = PolicyBook([hangzhou, made])
    return made


async def redecide(funding: Funding, **body: Any) -> Any:
    response = await funding.http.post(PATH, json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def listed(funding: Funding, **query: Any) -> list[str]:
    return [one["evaluation_id"] for one in (await funding.get("/v1/grants/decisions", **query))["items"]]


async def test_t06_what_found_no_scheme_is_decided_again(funding: Funding) -> None:
    rated, held, elsewhere = completed(division="310101"), completed(division="310101", star=0), completed()
    await funding.deliver(rated, held, elsewhere)
    assert await listed(funding, **WITHOUT) == [str(rated.data.id), str(held.data.id)]
    assert await listed(funding, without_scheme=False) == [str(elsewhere.data.id)]
    assert await listed(funding, outcome="none", division="3101", **WITHOUT) == [str(rated.data.id), str(held.data.id)]
    assert await redecide(funding) == {"dry_run": False, "decisions": [], "left": 0}
    load(funding)
    before = await funding.rows("SELECT (SELECT count(*) FROM outbox) AS o, (SELECT count(*) FROM audit_log) AS a")
    foreseen = await redecide(funding, dry_run=True)
    assert [(one["outcome"], one["amount_fen"], one["policy"]) for one in foreseen["decisions"]] == [
        ("raised", 300_000, "sh-2026"),
        ("held", 300_000, "sh-2026"),
    ]
    assert await funding.grants(division="31") == []
    assert (
        await funding.rows("SELECT (SELECT count(*) FROM outbox) AS o, (SELECT count(*) FROM audit_log) AS a") == before
    )
    done = await redecide(funding, division="3101", year=2026)
    assert [one["outcome"] for one in done["decisions"]] == ["raised", "held"]
    grants = {grant["recipient_id"]: grant for grant in await funding.grants(division="31")}
    grant = grants[str(rated.data.party_organization_id)]
    assert (grant["recipient_name"], grant["state"], grant["evaluation_id"]) == (
        rated.data.party_organization_name,
        "raised",
        str(rated.data.id),
    )
    assert [event["type"].split(".")[3] for event in await funding.rows("SELECT type FROM outbox ORDER BY seq")] == [
        "raised",
        "raised",
        "held",
    ]
    assert await listed(funding, **WITHOUT) == []
    assert len(await listed(funding)) == 5, "what was decided before stays"
    assert (await redecide(funding))["decisions"] == []
    [audited] = await funding.rows("SELECT DISTINCT door FROM audit_log WHERE door LIKE '%redecision'")
    assert audited["door"] == "POST /grants/decisions/redecision"


async def test_t06_another_grant_of_the_scheme_and_year_stays_the_only_one(funding: Funding) -> None:
    first = completed(division="310101")
    again = completed(division="310101", party_organization_id=first.data.party_organization_id, star=5)
    await funding.deliver(first)
    await funding.deliver(again)
    load(funding)
    foreseen = (await redecide(funding, dry_run=True))["decisions"]
    done = (await redecide(funding))["decisions"]
    assert [one["outcome"] for one in foreseen] == [one["outcome"] for one in done] == ["raised", "unchanged"]
    assert len(await funding.grants(division="31")) == 1


async def test_t06_a_dry_run_answers_what_the_run_does(funding: Funding) -> None:
    """Two stand for one organization, and one has a grant of another scheme (D10)."""
    organization, moved = uuid4(), completed()
    twice = [completed(division="310101") for _ in range(2)]
    parties = [party_news(one.data.party_organization_id, organization, division="310101") for one in twice]
    again = completed(division="310101", party_organization_id=moved.data.party_organization_id)
    await funding.deliver(*parties, moved, *twice, again)
    load(funding)
    foreseen, done = [(await redecide(funding, dry_run=dry_run))["decisions"] for dry_run in (True, False)]
    shown = [[(one["evaluation_id"], one["outcome"], one["amount_fen"]) for one in run] for run in (foreseen, done)]
    assert shown[0] == shown[1]
    assert sorted(outcome for _, outcome, _ in shown[1]) == ["none", "none", "raised"]
    assert {one["grant_id"] for one in foreseen} == {None}


@pytest.mark.parametrize("dry_run", [True, False])
async def test_t06_what_the_recipient_has_beyond_the_callers_divisions_counts(
    funding: Funding, token_for: TokenFor, dry_run: bool
) -> None:
    there = completed()
    here = completed(division="310101", party_organization_id=there.data.party_organization_id)
    await funding.deliver(there, here)
    load(funding, scheme="hz-2013-annual")
    headers = {"Authorization": f"Bearer {token_for('reviewer', ['310101'])}"}
    path = "/v1/schemes/hz-2013-annual/runs"
    ran = await funding.http.post(path, json={"year": 2026, "dry_run": dry_run}, headers=headers)
    assert ran.status_code == 200, ran.text
    assert [line["outcome"] for line in ran.json()["lines"]] == ["unchanged"]


async def test_t06_only_divisions_and_years_that_are_asked_for(funding: Funding) -> None:
    await funding.deliver(
        completed(division="310101", year=2025), completed(division="310104"), completed(division="310101")
    )
    load(funding)
    assert len((await redecide(funding, year=2025))["decisions"]) == 0, "the scheme is in force from 2026"
    assert [one["division"] for one in (await redecide(funding, division="310104"))["decisions"]] == ["310104"]
    assert [one["division"] for one in (await redecide(funding))["decisions"]] == ["310101"]
    assert len(await listed(funding, **WITHOUT)) == 1


async def test_t06_a_run_is_bounded_and_says_what_is_left(funding: Funding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redeciding, "MOST", 2)
    await funding.deliver(*(completed(division="310101") for _ in range(5)))
    load(funding)
    assert (await redecide(funding, dry_run=True))["left"] == 3
    assert [(len(run["decisions"]), run["left"]) for run in [await redecide(funding) for _ in range(3)]] == [
        (2, 3),
        (2, 1),
        (1, 0),
    ]


async def test_t06_a_decision_that_kept_no_name_takes_the_recipients(funding: Funding) -> None:
    event = completed(division="310101")
    await funding.deliver(event)
    await funding.change("UPDATE grant_decisions SET facts = facts - 'party_organization_name'")
    load(funding)
    await redecide(funding)
    [grant] = await funding.grants(division="31")
    assert grant["recipient_name"] == str(event.data.party_organization_id)


async def test_t06_strict_input_and_reach(funding: Funding, token_for: TokenFor) -> None:
    for body in ({"dry_run": "yes"}, {"year": "2026"}, {"division": "3"}, {"all": True}):
        assert (await funding.http.post(PATH, json=body)).status_code == 422
    headers = {"Authorization": f"Bearer {token_for('reviewer', ['330106'])}"}
    outside = await funding.http.post(PATH, json={"division": "3101"}, headers=headers)
    assert outside.status_code == 403
    payer = {"Authorization": f"Bearer {token_for('payer', ['31'])}"}
    assert (await funding.http.post(PATH, headers=payer)).status_code == 403


class Desk:
    """Persons of all roles who take a grant's steps."""

    def __init__(self, funding: Funding, token_for: TokenFor) -> None:
        self.funding = funding
        self.token_for = token_for
        self._tries = 0

    async def send(self, path: str, subject: str, body: Any = None) -> httpx.Response:
        self._tries += 1
        headers = {
            "Authorization": f"Bearer {self.token_for(ALL_ROLES, PROVINCES, subject)}",
            "Idempotency-Key": f"try {self._tries}",
        }
        return await self.funding.http.post(path, headers=headers, json=body)

    async def chain(self, grant_id: str, *subjects: str) -> list[int]:
        """The statuses of review, approval and payment by these subjects, until one is refused."""
        statuses: list[int] = []
        for step, subject in zip(("review", "approval", "payment"), subjects, strict=True):
            response = await self.send(f"/v1/grants/{grant_id}/{step}", subject)
            statuses.append(response.status_code)
            if response.status_code != 200:
                assert response.json()["type"].endswith("same-hand")
                break
        return statuses


@pytest.mark.parametrize(
    ("subjects", "statuses"),
    [
        (("a", "b", "c"), [200, 200, 200]),
        (("a", "a", "c"), [200, 403]),
        (("a", "A", "c"), [200, 403]),
        (("a", "b", "a"), [200, 200, 403]),
        (("a", "b", "B"), [200, 200, 403]),
        (("straße", "STRASSE", "c"), [200, 403]),
    ],
)
async def test_t09_review_approval_and_payment_are_different_peoples(
    funding: Funding, token_for: TokenFor, subjects: Sequence[str], statuses: list[int]
) -> None:
    [grant] = await funding.raised()
    assert await Desk(funding, token_for).chain(grant["id"], *subjects) == statuses


async def test_t09_who_raised_by_deciding_again_takes_no_step(funding: Funding, token_for: TokenFor) -> None:
    desk = Desk(funding, token_for)
    await funding.deliver(completed(division="310101"), completed(division="310101", star=0))
    load(funding)
    assert (await desk.send(PATH, "Wang")).status_code == 200
    raised, held = sorted(await funding.grants(division="31"), key=lambda grant: str(grant["state"]), reverse=True)
    release = f"/v1/grants/{held['id']}/release"
    assert (await desk.send(release, "wang", {"note": "整改完成"})).status_code == 403
    assert (await desk.send(release, "li", {"note": "整改完成"})).status_code == 200
    for grant in (raised, held):
        assert await desk.chain(grant["id"], "WANG", "b", "c") == [403]
        assert await desk.chain(grant["id"], "a", "wang", "c") == [200, 403]
    assert (await desk.send(f"/v1/grants/{held['id']}/approval", "LI")).status_code == 403


async def test_t09_which_steps_are_apart_is_the_schemes(funding: Funding, token_for: TokenFor) -> None:
    load(funding, separate_steps=("review", "payment"))
    [grant] = await funding.raised(division="310101")
    assert await Desk(funding, token_for).chain(grant["id"], "a", "a", "A") == [200, 200, 403]


def test_t09_the_repositorys_scheme_separates_all_four(funding: Funding) -> None:
    hangzhou = hangzhou_of(funding)
    assert hangzhou.parameters.separate_steps == ("drafting", "review", "approval", "payment")
