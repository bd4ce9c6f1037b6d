"""Whether an interface only grew: what clients of the version before rely on is still there."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]


def find_breaking_changes(old: Document, new: Document) -> list[str]:
    """What of the old document the new one breaks: sentences that name the operation or the field, none if it grew.

    New routes, optional parameters and fields are growth. An operation, a parameter, a field or a choice that is gone,
    another type, and what is newly required of a client are not.
    """
    return [*_operations(old, new), *_models(old, new)]


def _operations(old: Document, new: Document) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, was in methods.items():
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{method.upper()} {path}: gone"
                continue
            if was["operationId"] != now["operationId"]:
                yield f"{method.upper()} {path}: operationId {was['operationId']} became {now['operationId']}"
            yield from _parameters(was, now)
            if _needs_body(now) and not _needs_body(was):
                yield f"{was['operationId']}: a body is newly required"
            for status in sorted({s for s in was["responses"] if s.startswith("2")} - now["responses"].keys()):
                yield f"{was['operationId']}: no longer answers {status}"


def _needs_body(operation: Document) -> bool:
    return bool(operation.get("requestBody", {}).get("required"))


def _parameters(was: Document, now: Document) -> Iterator[str]:
    before = {(one["in"], one["name"].lower()): one for one in was.get("parameters", [])}
    after = {(one["in"], one["name"].lower()): one for one in now.get("parameters", [])}
    for place, name in sorted(before.keys() - after.keys()):
        yield f"{was['operationId']}: {place} parameter {name} is gone"
    for key, one in sorted(after.items()):
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"{was['operationId']}: {key[0]} parameter {key[1]} is newly required"
    for key in sorted(before.keys() & after.keys()):
        yield from _values(before[key]["schema"], after[key]["schema"], f"{was['operationId']}: {key[1]}")


def _models(old: Document, new: Document) -> Iterator[str]:
    sent = {name for _, name in _references(_bodies(new))}
    after = new["components"]["schemas"]
    for model, was in old["components"]["schemas"].items():
        now = after.get(model)
        if now is None:
            yield f"{model}: gone"
            continue
        for field in sorted(was.get("properties", {}).keys() - now.get("properties", {}).keys()):
            yield f"{model}.{field}: gone"
        if model in sent:
            for field in sorted(set(now.get("required", ())) - set(was.get("required", ()))):
                yield f"{model}.{field}: newly required"
        else:
            for field in sorted(set(was.get("required", ())) - set(now.get("required", ()))):
                yield f"{model}.{field}: no longer always answered"
        for field in sorted(was.get("properties", {}).keys() & now.get("properties", {}).keys()):
            yield from _values(was["properties"][field], now["properties"][field], f"{model}.{field}")


def _bodies(document: Document) -> list[Any]:
    return [
        operation.get("requestBody", {}) for methods in document["paths"].values() for operation in methods.values()
    ]


def _references(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield "$ref", str(node["$ref"]).rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _references(one)


def _values(was: Document, now: Document, place: str) -> Iterator[str]:
    before, after = _kinds(was), _kinds(now)
    if not before <= after:
        yield f"{place}: {', '.join(sorted(before - after))} is no longer possible"
    gone = {str(value) for value in was.get("enum", ())} - {str(value) for value in now.get("enum", ())}
    if gone and now.get("enum"):
        yield f"{place}: {', '.join(sorted(gone))} is no longer a choice"


def _kinds(schema: Document) -> set[str]:
    """The types and models that a value may be of; nothing where anything may stand."""
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return {kind for one in choices for kind in _kinds(one)}
    if "$ref" in schema:
        return {str(schema["$ref"]).rpartition("/")[2]}
    kind = schema.get("type")
    return set() if kind is None else {kind} if isinstance(kind, str) else set(kind)
