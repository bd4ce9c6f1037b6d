"""The stored JSON Schema of each event type, and the guard that contracts only grow.

`python -m shared.contracts.stored` (`make schemas`) writes them again, unless a change would break a reader.
Readers of the previous version receive new events, and readers of the new version receive old ones (a replay, a
backlog): so an optional field may be added, and nothing that exists may change.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.contracts.asyncapi import schema_of
from shared.contracts.base import Payload
from shared.contracts.catalog import CATALOG

FOLDER = Path(__file__).with_name("schemas")
Schema = Mapping[str, Any]

_ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "$defs"})
"""Keywords that describe a value and do not restrict it."""
_SHAPE = frozenset({"type", "enum", "const", "properties", "required", "items", "anyOf", "oneOf", "$ref"})


def stored_path(event_type: str, folder: Path = FOLDER) -> Path:
    """The file with the schema of an event type."""
    return folder / f"{event_type}.json"


def render(payload: type[Payload]) -> str:
    """The schema as it is stored."""
    return json.dumps(schema_of(payload), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def find_breaking_changes(old_schema: Schema, new_schema: Schema) -> list[str]:
    """The changes that keep a reader of one schema from reading what was written under the other."""
    return list(_Comparison(old_schema, new_schema).values(old_schema, new_schema, ""))


class _Comparison:
    """Walks two schemas side by side."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._under_way: set[tuple[str, str]] = set()

    def values(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """Changes of the allowed values; alternatives are matched by their type."""
        refs = (str(old.get("$ref")), str(new.get("$ref")))
        if "$ref" in old and "$ref" in new:
            if refs in self._under_way:
                return
            self._under_way.add(refs)
        before, after = _alternatives(self._old, old), _alternatives(self._new, new)
        if [kind for kind, _ in before] != [kind for kind, _ in after]:
            yield f"{place or '/'}: type changed from {_names(before)} to {_names(after)}"
        else:
            for (_, was), (_, now) in zip(before, after, strict=True):
                yield from self._one(was, now, place)
        self._under_way.discard(refs)

    def _one(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        yield from _choices(old, new, place)
        yield from _bounds(old, new, place)
        yield from self._fields(old, new, place)
        if "items" in old or "items" in new:
            yield from self.values(old.get("items", {}), new.get("items", {}), f"{place}/*")

    def _fields(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        had_to, has_to = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(was.keys() - now.keys()):
            yield f"{place}/{name}: field removed"
        for name in sorted((now.keys() - was.keys()) & has_to):
            yield f"{place}/{name}: new field is required, old events lack it"
        for name in sorted(was.keys() & now.keys()):
            if name in had_to - has_to:
                yield f"{place}/{name}: no longer required, readers of the previous version need it"
            if name in has_to - had_to:
                yield f"{place}/{name}: newly required, old events may lack it"
            yield from self.values(was[name], now[name], f"{place}/{name}")


def _choices(old: Schema, new: Schema, place: str) -> Iterator[str]:
    was, now = _enum(old), _enum(new)
    if was is None and now is None:
        return
    if was is None or now is None:
        yield f"{place or '/'}: {'narrowed to' if was is None else 'no longer'} a closed list of values"
        return
    for value in sorted(was - now):
        yield f"{place or '/'}: value {value} removed, old events hold it"
    for value in sorted(now - was):
        yield f"{place or '/'}: value {value} added, readers of the previous version refuse it"


def _bounds(old: Schema, new: Schema, place: str) -> Iterator[str]:
    """Changes of any other restriction: format, pattern, minimum, additionalProperties, …"""
    for name in sorted((old.keys() | new.keys()) - _ANNOTATIONS - _SHAPE):
        usual = True if name == "additionalProperties" else None
        was, now = old.get(name, usual), new.get(name, usual)
        if was != now:
            yield f"{place or '/'}: {name} changed from {json.dumps(was)} to {json.dumps(now)}"


def _alternatives(root: Schema, schema: Schema) -> list[tuple[str, Schema]]:
    """(type, schema) of each alternative, by type; one for a plain schema."""
    found = _resolve(root, schema)
    inner = found.get("anyOf") or found.get("oneOf")
    if inner is not None:
        return sorted((pair for one in inner for pair in _alternatives(root, one)), key=lambda pair: pair[0])
    kinds = found.get("type", "any")
    return [(kind, found) for kind in sorted([kinds] if isinstance(kinds, str) else kinds)]


def _resolve(root: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        schema = {**root["$defs"][name], **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _enum(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def _names(alternatives: list[tuple[str, Schema]]) -> str:
    return " or ".join(kind for kind, _ in alternatives)


def find_refusals(folder: Path = FOLDER, catalog: Mapping[str, type[Payload]] = CATALOG) -> list[str]:
    """Every breaking change between the stored schemas and the code's."""
    found = []
    for path in sorted(folder.glob("*.json")):
        event_type = path.name.removesuffix(".json")
        payload = catalog.get(event_type)
        if payload is None:
            found.append(f"{event_type}: type removed, old events hold it")
            continue
        changes = find_breaking_changes(json.loads(path.read_text(encoding="utf-8")), schema_of(payload))
        found += [f"{event_type} {change}" for change in changes]
    return found


def write(folder: Path = FOLDER, catalog: Mapping[str, type[Payload]] = CATALOG) -> list[str]:
    """Store the schemas. If a change would break a reader, nothing is written and the reasons are returned."""
    refusals = find_refusals(folder, catalog)
    if not refusals:
        folder.mkdir(exist_ok=True)
        for event_type, payload in catalog.items():
            stored_path(event_type, folder).write_text(render(payload), encoding="utf-8")
    return refusals


def main() -> int:
    """The command."""
    # Imported here: the documents are compared by what this module finds.
    from shared.contracts.stored_documents import find_document_refusals, write_documents

    refusals = find_document_refusals() or write() or write_documents()
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    if refusals:
        print("Nothing was written: contracts only grow. Give the changed event a new type (….v2).", file=sys.stderr)
        return 1
    print(f"{len(CATALOG)} schemas in {FOLDER.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
