"""OpenAPI for those who generate clients from it: names that stay, words in both languages, examples that hold."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

from shared.web.describing.document import each_operation, field_names, operation_id, operations
from shared.web.describing.growth import find_breaking_changes
from shuangfu.interfaces import document_of, render, stored_path
from tests.security.walk import APPS

DOCUMENTS: dict[str, dict[str, Any]] = {service: app.openapi() for service, app in APPS.items()}
EVERY = pytest.mark.parametrize("service", DOCUMENTS)
CHINESE, ENGLISH = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]{2}")


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every parameter, header and field of a model."""
    for service, document in DOCUMENTS.items():
        for model, schema in document["components"]["schemas"].items():
            for name, field in schema.get("properties", {}).items():
                yield f"{service} {model}.{name}", field
        for operation in each_operation(document):
            for parameter in operation.get("parameters", []):
                yield f"{service} {operation['operationId']} {parameter['name']}", parameter
            for response in operation["responses"].values():
                for name, header in response.get("headers", {}).items():
                    yield f"{service} {operation['operationId']} {name}", header


@EVERY
def test_t31_operation_ids_are_short_and_one_each(service: str) -> None:
    found = [operation["operationId"] for operation in each_operation(DOCUMENTS[service])]
    assert [name for name, count in Counter(found).items() if count > 1] == []
    assert [name for name in found if not re.fullmatch(r"[a-z]+[A-Za-z]{3,26}", name)] == []


def test_t31_operation_id__is_the_functions_name() -> None:
    assert operation_id("put_registration") == "putRegistration"
    assert operation_id("_list_changes") == "listChanges"


@EVERY
def test_t31_model_names_are_short_and_one_each(service: str) -> None:
    schemas = DOCUMENTS[service]["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []
    titles = Counter(schema.get("title", name) for name, schema in schemas.items())
    assert [title for title, count in titles.items() if count > 1] == []


def test_t31_everything_is_described_in_both_languages() -> None:
    found = dict(described())
    assert len(found) > 500
    lacking = [
        name
        for name, one in found.items()
        if not (CHINESE.search(one.get("description", "")) and ENGLISH.search(one.get("description", "")))
    ]
    assert not lacking, f"to be named in shared/web/describing/fields.yaml: {lacking}"


@EVERY
def test_t31_routes_are_summed_up_in_both_languages(service: str) -> None:
    lacking = [
        one["operationId"] for one in each_operation(DOCUMENTS[service]) if one["operationId"] not in operations()
    ]
    assert not lacking, f"to be named in shared/web/describing/operations.yaml: {lacking}"
    for operation in each_operation(DOCUMENTS[service]):
        assert CHINESE.search(operation["summary"])
        assert ENGLISH.search(operation["description"])


def test_t31_no_name_is_left_over() -> None:
    asked = {operation["operationId"] for document in DOCUMENTS.values() for operation in each_operation(document)}
    assert operations().keys() - asked == set()
    for name in field_names().values():
        assert CHINESE.search(name.zh)
        assert ENGLISH.search(name.en)


def bodies() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each JSON body that is sent or answered, with the document's components."""
    for service, document in DOCUMENTS.items():
        for operation in each_operation(document):
            successes = {f"{code}": one for code, one in operation["responses"].items() if str(code).startswith("2")}
            for place, holder in {"body": operation.get("requestBody", {}), **successes}.items():
                content = holder.get("content", {}).get("application/json")
                if content and content.get("schema") and operation["operationId"] != "getAsyncapi":
                    yield f"{service} {operation['operationId']} {place}", content, document["components"]


BODIES = {name: (content, components) for name, content, components in bodies()}


def test_t31_examples_hold(subtests: pytest.Subtests) -> None:
    assert BODIES
    for name, (content, components) in BODIES.items():
        with subtests.test(name):
            schema = jsonschema.Draft202012Validator({**content["schema"], "components": components})
            assert [error.message for error in schema.iter_errors(content["example"])] == []
            assert content["example"] not in (None, {}, [])


@EVERY
def test_t31_what_is_stored_is_what_is_served(service: str) -> None:
    assert stored_path(service).read_text(encoding="utf-8") == render(DOCUMENTS[service]), "run `make openapi`"
    assert document_of(service) == DOCUMENTS[service]


@EVERY
def test_t31_an_interface_that_stays_is_not_broken(service: str) -> None:
    assert find_breaking_changes(DOCUMENTS[service], DOCUMENTS[service]) == []


GRANT, REVIEW = "GrantOut", "/v1/grants/{grant_id}/review"
BREAKS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "route": (lambda d: d["paths"].pop(REVIEW), f"POST {REVIEW}: gone"),
    "name": (
        lambda d: d["paths"][REVIEW]["post"].update(operationId="postReview"),
        f"POST {REVIEW}: operationId reviewGrant became postReview",
    ),
    "parameter": (
        lambda d: d["paths"]["/v1/grants"]["get"].update(parameters=[]),
        "listGrants: query parameter state is gone",
    ),
    "required": (
        lambda d: d["paths"][REVIEW]["post"]["parameters"].append(
            {"name": "x", "in": "query", "required": True, "schema": {}}
        ),
        "reviewGrant: query parameter x is newly required",
    ),
    "status": (lambda d: d["paths"][REVIEW]["post"]["responses"].pop("200"), "reviewGrant: no longer answers 200"),
    "model": (lambda d: d["components"]["schemas"].pop(GRANT), "GrantOut: gone"),
    "field": (lambda d: d["components"]["schemas"][GRANT]["properties"].pop("year"), "GrantOut.year: gone"),
    "type": (
        lambda d: d["components"]["schemas"][GRANT]["properties"]["year"].update(type="string"),
        "GrantOut.year: integer is no longer possible",
    ),
    "choice": (
        lambda d: d["components"]["schemas"][GRANT]["properties"]["state"]["enum"].remove("held"),
        "GrantOut.state: held is no longer a choice",
    ),
    "asked": (
        lambda d: d["components"]["schemas"]["Release"].update(required=["note", "signature"]),
        "Release.signature: newly required",
    ),
    "answered": (
        lambda d: d["components"]["schemas"][GRANT]["required"].remove("year"),
        "GrantOut.year: no longer always answered",
    ),
}


@pytest.mark.parametrize("what", BREAKS)
def test_t31_what_clients_rely_on_is_missed(what: str) -> None:
    changed = json.loads(json.dumps(DOCUMENTS["funding"]))
    change, sentence = BREAKS[what]
    change(changed)
    assert sentence in find_breaking_changes(DOCUMENTS["funding"], changed)
    grown = [one for one in find_breaking_changes(changed, DOCUMENTS["funding"]) if "gone" in one]
    assert what not in ("route", "model", "field") or grown == []
