"""Schemathesis against a real server with real data: no 500, and no answer that the description does not know."""

import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.hypothesis.builder import InvalidHeadersExampleMark, MissingPathParameters
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.services import SERVICES
from tests.conftest import ALL_ROLES
from tests.running.callers import LEVELS
from tests.running.serving import Server, demo
from tests.security.filling import fill_routine
from tests.security.walk import APPS, DOORS, UNDESCRIBED

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 15

IDS = {
    ("registry", "reference"): "/registry/v1/organizations",
    ("registry", "party_organization_id"): "/registry/v1/party-organizations",
    ("incubation", "case_id"): "/incubation/v1/formation-cases",
    ("incubation", "branch_id"): "/incubation/v1/joint-branches",
    ("incubation", "plan_id"): "/incubation/v1/joint-plans",
    ("incubation", "plan_or_proposal_id"): "/incubation/v1/joint-plans",
    ("incubation", "activity_id"): "/incubation/v1/activities",
    ("incubation", "unit_id"): "/incubation/v1/managed-units",
    ("incubation", "meeting_id"): "/incubation/v1/meetings",
    ("incubation", "resolution_id"): "/incubation/v1/resolutions",
    ("evaluation", "cycle_id"): "/evaluation/v1/cycles",
    ("evaluation", "evaluation_id"): "/evaluation/v1/evaluations",
    ("evaluation", "consequence_id"): "/evaluation/v1/consequences",
    ("funding", "grant_id"): "/funding/v1/grants",
}
"""Where things lie that a path can name: a made-up id would only ever meet a 404."""
WORDS = {"type": ["T10", "T07"], "code": ["5001", "2307"], "role": ["secretary", "liaison"], "stage": ["committee"]}


schemathesis.serializer.alias("application/x-ndjson", "text/plain")


class Target:
    """The server after the whole demonstration and what that leaves out, and what there is in it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        token = EmbeddedIssuer(server.data).issue("fuzzer", ALL_ROLES, LEVELS, 3600)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.session = requests.Session()
        # Or else each request searches the environment and the home for proxies and passwords.
        self.session.trust_env = False
        self.known: dict[tuple[str, str], list[str]] = {}
        with httpx.Client(base_url=server.url, headers=self.headers, timeout=30) as client:
            fill_routine(client)
            for place, path in IDS.items():
                items = client.get(path).raise_for_status().json()["items"]
                assert items, path
                self.known[place] = [str(item["id"]) for item in items[:5]]

    def name_what_is_there(self, service: str, case: Case) -> None:
        """Every second case of a path with ids is asked of something that exists."""
        choice = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
        if choice % 2:
            return
        for name in case.path_parameters or {}:
            there = self.known.get((service, name)) or WORDS.get(name)
            if there:
                case.path_parameters[name] = there[choice // 2 % len(there)]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    server = Server(tmp_path_factory.mktemp("fuzz") / "data")
    try:
        server.start()
        demo("--url", server.url, "--data", str(server.data))
        found = Target(server)
        yield found
        found.session.close()
    finally:
        server.end()


@cache
def schema_of(service: str) -> Any:
    """What Schemathesis makes of a service's description."""
    return schemathesis.openapi.from_dict(APPS[service].openapi())


METHODS: dict[tuple[str, str], list[str]] = {}
for _door in DOORS:
    if _door.path not in UNDESCRIBED:
        METHODS.setdefault((_door.service, _door.path), []).append(_door.method)
OPERATIONS = [(service, f"{method} {path}") for (service, path), methods in METHODS.items() for method in methods]
"""In the description's order, which only the tests generate: it takes seconds, and every worker collects them."""


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def check(case: Case, service: str, target: Target) -> None:
    """What is done with each case."""
    target.name_what_is_there(service, case)
    case.call_and_validate(
        base_url=f"{target.server.url}/{service}",
        session=target.session,
        headers=target.headers,
        checks=CHECKS,
        timeout=30,
    )


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
def test_operation__answers_as_described(service: str, operation: str, target: Target) -> None:
    # Cases take seconds to generate: `schema.parametrize()` would do it in every worker, before its first test. And a
    # schema that includes one operation would resolve the whole description again.
    schema, (method, path) = schema_of(service), operation.split(" ", 1)
    run = build_operation_test(
        config=schema.config, operation=schema[path][method], test_func=check, given_kwargs={}, feedback=NO_FEEDBACK
    )
    run(service=service, target=target)
    # What the plugin refuses after a test: `run` alone would ask nothing of such an operation, and be green.
    for mark in (InvalidHeadersExampleMark, MissingPathParameters):
        assert mark.get(run) is None, mark.get(run)


def test_all_operations_are_asked() -> None:
    every = [(service, found.ok().label) for service in APPS for found in schema_of(service).get_all_operations()]
    assert every == OPERATIONS
    assert {service for service, _ in OPERATIONS} == set(SERVICES)
