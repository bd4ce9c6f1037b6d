"""The chain of steps over HTTP."""

from itertools import product
from uuid import uuid4

import httpx
import pytest

from tests.funding.conftest import Funding, alike

STEPS = ("release", "review", "approval", "payment")
LEGAL = {"held": "release", "raised": "review", "reviewed": "approval", "approved": "payment"}
ON_THE_WAY: dict[str, tuple[str, ...]] = {
    "raised": (),
    "reviewed": STEPS[1:2],
    "approved": STEPS[1:3],
    "paid": STEPS[1:4],
}


async def test_from_raised_to_paid(funding: Funding) -> None:
    [grant] = await funding.raised()
    path = f"/v1/grants/{grant['id']}"
    for version, (step, state) in enumerate(
        [("review", "reviewed"), ("approval", "approved"), ("payment", "paid")], start=2
    ):
        response = await funding.http.post(
            f"{path}/{step}",
            json={"note": f"第{version}步"},
            headers={"Idempotency-Key": str(uuid4()), "If-Match": f'"{version - 1}"'},
        )
        assert response.status_code == 200, response.text
        shown = response.json()
        assert (shown["state"], shown["version"]) == (state, version)
        assert response.headers["etag"] == f'"{version}"'
        assert alike(shown) == alike(await funding.get(path))
    assert [(step["step"], step["note"]) for step in shown["history"]] == [
        ("raised", None),
        ("review", "第2步"),
        ("approval", "第3步"),
        ("payment", "第4步"),
    ]
    sent = await funding.rows("SELECT type, sequence, key FROM outbox ORDER BY seq")
    assert [(row["type"].split(".")[3], row["sequence"]) for row in sent] == [
        ("raised", 1),
        ("reviewed", 2),
        ("approved", 3),
        ("paid", 4),
    ]
    assert {row["key"] for row in sent} == {grant["recipient_id"]}


async def test_decision_5_release_needs_a_note_and_raises(funding: Funding) -> None:
    [grant] = await funding.raised(star=0)
    path = f"/v1/grants/{grant['id']}"
    for body in (None, {}, {"note": None}, {"note": ""}, {"note": "  "}):
        refused = await funding.http.post(f"{path}/release", json=body)
        assert refused.status_code == 422, (body, refused.text)
    assert (await funding.get(path))["state"] == "held"
    released = (await funding.http.post(f"{path}/release", json={"note": "整改完成"})).json()
    assert (released["state"], released["version"]) == ("raised", 2)
    assert released["reasons"][-1]["outcome"] == "released"
    assert released["history"][-1]["note"] == "整改完成"
    sent = await funding.rows("SELECT type, sequence FROM outbox ORDER BY seq")
    assert [(row["type"].split(".")[3], row["sequence"]) for row in sent] == [("held", 1), ("raised", 2)]


@pytest.mark.parametrize(
    ("state", "step"), [pair for pair in product([*LEGAL, "paid"], STEPS) if LEGAL.get(pair[0]) != pair[1]]
)
async def test_an_illegal_step_is_409_and_changes_nothing(funding: Funding, state: str, step: str) -> None:
    [grant] = await (funding.raised(star=1) if state == "held" else funding.raised(1, *ON_THE_WAY[state]))
    before = await funding.get(f"/v1/grants/{grant['id']}")
    assert before["state"] == state
    events = await funding.rows("SELECT seq FROM outbox")
    response = await funding.http.post(
        f"/v1/grants/{grant['id']}/{step}", json={"note": "x"}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert response.status_code == 409, response.text
    problem = response.json()
    assert problem["type"].endswith("illegal-transition")
    assert (problem["state"], problem["action"]) == (state, step)
    assert await funding.get(f"/v1/grants/{grant['id']}") == before
    assert await funding.rows("SELECT seq FROM outbox") == events


@pytest.mark.parametrize(("tag", "status"), [('"1"', 200), ('W/"1"', 412), ("*", 200), ('"2"', 412), ('"x"', 412)])
async def test_if_match_is_honoured(funding: Funding, tag: str, status: int) -> None:
    [grant] = await funding.raised()
    response = await funding.http.post(f"/v1/grants/{grant['id']}/review", headers={"If-Match": tag})
    assert response.status_code == status, response.text
    assert (await funding.get(f"/v1/grants/{grant['id']}"))["version"] == (2 if status == 200 else 1)


async def test_an_unknown_grant_is_404(funding: Funding) -> None:
    path = f"/v1/grants/{uuid4()}"
    assert (await funding.http.get(path)).status_code == 404
    for step in STEPS:
        response = await funding.http.post(
            f"{path}/{step}", json={"note": "x"}, headers={"Idempotency-Key": str(uuid4())}
        )
        assert response.status_code == 404, response.text


async def test_payment_without_a_key_is_400(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    response = await funding.http.post(f"/v1/grants/{grant['id']}/payment")
    assert response.status_code == 400
    assert response.json()["type"].endswith("idempotency-key-required")
    assert (await funding.get(f"/v1/grants/{grant['id']}"))["state"] == "approved"


async def test_a_repeat_answers_the_same_and_does_nothing(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")

    async def pay(note: str) -> httpx.Response:
        key = {"Idempotency-Key": "once"}
        return await funding.http.post(f"/v1/grants/{grant['id']}/payment", json={"note": note}, headers=key)

    first, again = await pay("a"), await pay("a")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    other = await pay("b")
    assert other.status_code == 422
    assert other.json()["type"].endswith("idempotency-key-reused")
    assert len(await funding.rows("SELECT id FROM ledger_transactions WHERE kind = 'grant_paid'")) == 1


async def test_what_another_version_wrote_into_reasons_is_read_and_kept(funding: Funding) -> None:
    [grant] = await funding.raised(star=0)
    await funding.change(
        """UPDATE grants SET reasons = jsonb_set(reasons, '{0,paragraph}', '"3"')""",
        """UPDATE grant_decisions SET reasons = jsonb_set(reasons, '{0,paragraph}', '"3"'),
           facts = facts || '{"standing": {"points": 12}}'""",
    )
    path = f"/v1/grants/{grant['id']}"
    released = await funding.http.post(f"{path}/release", json={"note": "整改完成"})
    assert released.status_code == 200, released.text
    assert released.json() | {"next_steps": []} == await funding.get(path) | {"next_steps": []}
    [stored] = await funding.rows("SELECT reasons FROM grants")
    assert [reason.get("paragraph") for reason in stored["reasons"]] == ["3", None, None, None]
    assert stored["reasons"][-1]["outcome"] == "released"
    [decision] = (await funding.get("/v1/grants/decisions"))["items"]
    assert decision["facts"]["standing"] == {"points": 12}
