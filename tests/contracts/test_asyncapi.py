"""T28: the AsyncAPI documents are valid by the official parser, complete, and only grow."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.asyncapi import describe
from shared.contracts.catalog import CATALOG, DEPARTURES, SERVICES
from shared.contracts.stored_documents import (
    document_path,
    find_document_changes,
    find_document_refusals,
    render_document,
    write_documents,
)
from tests.conftest import REPOSITORY
from tests.running.programs import install_packages, run_program

CHECK = REPOSITORY / "tests/asyncapi"
NEWER = "asyncapi-latest-version"
"""Advice to use 3.1, which says nothing of a document of 3.0."""


def check(folder: Path, *documents: object) -> list[list[str]]:
    """What the official parser, installed in the folder, says of each document."""
    install_packages(CHECK, folder, "the AsyncAPI documents are not read by the official parser")
    shutil.copy(CHECK / "check.mjs", folder / "check.mjs")
    (folder / "documents").write_text("\n".join(json.dumps(one) for one in documents), encoding="utf-8")
    found: list[list[str]] = json.loads(run_program(["sh", "-c", "node check.mjs < documents"], folder))
    return [[told for told in one if NEWER not in told] for one in found]


def test_t28_documents__are_valid_by_the_official_parser(tmp_path: Path) -> None:
    """One run for all: a broken one beside them shows that the check finds something."""
    broken = deepcopy(describe("registry"))
    del broken["components"]["schemas"]["Location"]
    *found, of_broken = check(tmp_path, *(describe(service) for service in SERVICES), broken)
    assert found == [[]] * len(SERVICES)
    assert any("Location" in told for told in of_broken)


def refs(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(refs(one) for one in value.values()))
    return set().union(*(refs(one) for one in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("service", SERVICES)
def test_t28_document__has_every_definition_in_its_components(service: str) -> None:
    document = describe(service)
    assert "$defs" not in json.dumps(document)
    for ref in refs(document):
        found: Any = document
        for name in ref.removeprefix("#/").split("/"):
            found = found[name]
        assert found, ref


@pytest.mark.parametrize("service", SERVICES)
def test_t28_document__names_keys_servers_security_and_what_everything_is(service: str) -> None:
    document = describe(service)
    assert {server["protocol"] for server in document["servers"].values()} == {"kafka", "http"}
    assert all(server["description"] for server in document["servers"].values())
    [security] = document["servers"]["feed"]["security"]
    assert document["components"]["securitySchemes"][security["$ref"].rpartition("/")[2]]["scheme"] == "bearer"
    assert document["info"]["description"]
    for channel in document["channels"].values():
        assert channel["description"]
        assert channel["bindings"]["kafka"]["topic"] == channel["address"]
    for message in document["components"]["messages"].values():
        assert message["summary"]
        assert message["bindings"]["kafka"]["key"]["type"] == "string"
        assert all(header["description"] for header in message["headers"]["properties"].values())
    for operation in document["operations"].values():
        assert operation["summary"]
        assert operation["messages"]


def test_t28_documents__have_every_event_and_departure_once() -> None:
    documents = [describe(service) for service in SERVICES]
    assert sorted(kind for one in documents for kind in one["components"]["messages"]) == sorted(CATALOG)
    assert sorted(kind for one in documents for kind in one["x-feed"]["departures"]) == sorted(DEPARTURES)


@pytest.mark.parametrize("service", SERVICES)
def test_t28_stored__is_what_the_service_serves(service: str) -> None:
    path = document_path(service)
    assert path.exists(), "run `make schemas` and commit the file"
    stored = path.read_text(encoding="utf-8")
    assert find_document_changes(json.loads(stored), describe(service)) == [], "it would break its readers"
    assert stored == render_document(service), "it has grown: run `make schemas` and commit the file"


def _without(*place: str) -> Any:
    document = deepcopy(describe("registry"))
    holder: Any = document
    for name in place[:-1]:
        holder = holder[name]
    del holder[place[-1]]
    return document


TOPIC = "registry.organizations"
KIND = "shuangfu.registry.organization.changed.v1"
LEFT = "shuangfu.registry.organization.left.v1"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (("channels", TOPIC), f"/channels/{TOPIC}: removed"),
        (("channels", TOPIC, "messages", KIND), f"/channels/{TOPIC}/messages/{KIND}: removed"),
        (("operations", f"publish-{TOPIC}"), f"/operations/publish-{TOPIC}: removed"),
        (("components", "messages", KIND), f"/components/messages/{KIND}: removed"),
        (("x-feed", "departures", LEFT), f"/x-feed/departures/{LEFT}: removed"),
        (("components", "schemas", "OrganizationLeft", "properties", "uscc"), f"{LEFT} /uscc: field removed"),
        (("components", "schemas", "Location", "properties", "lat"), f"{KIND} /location/lat: field removed"),
    ],
)
def test_t28_growth__what_breaks_a_reader_is_named(place: tuple[str, ...], told: str) -> None:
    assert told in find_document_changes(describe("registry"), _without(*place))


def test_t28_growth__what_is_added_breaks_nobody() -> None:
    for place in (("channels", TOPIC), ("components", "messages", KIND), ("x-feed", "departures", LEFT)):
        assert find_document_changes(_without(*place), describe("registry")) == []


def test_t28_write__refuses_what_breaks_and_writes_nothing(tmp_path: Path) -> None:
    for service in SERVICES:
        (tmp_path / service).mkdir()
    assert write_documents(tmp_path) == []
    path = document_path("registry", tmp_path)
    more = json.loads(path.read_text(encoding="utf-8"))
    more["channels"]["registry.more"] = {"address": "registry.more", "messages": {}}
    path.write_text(json.dumps(more), encoding="utf-8")
    assert write_documents(tmp_path) == ["registry/asyncapi.json /channels/registry.more: removed"]
    assert find_document_refusals(tmp_path) == ["registry/asyncapi.json /channels/registry.more: removed"]
    assert json.loads(path.read_text(encoding="utf-8")) == more
