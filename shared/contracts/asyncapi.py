"""AsyncAPI 3.0 from the contracts: the events that a service publishes, and on which topic."""

from functools import lru_cache

from shared.contracts.base import Payload
from shared.contracts.catalog import CATALOG, dead_letter_topic

_HEADERS = {
    "type": "object",
    "required": ["ce_id", "ce_type", "ce_source", "ce_subject", "ce_sequence", "ce_specversion", "ce_time"],
    "properties": {
        f"ce_{name}": {"type": "string"}
        for name in (
            "id",
            "type",
            "source",
            "subject",
            "sequence",
            "specversion",
            "time",
            "division",
            "correlationid",
            "causationid",
            "traceparent",
        )
    },
}


def schema_of(payload: type[Payload]) -> dict[str, object]:
    """The JSON Schema of a payload as it is serialized."""
    return payload.model_json_schema(mode="serialization")


@lru_cache
def describe(service: str) -> dict[str, object]:
    """The AsyncAPI document of one service."""
    published = {kind: payload for kind, payload in CATALOG.items() if payload.TOPIC.startswith(f"{service}.")}
    topics = sorted({payload.TOPIC for payload in published.values()})
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Shuangfu {service} events", "version": "1"},
        "defaultContentType": "application/json",
        "channels": {
            topic: {
                "address": topic,
                "messages": {
                    kind: {"$ref": f"#/components/messages/{kind}"}
                    for kind, payload in published.items()
                    if topic == payload.TOPIC
                },
            }
            for topic in topics
        },
        "operations": {
            f"publish-{topic}": {"action": "send", "channel": {"$ref": f"#/channels/{topic}"}} for topic in topics
        },
        "components": {
            "messages": {
                kind: {
                    "name": kind,
                    "summary": (payload.__doc__ or "").strip(),
                    "contentType": "application/json",
                    "headers": _HEADERS,
                    "payload": schema_of(payload),
                }
                for kind, payload in published.items()
            }
        },
        "x-dead-letters": dead_letter_topic(service),
    }
