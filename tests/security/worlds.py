"""The four services with rows in one district, so that another district has something not to see."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.import_words import read_words
from services.registry.imports import runner
from services.registry.organizations.terms import Terms
from shared.audit.operations import record_action
from shared.bus.envelope import Delivered, Message
from shared.bus.receiving import dead_letters
from shared.bus.sending.relay import Relay
from shared.db.access import system_access
from shared.db.base import new_id, utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shared.urls import driver_url
from shuangfu.embedded.field_keys import embedded_account_keys, embedded_field_keys, embedded_talk_keys
from shuangfu.services import SERVICES, load
from tests.conftest import SYSTEM, AsAdmin, Hands, NewDatabase, make_settings
from tests.evaluation.conftest import ENGLISH, Round, with_policy
from tests.evaluation.conftest import dissolved as ended
from tests.evaluation.conftest import established as rated
from tests.evaluation.conftest import received as rating_news
from tests.evaluation.consequences.helpers import PLAN, done, of, tracked
from tests.funding.appropriations.helpers import YEAR, appropriated
from tests.funding.appropriations.helpers import put as put_appropriation
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import HOST, allow_refunds, certified, claim, pooled, quarter
from tests.funding.dues.helpers import recorded as dues_recorded
from tests.funding.forecasts.helpers import post as post_forecast
from tests.funding.grants.noticing import helpers as noticing
from tests.funding.grants.settling import helpers as settlements
from tests.funding.helpers import ACCOUNT, H31, enter, organization_news
from tests.funding.ledger.helpers import posted, voucher
from tests.funding.payment_orders.helpers import ordered, payable
from tests.incubation.activities.helpers import PARTIES, establish, record
from tests.incubation.activities.test_years import COUNTS
from tests.incubation.area_proposals.test_jobs import proposed
from tests.incubation.areas.helpers import BOUNDARY, area
from tests.incubation.areas.test_filed_bodies import filed, stated
from tests.incubation.bodies.helpers import body_id
from tests.incubation.conftest import Incubation, Organization, established
from tests.incubation.documents.helpers import deferred
from tests.incubation.incubatees import helpers as incubating
from tests.incubation.incubators.helpers import activated, put
from tests.incubation.incubators.test_assessments import assess
from tests.incubation.incubators.test_supports import give
from tests.incubation.joint_plans.helpers import create_plan
from tests.incubation.meetings.helpers import hold, plan, recorded
from tests.incubation.stations.helpers import manage, prepare
from tests.registry.bodies.helpers import body
from tests.registry.conftest import registration
from tests.registry.documents.helpers import NOTICE, draft, take
from tests.registry.filed_bodies.helpers import assigned, filing
from tests.registry.helpers import code
from tests.registry.leaderships.helpers import ELECTED
from tests.registry.party_organizations.helpers import deliver, formed
from tests.registry.registration_reviews.helpers import PARTS, apply, step
from tests.registry.standing.helpers import changed
from tests.registry.surveys import helpers as surveys
from tests.registry.yearly_forms.helpers import put_form
from tests.security.dutying import owe
from tests.security.selecting import select
from tests.security.simulating import simulate

DISTRICT = "330106"
SCAN = {"files": {"file": ("a.pdf", b"%PDF-1.7 sealed")}}
PERSON = {"name": "示例某", "phone": "0571-87000000"}


@dataclass
class World:
    """A service with rows in the district; `ids` fill the places of its paths."""

    service: str
    app: FastAPI
    http: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    seeded: dict[str, int] = field(default_factory=dict)
    """How many rows each table had in the beginning."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What is sent as a file, where it holds ids of the world."""

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found


_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


async def count_rows(world: World, as_admin: AsAdmin) -> dict[str, int]:
    """Rows of every table, as a superuser counts them."""
    tables = [str(row[0]) for row in await as_admin.rows(world.database.url, _TABLES)]
    statement = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
    return {str(name): int(n) for name, n in await as_admin.rows(world.database.url, statement)}


