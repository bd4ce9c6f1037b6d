"""Clients that others generate from the interfaces go the whole way, from a registration to a paid grant (T31)."""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import httpx
import pytest

from shared.field import uscc
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.interfaces import stored_path
from shuangfu.services import SERVICES
from tests.interfaces.generated import HERE, write_python, write_typescript
from tests.running.programs import install_packages, run_program
from tests.running.serving import Server

YEAR = date.today().year - 1  # noqa: DTZ011 - as the demonstration: a year that is over
ROLES = {
    "registrar": "registrar",
    "officer": "district_officer",
    "assessor": "rater",
    "rater": "rater",
    "completer": "rater",
    "reviewer": "reviewer",
    "approver": "approver",
    "payer": "payer",
}
PAID = {"star": 5, "state": "paid", "amount_fen": 300000}
T = TypeVar("T")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("interfaces")


@pytest.fixture(scope="module")
def tools(folder: Path) -> Path:
    return install_packages(HERE, folder, "clients in TypeScript are not generated")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    found = Server(folder / "data")
    try:
        found.start()
        issuer = EmbeddedIssuer(found.data)
        found.tokens = {who: issuer.issue(f"{who}-1", [role], ["3301"], 3600) for who, role in ROLES.items()}
        headers = {"Authorization": f"Bearer {found.tokens['officer']}"}
        with httpx.Client(base_url=f"{found.url}/evaluation/v1", headers=headers) as officer:
            cycle = officer.post("/cycles", json={"year": YEAR, "division": "3301"}).raise_for_status().json()
            officer.post(f"/cycles/{cycle['id']}/opening", json={"note": "补开"}).raise_for_status()
        yield found
    finally:
        found.end()


@pytest.mark.parametrize("service", SERVICES)
def test_t31_redocly_finds_no_error(tools: Path, folder: Path, service: str) -> None:
    found = run_program(
        [tools / "redocly", "lint", "--extends=recommended", "--format=json", stored_path(service)], folder
    )
    totals = json.loads(found[found.index("{") :])["totals"]
    assert totals["errors"] == 0


def test_t31_a_typescript_client_pays_a_grant(tools: Path, folder: Path, server: Server) -> None:
    write_typescript(tools, folder)
    code = uscc.make("52", "330106", "PDY00101")
    given = {"url": server.url, "tokens": server.tokens, "code": code, "year": YEAR}
    assert json.loads(run_program(["node", folder / "out" / "chain.js", json.dumps(given)], folder)) == PAID


@pytest.fixture
def clients(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(write_python(folder)))
    yield
    for name in [name for name in sys.modules if name.startswith("shuangfu_")]:
        del sys.modules[name]


class Client:
    """A generated package as a caller uses it: one operation, one answer."""

    def __init__(self, server: Server, service: str) -> None:
        self.server, self.service = server, service
        self.package = importlib.import_module(f"shuangfu_{service}")

    def model(self, name: str, /, **fields: Any) -> Any:
        models: ModuleType = importlib.import_module(f"shuangfu_{self.service}.models")
        return getattr(models, name).from_dict(fields)

    def ask(self, who: str, operation: str, /, *path: Any, **given: Any) -> Any:
        module = importlib.import_module(f"shuangfu_{self.service}.api.{operation}")
        url = f"{self.server.url}/{self.service}"
        with self.package.AuthenticatedClient(base_url=url, token=self.server.tokens[who]) as client:
            answer = module.sync_detailed(*path, client=client, **given)
        assert answer.status_code < 300, answer.content
        return answer


def until(ask: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = ask()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("not in 30 s")


@pytest.mark.usefixtures("clients")
def test_t31_a_python_client_pays_a_grant(server: Server) -> None:
    registry, incubation = Client(server, "registry"), Client(server, "incubation")
    evaluation, funding = Client(server, "evaluation"), Client(server, "funding")
    registration = registry.model(
        "RegistrationBody",
        name="示例接口社会组织二",
        kind="social_service_institution",
        division="330106",
        street="示例街道",
        address="示例路1号",
        registered_on=f"{YEAR}-01-05",
        full_time_staff=8,
        full_members=4,
        full_members_full_time=4,
        probationary_members=0,
        as_of=f"{YEAR}-01-06T09:00:00+08:00",
    )
    code = uscc.make("52", "330106", "PDY00102")
    put = registry.ask("registrar", "civil_affairs.put_registration", code, body=registration)
    organization = put.parsed
    case = until(
        lambda: next(
            (
                one
                for one in incubation.ask("officer", "formation.list_formation_cases", limit=500).parsed.items
                if one.organization_id == organization.id
            ),
            None,
        )
    )
    incubation.ask(
        "officer",
        "formation.approve_formation_case",
        case.id,
        body=incubation.model("Founding", note="同意", founded_on=f"{YEAR}-12-31"),
    )
    branch = until(
        lambda: next(
            (
                one
                for one in registry.ask("officer", "party_organizations.list_party_organizations").parsed.items
                if any(covered.organization_id == organization.id for covered in one.covers)
            ),
            None,
        )
    )
    rated = until(
        lambda: next(
            (
                one
                for one in evaluation.ask("officer", "evaluations.list_evaluations").parsed.items
                if one.party_organization_id == branch.id
            ),
            None,
        )
    )
    system = evaluation.ask("officer", "indicator_systems.get_indicator_system", rated.type_, year=YEAR).parsed
    scores = {indicator.code: indicator.points for level in system.levels for indicator in level.indicators}
    for stage, who in (("self", "assessor"), ("group", "rater"), ("committee", "rater")):
        now = evaluation.ask("officer", "evaluations.get_evaluation", rated.id)
        sheet = evaluation.model("ScoresBody", scores=scores)
        given = {"body": sheet, "if_match": now.headers["etag"]}
        evaluation.ask(who, "evaluations.put_scores", rated.id, stage, **given)
    note = funding.model("Note")
    completed = evaluation.ask(
        "completer", "evaluations.complete_evaluation", rated.id, body=evaluation.model("Note")
    ).parsed
    grant = until(
        lambda: next(iter(funding.ask("reviewer", "grants.list_grants", recipient=branch.id).parsed.items), None)
    )
    funding.ask("reviewer", "grants.review_grant", grant.id, body=note)
    funding.ask("approver", "grants.approve_grant", grant.id, body=note)
    paid = funding.ask(
        "payer", "grants.pay_grant", grant.id, body=funding.model("Payment"), idempotency_key=f"pay-{grant.id}"
    ).parsed
    assert {"star": completed.star, "state": paid.state, "amount_fen": paid.amount_fen} == PAID
