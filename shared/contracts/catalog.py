"""Every event type: what a consumer may receive, and what AsyncAPI and the stored schemas describe."""

from collections.abc import Iterator
from typing import TypeVar

from shared.contracts import areas, bodies, evaluation, filed_bodies, funding, incubation, registry
from shared.contracts.base import Departure, Payload

SERVICES = ("registry", "incubation", "evaluation", "funding")
_MODULES = (bodies, registry, filed_bodies, incubation, areas, evaluation, funding)


Kind = TypeVar("Kind", Payload, Departure)


def _found(kind: type[Kind]) -> Iterator[type[Kind]]:
    for module in _MODULES:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, kind) and hasattr(found, "TYPE"):
                yield found


CATALOG: dict[str, type[Payload]] = {payload.TYPE: payload for payload in _found(Payload)}
DEPARTURES: dict[str, type[Departure]] = {departure.TYPE: departure for departure in _found(Departure)}
"""What the pull feeds show besides."""
TOPICS: tuple[str, ...] = tuple(sorted({payload.TOPIC for payload in CATALOG.values()}))


def dead_letter_topic(service: str) -> str:
    """The topic on which a service's dead letters are announced."""
    return f"{service}.dead-letters"


def topics_of(service: str) -> tuple[str, ...]:
    """The topics that a service publishes."""
    return (*(topic for topic in TOPICS if topic.startswith(f"{service}.")), dead_letter_topic(service))


def feed_types_of(service: str) -> tuple[str, ...]:
    """The types that a service's pull feed shows."""
    return tuple(sorted(kind for kind in (*CATALOG, *DEPARTURES) if emitter_of(kind) == service))


def emitter_of(event_type: str) -> str:
    """The service that emits events of a type (`shuangfu.<service>.<aggregate>.<what happened>.v<n>`)."""
    return event_type.split(".")[1]
