"""An example of a schema, made of its fields' examples."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Named(Protocol):
    """What is known of a field."""

    @property
    def example(self) -> object:
        """Its example; `...` where there is none."""


NameOf = Callable[[str, str], Named | None]
_BY_FORMAT: Mapping[str, str] = {
    "uuid": "01900000-0000-7000-8000-000000000001",
    "date": "2026-03-01",
    "date-time": "2026-03-02T09:00:00+08:00",
}
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name_of: NameOf) -> Any:
    """A value that the schema holds for: fields by their own examples, others by format, choice and type.

    `schemas` are the document's components; `name_of(field, model)` is asked for a field's example.
    """
    return _Composer(schemas, name_of).example(schema)


class _Composer:
    def __init__(self, schemas: Mapping[str, Any], name_of: NameOf) -> None:
        self._schemas = schemas
        self._name_of = name_of

    def example(self, schema: Mapping[str, Any], model: str = "") -> Any:
        if "$ref" in schema:
            model = schema["$ref"].rpartition("/")[2]
            return self.example(self._schemas[model], model)
        given = _given(schema)
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if given is not ...:
            found = given
        elif choices:
            found = self.example(next((one for one in choices if one.get("type") != "null"), choices[0]), model)
        elif "properties" in schema:
            found = {field: self._field(field, inner, model) for field, inner in schema["properties"].items()}
        elif schema.get("type") == "array":
            found = [self.example(schema["items"])] if schema.get("items") else []
        else:
            found = _plain(schema)
        return found

    def _field(self, field: str, schema: Mapping[str, Any], model: str) -> Any:
        name = self._name_of(field, model)
        given = ... if name is None else name.example
        return given if given is not ... and _fits(given, schema) else self.example(schema)


def _given(schema: Mapping[str, Any]) -> Any:
    """What the schema itself names: a constant, a default, an example, the first of its choices."""
    for key in ("const", "default", "example"):
        if schema.get(key) is not None:
            return schema[key]
    choices = schema.get("examples") or schema.get("enum")
    return choices[0] if choices else ...


def _plain(schema: Mapping[str, Any]) -> object:
    kind = schema.get("type", "object")
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
    return {"integer": 1, "number": 1, "boolean": True, "object": {}}.get(kind)


def _fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether a field's example may stand here: one name can have several types and choices."""
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return any(_fits(value, one) for one in choices)
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kind = schema.get("type")
    if "$ref" in schema or (isinstance(value, bool) and kind != "boolean"):
        return False
    return kind is None or isinstance(value, _TYPES[kind])
