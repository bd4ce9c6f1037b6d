"""Contracts only grow: stored schemas are up to date, and a change that breaks a reader is found."""

import json
import re
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal
from uuid import UUID

import jsonschema
import pytest
from pydantic import Field, create_model

from shared.contracts.asyncapi import schema_of
from shared.contracts.base import Part, Payload
from shared.contracts.catalog import CATALOG
from shared.contracts.registry import OrganizationRegistered
from shared.contracts.stored import FOLDER, find_breaking_changes, find_refusals, render, stored_path, write

Schema = dict[str, Any]


@pytest.mark.parametrize("event_type", sorted(CATALOG))
def test_stored__is_what_the_code_says(event_type: str) -> None:
    path = stored_path(event_type)
    assert path.exists(), f"{event_type} has no stored schema: run `make schemas` and commit the file"
    payload = CATALOG[event_type]
    changes = find_breaking_changes(json.loads(path.read_text(encoding="utf-8")), schema_of(payload))
    assert changes == [], f"{event_type} would break its readers: give it a new type (….v2)"
    stored = path.read_text(encoding="utf-8")
    assert stored == render(payload), f"{event_type} has grown: run `make schemas` and commit the file"


def test_stored__every_file_has_its_type() -> None:
    assert {path.name.removesuffix(".json") for path in FOLDER.iterdir()} == set(CATALOG)
    assert find_refusals() == []


@pytest.mark.parametrize("event_type", sorted(CATALOG))
def test_stored__is_a_json_schema_without_changes_against_itself(event_type: str) -> None:
    schema = json.loads(stored_path(event_type).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert find_breaking_changes(schema, deepcopy(schema)) == []


def test_types__are_named_as_the_design_says() -> None:
    for event_type, payload in CATALOG.items():
        prefix, service, aggregate, happened, version = event_type.split(".")
        assert prefix == "shuangfu", event_type
        assert re.fullmatch(r"v[1-9]", version), event_type
        assert payload.TOPIC.startswith(f"{service}."), event_type
        assert aggregate.islower(), event_type
        assert happened.islower(), event_type
        assert payload.__doc__


class Place(Part):
    street: str
    floor: int | None = None


class Event(Payload):
    """An event that has something of everything."""

    TYPE: ClassVar[str] = "shuangfu.test.thing.happened.v1"
    TOPIC = "test.things"

    id: UUID
    name: str
    note: str | None = None
    kind: Literal["a", "b"]
    count: int
    share: Decimal
    star: int = Field(ge=0, le=5)
    on: date
    place: Place
    second_place: Place | None = None
    places: list[Place]
    facts: dict[str, object]
    only: Literal["x"]


OLD = schema_of(Event)


def changed(**fields: Any) -> Schema:
    """The schema of the event with fields added or changed."""
    return schema_of(create_model("Event", __base__=Event, **fields))


def without(*path: str) -> Schema:
    """The schema with one field taken out."""
    schema = deepcopy(OLD)
    holder = schema if len(path) == 1 else schema["$defs"][path[0]]
    del holder["properties"][path[-1]]
    holder["required"] = [name for name in holder["required"] if name != path[-1]]
    return schema


def place_with(**fields: Any) -> Schema:
    """The schema where a part has changed."""
    grown = create_model("Place", __base__=Place, **fields)
    return changed(place=(grown, ...), second_place=(grown | None, None), places=(list[grown], ...))  # type: ignore[valid-type]


GREEN: dict[str, Schema] = {
    "nothing": deepcopy(OLD),
    "an optional field": changed(more=(str | None, None)),
    "a field with a default": changed(more=(int, 7)),
    "an optional part": changed(third=(Place | None, None)),
    "an optional field inside a part": place_with(room=(str | None, None)),
    "another default": changed(note=(str | None, "-")),
    "another description": changed(name=(str, Field(description="what it is called", title="N"))),
    "alternatives in another order": changed(note=(None | str, None)),
}


@pytest.mark.parametrize("name", GREEN)
def test_find__a_contract_may_grow(name: str) -> None:
    assert find_breaking_changes(OLD, GREEN[name]) == []


RED: dict[str, tuple[Schema, str]] = {
    "a required field removed": (without("name"), "/name: field removed"),
    "an optional field removed": (without("note"), "/note: field removed"),
    "a field inside a part removed": (without("Place", "floor"), "/place/floor: field removed"),
    "a field renamed": (
        {**without("name"), "properties": {**without("name")["properties"], "title": {"type": "string"}}},
        "/name: field removed",
    ),
    "a type changed": (changed(count=(str, ...)), "/count: type changed from integer to string"),
    "a type widened": (changed(count=(float, ...)), "/count: type changed from integer to number"),
    "a type narrowed": (changed(note=(str, "")), "/note: type changed from null or string to string"),
    "a value may now be null": (changed(name=(str | None, ...)), "/name: type changed from string to null or string"),
    "a part became a text": (changed(place=(str, ...)), "/place: type changed from object to string"),
    "a list became one": (changed(places=(Place, ...)), "/places: type changed from array to object"),
    "the items of a list changed": (changed(places=(list[str], ...)), "/places/*: type changed from object to string"),
    "a format changed": (changed(on=(str, ...)), '/on: format changed from "date" to null'),
    "a pattern changed": (changed(name=(str, Field(pattern="^a"))), '/name: pattern changed from null to "^a"'),
    "a limit narrowed": (changed(star=(int, Field(ge=1, le=5))), "/star: minimum changed from 0 to 1"),
    "a limit widened": (changed(star=(int, Field(ge=0, le=6))), "/star: maximum changed from 5 to 6"),
    "a required field without default": (changed(more=(str, ...)), "/more: new field is required, old events lack it"),
    "a required field inside a part": (
        place_with(room=(str, ...)),
        "/place/room: new field is required, old events lack it",
    ),
    "newly required": (changed(note=(str | None, ...)), "/note: newly required, old events may lack it"),
    "no longer required": (
        changed(name=(str, "")),
        "/name: no longer required, readers of the previous version need it",
    ),
    "an enum narrowed": (changed(kind=(Literal["a"], ...)), '/kind: value "b" removed, old events hold it'),
    "an enum widened": (
        changed(kind=(Literal["a", "b", "c"], ...)),
        '/kind: value "c" added, readers of the previous version refuse it',
    ),
    "a constant widened": (
        changed(only=(Literal["x", "y"], ...)),
        '/only: value "y" added, readers of the previous version refuse it',
    ),
    "an enum opened": (changed(kind=(str, ...)), "/kind: no longer a closed list of values"),
    "a text closed": (changed(name=(Literal["x"], ...)), "/name: narrowed to a closed list of values"),
    "a free object closed": (
        {**deepcopy(OLD), "additionalProperties": False},
        "/: additionalProperties changed from true to false",
    ),
    "the values of a free object typed": (
        changed(facts=(dict[str, str], ...)),
        '/facts: additionalProperties changed from true to {"type": "string"}',
    ),
}


@pytest.mark.parametrize("name", RED)
def test_find__what_breaks_a_reader_is_named(name: str) -> None:
    schema, told = RED[name]
    assert told in find_breaking_changes(OLD, schema)


@pytest.mark.parametrize("name", RED)
def test_find__nothing_else_is_named(name: str) -> None:
    schema, told = RED[name]
    field = told.partition(":")[0].rpartition("/")[2]
    assert {change.partition(":")[0].rpartition("/")[2] for change in find_breaking_changes(OLD, schema)} <= {
        field,
        "title",
    }


def test_find__recursive_schemas_come_to_an_end() -> None:
    tree: Schema = {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {
                    "size": {"type": "integer"},
                    "inside": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                },
            }
        },
    }
    other = deepcopy(tree)
    assert find_breaking_changes(tree, other) == []
    other["$defs"]["Tree"]["properties"]["size"]["type"] = "string"
    assert find_breaking_changes(tree, other) == ["/size: type changed from integer to string"]


