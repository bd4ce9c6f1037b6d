"""H22: the notice of an admonition talk is read by who may hold talks, and by who checks and issues it."""

import pytest

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round
from tests.evaluation.consequences.helpers import of, rated
from tests.evaluation.documents.helpers import issued, printed, slug, try_draft

SCAN = {"files": {"file": ("a.pdf", b"%PDF-1.7 sealed")}}
pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def test_h22_notice__says_why_and_by_when_and_holds_no_record(a_round: Round) -> None:
    [evaluation] = await rated(a_round, 30)
    found = await of(a_round, evaluation)
    document = await issued(a_round, "admonition_notice", found["talk"]["id"])
    assert document["number"] == f"西湖两新评诫〔{document['issued_on'][:4]}〕1号"
    said = await printed(a_round, document)
    assert "诫勉谈话通知书西湖区第0社工服务中心党支部：你单位2026年度党组织星级评定得分" in said
    due = "{}年{}月{}日".format(*(int(part) for part in found["talk"]["due_on"].split("-")))
    assert f"谈话由中共西湖区委社会工作部组织，于{due}前进行" in said
    refused = await try_draft(a_round, "admonition_notice", found["rectification"]["id"])
    assert slug(refused) == "document-subject-unfit"


async def test_h22_notice__is_closed_to_who_holds_no_talks(a_round: Round, token_for: TokenFor) -> None:
    [evaluation] = await rated(a_round, 30)
    talk = (await of(a_round, evaluation))["talk"]
    document = await issued(a_round, "admonition_notice", talk["id"])
    path = f"/v1/documents/{document['id']}"
    filed = await a_round.client.put(f"{path}/scan", **SCAN)
    assert filed.status_code == 201, filed.text
    party = [evaluation["party_organization_id"]]
    closed = [token_for("street_officer", ["330106"]), token_for("secretary", ["330106"], units=party)]
    for token in closed:
        headers = {"Authorization": f"Bearer {token}"}
        assert (await a_round.client.get("/v1/documents", headers=headers)).json()["items"] == []
        for one in (path, f"{path}?format=pdf", f"{path}/scan"):
            assert (await a_round.client.get(one, headers=headers)).status_code == 404, one
    street = {"Authorization": f"Bearer {closed[0]}"}
    body = {"kind": "admonition_notice", "subject": talk["id"]}
    assert (await a_round.client.post("/v1/documents", json=body, headers=street)).status_code == 403
    assert (await a_round.client.put(f"{path}/scan", headers=street, **SCAN)).status_code == 404
    step = {**street, "If-Match": f'"{document["version"]}"'}
    assert (await a_round.client.post(f"{path}/withdrawal", headers=step)).status_code == 404
    for role in ("district_officer", "reviewer", "approver"):
        headers = {"Authorization": f"Bearer {token_for(role, ['330106'])}"}
        assert len((await a_round.client.get("/v1/documents", headers=headers)).json()["items"]) == 1, role
        assert (await a_round.client.get(f"{path}/scan", headers=headers)).status_code == 200, role
