"""How topics are configured: nothing expires."""

from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

log = structlog.get_logger(__name__)

TOPIC_CONFIG = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
"""Nothing expires: `shuangfu replay` rebuilds projections from the first event on."""
_FORMER_RETENTION_MS = str(30 * 24 * 3600 * 1000)
"""What topics were created with formerly: it is updated; any other value is an operator's choice."""


def check_created(answer: Any) -> None:
    """Raises KafkaError where a broker refused a topic; aiokafka's client only returns its answer."""
    for topic, code, *message in answer.topic_errors:
        error = for_code(code)
        if error not in (NoError, TopicAlreadyExistsError):
            raise error(f"topic {topic}: {' '.join(filter(None, message))}")


async def end_expiry(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> None:
    """Remove the former expiry from topics that still have it; their other settings stay. Raises KafkaError."""
    if not topics:
        return
    kind = ConfigResourceType.TOPIC
    changes = []
    for answer in await admin.describe_configs([ConfigResource(kind, topic, None) for topic in topics]):
        for error, message, _, name, entries in answer.resources:
            if error:
                raise KafkaError(f"configuration of {name}: {message}")
            # (name, value, read-only, source, …); source 1 is the topic's own.
            own = {entry[0]: entry[1] for entry in entries if entry[3] == 1}
            if own.get("retention.ms") == _FORMER_RETENTION_MS:
                changes.append(ConfigResource(kind, name, own | TOPIC_CONFIG))
    if changes:
        for answer in await admin.alter_configs(changes):
            for error, message, _, name in answer.resources:
                if error:
                    raise KafkaError(f"retention of {name}: {message}")
        log.info("topics_expire_no_more", count=len(changes))
