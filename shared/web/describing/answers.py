"""What FastAPI's document leaves out: headers of answers, headers that are required, lines of NDJSON, files."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.problems.problems import IdempotencyKeyInFlight

NDJSON = "application/x-ndjson"
FILE_SCHEMA = {"type": "string", "format": "binary"}
REQUIRED = "x-required"
"""In the schema of a header that FastAPI must take as optional, because its absence has a problem of its own."""

Document = dict[str, Any]
_COMPONENTS = "#/components/schemas/"


class FieldErrorDocument(BaseModel):
    """What is wrong with one field."""

    pointer: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorDocument]


PROBLEM = {"$ref": f"{_COMPONENTS}{ProblemDocument.__name__}"}
"""Its schema where an answer declares it: as a `model`, FastAPI would prepare to check it, again for each of them."""


def header(about: str, *, required: bool = False) -> Document:
    """A header of an answer; `required`: it is always there."""
    return {"description": about, "schema": {"type": "string"}, **({"required": True} if required else {})}


LOCATION = {"headers": {"Location": header("where the new resource is", required=True)}}
"""For `responses=` of a route that creates something which has an address."""
_REQUEST_ID = header("the request's id: its own X-Request-Id, or a new one", required=True)
_ETAG = header("the version, for If-Match", required=True)
_REPLAYED = header("`true` where the answer is the stored one of an earlier request with this key")
_RETRY = header("seconds to wait before the next attempt")
_CHALLENGE = header("what is asked for (RFC 6750)", required=True)
_DISPOSITION = header("the file's name, for xlsx and csv")
_OK = 200, 300
_UNAUTHENTICATED, _UNAVAILABLE = "401", "503"


def ndjson(item: type[BaseModel], about: str) -> Document:
    """The content of a body of lines, each of them an item."""
    schema = item.model_json_schema(ref_template=_COMPONENTS + "{model}")
    schema.pop("$defs", None)
    lines = {"type": "string", "contentMediaType": NDJSON, "contentSchema": schema}
    return {NDJSON: {"schema": {**lines, "description": about}}}


def complete(document: Document) -> None:
    """Complete FastAPI's document in place. To be called once."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_problem_schemas())
    for operation in _operations(document):
        parameters = operation.get("parameters", [])
        for parameter in parameters:
            _mark_required(parameter)
        takes_key = any(one["name"] == "Idempotency-Key" for one in parameters)
        for status, response in operation["responses"].items():
            headers = _headers(status, response, schemas, takes_key=takes_key)
            response["headers"] = deepcopy({**headers, **response.get("headers", {})})
    for schema in schemas.values():
        for value in schema.get("properties", {}).values():
            if value.pop("contentMediaType", None) == "application/octet-stream":
                value.update(FILE_SCHEMA)


def _problem_schemas() -> Document:
    schema = ProblemDocument.model_json_schema(ref_template=_COMPONENTS + "{model}", mode="serialization")
    return {**schema.pop("$defs"), ProblemDocument.__name__: schema}


def _operations(document: Document) -> Iterator[Document]:
    for operations in document["paths"].values():
        yield from operations.values()


def _mark_required(parameter: Document) -> None:
    if parameter["schema"].pop(REQUIRED, False):
        parameter["required"] = True
        kinds = parameter["schema"].pop("anyOf", [])
        parameter["schema"].update(next((kind for kind in kinds if kind.get("type") != "null"), {}))


def _headers(status: str, response: Document, schemas: Mapping[str, Document], *, takes_key: bool) -> Document:
    found = {"X-Request-Id": _REQUEST_ID}
    content = response.get("content", {})
    if status == _UNAUTHENTICATED:
        found["WWW-Authenticate"] = _CHALLENGE
    elif status == _UNAVAILABLE or IdempotencyKeyInFlight.slug in response.get("description", ""):
        found["Retry-After"] = _RETRY
    elif status.isdigit() and _OK[0] <= int(status) < _OK[1]:
        name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
        if schemas.get(name, {}).get("properties", {}).get("version", {}).get("type") == "integer":
            found["ETag"] = _ETAG
        if takes_key:
            found["Idempotent-Replayed"] = _REPLAYED
        if "text/csv" in content:
            found["Content-Disposition"] = _DISPOSITION
    return found
