"""H18: the rater follows the affiliation: city departments rate theirs, committees of districts theirs."""

from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.raters.rules import FrozenRaters, bar_rater, freeze_raters
from shared.db.access import Access
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES
from shared.superiors.policies import read_affiliation_policies
from shared.superiors.ways import find_rater
from tests.conftest import TokenFor
from tests.evaluation.bodies.helpers import CITY, DISTRICT, STREET, deliver_bodies, recorded, three_levels
from tests.evaluation.conftest import Round, slug
from tests.evaluation.duty_items.test_rules import bodies
from tests.evaluation.evidence.test_evidence import bearer, file, kept
from tests.evaluation.score_sheets.filling import fill
from tests.evaluation.score_sheets.test_import import best, rows_of

TODAY = date(2026, 3, 1)
FROZEN = FrozenRaters.model_validate(
    freeze_raters(read_affiliation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).in_force("330106", TODAY))
)
LAWYERS = "HZ-LAWYERS"


@pytest.fixture
def folder(app: FastAPI, tmp_path: Path) -> Path:
    """Where evidence is kept."""
    app.state.settings.evidence_folder = tmp_path / "evidence"
    return tmp_path / "evidence"


def belongs(body: str) -> dict[str, Any]:
    return {"body": body, "name": body, "kind": "territory", "since": "2026-01-01"}


async def put(a_round: Round, one: dict[str, Any], token: str, what: str, sheet: dict[str, Any]) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    headers = {"Authorization": f"Bearer {token}", "If-Match": version}
    return await a_round.client.put(f"{path}/{what}", json=sheet, headers=headers)


@pytest.mark.parametrize(
    ("scope", "acts_for", "barred"),
    [
        (("330106",), (), False),
        (("330106",), (DISTRICT,), False),
        (("330106",), (STREET,), True),
        (("3301",), (), False),
        (("330108",), (), True),
    ],
)
def test_h18_rater__is_the_first_body_on_the_way_up_that_rates(
    scope: tuple[str, ...], acts_for: tuple[str, ...], barred: bool
) -> None:
    known = bodies()
    rater = find_rater(known[STREET], known, FROZEN, TODAY).body
    assert rater is not None
    assert rater.code == DISTRICT, "a street does not rate"
    access = Access(actor="甲", authority="rater", scope=scope)
    assert (bar_rater(rater, acts_for, access, TODAY) is not None) is barred
    assert bar_rater(None, acts_for, access, TODAY) is None, "nobody is known to rate"


async def test_h18_committee__of_a_department_of_the_city_is_not_the_districts(
    database: Database, a_round: Round, token_for: TokenFor
) -> None:
    lawyers = recorded(LAWYERS, level="city", kind="industry_committee", division="330100", parent=CITY)
    await deliver_bodies(database, *three_levels(), lawyers)
    one = await a_round.enrolled(affiliation=belongs(LAWYERS))
    marks = await a_round.share(80)
    district, city = token_for("rater", ["330106"], "区"), token_for("rater", ["3301"], "市", bodies=[LAWYERS])
    for what, sheet in (
        ("scores/committee", {"scores": marks}),
        ("facts/committee", {}),
        ("bonuses", {"items": []}),
        ("vetoes", {"items": []}),
    ):
        refused = await put(a_round, one, district, what, sheet)
        assert (refused.status_code, slug(refused)) == (403, "not-the-rating-body"), what
        assert LAWYERS in refused.json()["detail"]
    shown = await a_round.client.get(f"/v1/evaluations/{one['id']}", headers={"Authorization": f"Bearer {district}"})
    [step] = [each for each in shown.json()["next_steps"] if each["step"] == "committee"]
    assert (step["allowed"], step["problem"]) == (False, "not-the-rating-body")
    # Its own stages are not the rater's alone.
    assert (await put(a_round, one, district, "scores/self", {"scores": marks})).status_code == 200
    rated = await put(a_round, one, city, "scores/committee", {"scores": marks})
    assert rated.status_code == 200, rated.text


