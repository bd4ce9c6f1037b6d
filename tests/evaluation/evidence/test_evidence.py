"""Evidence files: kept once by their content, of known types, scanned, and given out to nobody else."""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from services.evaluation.evidence.errors import EvidenceLost, EvidenceNotScanned, EvidenceRefused
from services.evaluation.evidence.scanning import scan
from services.evaluation.evidence.store import FolderStore
from services.evaluation.settings import Settings
from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, established, pointers, received, slug, with_policy
from tests.evaluation.score_sheets.filling import fill
from tests.evaluation.score_sheets.test_import import rows_of

PDF = b"%PDF-1.7 minutes"
PNG = b"\x89PNG\r\n\x1a\n picture"
HTML = b"<!doctype html><script>alert(1)</script>"
PYTHON = [sys.executable, "-c"]


@pytest.fixture
def folder(app: FastAPI, tmp_path: Path) -> Path:
    app.state.settings.evidence_folder = tmp_path / "evidence"
    return tmp_path / "evidence"


async def file(
    a_round: Round, one: dict[str, Any], content: bytes = PDF, name: str = "a.pdf", **changes: Any
) -> httpx.Response:
    headers = changes.pop("headers", {})
    form = {"stage": "self", "code": "F1", "title": "阵地照片", **changes}
    path = f"/v1/evaluations/{one['id']}/evidence-files"
    return await a_round.client.post(path, data=form, files={"file": (name, content)}, headers=headers)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def content_of(a_round: Round, filed: dict[str, Any], **headers: str) -> httpx.Response:
    return await a_round.client.get(f"/v1/evidence-files/{filed['id']}/content", headers=headers)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_evidence__is_filed_and_given_out_to_be_saved(a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    response = await file(a_round, one, name="secret name.html")
    assert response.status_code == 201, response.text
    filed = response.json()
    assert (filed["media_type"], filed["bytes"], filed["sha256"]) == (
        "application/pdf",
        len(PDF),
        sha256(PDF).hexdigest(),
    )
    got = await content_of(a_round, filed)
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''F1")
    assert "secret" not in got.headers["content-disposition"], "a file's own name is not kept"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    [listed] = (await a_round.client.get("/v1/evidence-files", params={"evaluation": one["id"]})).json()["items"]
    assert listed == filed
    [stored] = kept(folder)
    assert (stored.read_bytes(), stored.stat().st_mode & 0o777) == (PDF, 0o600)


async def test_evidence__the_same_content_is_kept_once(a_round: Round, folder: Path, token_for: TokenFor) -> None:
    parties = [established(), established()]
    await a_round.project(*map(received, parties))
    await a_round.open()
    one, other = [await a_round.evaluation_of(party.id) for party in parties]
    first = await file(a_round, one)
    again = await file(a_round, one, title="另一个名称")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await file(a_round, one, code="B1")).status_code == 201
    assert (
        await file(a_round, one, stage="committee", headers=bearer(token_for("rater", ["33"], "li")))
    ).status_code == 201
    assert (await file(a_round, other)).status_code == 201
    assert len(kept(folder)) == 1


