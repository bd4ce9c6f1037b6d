"""The stored AsyncAPI document of each service, and the guard that it only grows.

`make schemas` writes them with the payloads' schemas.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.contracts.asyncapi import describe
from shared.contracts.catalog import SERVICES
from shared.contracts.stored import find_breaking_changes

FOLDER = Path(__file__).resolve().parents[2] / "services"
Document = Mapping[str, Any]


def document_path(service: str, folder: Path = FOLDER) -> Path:
    """The file with the document of a service."""
    return folder / service / "asyncapi.json"


def render_document(service: str) -> str:
    """The document as it is stored."""
    return json.dumps(describe(service), ensure_ascii=False, indent=2) + "\n"


def find_document_changes(old: Document, new: Document) -> list[str]:
    """What readers of one document miss or misread in the other."""
    found = []
    for place in (("channels",), ("operations",), ("components", "messages"), ("x-feed", "departures")):
        was, now = _at(old, *place), _at(new, *place)
        found += [f"/{'/'.join(place)}/{name}: removed" for name in sorted(was.keys() - now.keys())]
    for name, channel in _at(old, "channels").items():
        now = _at(new, "channels").get(name, channel)
        if now["address"] != channel["address"]:
            found.append(f"/channels/{name}: address changed from {channel['address']} to {now['address']}")
        gone = channel["messages"].keys() - now["messages"].keys()
        found += [f"/channels/{name}/messages/{kind}: removed" for kind in sorted(gone)]
    payloads_before, payloads_now = _payloads(old), _payloads(new)
    for kind in sorted(payloads_before.keys() & payloads_now.keys()):
        changes = find_breaking_changes(payloads_before[kind], payloads_now[kind])
        found += [f"{kind} {change}" for change in changes]
    return found


def _at(document: Document, *place: str) -> dict[str, Any]:
    found: Any = document
    for name in place:
        found = found.get(name, {})
    return dict(found)


def _payloads(document: Document) -> dict[str, Any]:
    """The schema of each message and departure, standing alone."""
    definitions = json.dumps(_at(document, "components", "schemas")).replace("#/components/schemas/", "#/$defs/")
    places = {kind: message["payload"]["$ref"] for kind, message in _at(document, "components", "messages").items()}
    places |= {kind: schema["$ref"] for kind, schema in _at(document, "x-feed", "departures").items()}
    return {
        kind: {"$ref": place.replace("#/components/schemas/", "#/$defs/"), "$defs": json.loads(definitions)}
        for kind, place in places.items()
    }


def find_document_refusals(folder: Path = FOLDER) -> list[str]:
    """Every breaking change between the stored documents and the code's."""
    return [
        f"{service}/asyncapi.json {change}"
        for service in SERVICES
        if (path := document_path(service, folder)).exists()
        for change in find_document_changes(json.loads(path.read_text(encoding="utf-8")), describe(service))
    ]


def write_documents(folder: Path = FOLDER) -> list[str]:
    """Store the documents. If a change would break a reader, nothing is written and the reasons are returned."""
    refusals = find_document_refusals(folder)
    if not refusals:
        for service in SERVICES:
            document_path(service, folder).write_text(render_document(service), encoding="utf-8")
    return refusals
