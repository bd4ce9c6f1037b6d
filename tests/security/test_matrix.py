"""Every route of every service against every kind of token: 401, 403, and nothing of another division."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import APIRouter
from starlette.routing import Mount, Route

from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.web.app import create_service_app, create_worker_app
from shared.web.identity.callers import requires
from shared.web.identity.granted import PERMISSIONS
from shared.web.identity.permissions import Permission, Role
from shared.web.identity.tokens import Actor, TokenVerifier
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.server import Options, create_embedded_app
from shuangfu.services import SERVICES, load
from tests.conftest import ALL_ROLES, AsAdmin, Hands, TokenFor
from tests.evaluation.consequences.helpers import PLAN as OPINION_PLAN
from tests.evaluation.selections.conftest import STEPS as SELECTION_STEPS
from tests.funding.appropriations.helpers import appropriation
from tests.funding.dues.helpers import HOST, PAPERS, quarter
from tests.funding.grants.noticing import helpers as noticing
from tests.funding.grants.settling.helpers import voucher as use_voucher
from tests.funding.helpers import ACCOUNT, AGAIN
from tests.funding.ledger.helpers import voucher
from tests.incubation.activities.helpers import PARTIES, activity
from tests.incubation.activities.test_years import COUNTS
from tests.incubation.areas.helpers import BOUNDARY, area, square
from tests.incubation.conftest import PLANNED
from tests.incubation.incubatees.helpers import AGREEMENT, PANEL
from tests.incubation.incubatees.helpers import application as incubation
from tests.incubation.incubators.helpers import INCUBATOR
from tests.incubation.incubators.test_assessments import SCORES
from tests.incubation.incubators.test_supports import FUNDS
from tests.incubation.meetings.helpers import BOTH, HELD
from tests.incubation.stations.helpers import MANAGED, STATION
from tests.registry.bodies.helpers import STREET
from tests.registry.bodies.helpers import body as body_of
from tests.registry.conftest import registration
from tests.registry.documents.helpers import NOTICE
from tests.registry.filed_bodies.helpers import filing
from tests.registry.helpers import code
from tests.registry.leaderships.helpers import APPROVED, ELECTED
from tests.registry.registration_reviews.helpers import application
from tests.registry.reorganizations.test_reorganizing import DECIDED
from tests.registry.surveys.helpers import COUNTS as COUNTED
from tests.registry.yearly_forms.helpers import FORM as YEARLY
from tests.running.callers import LEVELS
from tests.security.dutying import APPRAISAL as DUTY_APPRAISAL
from tests.security.dutying import REPORT as DUTY_REPORT
from tests.security.forging import forgeries
from tests.security.selecting import RECOMMENDATION
from tests.security.walk import APPS, DOORS, GUARDED, PUBLIC, UNDESCRIBED, Door, described, doors_of
from tests.security.worlds import DISTRICT, PERSON, SCAN, World, count_rows

in_module = pytest.mark.asyncio(loop_scope="module")

PROBLEM = "urn:shuangfu:problem:"
EVERY_DOOR = [pytest.param(door, id=door.name) for door in GUARDED]
# What is assigned is handed over and changed while it waits: the other writes take the steps. A succession resolves the
# possible duplicate of its two organizations.
_ORDER = ("GET", "reassignments", "PUT /v1/tasks", "DELETE /v1/tasks", "POST /v1/duplicates", "")
READS_FIRST = sorted(EVERY_DOOR, key=lambda one: next(n for n, part in enumerate(_ORDER) if part in str(one.id)))


@dataclass(frozen=True)
class Asked:
    """A request that succeeds for who may and reaches, and what another division gets for it."""

    path: str
    elsewhere: str
    """hidden (404), empty (no items), unseen (422: what it names is not there), outside (403), zero (counts),
    refused (a 403 in each line of the answer), unknown (a 404 in each), own (the caller's own thing, judged later)
    or shared (the same for everybody)."""
    status: int = 200
    more: dict[str, Any] = field(default_factory=dict)


LINE = orjson.dumps({"uscc": code(1), **registration()})
FILED_LINE = orjson.dumps({"number": "XB-0001", **filing()})
RETURN = "业务参考号,处理结果,金额\nUNKNOWN,成功,1.00\n".encode()
VOUCHER = voucher(reference="V-2")
USED = use_voucher("PZ-1", 1)
BACK = {"amount_fen": 1, "reference": "HD-1", "returned_on": "2026-03-01"}
SENT_BACK = {"reference": "TP-1", "returned_on": "2026-03-01", "reason": "收款账户已销户"}
REVERSAL = {"reason": "核对", "reference": "CX-1"}
FILE = {"files": {"file": ("a.ndjson", LINE)}}
TEAM = ["served-on-site-check", "乙"]
KEY = {"headers": {"Idempotency-Key": "matrix"}}
DISTRICT_BODY = body_of()
FIRST_VERSION, SECOND_VERSION = ({"headers": {"If-Match": f'"{version}"'}} for version in (1, 2))
WHY = {"json": {"reason": "核对"}}
PARTY = "/v1/party-organizations/{party_organization_id}"
LEADERSHIP = f"{PARTY}/leadership"
NAMED = {"organization": code(9), "to": "none", "why": "no_members"}
HAND_OVER = {"from": "甲", "to": "乙", "reason": "轮岗"}
MEETING = {"level": "district", "convenor": "XIHU", "planned_on": "2026-06-10", "agenda": BOTH}
CORRECTED = {name: value for name, value in activity("pairing").items() if name not in ("kind", "division")}
PLAN = {"planned_on": "2026-06-10", "agenda": BOTH}
RESOLUTION = {"what": "摸排", "owner": "XIHU", "due_on": "2026-06-10"}
TODAY = str(china_day(utc_now()))
TEST_COUNTS = {"sent": 60, "returned": 55, "valid": 50, "good": 40, "fair": 8, "poor": 2}
SESSION = {"held_on": TODAY, "members_due": 9, "members_present": 7, "by_list": {}, "count": 1}
RECOMMENDED = RECOMMENDATION | {"party_organization_id": "{rated_party}"}
BUS_AND_CHECKS = ("bus", "reconciliation")
CURRENT = {"headers": {"If-Match": "{instructor_version}"}}
LISTED = {
    "scheme": "hz-2013-key-committees",
    "recipient_id": "{party}",
    "effective_from": "2026-01-01",
    "amount_fen": 5_000_000,
}

ASKED: dict[str, Asked] = {
    "registry PUT /v1/civil-affairs/registrations/{uscc}": Asked("{uscc}", "outside", more={"json": registration()}),
    "registry POST /v1/civil-affairs/registrations:batch": Asked("", "refused", more={"content": LINE}),
    "registry GET /v1/organizations/{reference}/contacts": Asked("{organization_1}", "hidden"),
    "registry PUT /v1/organizations/{reference}/contacts/{role}": Asked(
        "{organization_1} liaison", "hidden", 201, {"json": PERSON}
    ),
    "registry GET /v1/organizations/{reference}/contacts/{role}": Asked("{organization_1} secretary", "hidden"),
    "registry DELETE /v1/organizations/{reference}/contacts/{role}": Asked(
        "{organization_1} instructor", "hidden", 204, CURRENT
    ),
    "registry POST /v1/imports": Asked("", "own", 202, FILE),
    "registry GET /v1/imports": Asked("", "own"),
    "registry GET /v1/imports/template.xlsx": Asked("", "shared"),
    "registry GET /v1/imports/{import_id}": Asked("{import}", "hidden"),
    "registry GET /v1/imports/{import_id}/progress": Asked("{import}", "hidden", more={"params": {"seconds": 1}}),
    "registry GET /v1/imports/{import_id}/errors": Asked("{import}", "hidden"),
    "registry PUT /v1/filed-bodies/{number}": Asked("{filed}", "outside", more={"json": filing()}),
    "registry PUT /v1/filed-bodies:batch": Asked("", "refused", more={"content": FILED_LINE}),
    "registry GET /v1/filed-bodies": Asked("", "empty"),
    "registry GET /v1/filed-bodies/{number}": Asked("{filed}", "hidden"),
    "registry POST /v1/registration-reviews": Asked("", "outside", 201, {"json": application()}),
    "registry GET /v1/registration-reviews": Asked("", "empty"),
    "registry GET /v1/registration-reviews/{review_id}": Asked("{review}", "hidden"),
    "registry POST /v1/registration-reviews/{review_id}/supplement": Asked("{review}", "hidden", more={"json": {}}),
    "registry POST /v1/registration-reviews/{review_id}/return": Asked("{review}", "hidden", more=WHY),
    "registry POST /v1/registration-reviews/{review_id}/approval": Asked("{review_2}", "hidden", more={"json": {}}),
    "registry POST /v1/registration-reviews/{review_id}/refusal": Asked("{review}", "hidden", more=WHY),
    "registry POST /v1/registration-reviews/{review_id}/withdrawal": Asked("{review_3}", "hidden", more=WHY),
    "registry POST /v1/registration-reviews/{review_id}/certificate": Asked(
        "{approved_review}", "hidden", more={"json": {"uscc": code(99), "issued_on": "2026-03-05"}}
    ),
    "registry POST /v1/registration-reviews/{review_id}/hand-over": Asked(
        "{certified_review}", "hidden", more={"json": {"handed_over_on": "2026-03-06", "handed_over_to": "社会工作部"}}
    ),
    "registry GET /v1/organizations": Asked("", "empty"),
    "registry GET /v1/organizations/{reference}": Asked("{uscc}", "hidden"),
    "registry GET /v1/organizations/{reference}/corrections": Asked("{organization_1}", "hidden"),
    "registry GET /v1/organizations/{reference}/history": Asked("{organization_1}", "hidden"),
    "registry POST /v1/organizations/{reference}/corrections": Asked(
        "{organization_1}",
        "hidden",
        more={"json": {"fields": {"full_members": 4}, "as_of": "2026-03-02T01:00:00Z", "reason": "核对"}},
    ),
    "registry GET /v1/organizations/{reference}/successions": Asked("{organization_1}", "hidden"),
    "registry POST /v1/organizations/{reference}/successions": Asked(
        "{organization_1}",
        "hidden",
        201,
        {"json": {"predecessor": code(2), "kind": "split", "on": "2026-06-01", "reason": "分立"}},
    ),
    "registry GET /v1/conflicts": Asked("", "empty"),
    "registry GET /v1/conflicts/{conflict_id}": Asked("{conflict}", "hidden"),
    "registry POST /v1/conflicts/{conflict_id}/resolution": Asked(
        "{conflict}", "hidden", more={"json": {"take": "stored", "reason": "核对"}}
    ),
    "registry GET /v1/duplicates": Asked("", "empty"),
    "registry GET /v1/duplicates/{duplicate_id}": Asked("{duplicate}", "hidden"),
    "registry POST /v1/duplicates/searches": Asked("", "outside", more={"json": {"division": "330106"}}),
    "registry POST /v1/duplicates/{duplicate_id}/resolution": Asked(
        "{duplicate}", "hidden", more={"json": {"verdict": "different", "reason": "核对"}}
    ),
    "registry GET /v1/organizations/{reference}/provenance": Asked("{organization_1}", "hidden"),
    "registry GET /v1/code-exceptions": Asked("", "empty"),
    "registry GET /v1/code-exceptions/{uscc}": Asked("{excepted}", "hidden"),
    "registry POST /v1/code-exceptions": Asked(
        "", "outside", 201, {"json": {"uscc": "{excepted_2}", "authority": "示例市民政局", "reason": "核对"}}
    ),
    "registry DELETE /v1/code-exceptions/{uscc}": Asked("{excepted}", "hidden", 204),
    "registry GET /v1/party-organizations": Asked("", "empty"),
    "registry GET /v1/party-organizations/{party_organization_id}": Asked("{party}", "hidden"),
    "registry GET /v1/party-organizations/{party_organization_id}/covers": Asked("{party}", "hidden"),
    "registry PUT /v1/party-organizations/{party_organization_id}/affiliation": Asked(
        "{party}", "hidden", more={"json": {"body": "XIHU", "kind": "territory", "from": "2026-03-10"}}
    ),
    "registry GET /v1/party-organizations/{party_organization_id}/affiliation": Asked("{party}", "hidden"),
    "registry GET /v1/party-organizations/{party_organization_id}/affiliations": Asked("{party}", "hidden"),
    "registry GET /v1/party-organizations/{party_organization_id}/reorganizations": Asked("{party}", "hidden"),
    f"registry POST {PARTY}/kind": Asked(
        "{party_2}", "hidden", more={"json": {**DECIDED, "kind": "GENERAL", "name": "中共示例总支部"}}
    ),
    f"registry POST {PARTY}/move": Asked(
        "{joint}", "hidden", more={"json": {**DECIDED, "division": DISTRICT, "street": "文新街道"}}
    ),
    f"registry POST {PARTY}/merger": Asked("{party_3}", "hidden", more={"json": {**DECIDED, "into": "{joint}"}}),
    f"registry POST {PARTY}/dissolution": Asked(
        "{party_4}", "hidden", more={"json": {**DECIDED, "successors": [NAMED]}}
    ),
    "registry GET /v1/leadership-report": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "registry GET /v1/party-organizations/{party_organization_id}/leadership": Asked("{party}", "hidden"),
    "registry GET /v1/party-organizations/{party_organization_id}/leadership/{number}": Asked("{party} 1", "hidden"),
    f"registry POST {LEADERSHIP}": Asked("{party_2}", "hidden", 201, {"json": ELECTED}),
    f"registry POST {LEADERSHIP}/{{number}}/approval": Asked("{party} 1", "hidden", more={"json": APPROVED}),
    f"registry POST {LEADERSHIP}/{{number}}/extension": Asked(
        "{party} 1",
        "hidden",
        more={
            "json": {"until": "2029-10-10", "approved_on": "2026-06-01", "approval_number": "2号", "reason": "机构调整"}
        },
    ),
    f"registry POST {LEADERSHIP}/{{number}}/correction": Asked("{party} 1", "hidden", more=WHY),
    f"registry POST {LEADERSHIP}/{{number}}/return": Asked("{party_3} 1", "hidden", more=WHY),
    "registry GET /v1/yearly-forms": Asked("", "empty"),
    "registry GET /v1/yearly-forms/totals/{year}": Asked("2025", "outside", more={"params": {"division": DISTRICT}}),
    "registry GET /v1/yearly-forms/{reference}/{year}": Asked("{uscc_4} 2025", "hidden"),
    "registry PUT /v1/yearly-forms/{reference}/{year}": Asked("{uscc_4} 2025", "hidden", more={"json": YEARLY}),
    "registry POST /v1/statistics": Asked(
        "", "outside", 201, {"json": {"table": "ledger", "division": DISTRICT, "cut_off": "2026-03-31"}}
    ),
    "registry GET /v1/statistics": Asked("", "empty"),
    "registry GET /v1/statistics/{report_id}": Asked("{statistics}", "hidden"),
    "registry GET /v1/statistics/{report_id}/workbook": Asked("{statistics}", "hidden"),
    "registry GET /v1/statistics/{report_id}/sheet": Asked(
        "{statistics}", "hidden", more={"params": {"format": "docx"}}
    ),
    "registry GET /v1/statistics/{report_id}/reproduction": Asked("{statistics}", "hidden"),
    "registry POST /v1/statistics/{report_id}/computation": Asked("{statistics_2}", "hidden", more={"json": {}}),
    "registry POST /v1/statistics/{report_id}/explanation": Asked(
        "{statistics_2}", "hidden", more={"json": {"words": {"A": "新登记"}}}
    ),
    "registry POST /v1/statistics/{report_id}/signature": Asked("{statistics}", "hidden", more={"json": {}}),
    "registry POST /v1/statistics/{report_id}/locking": Asked("{statistics_3}", "hidden", more={"json": {}}),
    "registry POST /v1/statistics/{report_id}/return": Asked("{statistics_4}", "hidden", more=WHY),
    "registry GET /v1/coverage/measures": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "registry GET /v1/coverage/series": Asked(
        "", "outside", more={"params": {"division": DISTRICT, "first": "2026-05", "last": "2026-06"}}
    ),
    "registry POST /v1/surveys": Asked("", "outside", 201, {"json": {"period": "2024", "division": DISTRICT}}),
    "registry GET /v1/surveys": Asked("", "empty"),
    "registry GET /v1/surveys/{survey_id}": Asked("{survey}", "hidden"),
    "registry POST /v1/surveys/{survey_id}/locking": Asked("{survey_2}", "hidden", more={"json": {"word": "失联"}}),
    "registry POST /v1/surveys/{survey_id}/reopening": Asked("{survey_3}", "hidden", more=WHY),
    "registry GET /v1/surveys/{survey_id}/lockings/{number}/returns": Asked("{survey_3} 1", "hidden"),
    "registry GET /v1/surveys/{survey_id}/returns": Asked("{survey}", "hidden"),
    "registry PUT /v1/surveys/{survey_id}/returns:batch": Asked(
        "{survey}", "unknown", more={"content": orjson.dumps({"uscc": code(14), **COUNTED})}
    ),
    "registry GET /v1/surveys/{survey_id}/returns/{reference}": Asked("{survey} {uscc_4}", "hidden"),
    "registry PUT /v1/surveys/{survey_id}/returns/{reference}": Asked(
        "{survey} {uscc_4}", "hidden", more={"json": COUNTED}
    ),
    "registry POST /v1/surveys/{survey_id}/returns/{reference}/confirmation": Asked(
        "{survey} {uscc_4}", "hidden", more={"json": {}}
    ),
    "registry PUT /v1/inspections/{uscc}/{year}": Asked(
        "{uscc_4} 2024", "hidden", 201, {"json": {"outcome": "not_filed"}}
    ),
    "registry PUT /v1/inspections:batch": Asked(
        "", "unknown", more={"content": orjson.dumps({"uscc": code(14), "year": 2023, "outcome": "not_filed"})}
    ),
    "registry GET /v1/inspections": Asked("", "empty"),
    "registry GET /v1/inspections/outstanding": Asked("", "empty", more={"params": {"year": 2024}}),
    "registry GET /v1/inspections/{uscc}/{year}": Asked("{uscc_4} 2025", "hidden"),
    "registry POST /v1/organizations/{reference}/assessment-grades": Asked(
        "{organization_2}", "hidden", 201, {"json": {"grade": "1A", "announced_on": "2026-05-04"}}
    ),
    "registry GET /v1/organizations/{reference}/assessment-grades": Asked("{uscc}", "hidden"),
    "registry GET /v1/assessment-grades": Asked("", "empty"),
    "registry GET /v1/assessment-grades/{grade_id}": Asked("{grade}", "hidden"),
    "registry POST /v1/assessment-grades/{grade_id}/correction": Asked(
        "{grade_2}", "hidden", more={"json": {"grade": "2A", "reason": "核对"}}
    ),
    "registry POST /v1/assessment-grades/{grade_id}/verification": Asked(
        "{grade_4}", "hidden", 201, {"json": {"outcome": "confirmed"}}
    ),
    "registry GET /v1/organizations/{reference}/grade-verifications": Asked("{uscc}", "hidden"),
    "registry GET /v1/grade-reviews": Asked("", "empty"),
    "registry GET /v1/grade-reviews/{review_id}": Asked("{grade_review}", "hidden"),
    "registry POST /v1/grade-reviews/{review_id}/decision": Asked(
        "{grade_review}", "hidden", more={"json": {"outcome": "confirmed"}}
    ),
    "registry GET /v1/organizations/{reference}/standing": Asked("{uscc}", "hidden"),
    "registry POST /v1/standings:batch": Asked("", "unknown", more={"json": {"codes": [code(1), code(2)]}}),
    "registry GET /v1/assessment-scores": Asked("", "empty", more={"params": {"year": 2025}}),
    "registry PUT /v1/bodies/{code}": Asked("CUIYUAN", "outside", 201, {"json": STREET}),
    "registry PUT /v1/bodies:batch": Asked(
        "", "outside", more={"json": {"bodies": [{"code": "XIHU", **DISTRICT_BODY}]}}
    ),
    "registry GET /v1/bodies": Asked("", "empty"),
    "registry GET /v1/bodies/{code}": Asked("XIHU", "hidden"),
    "registry GET /v1/bodies/coverage": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "registry GET /v1/bodies/joint-conference": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "registry GET /v1/documents": Asked("", "empty"),
    "registry POST /v1/documents": Asked("", "hidden", 201, {"json": NOTICE | {"subject": "{organization_2}"}}),
    "registry GET /v1/documents/{document_id}": Asked("{drafted}", "hidden"),
    "registry POST /v1/documents/{document_id}/check": Asked("{drafted}", "hidden", more=FIRST_VERSION),
    "registry POST /v1/documents/{document_id}/issue": Asked("{checked}", "hidden", more=SECOND_VERSION),
    "registry POST /v1/documents/{document_id}/withdrawal": Asked("{unwanted}", "hidden", more=FIRST_VERSION),
    "registry GET /v1/documents/{document_id}/scan": Asked("{issued}", "hidden"),
    "registry PUT /v1/documents/{document_id}/scan": Asked("{issued}", "hidden", 200, SCAN),
    "registry GET /v1/coverage": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/formation-checks": Asked("", "empty"),
    "incubation GET /v1/formation-cases": Asked("", "empty"),
    "incubation GET /v1/formation-cases/{case_id}": Asked("{case_1}", "hidden"),
    "incubation POST /v1/formation-cases/{case_id}/approval": Asked("{case_1}", "hidden"),
    "incubation POST /v1/formation-cases/{case_id}/deferral": Asked("{case_2}", "hidden", more={"json": PLANNED}),
    "incubation GET /v1/documents": Asked("", "empty"),
    "incubation POST /v1/documents": Asked(
        "", "hidden", 201, {"json": {"kind": "deferral_notice", "subject": "{deferred}"}}
    ),
    "incubation GET /v1/documents/{document_id}": Asked("{drafted}", "hidden"),
    "incubation POST /v1/documents/{document_id}/check": Asked("{drafted}", "hidden", more=FIRST_VERSION),
    "incubation POST /v1/documents/{document_id}/issue": Asked("{checked}", "hidden", more=SECOND_VERSION),
    "incubation POST /v1/documents/{document_id}/withdrawal": Asked("{unwanted}", "hidden", more=FIRST_VERSION),
    "incubation GET /v1/documents/{document_id}/scan": Asked("{issued}", "hidden"),
    "incubation PUT /v1/documents/{document_id}/scan": Asked("{issued}", "hidden", 200, SCAN),
    "incubation GET /v1/areas": Asked("", "empty"),
    "incubation GET /v1/areas.geojson": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/areas/totals": Asked("", "zero"),
    "incubation GET /v1/areas/uncovered": Asked("", "empty"),
    "incubation GET /v1/areas/{code}": Asked("330106-T01", "hidden"),
    "incubation PUT /v1/areas/{code}": Asked("330106-T01", "outside", 200, {"json": area(square(wide=1300))}),
    "incubation POST /v1/areas/{code}/dissolution": Asked(
        "330106-T01", "outside", 200, {"json": {"on": "2031-01-01", "why": "合并"}}
    ),
    "incubation POST /v1/areas:propose": Asked("", "outside", 202, {"json": {"division": DISTRICT}}),
    "incubation GET /v1/area-proposals": Asked("", "empty"),
    "incubation GET /v1/area-proposals/{area_proposal_id}": Asked("{area_proposal}", "hidden"),
    "incubation POST /v1/area-proposals/{area_proposal_id}/adoption": Asked(
        "{area_proposal}", "hidden", 200, {"json": {"areas": [{"number": 1, "code": "330106-P1", "name": "一区"}]}}
    ),
    "incubation GET /v1/division-boundaries/{division}": Asked(DISTRICT, "hidden"),
    "incubation PUT /v1/division-boundaries/{division}": Asked(DISTRICT, "outside", 200, {"json": BOUNDARY}),
    "incubation GET /v1/joint-branches": Asked("", "empty"),
    "incubation GET /v1/joint-branches/{branch_id}": Asked("{joint_branch}", "hidden"),
    "incubation POST /v1/joint-plans": Asked("", "outside", 202, {"json": {"division": DISTRICT}}),
    "incubation GET /v1/joint-plans": Asked("", "empty"),
    "incubation GET /v1/joint-plans/{plan_id}": Asked("{plan}", "hidden"),
    "incubation POST /v1/joint-plans/{plan_or_proposal_id}/approval": Asked("{plan}", "hidden"),
    "incubation PATCH /v1/joint-plans/{plan_id}/proposals/{proposal_id}": Asked(
        "{plan} {proposal}", "hidden", 200, {"json": {"add": [str(UUID(int=3))]}}
    ),
    "incubation GET /v1/division-shapes": Asked("", "shared"),
    "incubation GET /v1/meetings": Asked("", "empty"),
    "incubation POST /v1/meetings": Asked("", "outside", 201, {"json": MEETING}),
    "incubation GET /v1/meetings/{meeting_id}": Asked("{held}", "hidden"),
    "incubation PUT /v1/meetings/{meeting_id}": Asked("{planned_1}", "hidden", 200, {"json": PLAN}),
    "incubation POST /v1/meetings/{meeting_id}/minutes": Asked(
        "{planned_2}", "hidden", 200, {"json": HELD | {"held_on": "2026-03-11"}}
    ),
    "incubation POST /v1/meetings/{meeting_id}/cancellation": Asked("{planned_3}", "hidden", 200, WHY),
    "incubation POST /v1/meetings/{meeting_id}/correction": Asked(
        "{held}", "hidden", 200, {"json": HELD | {"reason": "核对"}}
    ),
    "incubation POST /v1/meetings/{meeting_id}/resolutions": Asked("{held}", "hidden", 201, {"json": RESOLUTION}),
    "incubation GET /v1/resolutions": Asked("", "empty"),
    "incubation GET /v1/resolutions/{resolution_id}": Asked("{resolution_1}", "hidden"),
    "incubation PATCH /v1/resolutions/{resolution_id}": Asked("{resolution_1}", "hidden", 200, WHY),
    "incubation POST /v1/resolutions/{resolution_id}/completion": Asked(
        "{resolution_1}", "hidden", 200, {"json": {"completed_on": "2026-03-10"}}
    ),
    "incubation POST /v1/resolutions/{resolution_id}/withdrawal": Asked("{resolution_2}", "hidden", 200, WHY),
    "incubation POST /v1/resolutions/{resolution_id}/reopening": Asked("{resolution_3}", "hidden", 200, WHY),
    "incubation GET /v1/reports/{year}": Asked("2026", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/meeting-calendar": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/meeting-calendar/{body_id}": Asked("{body}", "hidden"),
    "incubation GET /v1/meeting-policies": Asked("", "shared"),
    "incubation GET /v1/activities": Asked("", "empty"),
    "incubation POST /v1/activities": Asked("", "outside", 201, {"json": activity("pairing", partner="第三公司")}),
    "incubation GET /v1/activities/{activity_id}": Asked("{pairing}", "hidden"),
    "incubation POST /v1/activities/{activity_id}/correction": Asked(
        "{pairing}", "hidden", 200, {"json": CORRECTED | {"reason": "核对"}}
    ),
    "incubation POST /v1/activities/{activity_id}/ending": Asked(
        "{pairing}", "hidden", 200, {"json": {"until": "2026-06-01", "reason": "到期"}}
    ),
    "incubation POST /v1/activities/{activity_id}/withdrawal": Asked("{pairing_2}", "hidden", 200, WHY),
    "incubation GET /v1/activity-policies": Asked("", "shared"),
    "incubation GET /v1/year-work": Asked("", "empty", more={"params": {"year": "2026"}}),
    "incubation GET /v1/cultivation": Asked("", "empty"),
    "incubation PUT /v1/cultivation/{party_organization_id}/{year}": Asked(
        f"{PARTIES[0]} 2026", "hidden", 200, {"json": COUNTS}
    ),
    "incubation GET /v1/stations": Asked("", "empty"),
    "incubation PUT /v1/stations/{code}": Asked("CY-9", "outside", 201, {"json": STATION}),
    "incubation GET /v1/stations/{code}": Asked("CY-1", "hidden"),
    "incubation POST /v1/stations/{code}/units": Asked(
        "CY-1", "hidden", 201, {"json": MANAGED | {"organization": "{organization_2}"}}
    ),
    "incubation GET /v1/managed-units": Asked("", "empty"),
    "incubation GET /v1/managed-units/{unit_id}": Asked("{managed}", "hidden"),
    "incubation POST /v1/managed-units/{unit_id}/ending": Asked(
        "{managed}", "hidden", 200, {"json": {"until": "2026-04-01", "reason": "搬离"}}
    ),
    "evaluation GET /v1/indicator-systems": Asked("", "shared"),
    "evaluation GET /v1/indicator-systems/{type}": Asked("T10", "shared"),
    "evaluation GET /v1/indicator-systems/{type}/changes": Asked(
        "T10", "shared", more={"params": {"since_year": 2025}}
    ),
    "evaluation POST /v1/cycles": Asked("", "outside", 201, {"json": {"year": 2023, "division": DISTRICT}}),
    "evaluation POST /v1/cycles/{cycle_id}/opening": Asked("{draft}", "hidden", more={"json": {"note": "补开"}}),
    "evaluation POST /v1/cycles/{cycle_id}/closing": Asked("{ending}", "hidden"),
    "evaluation GET /v1/cycles": Asked("", "empty"),
    "evaluation GET /v1/cycles/{cycle_id}": Asked("{cycle}", "hidden"),
    "evaluation GET /v1/evaluations": Asked("", "empty"),
    "evaluation GET /v1/evaluations/{evaluation_id}": Asked("{evaluation}", "hidden"),
    "evaluation GET /v1/score-sheets/{type}.xlsx": Asked(
        "T10", "hidden", more={"params": {"cycle": "{cycle}", "stage": "self"}}
    ),
    "evaluation POST /v1/score-sheets": Asked("", "hidden", more={"files": {"file": ("T10.xlsx", b"")}}),
    "evaluation PUT /v1/evaluations/{evaluation_id}/bonuses": Asked(
        "{evaluation}", "hidden", more={"json": {"items": []}}
    ),
    "evaluation PUT /v1/evaluations/{evaluation_id}/vetoes": Asked(
        "{evaluation}", "hidden", more={"json": {"items": []}}
    ),
    "evaluation PUT /v1/evaluations/{evaluation_id}/facts/{stage}": Asked("{ready} self", "hidden", more={"json": {}}),
    "evaluation PUT /v1/evaluations/{evaluation_id}/satisfaction": Asked(
        "{evaluation}", "hidden", more={"json": TEST_COUNTS}
    ),
    "evaluation PUT /v1/evaluations/{evaluation_id}/scores/{stage}": Asked(
        "{evaluation} self", "hidden", more={"json": {"scores": {}}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/completion": Asked("{ready}", "hidden"),
    "evaluation POST /v1/cycles/{cycle_id}/completion": Asked(
        "{cycle}", "hidden", more={"json": {"evaluation_ids": ["{cycle}"]}}
    ),
    "evaluation POST /v1/cycles/{cycle_id}/session": Asked("{sitting}", "hidden", 201, {"json": SESSION}),
    "evaluation POST /v1/cycles/{cycle_id}/publication": Asked(
        "{sitting}", "hidden", 201, {"json": {"published_on": TODAY}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/objections": Asked(
        "{published}", "hidden", 201, {"json": {"on": TODAY, "ground": "得分与材料不符"}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/objections/{objection_id}/answer": Asked(
        "{objected} {objection}", "hidden", more={"json": {"upheld": False, "reason": "已核对"}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/return": Asked(
        "{returning}", "hidden", more={"json": {"stage": "committee", "reason": "材料不全"}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/reopening": Asked("{completed}", "hidden", more=WHY),
    "evaluation GET /v1/consequence-policies": Asked("", "shared"),
    "evaluation GET /v1/documents": Asked("", "empty"),
    "evaluation POST /v1/documents": Asked(
        "", "hidden", 201, {"json": {"kind": "rectification_opinion", "subject": "{rectification}"}}
    ),
    "evaluation GET /v1/documents/{document_id}": Asked("{drafted}", "hidden"),
    "evaluation POST /v1/documents/{document_id}/check": Asked("{drafted}", "hidden", more=FIRST_VERSION),
    "evaluation POST /v1/documents/{document_id}/issue": Asked("{checked}", "hidden", more=SECOND_VERSION),
    "evaluation POST /v1/documents/{document_id}/withdrawal": Asked("{unwanted}", "hidden", more=FIRST_VERSION),
    "evaluation GET /v1/documents/{document_id}/scan": Asked("{issued}", "hidden"),
    "evaluation PUT /v1/documents/{document_id}/scan": Asked("{issued}", "hidden", 200, SCAN),
    "evaluation GET /v1/consequences": Asked("", "empty"),
    "evaluation GET /v1/consequences/{consequence_id}": Asked("{talk}", "hidden"),
    "evaluation POST /v1/consequences/{consequence_id}/plan": Asked(
        "{rectification}", "hidden", more={"json": OPINION_PLAN}
    ),
    "evaluation POST /v1/consequences/{consequence_id}/tracking": Asked(
        "{planned}", "hidden", more={"json": {"on": TODAY, "progress": "已召开党员大会"}}
    ),
    "evaluation POST /v1/consequences/{consequence_id}/acceptance": Asked(
        "{tracked}", "hidden", more={"json": {"accepted": True, "on": TODAY, "record": "措施已落实"}}
    ),
    "evaluation POST /v1/consequences/{consequence_id}/talk": Asked(
        "{talk}", "hidden", more={"json": {"held_on": TODAY, "participants": 3, "record": "已谈话"}}
    ),
    "evaluation POST /v1/consequences/{consequence_id}/receipt": Asked(
        "{score_letter}", "hidden", more={"json": {"step": "sending", "on": TODAY}}
    ),
    "evaluation GET /v1/duty-items": Asked("", "empty"),
    "evaluation GET /v1/duty-items/{body}/{year}": Asked("{street_due} 2024", "hidden"),
    "evaluation POST /v1/duty-items/{body}/{year}/report": Asked(
        "{street_due} 2024", "hidden", more={"json": DUTY_REPORT}
    ),
    "evaluation POST /v1/duty-items/{body}/{year}/appraisal": Asked(
        "{street_reported} 2024", "hidden", more={"json": DUTY_APPRAISAL}
    ),
    "evaluation POST /v1/duty-items/{body}/{year}/reopening": Asked("{street_appraised} 2024", "hidden", more=WHY),
    "evaluation POST /v1/selections": Asked("", "unseen", 201, {"json": RECOMMENDED | {"year": 2021}}),
    "evaluation GET /v1/selections": Asked("", "empty"),
    "evaluation GET /v1/selections/{selection_id}": Asked("{recommended}", "hidden"),
    "evaluation POST /v1/selections/{selection_id}/visit": Asked(
        "{recommended}", "hidden", more={"json": SELECTION_STEPS["visit"]}
    ),
    "evaluation POST /v1/selections/{selection_id}/assessment": Asked(
        "{visited}", "hidden", more={"json": SELECTION_STEPS["assessment"]}
    ),
    "evaluation POST /v1/selections/{selection_id}/commendation": Asked(
        "{assessed}", "hidden", more={"json": SELECTION_STEPS["commendation"]}
    ),
    "evaluation POST /v1/selections/{selection_id}/ending": Asked(
        "{commended}", "hidden", more={"json": SELECTION_STEPS["ending"]}
    ),
    "evaluation POST /v1/selections/{selection_id}/publicity": Asked(
        "{commended}", "hidden", more={"json": SELECTION_STEPS["publicity"]}
    ),
    "evaluation POST /v1/selections/{selection_id}/withdrawal": Asked("{withdrawing}", "hidden", more=WHY),
    "evaluation POST /v1/simulations": Asked("", "hidden", 202, {"json": {"cycle_id": "{closed_cycle}"}}),
    "evaluation GET /v1/simulations": Asked("", "empty"),
    "evaluation GET /v1/simulations/{simulation_id}": Asked("{simulation}", "hidden"),
    "evaluation GET /v1/simulations/{simulation_id}/changes": Asked("{simulation}", "hidden"),
    "evaluation GET /v1/sessions": Asked("", "empty"),
    "evaluation GET /v1/objections": Asked("", "empty"),
    "evaluation GET /v1/publications": Asked("", "empty"),
    "evaluation POST /v1/evaluations/{evaluation_id}/extensions": Asked(
        "{extending}", "hidden", 201, {"json": {"stage": "self", "working_days": 3, "ground": "换届"}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/extensions/{extension_id}/answer": Asked(
        "{extended} {extension}", "hidden", more={"json": {"granted": True, "reason": "情况属实"}}
    ),
    "evaluation GET /v1/extensions": Asked("", "empty"),
    "evaluation GET /v1/late-evaluations": Asked("", "empty"),
    "evaluation GET /v1/samples": Asked("", "empty"),
    "evaluation GET /v1/evaluations/{evaluation_id}/on-site-sheet": Asked(
        "{evaluation}", "hidden", more={"params": {"format": "docx"}}
    ),
    "evaluation POST /v1/cycles/{cycle_id}/samples": Asked("{drawing}", "hidden", 201, {"json": {"seed": "08152331"}}),
    "evaluation PUT /v1/evaluations/{evaluation_id}/on-site-check": Asked(
        "{visiting}", "hidden", more={"json": {"visited_on": TODAY, "team": TEAM, "findings": {}, "note": "现场核查"}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/evidence-files": Asked(
        "{evaluation}", "hidden", 201, SCAN | {"data": {"stage": "self", "code": "F1", "title": "阵地照片"}}
    ),
    "evaluation GET /v1/evidence-files": Asked("", "empty"),
    "evaluation GET /v1/evidence-files/{evidence_file_id}/content": Asked("{evidence}", "hidden"),
    "evaluation POST /v1/evidence-files/{evidence_file_id}/withdrawal": Asked("{withdrawable}", "hidden", more=WHY),
    "evaluation POST /v1/interests": Asked(
        "", "hidden", 201, {"json": {"party_organization_id": "{party}", "reason": "亲属"}}
    ),
    "evaluation GET /v1/interests": Asked("", "empty"),
    "funding GET /v1/schemes": Asked("", "shared"),
    "funding POST /v1/schemes/{scheme}/runs": Asked(
        "hz-2013-key-committees", "outside", more={"json": {"year": 2026, "division": DISTRICT}}
    ),
    "funding GET /v1/scheme-entries": Asked("", "empty"),
    "funding GET /v1/scheme-entries/{entry_id}": Asked("{entry}", "hidden"),
    "funding POST /v1/scheme-entries": Asked("", "hidden", 201, {"json": LISTED}),
    "funding POST /v1/scheme-entries/{entry_id}/confirmation": Asked("{entry}", "hidden"),
    "funding POST /v1/scheme-entries/{entry_id}/ending": Asked(
        "{entry_2}", "hidden", more={"json": {"note": "不再列入"}}
    ),
    "funding GET /v1/dues": Asked("", "empty"),
    "funding GET /v1/payees": Asked("", "empty"),
    "funding GET /v1/payees/{recipient}": Asked("{paid_party}", "hidden"),
    "funding PUT /v1/payees/{recipient}": Asked("{party}", "hidden", 201, {"json": ACCOUNT}),
    "funding POST /v1/payees/{recipient}/verification": Asked("{paid_party}", "hidden", more={"json": AGAIN}),
    "funding POST /v1/grants:review": Asked(
        "", "hidden", more={"json": {"ids": ["{raised_2}"], "count": 1, "total_fen": 300_000}}
    ),
    "funding POST /v1/grants:approve": Asked(
        "", "hidden", more={"json": {"ids": ["{reviewed_2}"], "count": 1, "total_fen": 300_000}}
    ),
    "funding POST /v1/grants:publish": Asked("", "hidden", more={"json": noticing.notice("{publishing}")}),
    "funding GET /v1/grants/{grant_id}/notices": Asked("{published}", "hidden"),
    "funding POST /v1/grants/{grant_id}/objections": Asked(
        "{published}", "hidden", 201, {"json": noticing.objection()}
    ),
    "funding POST /v1/grants/{grant_id}/objections/{number}/answer": Asked(
        "{objected} 1", "hidden", more={"json": {"upheld": False, "answer": "材料齐全"}}
    ),
    "funding POST /v1/grants/{grant_id}/return": Asked("{returning}", "hidden", more=WHY),
    "funding GET /v1/grants": Asked("", "empty"),
    "funding GET /v1/grants/decisions": Asked("", "empty"),
    "funding POST /v1/grants/decisions/redecision": Asked("", "outside", 200, {"json": {"division": DISTRICT}}),
    "funding GET /v1/grants/{grant_id}": Asked("{held}", "hidden"),
    "funding POST /v1/grants/{grant_id}/release": Asked("{held}", "hidden", more={"json": {"note": "整改完成"}}),
    "funding POST /v1/grants/{grant_id}/review": Asked("{raised}", "hidden"),
    "funding POST /v1/grants/{grant_id}/approval": Asked("{reviewed}", "hidden"),
    "funding POST /v1/grants/{grant_id}/payment": Asked("{approved}", "hidden", more=KEY),
    "funding GET /v1/grants/{grant_id}/settlement": Asked("{unreported}", "hidden"),
    "funding POST /v1/grants/{grant_id}/use-report": Asked(
        "{unreported}", "hidden", more={"json": {"vouchers": [USED]}}
    ),
    "funding POST /v1/grants/{grant_id}/settlement": Asked(
        "{unsettled}", "hidden", more={"json": {"used_fen": 1, "grade": "优"}}
    ),
    "funding POST /v1/grants/{grant_id}/balance-return": Asked("{unreturned}", "hidden", more={**KEY, "json": BACK}),
    "funding POST /v1/grants/{grant_id}/bank-return": Asked("{sent_back}", "hidden", more={**KEY, "json": SENT_BACK}),
    "funding POST /v1/grants/{grant_id}/reversal": Asked("{unwanted_grant}", "hidden", more={"json": REVERSAL}),
    "funding POST /v1/grants/{grant_id}/amendment": Asked(
        "{too_much}", "hidden", more={"json": {**REVERSAL, "amount_fen": 1}}
    ),
    "funding GET /v1/ledger/accounts": Asked("", "zero"),
    "funding GET /v1/ledger/accounts/{code}": Asked("5001", "zero"),
    "funding GET /v1/ledger/accounts/{code}/entries": Asked("5001", "empty"),
    "funding GET /v1/ledger/entries": Asked("", "empty"),
    "funding GET /v1/ledger/check": Asked("", "zero"),
    "funding GET /v1/ledger-charts": Asked("", "shared"),
    "funding GET /v1/ledger/periods": Asked("", "empty"),
    "funding POST /v1/ledger/periods/{division}/{month}/closing": Asked("330106 2026-03", "outside"),
    "funding POST /v1/ledger/periods/{division}/{month}/locking": Asked("330106 2026-01", "outside"),
    "funding POST /v1/ledger/periods/{division}/{month}/reopening": Asked("330106 2026-02", "outside", more=WHY),
    "funding POST /v1/ledger/vouchers": Asked("", "outside", 201, {**KEY, "json": {"vouchers": [VOUCHER]}}),
    "funding POST /v1/ledger/reversals": Asked(
        "",
        "hidden",
        201,
        {**KEY, "json": {"transactions": ["{transaction}"], "count": 1, "total_fen": 100, "reason": "核对"}},
    ),
    "funding GET /v1/dues-policies": Asked("", "shared"),
    "funding GET /v1/dues/{dues_id}": Asked("{dues}", "hidden"),
    "funding POST /v1/dues": Asked("", "outside", 201, {"json": quarter(4)}),
    "funding POST /v1/dues/{dues_id}/certification": Asked("{dues_entered}", "hidden"),
    "funding POST /v1/dues/{dues_id}/reopening": Asked("{dues_certified}", "hidden", more=WHY),
    "funding GET /v1/dues-refunds": Asked("", "empty"),
    "funding GET /v1/dues-refunds/{refund_id}": Asked("{refund}", "hidden"),
    "funding POST /v1/dues-refunds": Asked(
        "", "hidden", 201, {**KEY, "json": {"dues_id": "{dues_free}", "amount_fen": 80, **PAPERS}}
    ),
    "funding GET /v1/budget-policies": Asked("", "shared"),
    "funding GET /v1/appropriations": Asked("", "empty"),
    "funding GET /v1/appropriations/{code}": Asked("B-OPEN", "hidden"),
    "funding PUT /v1/appropriations/{code}": Asked(
        "B-NEW", "outside", 201, {"json": appropriation(division=DISTRICT, purpose="new")}
    ),
    "funding GET /v1/forecasts": Asked("", "empty"),
    "funding POST /v1/forecasts": Asked("", "outside", 201, {"json": {"division": DISTRICT, "year": 2027}}),
    "funding GET /v1/forecasts/{forecast_id}": Asked("{forecast}", "hidden"),
    "funding GET /v1/forecasts/{forecast_id}/lines": Asked("{forecast}", "hidden"),
    "funding GET /v1/forecasts/{forecast_id}/funds": Asked("{forecast}", "hidden"),
    "funding GET /v1/forecasts/{forecast_id}/inputs": Asked("{forecast}", "hidden"),
    "funding POST /v1/appropriations/{code}/confirmation": Asked("B-ENTERED", "hidden"),
    "funding POST /v1/appropriations/{code}/closing": Asked("B-OVER", "hidden"),
    "funding GET /v1/payment-policies": Asked("", "shared"),
    "funding GET /v1/payment-orders": Asked("", "empty"),
    "funding GET /v1/payment-orders/{order_id}": Asked("{order}", "hidden"),
    "funding POST /v1/payment-orders": Asked(
        "",
        "outside",
        201,
        {
            **KEY,
            "json": {
                "division": DISTRICT,
                "channel": "fiscal",
                "ids": ["{payable}"],
                "count": 1,
                "total_fen": 300_000,
            },
        },
    ),
    "funding GET /v1/payment-orders/{order_id}/file": Asked("{order}", "hidden"),
    "funding POST /v1/payment-orders/{order_id}/returns": Asked(
        "{order_2}", "hidden", 201, {"files": {"file": ("return.csv", RETURN)}}
    ),
    "funding POST /v1/payment-orders/{order_id}/withdrawal": Asked("{order_3}", "hidden", more=WHY),
    "funding GET /v1/documents": Asked("", "empty"),
    "funding POST /v1/documents": Asked(
        "", "hidden", 201, {"json": {"kind": "grant_approval_sheet", "subject": "{documented}"}}
    ),
    "funding GET /v1/documents/{document_id}": Asked("{drafted}", "hidden"),
    "funding POST /v1/documents/{document_id}/check": Asked("{drafted}", "hidden", more=FIRST_VERSION),
    "funding POST /v1/documents/{document_id}/issue": Asked("{checked}", "hidden", more=SECOND_VERSION),
    "funding POST /v1/documents/{document_id}/withdrawal": Asked("{unwanted}", "hidden", more=FIRST_VERSION),
    "funding GET /v1/documents/{document_id}/scan": Asked("{issued}", "hidden"),
    "funding PUT /v1/documents/{document_id}/scan": Asked("{issued}", "hidden", 200, SCAN),
    "funding GET /v1/statements/{recipient}": Asked("{recipient_approved}", "hidden"),
    "funding GET /v1/statements/{recipient}/sheet": Asked(
        "{recipient_approved}", "hidden", more={"params": {"format": "docx"}}
    ),
    "funding GET /v1/reports/{kind}": Asked("grants", "outside", more={"params": {"division": DISTRICT}}),
    "funding GET /v1/award-pool-policies": Asked("", "shared"),
    "funding GET /v1/award-pools": Asked("", "empty"),
    "funding GET /v1/award-pools/{pool_id}": Asked("{pool}", "hidden"),
    "funding POST /v1/award-pools": Asked("", "hidden", 201, {"json": {"dues_id": "{dues_pooled}", "share_bp": 1000}}),
    "funding POST /v1/award-pools/{pool_id}/distribution": Asked(
        "{pool}", "hidden", more={**KEY, "json": {"recipients": [{"recipient_id": HOST, "weight": 1}]}}
    ),
    "funding POST /v1/award-pools/{pool_id}/closing": Asked("{pool_2}", "hidden"),
    **{f"{service} GET /v1/changes": Asked("", "empty") for service in SERVICES},
    **{f"{service} GET /v1/tasks": Asked("", "empty") for service in SERVICES},
    **{
        f"{service} {method} /v1/tasks/{{kind}}/{{task_id}}/assignee": Asked(
            "{task_kind} {task}", "hidden", status, more
        )
        for service in SERVICES
        for method, status, more in (("PUT", 200, {"json": {"assignee": "乙"}}), ("DELETE", 204, {}))
    },
    **{f"{service} POST /v1/reassignments": Asked("", "zero", more={"json": HAND_OVER}) for service in SERVICES},
    "registry GET /v1/trail/{record}": Asked("{organization_1}", "hidden"),
    "incubation GET /v1/trail/{record}": Asked("{case_1}", "hidden"),
    "evaluation GET /v1/trail/{record}": Asked("{evaluation}", "hidden"),
    "funding GET /v1/trail/{record}": Asked("{payable}", "hidden"),
    "registry GET /v1/saved-views": Asked("", "own"),
    "registry PUT /v1/saved-views/{page}/{name}": Asked("tasks 急办", "own", more={"json": {"query": "overdue=true"}}),
    "registry DELETE /v1/saved-views/{page}/{name}": Asked("tasks 无", "own", 204),
    **{f"{service} GET /v1/readings": Asked("", "empty") for service in SERVICES},
    **{f"{service} GET /v1/me": Asked("", "shared") for service in SERVICES},
    **{f"{service} GET /v1/rules": Asked("", "shared") for service in SERVICES},
    "incubation GET /v1/formation-policies": Asked("", "shared"),
    "incubation GET /v1/assessment-policies": Asked("", "shared"),
    "incubation GET /v1/incubator-assessments": Asked("", "empty"),
    "incubation GET /v1/incubators/{code}/assessments/{year}": Asked("{incubator} 2026", "hidden"),
    "incubation PUT /v1/incubators/{code}/assessments/{year}": Asked(
        "{incubator} 2026", "hidden", more={"json": {"scores": SCORES}}
    ),
    "incubation POST /v1/incubators/{code}/assessments/{year}/completion": Asked("{incubator} 2026", "hidden"),
    "incubation GET /v1/incubatee-policies": Asked("", "shared"),
    "incubation GET /v1/incubatees": Asked("", "empty"),
    "incubation GET /v1/incubatees/{incubatee_id}": Asked("{incubatee}", "hidden"),
    "incubation GET /v1/incubatees/{incubatee_id}/maturity": Asked("{incubatee}", "hidden"),
    "incubation GET /v1/incubatees/{incubatee_id}/timeline": Asked("{incubatee}", "hidden"),
    "incubation GET /v1/incubatees/{incubatee_id}/visit-sheet": Asked(
        "{incubatee}", "hidden", more={"params": {"format": "docx"}}
    ),
    "incubation POST /v1/incubatees": Asked("", "unseen", 201, {"json": incubation()}),
    "incubation POST /v1/incubatees/{incubatee_id}/agreement": Asked("{admitted}", "hidden", more={"json": AGREEMENT}),
    "incubation POST /v1/incubatees/{incubatee_id}/decision": Asked("{applied}", "hidden", more={"json": PANEL}),
    "incubation POST /v1/incubatees/{incubatee_id}/exit": Asked(
        "{leaving}", "hidden", more={"json": {"cause": "withdrew", "reason": "核对"}}
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/extension": Asked(
        "{incubatee}", "hidden", more={"json": {"ends_on": "2028-06-01", "reason": "核对"}}
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/graduation": Asked("{mature}", "hidden"),
    "incubation POST /v1/incubatees/{incubatee_id}/milestones": Asked(
        "{incubatee}",
        "hidden",
        201,
        {"json": {"track": "party_organization", "moment": "selection", "on": "2026-04-01"}},
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/milestones/{milestone_id}/withdrawal": Asked(
        "{incubatee} {milestone}", "hidden", more=WHY
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/registration": Asked(
        "{admitted}", "hidden", more={"json": {"organization": "{organization_2}"}}
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/services": Asked(
        "{incubatee}",
        "hidden",
        201,
        {"json": {"service": "capability", "on": "2026-04-01", "content": "项目培训"}},
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/services/{service_id}/withdrawal": Asked(
        "{incubatee} {service}", "hidden", more=WHY
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/visits": Asked(
        "{incubatee}",
        "hidden",
        201,
        {"json": {"visited_on": "2026-04-01", "organization": "正常", "party_organization": "正常"}},
    ),
    "incubation POST /v1/incubatees/{incubatee_id}/visits/{visit_id}/withdrawal": Asked(
        "{incubatee} {visit}", "hidden", more=WHY
    ),
    "incubation PUT /v1/incubatees/{incubatee_id}/maturity": Asked(
        "{incubatee}", "hidden", more={"json": {"items": {"O2": {"passed": True, "evidence": "章程"}}}}
    ),
    "incubation GET /v1/incubator-policies": Asked("", "shared"),
    "incubation GET /v1/incubators": Asked("", "empty"),
    "incubation GET /v1/incubators/coverage": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/incubators/{code}": Asked("{incubator}", "hidden"),
    "incubation PUT /v1/incubators/{code}": Asked("{incubator}", "outside", more={"json": INCUBATOR}),
    "incubation POST /v1/incubators/{code}/activation": Asked("{prepared_incubator}", "hidden"),
    "incubation POST /v1/incubators/{code}/closing": Asked("XIHU-CLOSING", "hidden", more=WHY),
    "incubation GET /v1/incubators/{code}/supports": Asked("{incubator}", "hidden"),
    "incubation POST /v1/incubators/{code}/supports": Asked("{incubator}", "hidden", 201, {"json": FUNDS}),
    "incubation POST /v1/incubators/{code}/supports/{support_id}/withdrawal": Asked(
        "{incubator} {support}", "hidden", more=WHY
    ),
    "evaluation GET /v1/evaluation-policies": Asked("", "shared"),
    "evaluation GET /v1/rating-catalogues": Asked("", "shared"),
    **{f"{service} GET /v1/operations/{one}": Asked("", "shared") for service in SERVICES for one in BUS_AND_CHECKS},
    **{f"{service} GET /v1/operations/dead-letters": Asked("", "empty") for service in SERVICES},
    **{
        f"{service} POST /v1/operations/dead-letters:{step}": Asked(
            "", "hidden", more={"json": {"ids": [f"{{letter_{step}}}"], **more}}
        )
        for service in SERVICES
        for step, more in (("retry", {}), ("discard", {"note": "核对"}))
    },
}
"""A route that is not here makes the tests fail: whoever adds one says what another division gets from it."""
TO_ADD = "give each route a line in ASKED: a request that succeeds, and what another division gets for it"

FRAMEWORK_PUBLIC = {
    f"{service} {method} {path}" for service in SERVICES for method in ("GET", "HEAD") for path in PUBLIC
}


async def ask(world: World, door: Door, token: str | None, **instead: Any) -> httpx.Response:
    """A request to the route, with a token; `instead` replaces its body and headers."""
    assert door.name in ASKED, f"{door.name}: {TO_ADD}"
    asked = ASKED[door.name]
    path = door.path
    for value in asked.path.format(**world.ids).split():
        start, rest = path.split("{", 1)
        path = start + value + rest.split("}", 1)[1]
    more = dict(instead or asked.more)
    if "json" in more:
        more["json"] = {name: _filled(value, world) for name, value in more["json"].items()}
    if "params" in more:
        more["params"] = {name: str(value).format(**world.ids) for name, value in more["params"].items()}
    if "files" in more:
        [(field_name, (name, content))] = more["files"].items()
        more["files"] = {field_name: (name, content or world.files[name])}
    headers = {name: value.format(**world.ids) for name, value in more.pop("headers", {}).items()}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await world.http.request(door.method, path, headers=headers, **more)


def _filled(value: Any, world: World) -> Any:
    if isinstance(value, list):
        return [_filled(one, world) for one in value]
    return value.format(**world.ids) if isinstance(value, str) else value


def problem(response: httpx.Response) -> str:
    """Its slug, after its form was seen to be right."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    return str(document["type"]).removeprefix(PROBLEM)


def test_no_route_is_left_out() -> None:
    assert {(door.path, door.method) for door in DOORS if door.public} <= {
        (path, method) for path in PUBLIC for method in ("GET", "HEAD")
    }
    asks = {"/v1/changes": 2, "/v1/me": 0, "/v1/rules": 0}
    asks |= {"/v1/saved-views": 0, "/v1/saved-views/{page}/{name}": 0}
    unguarded = [door.name for door in GUARDED if len(door.permissions) != asks.get(door.path, 1)]
    assert not unguarded, f"neither public nor asking for one permission (or for as many as `asks` has): {unguarded}"
    assert {door.name for door in GUARDED} == set(ASKED), TO_ADD
    assert len(GUARDED) > 50


def test_what_is_described_is_what_is_walked() -> None:
    """The walk goes through FastAPI's own lists; its description of the routes must name no other."""
    for service, app in APPS.items():
        described = {
            f"{service} {method.upper()} {path}"
            for path, operations in app.openapi()["paths"].items()
            for method in operations
        }
        walked = {door.name for door in DOORS if door.service == service and door.path not in UNDESCRIBED}
        assert described == walked


def test_the_gateway_has_the_services_and_probes_alone(tmp_path: Path) -> None:
    nowhere = dict.fromkeys((*SERVICES, "bus"), "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    gateway = create_embedded_app(nowhere, Options(data=tmp_path))
    mounts = {route.path: route.app for route in gateway.routes if isinstance(route, Mount)}
    others = {route.path for route in gateway.routes if isinstance(route, Route)}
    assert len(gateway.routes) == len(mounts) + len(others)
    console = {"/console", "/console/config.json", "/console/{path:path}"}
    sign_in = {f"/identity/{one}" for one in (".well-known/openid-configuration", "jwks", "authorize", "token")}
    assert others == {"/", "/docs", "/healthz", "/readyz", "/metrics", "/identity/end-session", *console, *sign_in}
    assert set(mounts) == {f"/{service}" for service in SERVICES}


def test_a_worker_has_probes_alone(tmp_path: Path) -> None:
    for service in SERVICES:
        settings = APPS[service].state.settings
        database = Database(settings.database_url)
        worker = create_worker_app(settings, database, load(service).create_worker(settings, database))
        own = {door.path for door in doors_of(service, worker)}
        assert {path for path in own if not path.startswith(("/docs", "/redoc"))} == {"/healthz", "/readyz", "/metrics"}


def test_every_permission_has_a_role_and_no_role_has_all() -> None:
    for permission in Permission:
        assert any(permission in PERMISSIONS[role] for role in Role), permission
    writes = {p for p in Permission if not p.endswith(".read")}
    for role in Role:
        assert len(PERMISSIONS[role] & writes) <= len(writes) * 3 // 5, role


@pytest.fixture(scope="module")
def forged(issuer: EmbeddedIssuer) -> dict[str, str | None]:
    return forgeries(issuer)


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_401(worlds: dict[str, World], forged: dict[str, str | None], door: Door) -> None:
    for wrong, token in forged.items():
        response = await ask(worlds[door.service], door, token)
        assert (response.status_code, problem(response)) == (401, "unauthenticated"), wrong
        assert response.headers["www-authenticate"].startswith("Bearer"), wrong
        assert set(response.json()) == {"type", "title", "status", "detail", "errors"}, "no word of why"


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_401__other_schemes(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    world = worlds[door.service]
    for value in (f"Basic {token_for()}", token_for(), "Bearer", f"Token {token_for()}"):
        response = await world.http.request(door.method, door.path, headers={"Authorization": value})
        assert response.status_code == 401, value


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_403__without_the_permission(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    for permission in door.permissions:
        lacking = roles_without(permission)
        for roles in ([], ["administrator", "*", "root"], lacking, *([role] for role in lacking)):
            response = await ask(worlds[door.service], door, token_for(roles))
            assert (response.status_code, problem(response)) == (403, "forbidden"), roles
            may = {one for role in roles if role in ALL_ROLES for one in PERMISSIONS[Role(role)]}
            assert response.json()["permission"] == next(one for one in door.permissions if one not in may)


def roles_without(permission: Permission) -> list[str]:
    return [str(role) for role in Role if permission not in PERMISSIONS[role]]


async def never() -> AsyncIterator[bytes]:
    """A body that is longer than any route accepts, and that nobody may read."""
    raise AssertionError("a byte of the body was asked for")
    yield b""


def bad_bodies() -> Iterator[dict[str, Any]]:
    """One that cannot be parsed, and one that is not even to be read."""
    yield {"content": b"{", "headers": {"Content-Type": "application/json"}}
    for length in ({"Content-Length": str(2**30)}, {}):
        yield {"content": never(), "headers": {"Content-Type": "application/json", **length}}


TAKING_BODIES = [pytest.param(door, id=door.name) for door in GUARDED if "requestBody" in described(door)]


@pytest.mark.parametrize("door", TAKING_BODIES)
@in_module
async def test_401__before_a_byte_of_the_body_is_parsed(
    worlds: dict[str, World], forged: dict[str, str | None], door: Door
) -> None:
    for wrong, token in forged.items():
        for body in bad_bodies():
            response = await ask(worlds[door.service], door, token, **body)
            assert (response.status_code, problem(response)) == (401, "unauthenticated"), wrong


@pytest.mark.parametrize("door", TAKING_BODIES)
@in_module
async def test_403__before_a_byte_of_the_body_is_parsed(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    for role in [role for permission in door.permissions for role in roles_without(permission)]:
        for body in bad_bodies():
            response = await ask(worlds[door.service], door, token_for(role), **body)
            assert (response.status_code, problem(response)) == (403, "forbidden"), role


@in_module
async def test_a_token_is_verified_once_a_request(
    worlds: dict[str, World], token_for: TokenFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    verify = TokenVerifier.verify

    async def counted(self: TokenVerifier, token: str) -> Actor:
        seen.append(token)
        return await verify(self, token)

    monkeypatch.setattr(TokenVerifier, "verify", counted)
    for door in GUARDED:
        await ask(worlds[door.service], door, token_for("auditor", ("310101",), "stranger"))
        assert len(seen) == 1, door.name
        seen.clear()


def test_every_kind_of_body_is_among_them() -> None:
    """JSON, lines, files: otherwise the two above would leave some out."""
    kinds = {kind for door in GUARDED for kind in described(door).get("requestBody", {}).get("content", {})}
    assert kinds == {"application/json", "application/x-ndjson", "multipart/form-data"}
    assert {door.name for door in GUARDED if door.method in ("PUT", "POST", "PATCH")} == {
        door.name for door in GUARDED if "requestBody" in described(door)
    }


def test_a_router_that_would_parse_first_is_refused() -> None:
    router = APIRouter()
    router.get("/thing", dependencies=[requires(Permission.REGISTRY_READ)])(never)
    settings = APPS["registry"].state.settings
    with pytest.raises(TypeError, match="/thing is no GuardedRoute"):
        create_service_app(settings, Database(settings.database_url), [router], reads=Permission.REGISTRY_READ)


ELSEWHERE = {"another": ("310101",), "others": ("330105", "3302", "34"), "none": ()}


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_another_division_sees_and_changes_nothing(
    worlds: dict[str, World], token_for: TokenFor, subtests: pytest.Subtests, door: Door
) -> None:
    for name, divisions in ELSEWHERE.items():
        with subtests.test(name):
            response = await ask(worlds[door.service], door, token_for(ALL_ROLES, divisions, "stranger"))
            await check_elsewhere(worlds[door.service], door, response)


async def check_elsewhere(world: World, door: Door, response: httpx.Response) -> None:
    """That the answer is what ASKED says of another division, and tells no id of the district's."""
    expected = ASKED[door.name].elsewhere
    if expected == "hidden":
        assert (response.status_code, problem(response)) == (404, "not-found")
    elif expected == "unseen":
        assert (response.status_code, problem(response)) == (422, "invalid-input")
    elif expected == "outside":
        assert (response.status_code, problem(response)) == (403, "outside-scope")
    elif expected == "refused":
        lines = lines_of(response)
        assert [(line["status"], line["problem"]["type"]) for line in lines] == [(403, PROBLEM + "outside-scope")]
    elif expected == "unknown":
        assert {(one["status"], one["problem"]["type"]) for one in lines_of(response)} == {(404, PROBLEM + "not-found")}
    elif expected == "empty":
        assert (response.status_code, response.json()["items"]) == (200, [])
        assert response.json()["next_cursor"] is None
    elif expected == "zero":
        assert response.status_code == 200
        assert set(_numbers(response.json())) <= {0}, response.text
    else:
        assert response.status_code == ASKED[door.name].status
    if expected not in ("own", "shared"):
        for value in world.ids.values():
            given = f"{response.request.url} {await response.request.aread()!r}"
            assert value not in response.text or value in given, "an id leaks"


@in_module
async def test_nothing_was_changed_by_all_that(worlds: dict[str, World], as_admin: AsAdmin) -> None:
    """Stands after the refusals and before the requests that succeed: pytest runs a file in its order."""
    for service, world in worlds.items():
        expected = dict(world.seeded)
        if service == "registry":
            # The strangers' own files, not worked off, and the trail's rows of who uploaded them.
            expected["imports"] += 3
            expected["audit_log"] += 3
            # The view that he saved three times.
            expected["saved_views"] += 1
        assert await count_rows(world, as_admin) == expected


@pytest.mark.parametrize("door", READS_FIRST)
@in_module
async def test_who_may_and_reaches_is_served(
    worlds: dict[str, World], hands: Hands, token_for: TokenFor, door: Door
) -> None:
    """Otherwise the refusals above would prove nothing. Reads come first, then what they would not survive."""
    step = door.path.rpartition("/")[2]
    subject = "tester" if "{" in step or door.method == "GET" else f"served-{step}"
    response = await ask(worlds[door.service], door, token_for(ALL_ROLES, LEVELS, subject))
    asked = ASKED[door.name]
    assert response.status_code == asked.status, response.text
    if asked.elsewhere == "empty":
        assert response.json()["items"]
    elif asked.elsewhere == "zero" and "check" not in door.path:
        assert any(_numbers(response.json()))
    elif asked.elsewhere in ("refused", "unknown"):
        assert {one["status"] for one in lines_of(response)} <= {200, 201}


def lines_of(response: httpx.Response) -> list[dict[str, Any]]:
    """What was answered to each line, or to each item of a list."""
    found = [orjson.loads(line) for line in response.content.splitlines()]
    return list(found[0].get("items", found))


def _numbers(value: Any) -> list[int]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int):
        return [value]
    return [n for one in (value.values() if isinstance(value, dict) else value) for n in _numbers(one)]
