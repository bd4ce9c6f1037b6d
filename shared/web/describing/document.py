"""What FastAPI's OpenAPI document lacks: names in both languages, and a worked example for each route."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from shared.field.strict.strict_yaml import load_strict
from shared.web.describing.examples import example_of

_FORM, _PAGE = "Body_", "Page_"
"""How FastAPI's names of a form's model and of a page's begin."""
_COMPONENTS = "#/components/schemas/"


class FieldName(NamedTuple):
    """What a field is called in Chinese and English, and an invented value of it (`...`: none)."""

    zh: str
    en: str
    example: object = ...


class Operation(NamedTuple):
    """What a route does, in a few words of each language."""

    zh: str
    en: str


@cache
def field_names() -> Mapping[str, FieldName]:
    """By `field` or `Model.field`."""
    return {name: FieldName(**entry) for name, entry in _read("fields.yaml").items()}


@cache
def operations() -> Mapping[str, Operation]:
    """By operationId."""
    return {name: Operation(**entry) for name, entry in _read("operations.yaml").items()}


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = load_strict(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return found


def operation_id(function: str) -> str:
    """`put_registration` as `putRegistration`."""
    first, *others = function.strip("_").split("_")
    return first + "".join(word.capitalize() for word in others)


def name_of(field: str, model: str = "") -> FieldName | None:
    """The name of a field of a model, None where nobody named it."""
    return field_names().get(f"{model}.{field}") or field_names().get(field)


def describe(document: dict[str, Any]) -> None:
    """Add to an OpenAPI document, in place: summaries, descriptions of fields and parameters, examples."""
    schemas = document.get("components", {}).get("schemas", {})
    _rename(document, schemas)
    for model, schema in schemas.items():
        for field, described in schema.get("properties", {}).items():
            _describe(described, name_of(field, model))
    for operation in each_operation(document):
        operation.setdefault("security", [])  # said openly where no token is asked for
        words = operations().get(operation["operationId"])
        if words is not None:
            operation["summary"] = f"{words.zh} {words.en}"
        for parameter in operation.get("parameters", []):
            _describe(parameter, name_of(_header_case(parameter)))
        for response in operation["responses"].values():
            for header, described in response.get("headers", {}).items():
                _describe(described, name_of(header))
        _add_examples(operation, schemas)


def each_operation(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    for operations_of_path in document["paths"].values():
        yield from operations_of_path.values()


def _header_case(parameter: Mapping[str, Any]) -> str:
    name = str(parameter["name"])
    return "-".join(part.capitalize() for part in name.split("-")) if parameter["in"] == "header" else name


def _describe(described: dict[str, Any], name: FieldName | None) -> None:
    if name is None:
        return
    own = str(described.get("description", "")).strip().rstrip(".")
    described["description"] = f"{name.zh}。 {own[:1].upper()}{own[1:]}." if own else f"{name.zh}。 {name.en}."


def _rename(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    """`Page_GrantOut_` as `GrantPage`, which its title says; `Body_createImport` as `CreateImportForm`."""
    renamed = {}
    for old, schema in schemas.items():
        if old.startswith(_FORM):
            schema["title"] = f"{old[len(_FORM)].upper()}{old[len(_FORM) + 1 :]}Form"
        if old.startswith((_FORM, _PAGE)):
            renamed[f"{_COMPONENTS}{old}"] = f"{_COMPONENTS}{schema['title']}"
    for old, new in renamed.items():
        schemas[new.removeprefix(_COMPONENTS)] = schemas.pop(old.removeprefix(_COMPONENTS))
    _point(document, renamed)


def _point(node: object, renamed: Mapping[str, str]) -> None:
    """Give every reference below a node its new name."""
    if isinstance(node, dict):
        if node.get("$ref") in renamed:
            node["$ref"] = renamed[node["$ref"]]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            _point(one, renamed)


def _add_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """To the body that is sent and to what success answers."""
    successes = [one for status, one in operation["responses"].items() if str(status).startswith("2")]
    for holder in (operation.get("requestBody", {}), *successes):
        content = holder.get("content", {}).get("application/json")
        if content is not None and content.get("schema") and "example" not in content and "examples" not in content:
            content["example"] = example_of(content["schema"], schemas, name_of)
