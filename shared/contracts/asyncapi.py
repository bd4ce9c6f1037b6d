"""AsyncAPI 3.0 from the contracts: the events that a service publishes, and on which topic."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from shared.contracts.base import Payload
from shared.contracts.catalog import CATALOG, DEPARTURES, dead_letter_topic, emitter_of

Document = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_REQUIRED = ("id", "type", "source", "subject", "sequence", "specversion", "time")
_ATTRIBUTES = {
    "id": "The event's id (UUIDv7): the same one may be delivered twice.",
    "type": "The event's type, as the message is named here.",
    "source": "Who emits it: a slash and the service.",
    "subject": "The id of the aggregate that it is about.",
    "sequence": "The version of the aggregate, from 1: what is older than what is known is to be ignored.",
    "specversion": "CloudEvents: 1.0.",
    "time": "When it happened (RFC 3339).",
    "division": "The administrative division that it belongs to (GB/T 2260).",
    "correlationid": "Shared by everything that one request set off.",
    "causationid": "The event or request just before this one.",
    "traceparent": "W3C Trace Context.",
}
_HEADERS = {
    "type": "object",
    "required": [f"ce_{name}" for name in _REQUIRED],
    "properties": {
        f"ce_{name}": {"type": "string", "description": description} for name, description in _ATTRIBUTES.items()
    },
}
_KEY = {
    "kafka": {
        "key": {"type": "string", "description": "Decides the partition: events of one key stay in their order."},
        "bindingVersion": "0.5.0",
    }
}
_TOPIC_ABOUT = {
    "registry.bodies": "Superior Party bodies and working bodies, their names dated; keyed by body.",
    "registry.filed-bodies": "Bodies that streets filed, in lists of one division; keyed by list.",
    "registry.organizations": "Social organizations as civil affairs registers them; keyed by organization.",
    "registry.party-organizations": "Party organizations and whom they cover; keyed by Party organization.",
    "incubation.formation": "Formation checks, and Party organizations that were formed or extended.",
    "incubation.incubatees": "Organizations in incubators, from entry to graduation or exit; keyed by incubatee.",
    "incubation.areas": "Areas, and lists of the filed bodies in them; an area's events are keyed by it.",
    "incubation.activities": "Counts of what Party organizations did in a year; keyed by the two together.",
    "evaluation.evaluations": "Yearly ratings; keyed by Party organization.",
    "evaluation.consequences": "What ratings mean for organizations; keyed by organization and year together.",
    "evaluation.selections": "Commended Party organizations and how they are managed; keyed by Party organization.",
    "funding.grants": "Grants from draft to payment; keyed by recipient.",
}


def schema_of(payload: type[Payload]) -> Document:
    """The JSON Schema of a payload as it is serialized."""
    return payload.model_json_schema(mode="serialization")


@lru_cache
def describe(service: str) -> Document:
    """The AsyncAPI document of one service."""
    published = {kind: payload for kind, payload in CATALOG.items() if payload.TOPIC.startswith(f"{service}.")}
    departures = {kind: payload for kind, payload in DEPARTURES.items() if emitter_of(kind) == service}
    topics = sorted({payload.TOPIC for payload in published.values()})
    schemas: Document = {}
    messages = {kind: _message(kind, payload, schemas) for kind, payload in published.items()}
    left = {kind: {"$ref": _collect(payload, schemas)} for kind, payload in departures.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Shuangfu {service} events",
            "version": "1",
            "description": f"What {service} publishes, as CloudEvents 1.0 in Kafka's binary mode: attributes are "
            "headers, the value is the payload in JSON. A payload may gain fields: ignore those you do not know. The "
            "same events can be pulled over HTTP from the change feed, by the caller's divisions.",
        },
        "defaultContentType": "application/json",
        "servers": _servers(service),
        "channels": {topic: _channel(topic, published) for topic in topics},
        "operations": {
            f"publish-{topic}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{topic}"},
                "summary": f"{service} publishes on {topic}.",
                "messages": [
                    {"$ref": f"#/channels/{topic}/messages/{kind}"}
                    for kind, payload in published.items()
                    if topic == payload.TOPIC
                ],
            }
            for topic in topics
        },
        "components": {
            "messages": messages,
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The feed shows what lies in the divisions of the token.",
                }
            },
        },
        "x-dead-letters": dead_letter_topic(service),
        # On no topic: what the feed shows to a division that a subject has left.
        "x-feed": {"address": f"/{service}/v1/changes", "departures": left},
    }


def _servers(service: str) -> Document:
    return {
        "kafka": {
            "host": "{bootstrap}",
            "protocol": "kafka",
            "description": "The deployment's broker, on its inner network: whoever reaches it reads every division.",
            "variables": {"bootstrap": {"default": "kafka:9092", "description": "Host and port of a broker."}},
        },
        "feed": {
            "host": "{gateway}",
            "protocol": "http",
            "pathname": f"/{service}/v1/changes",
            "description": "The change feed, pulled with a cursor.",
            "variables": {"gateway": {"default": "localhost:8000", "description": "Host and port of the gateway."}},
            "security": [{"$ref": "#/components/securitySchemes/token"}],
        },
    }


def _channel(topic: str, published: dict[str, type[Payload]]) -> Document:
    return {
        "address": topic,
        "description": _TOPIC_ABOUT[topic],
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {
            kind: {"$ref": f"#/components/messages/{kind}"}
            for kind, payload in published.items()
            if topic == payload.TOPIC
        },
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _message(kind: str, payload: type[Payload], schemas: Document) -> Document:
    about = " ".join((payload.__doc__ or "").split())
    return {
        "name": kind,
        "title": payload.__name__,
        "summary": about,
        "contentType": "application/json",
        "headers": _HEADERS,
        "payload": {"$ref": _collect(payload, schemas)},
        "bindings": _KEY,
    }


def _collect(model: type[BaseModel], schemas: Document) -> str:
    """Add the schema of a model and of its parts to `schemas`; returns where it is.

    Raises ValueError where two differ under one name.
    """
    found = model.model_json_schema(mode="serialization", ref_template=_SCHEMAS + "{model}")
    for name, schema in {**found.pop("$defs", {}), model.__name__: found}.items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are named {name}")
    return _SCHEMAS + model.__name__