def test_find__a_real_contract() -> None:
    """The rule at work on an event that there is, in both directions."""
    old = schema_of(OrganizationRegistered)
    grown = schema_of(create_model("Grown", __base__=OrganizationRegistered, phone=(str | None, None)))
    assert find_breaking_changes(old, grown) == []
    assert find_breaking_changes(grown, old) == ["/phone: field removed"]


def test_write__refuses_what_breaks_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    assert write(folder, {Event.TYPE: Event}) == []
    path = stored_path(Event.TYPE, folder)
    assert path.read_text(encoding="utf-8") == render(Event)
    broken = create_model("Event", __base__=Event, count=(str, ...))
    other = "shuangfu.test.other.happened.v1"
    refusals = write(folder, {other: Event, Event.TYPE: broken})
    assert refusals == [f"{Event.TYPE} /count: type changed from integer to string"]
    assert [found.name for found in folder.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == render(Event)
    assert write(folder, {other: Event}) == [f"{Event.TYPE}: type removed, old events hold it"]
    grown = create_model("Event", __base__=Event, more=(str | None, None))
    assert write(folder, {Event.TYPE: grown}) == []
    assert path.read_text(encoding="utf-8") == render(grown) != render(Event)


def test_render__is_pretty_sorted_and_ends_with_a_line() -> None:
    text = render(Event)
    assert text.endswith("}\n")
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '  "properties": {\n' in text
