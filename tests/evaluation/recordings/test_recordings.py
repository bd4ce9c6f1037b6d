"""PUT bonuses and vetoes by the catalogue that the cycle froze (D5)."""

from typing import Any

import httpx

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, covered, established, pointers, received, slug

SITE = {"code": "demonstration_site", "occurred_on": "2026-05-20", "evidence": "市委命名文件"}
ACCIDENT = {"code": "major_accident", "occurred_on": "2025-02-01", "evidence": "调查报告 3 号"}
ABNORMAL = {"code": "abnormal_list", "occurred_on": "2026-02-01", "evidence": "列入决定 5 号"}


async def put(a_round: Round, one: dict[str, Any], kind: str, *items: dict[str, Any], **headers: str) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    sent = headers or {"If-Match": (await a_round.client.get(path)).headers["ETag"]}
    return await a_round.client.put(f"{path}/{kind}", json={"items": list(items)}, headers=sent)


async def scored(a_round: Round, share: str = "full") -> dict[str, Any]:
    one = await a_round.enrolled()
    marks = await a_round.full_marks(one["type"])
    if share == "none":
        marks = dict.fromkeys(marks, "0")
    assert (await a_round.put(one, scores=marks)).status_code == 200
    return one


async def test_d5_a_bonus_is_recorded_shown_and_counted(a_round: Round) -> None:
    one = await scored(a_round, "none")
    body = (await put(a_round, one, "bonuses", SITE)).json()
    recorded = body["recorded"]
    assert (recorded["catalogue"], recorded["version"]) == ("default-rating-catalogue-2026", "1")
    [shown] = recorded["bonuses"]
    assert (shown["points"], shown["look_back_from"], shown["evidence"]) == ("2", "2026-01-01", "市委命名文件")
    assert shown["what"].startswith("It was named")
    completed = (await a_round.complete(one)).json()
    assert completed["total"] == "2.00"
    kept = completed["basis"]["catalogue"]
    assert (kept["version"], [entry["code"] for entry in kept["bonuses"]], kept["vetoes"]) == ("1", [SITE["code"]], [])


async def test_d5_a_veto_leaves_no_star_and_its_evidence_stays_here(a_round: Round) -> None:
    one = await scored(a_round)
    assert (await put(a_round, one, "vetoes", ACCIDENT)).status_code == 200
    completed = (await a_round.complete(one)).json()
    assert (completed["total"], completed["star"]) == ("100.00", 0)
    [reason] = [reason for reason in completed["reasons"] if reason["outcome"] == "veto"]
    assert reason["facts"]["vetoes"] == ["major_accident"]
    published = (await a_round.outbox())[-1]["data"]
    assert ACCIDENT["evidence"] not in str(published)
    assert completed["basis"]["catalogue"]["vetoes"][0]["evidence"] == ACCIDENT["evidence"]


async def test_d5_a_ceiling_leaves_two_stars(a_round: Round) -> None:
    one = await scored(a_round)
    await put(a_round, one, "vetoes", ABNORMAL)
    completed = (await a_round.complete(one)).json()
    assert completed["star"] == 2
    assert [reason["facts"]["star_max"] for reason in completed["reasons"] if reason["outcome"] == "ceiling"] == [2]


async def test_d5_out_of_the_look_back_is_refused_at_its_field(a_round: Round) -> None:
    one = await a_round.enrolled()
    refused = await put(a_round, one, "vetoes", {**ABNORMAL, "occurred_on": "2025-12-31"}, {**ACCIDENT, "evidence": ""})
    assert (refused.status_code, slug(refused)) == (422, "invalid-input")
    assert pointers(refused) == ["/items/0/occurred_on", "/items/1/evidence"]
    assert "from 1 January 2026 to 31 December 2026" in refused.json()["errors"][0]["detail"]
    refused = await put(a_round, one, "bonuses", {**SITE, "occurred_on": "2026-02-30"})
    assert (refused.status_code, pointers(refused)) == (422, ["/items/0/occurred_on"])
    assert (await a_round.evaluations())[0]["recorded"] is None


async def test_d5_the_same_again_changes_nothing_and_another_names_its_version(a_round: Round) -> None:
    one = await a_round.enrolled()
    first = (await put(a_round, one, "bonuses", SITE)).json()
    assert (await put(a_round, one, "bonuses", SITE)).json()["version"] == first["version"]
    path = f"/v1/evaluations/{one['id']}/bonuses"
    assert (await a_round.client.put(path, json={"items": []})).status_code == 428
    stale = await a_round.client.put(path, json={"items": []}, headers={"If-Match": f'"{first["version"] - 1}"'})
    assert stale.status_code == 412
    emptied = (await put(a_round, one, "bonuses")).json()
    assert emptied["recorded"]["bonuses"] == []
    assert [step["step"] for step in emptied["history"]][-2:] == ["bonuses", "bonuses"]


async def test_d5_duties__who_assessed_the_unit_records_nothing_and_who_recorded_completes_nothing(
    a_round: Round, token_for: TokenFor
) -> None:
    one = await scored(a_round)

    def as_(subject: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for('rater', ['3301'], subject=subject)}"}

    path = f"/v1/evaluations/{one['id']}"

    async def send(who: str, method: str, what: str, **body: Any) -> httpx.Response:
        version = (await a_round.client.get(path)).headers["ETag"]
        headers = as_(who) | {"If-Match": version}
        return await a_round.client.request(method, f"{path}/{what}", headers=headers, auth=None, **body)

    assert (await send("unit", "PUT", "scores/self", json={"scores": {}})).status_code == 200
    for kind in ("bonuses", "vetoes"):
        refused = await send("unit", "PUT", kind, json={"items": []})
        assert (refused.status_code, slug(refused)) == (403, "same-hand"), kind
    assert (await send("recorder", "PUT", "bonuses", json={"items": [SITE]})).status_code == 200
    refused = await send("recorder", "POST", "completion")
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    refused = await send("recorder", "PUT", "scores/self", json={"scores": {}})
    assert (refused.status_code, slug(refused)) == (403, "same-hand")
    declared = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    url = "/v1/interests"
    assert (await a_round.client.post(url, json=declared, headers=as_("recorder"), auth=None)).status_code == 201
    refused = await send("third", "POST", "completion")
    assert (refused.status_code, slug(refused)) == (409, "rated-by-interested")


async def test_d5_a_completed_evaluation_takes_no_more(a_round: Round) -> None:
    one = await scored(a_round)
    await a_round.complete(one)
    refused = await put(a_round, one, "vetoes", ACCIDENT)
    assert (refused.status_code, slug(refused)) == (409, "illegal-transition")


async def test_d5_a_cycle_of_2025_has_no_catalogue(a_round: Round) -> None:
    organization = established(established_on="2024-01-01", covers=[covered("T10")])
    await a_round.project(received(organization))
    await a_round.open(year=2025)
    one = await a_round.evaluation_of(organization.id)
    refused = await put(a_round, one, "bonuses", {**SITE, "occurred_on": "2025-05-20"})
    assert (refused.status_code, slug(refused)) == (409, "no-rating-catalogue")


async def test_d5_a_cycle_keeps_the_catalogue_that_it_opened_with(a_round: Round) -> None:
    one = await a_round.enrolled()
    await a_round.run(
        "UPDATE cycles SET policy = jsonb_set(policy, '{catalogue,bonuses,1,points}', '\"4\"') WHERE year = :year",
        year=2026,
    )
    [shown] = (await put(a_round, one, "bonuses", SITE)).json()["recorded"]["bonuses"]
    assert shown["points"] == "4", "the cycle's own copy, not the file"