async def publish_all(settings: ServiceSettings) -> None:
    """Mark every event as the relay does, without a transport."""

    async def nowhere(messages: object) -> None:
        pass

    relay = Relay(settings.service, settings.database_url, None)  # type: ignore[arg-type]
    connection = await asyncpg.connect(driver_url(settings.database_url), server_settings={"shuangfu.scope": "%"})
    try:
        while await relay.move_batch(connection, nowhere):  # type: ignore[arg-type]
            pass
    finally:
        await connection.close()


async def _registry(world: World, http: httpx.AsyncClient) -> None:
    ids = world.ids
    for number in (1, 2):
        made = await http.put(f"/v1/civil-affairs/registrations/{code(number)}", json=registration())
        assert made.status_code == 201, made.text
        ids[f"organization_{number}"] = made.json()["id"]
    ids["uscc"] = code(1)
    contradicting = await http.put(f"/v1/civil-affairs/registrations/{code(2)}", json=registration(full_members=9))
    ids["conflict"] = contradicting.json()["conflict"]
    [pair] = (await http.get("/v1/duplicates")).json()["items"]
    ids["duplicate"] = pair["id"]
    ids["excepted"], ids["excepted_2"] = (code(n)[:-1] + ("0" if code(n)[-1] != "0" else "1") for n in (7, 8))
    entry = {"uscc": ids["excepted"], "authority": "示例市民政局", "reason": "校验位有误"}
    assert (await http.post("/v1/code-exceptions", json=entry)).status_code == 201
    fixed = {"fields": {}, "as_of": "2026-03-01T12:00:00Z", "reason": "核对"}
    corrected = await http.post(f"/v1/organizations/{code(1)}/corrections", json=fixed)
    assert corrected.status_code == 200, corrected.text
    recorded = await http.put("/v1/bodies/XIHU", json=body())
    assert recorded.status_code == 201, recorded.text
    ids["filed"] = "XB-0001"
    filed = await http.put(f"/v1/filed-bodies/{ids['filed']}", json=filing())
    assert filed.status_code == 201, filed.text
    await deliver(world.app, assigned((filed.json()["id"], 1, "330106-CY01")))
    await _registration_reviews(world, http)
    event = formed(ids["organization_1"])
    await deliver(world.app, event)
    ids["party"] = str(event.data.party_organization_id)
    await _standing(world, http)
    for number in (2, 3):
        more = await http.put(f"/v1/civil-affairs/registrations/{code(number + 2)}", json=registration())
        other = formed(more.json()["id"])
        await deliver(world.app, other)
        ids[f"party_{number}"] = str(other.data.party_organization_id)
    for name, number, kind in (("joint", 5, "joint"), ("party_4", 6, "standalone")):
        more = await http.put(
            f"/v1/civil-affairs/registrations/{code(number + 3)}", json=registration(data_source="district_system")
        )
        other = formed(more.json()["id"], form=kind)
        await deliver(world.app, other)
        ids[name] = str(other.data.party_organization_id)
    for party in ("party", "party_3"):
        reported = await http.post(f"/v1/party-organizations/{ids[party]}/leadership", json=ELECTED)
        assert reported.status_code == 201, reported.text
    for role in ("secretary", "instructor"):
        put = await http.put(f"/v1/organizations/{ids['organization_1']}/contacts/{role}", json=PERSON)
        assert put.status_code == 201, put.text
        ids[f"{role}_version"] = put.headers["ETag"]
    await _documents(world, http, NOTICE | {"subject": ids["organization_2"]})
    refused = orjson.dumps({"uscc": code(3), **registration(kind="?")})
    imported = await http.post("/v1/imports", files={"file": ("a.ndjson", refused)})
    assert imported.status_code == 202, imported.text
    ids["import"] = imported.json()["id"]
    background = Database(world.database.url, pool_size=1, access=system_access("registry", "worker"))
    words = read_words(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    terms = Terms(world.app.state.policies, utc_now(), allow_sample_codes=True)
    opened = await runner._step(background, None, terms, words=words)
    await runner._step(background, opened, terms, words=words)
    await background.close()


async def _registration_reviews(world: World, http: httpx.AsyncClient) -> None:
    ids = world.ids
    for name in ("review", "review_2", "review_3", "approved_review", "certified_review"):
        ids[name] = (await apply(http, **PARTS))["id"]
        if name in ("approved_review", "certified_review"):
            assert (await step(http, {"id": ids[name]}, "approval")).status_code == 200
    certificate = {"uscc": code(6), "issued_on": "2026-03-05"}
    assert (await step(http, {"id": ids["certified_review"]}, "certificate", **certificate)).status_code == 200


async def _documents(world: World, http: httpx.AsyncClient, content: dict[str, Any]) -> None:
    ids = world.ids
    for name, steps in {"drafted": (), "unwanted": (), "checked": ("check",), "issued": ("check", "issue")}.items():
        document = await draft(http, content)
        for taken in steps:
            document = (await take(http, document, taken)).json()
        ids[name] = document["id"]
    filed = await http.put(f"/v1/documents/{ids['issued']}/scan", **SCAN)
    assert filed.status_code == 201, filed.text


async def _standing(world: World, http: httpx.AsyncClient) -> None:
    """An inspection, a rating, and grades: the first one's waits for a review."""
    ids = world.ids
    made = await http.put(f"/v1/civil-affairs/registrations/{code(14)}", json=registration(registered_on="2015-03-01"))
    ids["organization_4"], ids["uscc_4"] = made.json()["id"], code(14)
    inspection = {"outcome": "not_filed"}
    assert (await http.put(f"/v1/inspections/{code(14)}/2025", json=inspection)).status_code == 201
    for number, name in ((1, "grade"), (2, "grade_2"), (14, "grade_4")):
        body = {"grade": "3A", "announced_on": "2026-04-01"}
        given = await http.post(f"/v1/organizations/{code(number)}/assessment-grades", json=body)
        assert given.status_code == 201, given.text
        ids[name] = given.json()["id"]
    await _surveys(world, http)
    await _statistics(world, http)
    await deliver(world.app, changed(ids["organization_1"], 1, final_on="2026-05-01"))
    [review] = (await http.get("/v1/grade-reviews")).json()["items"]
    ids["grade_review"] = review["id"]


async def _statistics(world: World, http: httpx.AsyncClient) -> None:
    """A report of the district for each of the steps."""
    for name, day in (("", "2026-06-30"), ("_2", "2025-12-31"), ("_3", "2025-06-30"), ("_4", "2024-12-31")):
        body = {"table": "yearly", "division": DISTRICT, "cut_off": day}
        report = (await http.post("/v1/statistics", json=body)).json()["id"]
        world.ids[f"statistics{name}"] = report
    for name in ("_3", "_4"):
        signed = await http.post(f"/v1/statistics/{world.ids[f'statistics{name}']}/signature", json={})
        assert signed.status_code == 200, signed.text


async def _surveys(world: World, http: httpx.AsyncClient) -> None:
    """Three rounds of the district, the last of them locked, and a yearly form."""
    for name, period in (("survey", "2025"), ("survey_2", "2025H1"), ("survey_3", "2024H1")):
        survey = await surveys.open_round(http, period)
        world.ids[name] = survey["id"]
        assert (await surveys.enter(http, survey, 14)).status_code == 201
    await surveys.lock(http, survey, word="失联")
    assert (await put_form(http, 14)).status_code == 201


async def _incubation(world: World, http: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    incubation = Incubation(world.app, http, as_admin)
    ones = [Organization(n, street=f"示例街道{n}") for n in (1, 2)]
    grouped = [Organization(n, carrier="示例公益园") for n in (3, 4, 5)]
    await incubation.deliver(*(o.state(3) for o in ones), *(o.state(1) for o in grouped))
    world.ids["case_1"], world.ids["case_2"] = [(await incubation.case(one))["id"] for one in ones]
    world.ids["organization"], world.ids["organization_2"] = ones[0].code, ones[1].code
    # Of the division that is recorded, the area leaves a gap.
    for path, sent in ((f"division-boundaries/{DISTRICT}", BOUNDARY), ("areas/330106-T01", area())):
        assert (await http.put(f"/v1/{path}", json=sent)).status_code == 201
    await incubation.deliver(stated(filed(1, 600, 600), filed(2, 2300, 2300)))
    world.ids["area_proposal"] = (await proposed(incubation))["id"]
    joined = [Organization(n, street="示例街道6") for n in (6, 7)]
    branch = established("joint", *joined)
    await incubation.deliver(*(o.state(1) for o in joined), branch)
    world.ids["joint_branch"] = str(branch.data.id)
    plan = await create_plan(incubation, DISTRICT)
    world.ids["plan"], world.ids["proposal"] = plan["id"], plan["proposals"][0]["id"]
    world.ids["unit"] = str(ones[0].id)
    await activated(incubation, "XIHU-CLOSING")
    world.ids["incubator"] = (await activated(incubation))["code"]
    assert (await assess(incubation)).status_code == 201
    world.ids["support"] = (await give(incubation)).json()["id"]
    inside = Organization(8, street="示例街道8")
    await incubation.deliver(inside.state(3))
    applied = [(await incubating.apply(incubation, one)).json()["id"] for one in (inside, None, None)]
    world.ids["incubatee"], world.ids["applied"], world.ids["leaving"] = applied
    await incubating.taken(incubation, applied[0], "decision", incubating.PANEL)
    await incubating.taken(incubation, applied[0], "agreement", incubating.AGREEMENT)
    world.ids["admitted"] = await incubating.admitted(incubation)
    # Its lists both pass; the steps of the matrix find it so.
    mature = Organization(9, street="示例街道9")
    await incubation.deliver(mature.state(3), incubating.led(mature))
    world.ids["mature"] = await incubating.entered_ago(incubation, mature, 30)
    assert (await incubating.assessed(incubation, world.ids["mature"])).is_success
    await incubating.went_through(incubation, applied[0], "organization", management="2026-04-01")
    await incubating.visited(incubation, applied[0], "2026-04-02")
    await incubating.served(incubation, applied[0], party_building="2026-04-03")
    entries = (await incubation.get(f"/incubatees/{applied[0]}/timeline"))["entries"]
    by_event = {one["event"]: one["id"] for one in entries if one["id"]}
    world.ids["milestone"], world.ids["visit"] = by_event["moment"], by_event["visit"]
    world.ids["service"] = by_event["service"]
    world.ids["prepared_incubator"] = (await put(incubation, "XIHU-NEXT")).json()["code"]
    await _meetings(world, incubation)
    await _activities(world, incubation)
    await incubation.deliver(recorded("XIHU-WORK", kind="work_committee", department=None))
    world.ids["deferred"] = await deferred(incubation, Organization(31, street="示例街道31"))
    await _documents(world, http, {"kind": "deferral_notice", "subject": world.ids["deferred"]})


async def _activities(world: World, incubation: Incubation) -> None:
    # Of other organizations than those whose cases wait.
    await establish(incubation, 11, date(2026, 3, 9))
    world.ids["pairing"] = (await record(incubation, "pairing"))["id"]
    world.ids["pairing_2"] = (await record(incubation, "pairing", partner="另一公司"))["id"]
    counted = await incubation.http.put(f"/v1/cultivation/{PARTIES[0]}/2026", json=COUNTS)
    assert counted.status_code == 201, counted.text
    await prepare(incubation)
    managed = await manage(incubation)
    assert managed.status_code == 201, managed.text
    world.ids["managed"] = managed.json()["id"]


async def _meetings(world: World, incubation: Incubation) -> None:
    ids = world.ids
    await incubation.deliver(recorded("XIHU"))
    ids["body"] = str(body_id("XIHU"))
    for number in (1, 2, 3):
        ids[f"planned_{number}"] = (await plan(incubation))["id"]
    task = {"what": "摸排", "owner": "XIHU", "due_on": "2026-04-10"}
    ids["held"] = (await hold(incubation, resolutions=[task] * 3))["id"]
    for one in (await incubation.get("/resolutions"))["items"]:
        ids[f"resolution_{one['number']}"] = one["id"]
    withdrawn = await incubation.post(f"/resolutions/{ids['resolution_3']}/withdrawal", {"reason": "并入"})
    assert withdrawn.status_code == 200, withdrawn.text


async def _evaluation(world: World, http: httpx.AsyncClient) -> None:
    a_round = Round(http, world.database)
    # Without the city's cycle, which all its districts see.
    book = world.app.state.evaluation_policies
    world.app.state.evaluation_policies = PolicyBook(
        [replace(one, parameters=one.parameters.model_copy(update={"city_first": False})) for one in book.policies]
    )
    await _waiting(world, a_round)
    await _sitting(world, a_round)
    parties = [rated() for _ in range(6)]
    world.ids |= await owe(world.database, a_round)
    world.ids |= await simulate(a_round, DISTRICT)
    await a_round.project(*(rating_news(party) for party in parties))
    world.ids["ending"] = (await a_round.open(DISTRICT, 2024))["id"]
    world.ids["draft"] = (await a_round.draft(DISTRICT, 2025))["id"]
    world.ids["cycle"] = (await a_round.open(DISTRICT, 2026))["id"]
    world.ids["party"] = str(parties[0].id)
    evaluations = [await a_round.evaluation_of(party.id) for party in parties]
    world.ids["evaluation"], world.ids["ready"] = (one["id"] for one in evaluations[:2])
    marks = await a_round.full_marks(evaluations[1]["type"])
    world.ids["completed"], world.ids["returning"] = (one["id"] for one in evaluations[2:4])
    nothing = dict.fromkeys(marks, "0")
    for one in evaluations[1:]:
        put = await a_round.put(one, "committee", scores=nothing if one in evaluations[4:] else marks)
        assert put.status_code == 200, put.text
    bonus = {"code": "demonstration_site", "occurred_on": "2026-05-20", "evidence": "命名文件"}
    version = {"If-Match": (await http.get(f"/v1/evaluations/{evaluations[2]['id']}")).headers["ETag"]}
    recorded = await http.put(
        f"/v1/evaluations/{evaluations[2]['id']}/bonuses", json={"items": [bonus]}, headers=version
    )
    assert recorded.status_code == 200, recorded.text
    for one in (evaluations[2], *evaluations[4:]):
        completed = await a_round.complete(one)
        assert completed.status_code == 200, completed.text
    world.ids |= await select(world.app, a_round, evaluations[2]["party_organization_id"])
    await _following(world, a_round, evaluations[2], *evaluations[4:])
    wanted = {"cycle": world.ids["cycle"], "stage": "self"}
    sheets = await http.get("/v1/score-sheets/T10.xlsx", params=wanted)
    assert sheets.status_code == 200, sheets.text
    world.files["T10.xlsx"] = sheets.content
    for name, indicator in (("evidence", "B1"), ("withdrawable", "B2")):
        path, form = f"/v1/evaluations/{world.ids['evaluation']}/evidence-files", {"stage": "self", "title": "会议记录"}
        filed = await http.post(path, data=form | {"code": indicator}, **SCAN)
        assert filed.status_code == 201, filed.text
        world.ids[name] = filed.json()["id"]
    declared = await http.post("/v1/interests", json={"party_organization_id": str(parties[0].id), "reason": "亲属"})
    assert declared.status_code == 201, declared.text


async def _following(world: World, a_round: Round, *evaluations: dict[str, Any]) -> None:
    """Of what follows: an opinion that is planned, one that is tracked, one to be planned; a talk and a letter."""
    planned, tracked_, open_ = [await of(a_round, one) for one in evaluations]
    world.ids["planned"], world.ids["tracked"] = planned["improvement"]["id"], tracked_["rectification"]["id"]
    await done(a_round, planned["improvement"], "plan", **PLAN)
    await tracked(a_round, tracked_["rectification"])
    for kind in ("rectification", "talk", "score_letter"):
        world.ids[kind] = open_[kind]["id"]
    # Of a plan that stands: what is planned while a document waits makes the document outdated.
    await _documents(world, a_round.client, {"kind": "improvement_opinion", "subject": world.ids["planned"]})


async def _sitting(world: World, a_round: Round) -> None:
    """A cycle of 2022 with a session and a notice: of its evaluations one is published, one is objected to, one is
    decided, one is scored. Their Party organizations are in no later cycle."""
    book = world.app.state.evaluation_policies
    with_policy(world.app, session={}, notice={"working_days": 5})
    parties = [rated(established_on="2022-01-01") for _ in range(4)]
    await a_round.project(*(rating_news(party) for party in parties))
    await a_round.project(*(rating_news(ended(party.id, on=date(2023, 6, 1)), 2) for party in parties))
    world.ids["sitting"] = (await a_round.open(DISTRICT, 2022))["id"]
    world.app.state.evaluation_policies = book
    evaluations = [await a_round.evaluation_of(party.id) for party in parties]
    levels = (await a_round.client.get("/v1/indicator-systems/T10", params={"year": 2022})).json()["levels"]
    marks = {one["code"]: one["points"] for level in levels for one in level["indicators"]}
    today = str(china_day(utc_now()))

    async def sit(of: Sequence[dict[str, Any]], *, publish: bool) -> None:
        for one in of:
            put = await a_round.put(one, "committee", scores=marks)
            assert put.status_code == 200, put.text
        decided = await a_round.session({"id": world.ids["sitting"]}, held_on=today, count=len(of))
        assert decided.status_code == 201, decided.text
        if publish:
            path = f"/v1/cycles/{world.ids['sitting']}/publication"
            notice = await a_round.client.post(path, json={"published_on": today})
            assert notice.status_code == 201, notice.text

    await sit(evaluations[:2], publish=True)
    world.ids["published"], world.ids["objected"] = (one["id"] for one in evaluations[:2])
    path = f"/v1/evaluations/{world.ids['objected']}/objections"
    raised = await a_round.client.post(path, json={"on": today, "ground": "得分与材料不符"})
    assert raised.status_code == 201, raised.text
    world.ids["objection"] = raised.json()["id"]
    await sit(evaluations[2:3], publish=False)
    put = await a_round.put(evaluations[3], "committee", scores=marks)
    assert put.status_code == 200, put.text


async def _waiting(world: World, a_round: Round) -> None:
    """A cycle of 2021 with deadlines: one evaluation applied for an extension, one may, one is late."""
    book = world.app.state.evaluation_policies
    deadlines, on_site = {"self": {"working_days": 5}}, {"sample_bp": 5000}
    with_policy(world.app, deadlines=deadlines, extension={"working_days": 5}, on_site=on_site)
    earlier = rated(established_on="2020-01-01")
    await a_round.project(rating_news(earlier), rating_news(ended(earlier.id, on=date(2021, 6, 1)), 2))
    world.ids["drawing"] = (await a_round.open(DISTRICT, 2020))["id"]
    parties = [rated(established_on="2021-01-01") for _ in range(3)]
    await a_round.project(*(rating_news(party) for party in parties))
    await a_round.project(*(rating_news(ended(party.id, on=date(2022, 6, 1)), 2) for party in parties))
    world.ids["sampled"] = (await a_round.open(DISTRICT, 2021))["id"]
    drawn = await a_round.client.post(f"/v1/cycles/{world.ids['sampled']}/samples", json={"seed": "08152331"})
    assert drawn.status_code == 201, drawn.text
    world.app.state.evaluation_policies = book
    ids = [(await a_round.evaluation_of(party.id))["id"] for party in parties]
    world.ids["extended"], world.ids["extending"], late = ids
    world.ids["visiting"] = late
    applied = await a_round.client.post(
        f"/v1/evaluations/{ids[0]}/extensions", json={"stage": "self", "working_days": 2, "ground": "换届"}
    )
    assert applied.status_code == 201, applied.text
    world.ids["extension"] = applied.json()["id"]
    await a_round.run(
        'UPDATE evaluations SET deadlines = \'{"self": "2022-03-01"}\' WHERE id = CAST(:id AS uuid)', id=late
    )


async def _budgets(world: World, funding: Funding) -> None:
    for name, year in (("B-OPEN", YEAR), ("B-OVER", YEAR - 1)):
        await appropriated(funding, 1_000, name, division=DISTRICT, purpose=name.lower(), year=year)
    entered = await put_appropriation(funding, "B-ENTERED", division=DISTRICT, purpose="entered")
    assert entered.status_code == 201, entered.text
    counts = [{"division": DISTRICT, "kind": "BRANCH", "star": 4, "party_organizations": 3}]
    planned = await post_forecast(funding, division=DISTRICT, counts=counts)
    world.ids["forecast"] = planned["id"]


async def _payments(world: World, funding: Funding) -> None:
    """Each changing route has a grant or an order of its own."""
    names = ("payable", "order", "order_2", "order_3")
    for name, grant in zip(names, await payable(funding, len(names)), strict=True):
        world.ids[name] = grant["id"] if name == "payable" else (await ordered(funding, [grant]))["id"]


async def _settlements(world: World, funding: Funding) -> None:
    """Of each what the route that ends it is asked for, under a scheme that requires it."""
    before = world.app.state.schemes
    for name in ("unreported", "unsettled", "unreturned"):
        world.ids[name] = grant = await settlements.paid(funding)
        if name != "unreported":
            await settlements.reported(funding, grant, settlements.voucher(amount_fen=2))
    await settlements.done(funding, world.ids["unreturned"], "settlement", used_fen=2, grade="优")
    [world.ids["sent_back"]] = [one["id"] for one in await funding.raised(1, "review", "approval", "payment")]
    for name in ("unwanted_grant", "too_much"):
        [world.ids[name]] = [one["id"] for one in await funding.raised()]
    world.app.state.schemes = before


async def _notices(world: World, funding: Funding) -> None:
    """Grants under a scheme that requires a public notice: one to publish, one to object to, one objected to."""
    world.app.state.schemes = noticing.with_notice(world.app.state.schemes)
    names = ("publishing", "published", "objected", "returning")
    for name, grant in zip(names, await funding.raised(len(names), "review"), strict=True):
        world.ids[name] = grant["id"]
    policy = f"UPDATE grants SET policy = '{noticing.POLICY}' WHERE id IN ({{}})"
    await funding.change(policy.format(", ".join(f"'{world.ids[name]}'" for name in names[:3])))
    for name in names[1:3]:
        sent = await funding.http.post("/v1/grants:publish", json=noticing.notice(world.ids[name]))
        assert sent.status_code == 200, sent.text
    path = f"/v1/grants/{world.ids['objected']}/objections"
    sent = await funding.http.post(path, json=noticing.objection())
    assert sent.status_code == 201, sent.text


async def _funding(world: World, http: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    funding = Funding(world.app, http, as_admin)
    steps = {"raised": (), "reviewed": ("review",), "approved": ("review", "approval")}
    for state, taken in steps.items():
        [grant] = await funding.raised(1, *taken)
        world.ids[state] = grant["id"]
        world.ids[f"recipient_{state}"] = grant["recipient_id"]
    [held] = await funding.raised(1, star=0)
    assert held["state"] == "held"
    world.ids["held"] = held["id"]
    for state in ("raised", "reviewed"):
        [grant] = await funding.raised(1, *steps[state])
        world.ids[f"{state}_2"] = grant["id"]
    for name in ("party", "paid_party"):
        party = uuid4()
        await funding.deliver(organization_news(uuid4(), 3, division=DISTRICT), party_news(party, uuid4()))
        world.ids[name] = str(party)
    for name in ("entry", "entry_2"):
        entered = await enter(funding, H31, UUID(world.ids["paid_party"]), amount_fen=5_000_000)
        assert entered.status_code == 201, entered.text
        world.ids[name] = entered.json()["id"]
    paid = await http.put(f"/v1/payees/{world.ids['paid_party']}", json=ACCOUNT)
    assert paid.status_code == 201, paid.text
    [world.ids["transaction"]] = await posted(funding, voucher())
    await _budgets(world, funding)
    await _payments(world, funding)
    await _settlements(world, funding)
    await _notices(world, funding)
    # Of its own: the documents' subject must stay as it is while the other routes take their steps.
    [documented] = await funding.raised(1, "review", "approval")
    world.ids["documented"] = documented["id"]
    await _documents(world, http, {"kind": "payment_notice", "subject": documented["id"]})
    allow_refunds(world.app)
    world.ids["dues"] = world.ids["dues_entered"] = (await dues_recorded(funding, quarter(4, holder_id=str(new_id()))))[
        "id"
    ]
    for name in ("dues_free", "dues_certified", "claimed"):
        year = await certified(funding, holder_kind="party_organization")
        world.ids[name] = year["id"]
        if name.startswith("claimed"):
            made = await claim(funding, year["id"], 80, host_id=HOST)
            assert made.status_code == 201, made.text
            world.ids[name.replace("claimed", "refund")] = made.json()["id"]
    await funding.deliver(party_news(UUID(HOST), new_id()))
    for name in ("dues_pooled", "pool", "pool_2"):
        year = await certified(funding)
        world.ids[name] = year["id"]
        if name.startswith("pool"):
            world.ids[name] = (await pooled(funding, year["id"]))["id"]
    for month in ("2026-01", "2026-02"):
        closed = await http.post(f"/v1/ledger/periods/{DISTRICT}/{month}/closing", json={})
        assert closed.status_code == 200, closed.text


async def _operate(world: World) -> None:
    """Two events could not take effect, and a reconciliation was kept."""
    async with world.app.state.database.transaction(SYSTEM) as tx:
        for number, step in enumerate(("retry", "discard")):
            message = Message("nobody.things", b"1", {"ce_type": b"shuangfu.nobody.thing.v1"}, b"{}")
            world.ids[f"letter_{step}"] = str(
                await dead_letters.record(
                    tx,
                    world.service,
                    Delivered(message, 0, number),
                    new_id(),
                    envelope=None,
                    reason="unknown_type",
                    detail="invented",
                    handler=None,
                    attempts=1,
                )
            )
        await tx.execute(text("UPDATE dead_letters SET division = :division"), {"division": DISTRICT})
        await record_action(tx, "reconcile", arguments={}, figures={"checks": []})


async def _assign(world: World, http: httpx.AsyncClient) -> None:
    """Two tasks of the service are somebody's: one to change, one to hand over; their trails were read."""
    waiting = (await http.get("/v1/tasks")).json()["items"]
    assert len(waiting) >= 1, world.service
    for task in (waiting[0], waiting[-1]):
        kind, about = task["kind"], task["subject"]["id"]
        assigned = await http.put(f"/v1/tasks/{kind}/{about}/assignee", json={"assignee": "甲"})
        assert assigned.status_code == 200, assigned.text
        world.ids["task_kind"], world.ids["task"] = kind, about
        read = await http.get(f"/v1/trail/{about}")
        assert read.status_code == 200, read.text


@asynccontextmanager
async def open_services(
    make_database: NewDatabase, issuer: Any, folder: Path, services: tuple[str, ...] = SERVICES
) -> AsyncIterator[dict[str, World]]:
    """Each service as production opens it: its own pool, the runtime role."""
    bus = await make_database("bus")
    worlds: dict[str, World] = {}
    async with AsyncExitStack() as stack:
        for service in services:
            settings = make_settings(service, await make_database(service), bus, issuer)
            files = {
                "field_keys_file": embedded_field_keys(folder),
                "account_keys_file": embedded_account_keys(folder),
                "talk_keys_file": embedded_talk_keys(folder),
                "evidence_folder": folder / "evidence",
            }
            app = load(service).create_app(settings.model_copy(update=files))
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            http = httpx.AsyncClient(transport=transport, base_url="http://test", headers=ENGLISH)
            worlds[service] = World(service, app, await stack.enter_async_context(http))
        yield worlds


async def seed(worlds: dict[str, World], hands: Hands, as_admin: AsAdmin) -> None:
    """Rows of 330106, in each service."""
    for service, world in worlds.items():
        transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=ENGLISH, auth=hands
        ) as seeding:
            seeds: dict[str, Callable[[], Awaitable[None]]] = {
                "registry": lambda world=world, http=seeding: _registry(world, http),
                "incubation": lambda world=world, http=seeding: _incubation(world, http, as_admin),
                "evaluation": lambda world=world, http=seeding: _evaluation(world, http),
                "funding": lambda world=world, http=seeding: _funding(world, http, as_admin),
            }
            await seeds[service]()
            await _assign(world, seeding)
            await _operate(world)
        await publish_all(world.app.state.settings)
