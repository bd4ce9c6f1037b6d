"""Bid papers of forecasts and self-evaluations of a year (issue 15 §9 and §10): figures come from the data."""

import io
from typing import Any

import pytest
from docx import Document

from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import YEAR, appropriated, confirm, put
from tests.funding.conftest import Funding
from tests.funding.forecasts.helpers import post
from tests.registry.documents.helpers import draft, file_of, issued, pointers, slug, take, text_of

pytestmark = pytest.mark.usefixtures("chinese_fonts")
AIMED = {"category": "quantity", "name": "受补助党组织数", "target": "10个"}
REACHED = {**AIMED, "reached": "1个", "weight": 50, "score": 42.5}
OTHER = {"category": "benefit", "name": "活动覆盖党员", "target": "≥90%", "reached": "95%", "weight": 40, "score": 40}
EVALUATION: dict[str, Any] = {
    "kind": "performance_self_evaluation",
    "subject": "3301",
    "year": YEAR,
    "indicators": [REACHED, OTHER],
}


async def texts(funding: Funding, document: dict[str, Any]) -> list[str]:
    """What the PDF and the Word file say, without blanks."""
    pdf, word = [await file_of(funding.http, document, kind) for kind in ("pdf", "docx")]
    assert (pdf.status_code, word.status_code) == (200, 200)
    opened = Document(io.BytesIO(word.content))
    said = [one.text for one in opened.paragraphs]
    said += [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return ["".join(one.split()) for one in (text_of(pdf.content), "".join(said))]


async def test_bid__has_the_need_of_the_forecast_and_the_goals(funding: Funding) -> None:
    await appropriated(funding, 1_000_000, year=2027)
    counts = [{"division": "330106", "kind": "BRANCH", "star": 4, "party_organizations": 10}]
    forecast = await post(funding, counts=counts, entries=[], dues=[])
    assert (forecast["need_fen"], forecast["unfunded_fen"]) == (3_000_000, 2_000_000)
    content = {"kind": "performance_bid", "subject": forecast["id"], "indicators": [AIMED], "goal": "按时足额拨付"}
    document = await issued(funding.http, content)
    assert document["number"].startswith("杭州两新资标〔")
    assert (document["subject"]["type"], document["division"]) == ("forecast", "3301")
    for said in await texts(funding, document):
        for part in (
            "项目支出绩效目标申报表",
            "2027年度",
            "人民币叁万元整",
            "hz-2013-annual党建工作经费10¥30,000.00¥0.00",
            "财政拨款¥30,000.00¥20,000.00",
            "按时足额拨付",
            "数量指标受补助党组织数10个",
        ):
            assert part in said, part
    for wrong, at in (
        ({"indicators": [REACHED]}, ["/indicators/0/reached", "/indicators/0/weight", "/indicators/0/score"]),
        ({"need_fen": 1}, ["/need_fen"]),
        ({"year": 2027}, ["/year"]),
        ({"subject": "3301"}, ["/subject"]),
    ):
        assert pointers(await funding.http.post("/v1/documents", json={**content, **wrong})) == at
    unknown = {**content, "subject": "0199c3f0-0000-7000-8000-000000000001"}
    assert (await funding.http.post("/v1/documents", json=unknown)).status_code == 404


async def test_self_evaluation__has_the_years_budget_execution_and_scores(funding: Funding) -> None:
    await appropriated(funding, 800_000)
    assert (await put(funding, version=2, amount_fen=900_000)).status_code == 200
    await confirm(funding)
    await appropriated(funding, 600_000, "B-2", purpose="members", source="dues")
    # As the closing of the year before carries it in.
    await funding.change("UPDATE appropriations SET carried_fen = 100000 WHERE code = 'B-2'")
    await funding.raised(1, "review", "approval", "payment")
    document = await draft(funding.http, EVALUATION)
    assert (document["subject"]["type"], document["subject"]["reference"]) == ("division", "330100")
    for said in await texts(funding, document):
        for part in (
            "绩效自评表",
            f"自评年度{YEAR}年度",
            "党费¥6,000.00¥7,000.00¥0.000.00%",
            "财政拨款¥8,000.00¥9,000.00¥3,000.0033.33%",
            "合计¥14,000.00¥16,000.00¥3,000.0018.75%",
            "1.88分（分值10分）",
            "数量指标受补助党组织数10个1个5042.5",
            "效益指标活动覆盖党员≥90%95%4040",
            "82.5分（分值90分）",
            "84.38分（满分100分）",
        ):
            assert part in said, part
    of_scheme = (await draft(funding.http, {**EVALUATION, "scheme": "hz-2013-annual"}))["facts"]
    assert (of_scheme["rate"], of_scheme["execution_score"], of_scheme["total"]) == ("33.33%", "3.33", "85.83")
    of_city = (await draft(funding.http, {**EVALUATION, "scheme": "hz-2013-key-committees"}))["facts"]
    assert (of_city["purpose"], of_city["executed"]) == ("党建工作经费", "¥0.00")
    await funding.raised(1, "review", "approval", "payment")
    outdated = await take(funding.http, document, "check")
    assert (outdated.status_code, slug(outdated)) == (409, "document-outdated")


async def test_self_evaluation__names_what_is_wrong_and_needs_a_budget(funding: Funding, token_for: TokenFor) -> None:
    async def sent(**changes: Any) -> Any:
        return await funding.http.post("/v1/documents", json={**EVALUATION, **changes})

    assert (await put(funding)).status_code == 201, "entered, and confirmed by nobody"
    without = await sent()
    assert (without.status_code, slug(without)) == (409, "document-subject-unfit")
    assert str(YEAR) in without.json()["detail"]
    for changes, at in (
        ({"indicators": [REACHED]}, ["/indicators"]),
        ({"indicators": [{**OTHER, "weight": 90, "score": 91}]}, ["/indicators/0/score"]),
        ({"indicators": [{**OTHER, "category": "x"}]}, ["/indicators/0/category"]),
        ({"indicators": None}, ["/indicators"]),
        ({"year": YEAR + 1}, ["/year"]),
        ({"scheme": "unheard-of"}, ["/scheme"]),
        ({"subject": "33010"}, ["/subject"]),
        ({"goal": "按时足额拨付"}, ["/goal"]),
    ):
        assert pointers(await sent(**changes)) == at, changes
    district = {"Authorization": f"Bearer {token_for(divisions=['330106'], subject='district')}"}
    above = await funding.http.post("/v1/documents", json=EVALUATION, headers=district)
    assert (above.status_code, slug(above)) == (403, "outside-scope")