@pytest.fixture
async def of_the_city(database: Database, a_round: Round) -> dict[str, Any]:
    """An evaluation in the district's division that a department of the city rates."""
    lawyers = recorded(LAWYERS, level="city", kind="industry_committee", division="330100", parent=CITY)
    await deliver_bodies(database, *three_levels(), lawyers)
    return await a_round.enrolled(affiliation=belongs(LAWYERS))


async def test_h18_workbook__is_taken_of_who_rates_alone(
    a_round: Round, of_the_city: dict[str, Any], token_for: TokenFor
) -> None:
    query = {"cycle": of_the_city["cycle_id"]}
    content = (await a_round.client.get("/v1/score-sheets/T10.xlsx", params=query)).content
    [rows] = rows_of(content).values()
    files = {"file": ("T10.xlsx", fill(content, best(rows)))}

    async def post(token: str) -> dict[str, Any]:
        response = await a_round.client.post("/v1/score-sheets", files=files, headers=bearer(token))
        assert response.status_code == 200, response.text
        return dict(response.json())

    refused = await post(token_for("rater", ["330106"], "区"))
    assert (refused["saved"], refused["refused"]) == ([], [of_the_city["id"]])
    [fault] = refused["faults"]
    assert f"rated by '{LAWYERS}'" in fault["en"]
    assert (await post(token_for("rater", ["3301"], "市", bodies=[LAWYERS])))["saved"] == [of_the_city["id"]]


async def test_h18_evidence__is_filed_and_withdrawn_by_who_rates_alone(
    a_round: Round, of_the_city: dict[str, Any], token_for: TokenFor, folder: Path
) -> None:
    district, city = token_for("rater", ["330106"], "区"), token_for("rater", ["3301"], "市", bodies=[LAWYERS])
    refused = await file(a_round, of_the_city, stage="committee", headers=bearer(district))
    assert (refused.status_code, slug(refused), kept(folder)) == (403, "not-the-rating-body", [])
    filed = await file(a_round, of_the_city, stage="committee", headers=bearer(city))
    assert filed.status_code == 201, filed.text
    path, why = f"/v1/evidence-files/{filed.json()['id']}/withdrawal", {"reason": "上传有误"}
    refused = await a_round.client.post(path, json=why, headers=bearer(district))
    assert (refused.status_code, slug(refused)) == (403, "not-the-rating-body")
    assert (await a_round.client.post(path, json=why, headers=bearer(city))).status_code == 200


async def test_h18_committee__of_a_street_is_rated_by_its_district(
    database: Database, a_round: Round, token_for: TokenFor
) -> None:
    await deliver_bodies(database, *three_levels())
    one = await a_round.enrolled(affiliation=belongs(STREET))
    marks = await a_round.share(80)
    street = token_for("rater", ["330106"], "街道", bodies=[STREET])
    refused = await put(a_round, one, street, "scores/committee", {"scores": marks})
    assert (refused.status_code, slug(refused)) == (403, "not-the-rating-body")
    assert (
        await put(a_round, one, token_for("rater", ["330106"], "区"), "scores/committee", {"scores": marks})
    ).is_success


async def test_h18_committee__of_a_cycle_from_before_the_rule_is_rated_as_it_was(
    database: Database, a_round: Round, app: FastAPI, token_for: TokenFor
) -> None:
    lawyers = recorded(LAWYERS, level="city", kind="industry_committee", division="330100")
    await deliver_bodies(database, lawyers)
    one = await a_round.enrolled(affiliation=belongs(LAWYERS))
    await a_round.run("UPDATE cycles SET policy = policy - 'raters'")
    [cycle] = await a_round.rows("SELECT policy FROM cycles")
    assert FrozenPolicy.model_validate(cycle["policy"]).raters is None
    marks = await a_round.share(80)
    assert (
        await put(a_round, one, token_for("rater", ["330106"], "区"), "scores/committee", {"scores": marks})
    ).is_success