@pytest.mark.parametrize("content", [HTML, b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04 no archive"])
async def test_evidence__type_goes_by_content_and_not_by_name(a_round: Round, folder: Path, content: bytes) -> None:
    one = await a_round.enrolled()
    refused = await file(a_round, one, content, "a.pdf")
    assert (refused.status_code, slug(refused)) == (415, "scan-type-unknown")
    assert kept(folder) == []


async def test_evidence__types_and_size_are_settings(app: FastAPI, a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    app.state.settings.evidence_types = ("application/pdf",)
    refused = await file(a_round, one, PNG)
    assert (refused.status_code, "PDF" in refused.json()["detail"]) == (415, True)
    app.state.settings.evidence_bytes = len(PDF) - 1
    large = await file(a_round, one)
    assert (large.status_code, slug(large)) == (413, "scan-too-large")
    assert kept(folder) == []


def test_evidence__settings_name_known_types() -> None:
    for types in (("text/html",), ()):
        with pytest.raises(ValidationError):
            Settings.__pydantic_validator__.validate_assignment(Settings.model_construct(), "evidence_types", types)


async def test_evidence__without_a_folder_is_not_taken(a_round: Round) -> None:
    one = await a_round.enrolled()
    refused = await file(a_round, one)
    assert (refused.status_code, slug(refused)) == (503, "no-evidence-store")


@pytest.mark.parametrize(
    ("script", "status", "problem"),
    [
        ("import sys; sys.exit(sys.stdin.buffer.read() != b'%PDF-1.7 minutes')", 201, None),
        ("import sys; sys.exit(1)", 422, "evidence-refused"),
        ("import sys; sys.exit(2)", 503, "evidence-not-scanned"),
        ("import time; time.sleep(60)", 503, "evidence-not-scanned"),
    ],
)
async def test_evidence__is_scanned_before_it_is_kept(
    app: FastAPI, a_round: Round, folder: Path, script: str, status: int, problem: str | None
) -> None:
    one = await a_round.enrolled()
    app.state.settings.evidence_scan = (*PYTHON, script)
    app.state.settings.evidence_scan_seconds = 3.0
    response = await file(a_round, one)
    assert response.status_code == status, response.text
    assert problem is None or slug(response) == problem
    assert len(kept(folder)) == (status == 201)


async def test_scan__what_cannot_be_started_keeps_nothing() -> None:
    with pytest.raises(EvidenceNotScanned):
        await scan(["/no/such/command"], PDF, seconds=1)
    with pytest.raises(EvidenceRefused):
        await scan([*PYTHON, "import sys; sys.stdin.close(); sys.exit(1)"], PDF * 1_000_000, seconds=20)
    await scan([], PDF, seconds=1)


async def test_evidence__is_seen_by_who_sees_the_evaluation(a_round: Round, folder: Path, token_for: TokenFor) -> None:
    parties = [established(), established()]
    await a_round.project(*map(received, parties))
    await a_round.open()
    one, other = [await a_round.evaluation_of(party.id) for party in parties]
    own = bearer(token_for("secretary", ["330106"], "own", units=[one["party_organization_id"]]))
    beside = bearer(token_for("secretary", ["330106"], "beside", units=[other["party_organization_id"]]))
    elsewhere = bearer(token_for("rater", ["330105"], "elsewhere"))
    filed = (await file(a_round, one, headers=own)).json()
    assert filed["filed_by"] == "own"
    assert (await content_of(a_round, filed, **own)).content == PDF
    for headers in (beside, elsewhere):
        assert (await content_of(a_round, filed, **headers)).status_code == 404
        assert (await a_round.client.get("/v1/evidence-files", headers=headers)).json()["items"] == []
        assert (await file(a_round, one, headers=headers)).status_code == 404
    barred = await file(a_round, one, stage="committee", headers=own)
    assert (barred.status_code, slug(barred)) == (403, "forbidden")


async def test_evidence__by_who_may_put_the_sheet(a_round: Round, folder: Path, token_for: TokenFor) -> None:
    one = await a_round.enrolled()
    rater = bearer(token_for("rater", ["33"], "li"))
    assert (await file(a_round, one, headers=rater)).status_code == 201, "for it, as its self-assessment may be put"
    declared = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=declared, headers=rater)).status_code == 201
    conflict = await file(a_round, one, stage="committee", headers=rater)
    assert (conflict.status_code, slug(conflict)) == (403, "conflict-of-interest")
    unknown = await file(a_round, one, code="Z9")
    assert (unknown.status_code, pointers(unknown)) == (422, ["/code"])
    personal = await file(a_round, one, title="身份证 11010519491231002X")
    assert (personal.status_code, pointers(personal)) == (422, ["/title"])


async def test_evidence__facts_name_files_of_their_leaf_and_stage(a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    filed = (await file(a_round, one)).json()
    other = (await file(a_round, one, code="B1")).json()

    async def put(*files: str, stage: str = "self") -> httpx.Response:
        path = f"/v1/evaluations/{one['id']}"
        version = (await a_round.client.get(path)).headers["ETag"]
        fact = {"value": True, "evidence": "见附件", "files": list(files)}
        return await a_round.client.put(f"{path}/facts/{stage}", json={"F1": fact}, headers={"If-Match": version})

    assert (await put(filed["id"])).json()["stages"]["self"]["facts"]["F1"]["files"] == [filed["id"]]
    for response in (await put(other["id"]), await put(filed["id"], stage="committee")):
        assert (response.status_code, pointers(response)) == (422, ["/F1/files/0"])
    assert (await put()).json()["stages"]["self"]["facts"]["F1"]["files"] == []


async def test_evidence__that_a_fact_named_survives_a_workbook(
    a_round: Round, folder: Path, token_for: TokenFor
) -> None:
    one = await a_round.enrolled()
    filed = (await file(a_round, one)).json()
    fact = {"value": True, "evidence": "见附件", "files": [filed["id"]]}
    put = await a_round.client.put(f"/v1/evaluations/{one['id']}/facts/self", json={"F1": fact})
    assert put.status_code == 200, put.text
    book = await a_round.client.get("/v1/score-sheets/T10.xlsx", params={"cycle": one["cycle_id"], "stage": "self"})
    [rows] = rows_of(book.content).values()
    changed = fill(book.content, {f"E{rows['F1']}": "否"})
    files = {"file": ("T10.xlsx", changed)}
    report = await a_round.client.post("/v1/score-sheets", files=files)
    assert report.json()["saved"] == [one["id"]], report.text
    kept_fact = (await a_round.get(one))["stages"]["self"]["facts"]["F1"]
    assert (kept_fact["value"], kept_fact["files"]) == (False, [filed["id"]])


async def test_evidence__withdrawn_is_given_out_no_more_and_may_be_filed_again(a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    filed = (await file(a_round, one)).json()
    path = f"/v1/evidence-files/{filed['id']}/withdrawal"
    withdrawn = await a_round.client.post(path, json={"reason": "误传"})
    assert (withdrawn.status_code, withdrawn.json()["reason"]) == (200, "误传")
    assert (await content_of(a_round, filed)).status_code == 404
    assert (await a_round.client.get("/v1/evidence-files")).json()["items"] == []
    assert (await a_round.client.post(path, json={"reason": "误传"})).status_code == 404
    again = await file(a_round, one)
    assert (again.status_code, again.json()["id"] != filed["id"]) == (201, True)


async def test_evidence__that_is_named_is_not_withdrawn(
    app: FastAPI, a_round: Round, folder: Path, token_for: TokenFor
) -> None:
    with_policy(app, on_site={"sample_bp": 0})
    one = await a_round.enrolled()
    filed = (await file(a_round, one)).json()
    path = f"/v1/evaluations/{one['id']}"
    fact = {"value": True, "evidence": "见附件"}
    named = {"F1": fact | {"files": [filed["id"]]}}

    async def put(place: str, body: dict[str, Any], **headers: str) -> None:
        version = (await a_round.client.get(path)).headers["ETag"]
        response = await a_round.client.put(f"{path}/{place}", json=body, headers={"If-Match": version, **headers})
        assert response.status_code == 200, response.text

    async def withdraw() -> httpx.Response:
        return await a_round.client.post(f"/v1/evidence-files/{filed['id']}/withdrawal", json={"reason": "误传"})

    check = {"visited_on": str(china_day(utc_now())), "team": ["li", "wang"]}
    li = bearer(token_for("rater", ["33"], "li"))
    await put("facts/self", named)
    await put("on-site-check", check | {"findings": named}, **li)
    for stage in ("self", "on_site"):
        refused = await withdraw()
        assert (refused.status_code, slug(refused)) == (409, "evidence-named")
        assert (refused.json()["stage"], refused.json()["code"]) == (stage, "F1")
        await put("facts/self", {"F1": fact})
    await put("on-site-check", check | {"findings": {"F1": fact}}, **li)
    assert (await withdraw()).status_code == 200


async def test_evidence__of_an_indicator_that_is_not_for_it_is_refused(a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    refused = await file(a_round, one, code="A4")
    assert (refused.status_code, pointers(refused)) == (422, ["/code"])
    assert "not for a Party organization of this form" in refused.json()["errors"][0]["detail"]
    assert (await file(a_round, one, code="B1")).status_code == 201


async def test_evidence__ends_with_the_cycle_and_comes_back_with_a_reopening(a_round: Round, folder: Path) -> None:
    one = await a_round.enrolled()
    filed = (await file(a_round, one)).json()
    marks = await a_round.full_marks(one["type"])
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await a_round.complete(one)).status_code == 200
    assert slug(await file(a_round, one, PNG)) == "illegal-transition"
    assert (await a_round.client.post(f"/v1/cycles/{one['cycle_id']}/closing")).status_code == 200
    assert (await content_of(a_round, filed)).content == PDF
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "核查"})
    assert reopened.status_code == 200, reopened.text
    assert (await file(a_round, one, PNG)).status_code == 201


async def test_store__tells_what_is_missing_or_was_changed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "deep" / "evidence")
    digest = await store.keep(PDF)
    assert await store.read(digest) == PDF
    assert await store.keep(PDF) == digest
    path = tmp_path / "deep" / "evidence" / digest[:2] / digest
    path.write_bytes(PNG)
    with pytest.raises(EvidenceLost):
        await store.read(digest)
    with pytest.raises(EvidenceLost):
        await store.read(sha256(b"").hexdigest())
    with pytest.raises(ValueError, match="etc"):
        await store.read("../../etc/passwd")


async def test_no_evidence__is_zero_only_after_it_was_returned_to_be_supplemented(a_round: Round) -> None:
    one = await a_round.enrolled()
    path = f"/v1/evaluations/{one['id']}"

    async def put(stage: str, value: object) -> httpx.Response:
        version = (await a_round.client.get(path)).headers["ETag"]
        fact = {"value": value, "evidence": "未提供材料"}
        return await a_round.client.put(f"{path}/facts/{stage}", json={"F1": fact}, headers={"If-Match": version})

    assert (await put("self", True)).status_code == 200
    early = await put("committee", "no_evidence")
    assert (early.status_code, pointers(early)) == (422, ["/F1/value"])
    returned = await a_round.client.post(f"{path}/return", json={"stage": "self", "reason": "F1 缺少材料"})
    assert returned.status_code == 200, returned.text
    waiting = await put("committee", "no_evidence")
    assert waiting.status_code == 422, "it is still to be supplemented"
    assert (await put("self", False)).status_code == 200
    after = await put("committee", "no_evidence")
    assert after.status_code == 200, after.text
    fact = after.json()["stages"]["committee"]["facts"]["F1"]
    assert (fact["points"], fact["reason"]["outcome"]) == ("0", "no_evidence")
