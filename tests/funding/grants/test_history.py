"""Who took each step of a grant, and what the caller may do next."""

from typing import Any

from shared.problems.language import Language
from tests.conftest import TokenFor
from tests.funding.conftest import Funding

CHINESE: Language = "zh"


async def seen_by(funding: Funding, token_for: TokenFor, grant: dict[str, Any], role: str, subject: str) -> Any:
    headers = {"Authorization": f"Bearer {token_for(role, ('33',), subject)}", "Accept-Language": CHINESE}
    one = (await funding.http.get(f"/v1/grants/{grant['id']}", headers=headers)).json()
    page = (await funding.http.get("/v1/grants", params={"limit": 500}, headers=headers)).json()["items"]
    [listed] = [other for other in page if other["id"] == grant["id"]]
    assert listed == one, "the list says the same as the grant alone"
    return one


async def take(funding: Funding, token_for: TokenFor, grant: dict[str, Any], step: str, role: str, subject: str) -> Any:
    headers = {
        "Authorization": f"Bearer {token_for(role, ('33',), subject)}",
        "Idempotency-Key": f"{grant['id']}{step}",
    }
    return await funding.http.post(f"/v1/grants/{grant['id']}/{step}", json={"note": "已核"}, headers=headers)


async def test_t35_history__says_who_took_each_step(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(star=1)
    for step, role, subject in (
        ("release", "reviewer", "甲"),
        ("review", "reviewer", "乙"),
        ("approval", "approver", "丙"),
        ("payment", "payer", "丁"),
    ):
        assert (await take(funding, token_for, grant, step, role, subject)).status_code == 200, step
    paid = await seen_by(funding, token_for, grant, "auditor", "戊")
    assert [(one["step"], one["by"]) for one in paid["history"]] == [
        ("held", "system:tests"),
        ("release", "甲"),
        ("review", "乙"),
        ("approval", "丙"),
        ("payment", "丁"),
    ]
    assert [(one["step"], one["allowed"]) for one in paid["next_steps"]] == [
        ("bank_return", False),
        ("amendment", False),
        ("reversal", False),
    ]


async def test_t35_history__of_steps_without_an_actor_comes_from_the_grant(
    funding: Funding, token_for: TokenFor
) -> None:
    """As the release before wrote them."""
    [grant] = await funding.raised(star=1)
    await take(funding, token_for, grant, "release", "reviewer", "甲")
    await take(funding, token_for, grant, "review", "reviewer", "乙")
    await funding.change("UPDATE grant_steps SET taken_by = NULL")
    old = await seen_by(funding, token_for, grant, "auditor", "戊")
    assert [(one["step"], one["by"]) for one in old["history"]] == [("held", None), ("release", "甲"), ("review", "乙")]


async def test_t35_next_steps__say_why_the_caller_is_barred(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(star=1)
    assert (await take(funding, token_for, grant, "release", "reviewer", "甲")).status_code == 200
    mine, *_ = (await seen_by(funding, token_for, grant, "reviewer", "甲"))["next_steps"]
    assert (mine["step"], mine["allowed"], mine["problem"]) == ("review", False, "same-hand")
    refused = await take(funding, token_for, grant, "review", "reviewer", "甲")
    assert (refused.status_code, refused.json()["detail"]) == (403, mine["reason"])
    others, *_ = (await seen_by(funding, token_for, grant, "reviewer", "乙"))["next_steps"]
    assert others == {"step": "review", "allowed": True, "reason": None, "problem": None}
    auditors, *_ = (await seen_by(funding, token_for, grant, "auditor", "丙"))["next_steps"]
    assert (auditors["allowed"], auditors["problem"]) == (False, "forbidden")
    assert "补助复核" in auditors["reason"]


async def test_t35_next_steps__follow_every_state(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await funding.raised(star=1)
    found = []
    for step, role, subject in (
        ("release", "reviewer", "甲"),
        ("review", "reviewer", "乙"),
        ("approval", "approver", "丙"),
        ("payment", "payer", "丁"),
    ):
        following, *_ = (await seen_by(funding, token_for, grant, role, subject))["next_steps"]
        found.append((following["step"], following["allowed"]))
        await take(funding, token_for, grant, step, role, subject)
    assert found == [("release", True), ("review", True), ("approval", True), ("payment", True)]
