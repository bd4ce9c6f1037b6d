"""Every event type: what a consumer may receive, and what AsyncAPI and the stored schemas describe."""

from collections.abc import Iterator

from shared.contracts import evaluation, funding, incubation, registry
from shared.contracts.base import Payload

SERVICES = ("registry", "incubation", "evaluation", "funding")
_MODULES = (registry, incubation, evaluation, funding)


def _payloads() -> Iterator[type[Payload]]:
    for module in _MODULES:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Payload) and hasattr(found, "TYPE"):
                yield found


CATALOG: dict[str, type[Payload]] = {payload.TYPE: payload for payload in _payloads()}
TOPICS: tuple[str, ...] = tuple(sorted({payload.TOPIC for payload in CATALOG.values()}))


def dead_letter_topic(service: str) -> str:
    """The topic on which a service's dead letters are announced."""
    return f"{service}.dead-letters"


def topics_of(service: str) -> tuple[str, ...]:
    """The topics that a service publishes."""
    return (*(topic for topic in TOPICS if topic.startswith(f"{service}.")), dead_letter_topic(service))


def emitter_of(event_type: str) -> str:
    """The service that emits events of a type (`shuangfu.<service>.<aggregate>.<what happened>.v<n>`)."""
    return event_type.split(".")[1]
