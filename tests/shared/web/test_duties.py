"""Duties are segregated by subject, whatever the roles: grants and ratings, as rules and over HTTP."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any, get_args

import httpx
import pytest

from services.evaluation.app import create_app as create_evaluation
from services.evaluation.evaluations.rules import earlier_hand
from services.evaluation.policies import Stage
from services.funding.app import create_app as create_funding
from services.funding.grants.queries import ACTOR_COLUMNS
from services.funding.grants.rules import BARRED_BY, Step, check_hands
from shared.problems.duties import SameHand
from tests.conftest import ALL_ROLES, PROVINCES, AsAdmin, Hands, TokenFor
from tests.evaluation.conftest import ENGLISH, Round, established, received
from tests.funding.conftest import Funding, a_grant
from tests.shared.web.conftest import SettingsFor

PROBLEM = "urn:shuangfu:problem:"
STEPS: tuple[Step, ...] = get_args(Step)
BARRED = {
    ("release", "review"),
    ("release", "approval"),
    ("release", "payment"),
    ("amendment", "review"),
    ("amendment", "approval"),
    ("amendment", "payment"),
    ("review", "approval"),
    ("review", "payment"),
    ("approval", "payment"),
}
"""(what somebody did, what he may not do then): four different people on a grant."""


@pytest.mark.parametrize(("earlier", "step"), list(product(STEPS, STEPS)))
def test_grants__the_rule_of_hands(earlier: Step, step: Step) -> None:
    grant = a_grant(actors={earlier: "甲"})
    check_hands(grant, step, "乙")
    if (earlier, step) in BARRED:
        with pytest.raises(SameHand) as refused:
            check_hands(grant, step, "甲")
        assert refused.value.facts == {
            "earlier": "drafting" if earlier in ("release", "amendment") else earlier,
            "step": step,
        }
    else:
        check_hands(grant, step, "甲")


def test_grants__every_step_has_its_rule() -> None:
    assert set(BARRED_BY) == set(ACTOR_COLUMNS) == set(STEPS)
    assert {(earlier, step) for step, barring in BARRED_BY.items() for earlier in barring} == BARRED


@pytest.mark.parametrize("step", [*get_args(Stage), "completion"])
@pytest.mark.parametrize("stage", get_args(Stage))
def test_ratings__the_rule_of_hands(stage: str, step: str) -> None:
    apart = {("self", "committee"), ("self", "completion"), ("committee", "self")}
    # The industry's first check is a second look: by nobody who put another of these sheets.
    apart |= {
        ("self", "first_check"),
        ("first_check", "self"),
        ("committee", "first_check"),
        ("first_check", "committee"),
    }
    for hands in ({"甲"}, {"甲", "乙"}, {"甲", None}):
        assert earlier_hand(step, {stage: hands}, "甲") == (stage if (stage, step) in apart else None)
    assert earlier_hand(step, {stage: {"甲"}}, "乙") is None
    assert earlier_hand(step, {stage: {None}}, "甲") is None
    assert earlier_hand(step, {}, "甲") is None


@pytest.fixture
async def funding(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> AsyncIterator[Funding]:
    app = create_funding(await settings_for("funding"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://funding", auth=hands) as client,
    ):
        yield Funding(app, client, as_admin)


class Chain:
    """A grant, and persons of all roles who take its steps."""

    def __init__(self, funding: Funding, token_for: TokenFor, grant: dict[str, Any]) -> None:
        self.funding = funding
        self.token_for = token_for
        self.id = grant["id"]
        self._tries = 0

    async def take(self, step: str, subject: str) -> httpx.Response:
        self._tries += 1
        headers = {
            "Authorization": f"Bearer {self.token_for(ALL_ROLES, PROVINCES, subject)}",
            "Idempotency-Key": f"try {self._tries}",
            "Accept-Language": "en",
        }
        body = {"note": "整改完成"} if step == "release" else None
        return await self.funding.http.post(f"/v1/grants/{self.id}/{step}", headers=headers, json=body)

    async def taken(self, step: str, subject: str) -> None:
        response = await self.take(step, subject)
        assert response.status_code == 200, response.text

    async def refused(self, step: str, subject: str, earlier: str) -> None:
        """Refused, and nothing of it is left anywhere."""
        before = await self.state()
        response = await self.take(step, subject)
        assert (response.status_code, response.json()["type"]) == (403, PROBLEM + "same-hand"), response.text
        assert response.json()["earlier"] == earlier
        assert f"'{earlier}'" in response.json()["detail"]
        assert await self.state() == before

    async def state(self) -> list[Any]:
        tables = ("grants", "grant_steps", "ledger_entries", "outbox", "idempotency_keys", "audit_log")
        counts = [await self.funding.rows(f"SELECT count(*) AS n FROM {table}") for table in tables]
        return [await self.funding.rows("SELECT state, version FROM grants WHERE id = :id", id=self.id), counts]


async def test_grants__who_reviewed_does_not_pay(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised()
    chain = Chain(funding, token_for, grant)
    await chain.taken("review", "甲")
    await chain.taken("approval", "乙")
    await chain.refused("payment", "甲", "review")
    await chain.taken("payment", "丙")
    [row] = await funding.rows("SELECT drafted_by, reviewed_by, approved_by, paid_by FROM grants")
    assert dict(row) == {"drafted_by": "system:tests", "reviewed_by": "甲", "approved_by": "乙", "paid_by": "丙"}


async def test_grants__who_let_go_of_a_held_one_takes_no_further_step(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(1, star=0)
    assert grant["state"] == "held"
    chain = Chain(funding, token_for, grant)
    await chain.taken("release", "甲")
    await chain.refused("review", "甲", "drafting")
    await chain.taken("review", "乙")
    await chain.refused("approval", "甲", "drafting")
    await chain.refused("approval", "乙", "review")
    await chain.taken("approval", "丙")
    await chain.refused("payment", "甲", "drafting")
    await chain.refused("payment", "乙", "review")
    await chain.refused("payment", "丙", "approval")
    await chain.taken("payment", "丁")


async def test_grants__it_is_the_subject_that_counts_not_the_role_or_the_division(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    for roles, divisions in (("payer", ["330106"]), (ALL_ROLES, ["33"]), (["payer", "auditor"], ["3301", "31"])):
        headers = {"Authorization": f"Bearer {token_for(roles, divisions, 'hand-review')}", "Idempotency-Key": "k"}
        refused = await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (403, PROBLEM + "same-hand")
    headers = {"Authorization": f"Bearer {token_for('payer', ['330106'], 'another')}", "Idempotency-Key": "k"}
    assert (await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers=headers)).status_code == 200


@pytest.fixture
async def a_round(settings_for: SettingsFor, hands: Hands) -> AsyncIterator[Round]:
    app = create_evaluation(await settings_for("evaluation"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://e", headers=ENGLISH, auth=hands) as client,
    ):
        yield Round(client, app.state.database)


class Rating:
    """An evaluation, and persons who rate it."""

    def __init__(self, a_round: Round, token_for: TokenFor, evaluation: dict[str, Any], marks: dict[str, str]) -> None:
        self.a_round = a_round
        self.token_for = token_for
        self.path = f"/v1/evaluations/{evaluation['id']}"
        self.party = evaluation["party_organization_id"]
        self.marks = marks

    def headers(self, subject: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token_for(ALL_ROLES, PROVINCES, subject)}"}

    async def take(self, step: str, subject: str, *, replaces: bool = False, **marks: str) -> httpx.Response:
        client, headers = self.a_round.client, self.headers(subject)
        if replaces:
            headers["If-Match"] = (await client.get(self.path)).headers["ETag"]
        if step == "completion":
            return await client.post(f"{self.path}/completion", headers=headers)
        body = {"scores": {**self.marks, **marks}}
        return await client.put(f"{self.path}/scores/{step}", headers=headers, json=body)

    async def taken(self, step: str, subject: str, *, replaces: bool = False, **marks: str) -> None:
        response = await self.take(step, subject, replaces=replaces, **marks)
        assert response.status_code == 200, response.text

    async def refused(self, step: str, subject: str, slug: str, **marks: str) -> None:
        before = (await self.a_round.client.get(self.path)).json()
        response = await self.take(step, subject, **marks)
        assert (response.status_code, response.json()["type"]) == (403, PROBLEM + slug), response.text
        assert (await self.a_round.client.get(self.path)).json() == before

    async def declare(self, subject: str, party: str | None = None) -> None:
        body = {"party_organization_id": party or self.party, "reason": "配偶在该组织任职"}
        declared = await self.a_round.client.post("/v1/interests", headers=self.headers(subject), json=body)
        assert declared.status_code == 201, declared.text


@pytest.fixture
async def rating(a_round: Round, token_for: TokenFor) -> Rating:
    evaluation = await a_round.enrolled()
    return Rating(a_round, token_for, evaluation, await a_round.full_marks(evaluation["type"]))


async def test_ratings__who_assessed_itself_does_not_rate_or_complete(rating: Rating) -> None:
    await rating.taken("self", "甲")
    await rating.refused("committee", "甲", "same-hand")
    await rating.taken("group", "甲")
    await rating.taken("committee", "乙")
    await rating.refused("completion", "甲", "same-hand")
    await rating.taken("completion", "丙")


async def test_ratings__nor_does_who_rated_assess_itself_afterwards(rating: Rating) -> None:
    """The other order would be a way around it."""
    await rating.taken("committee", "甲")
    await rating.refused("self", "甲", "same-hand")
    await rating.taken("self", "乙")
    await rating.refused("completion", "乙", "same-hand")
    await rating.taken("completion", "丙")


async def test_ratings__putting_the_same_again_changes_no_hand(rating: Rating) -> None:
    await rating.taken("self", "甲")
    await rating.taken("self", "乙")
    await rating.refused("committee", "甲", "same-hand")


async def test_ratings__nobody_rates_where_an_interest_is_declared(rating: Rating) -> None:
    await rating.declare("甲")
    for step in ("group", "committee", "completion"):
        await rating.refused(step, "甲", "conflict-of-interest")
    await rating.taken("self", "乙")
    await rating.taken("committee", "丙")
    await rating.declare("丙")
    await rating.refused("committee", "丙", "conflict-of-interest")
    await rating.refused("completion", "丙", "conflict-of-interest")


async def test_ratings__what_an_interested_hand_gave_decides_nothing(rating: Rating) -> None:
    """An interest declared after the scores: somebody else gives them again, even if they are the same."""
    await rating.taken("committee", "丙")
    await rating.declare("丙")
    completion = await rating.take("completion", "丁")
    assert (completion.status_code, completion.json()["type"]) == (409, PROBLEM + "rated-by-interested")
    assert completion.json()["detail"].startswith("Whoever put stage 'committee' declared an interest")
    assert (await rating.take("committee", "戊")).status_code == 428, "it replaces what is there"
    await rating.taken("committee", "戊", replaces=True)
    await rating.taken("completion", "丁")


async def test_ratings__a_hand_that_was_replaced_counts_too(rating: Rating) -> None:
    indicator, points = next(iter(rating.marks.items()))
    await rating.taken("self", "甲")
    await rating.taken("self", "乙", replaces=True, **{indicator: "0"})
    for hand in ("甲", "乙"):
        await rating.refused("committee", hand, "same-hand")
        await rating.refused("completion", hand, "same-hand")
    await rating.taken("self", "丙", replaces=True, **{indicator: points})
    await rating.taken("committee", "丁")
    await rating.refused("self", "丁", "same-hand")
    for hand in ("甲", "乙", "丙"):
        await rating.refused("completion", hand, "same-hand")
    await rating.taken("completion", "戊")


async def test_ratings__an_interest_elsewhere_bars_nothing_here(rating: Rating) -> None:
    other = established()
    await rating.a_round.project(received(other))
    await rating.declare("甲", str(other.id))
    await rating.taken("committee", "甲")


async def test_interests__are_seen_by_who_declared_them(rating: Rating) -> None:
    await rating.declare("甲")
    await rating.declare("甲")
    client = rating.a_round.client
    mine = (await client.get("/v1/interests", headers=rating.headers("甲"))).json()["items"]
    assert [item["party_organization_id"] for item in mine] == [rating.party]
    assert (await client.get("/v1/interests", headers=rating.headers("乙"))).json()["items"] == []
