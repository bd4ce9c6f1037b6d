"""Records of admonition talks: sealed and opened here alone, under keys of their own (H22)."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from services.evaluation.consequences.errors import TalkBroken, TalksUnavailable
from shared.db.sealing import FieldKeys, KeysUnusable, KeyUnknown, SealBroken, place

log = structlog.get_logger(__name__)


def sealed_talk(keys: FieldKeys | None, consequence_id: UUID, talk: Mapping[str, Any]) -> dict[str, Any]:
    """A talk as it is stored: its record sealed, so that the row's other facts stay readable without the keys.

    Raises TalksUnavailable.
    """
    if keys is None:
        raise TalksUnavailable
    try:
        key_id, sealed = keys.seal(talk["record"].encode(), _context(consequence_id))
    except KeysUnusable as error:
        log.error("talk_not_sealed", reason=str(error))
        raise TalksUnavailable from None
    # Null rather than absent: the version before shows it as a record that is closed.
    return {**talk, "record": None, "key_id": key_id, "sealed": b64encode(sealed).decode()}


def opened_talk(keys: FieldKeys | None, consequence_id: UUID, talk: Mapping[str, Any]) -> dict[str, Any]:
    """A talk with its record; one of an earlier version is plain until the worker seals it.

    Raises TalksUnavailable, TalkBroken.
    """
    if "sealed" not in talk:
        return dict(talk)
    if keys is None:
        raise TalksUnavailable
    try:
        plain = keys.open(talk["key_id"], b64decode(talk["sealed"]), _context(consequence_id))
    except (KeysUnusable, KeyUnknown) as error:
        log.error("talk_not_opened", reason=str(error))
        raise TalksUnavailable from None
    except (SealBroken, ValueError) as error:
        log.error("talk_broken", consequence=str(consequence_id), reason=type(error).__name__)
        raise TalkBroken from None
    return {**talk, "record": plain.decode()}


def _context(consequence_id: UUID) -> bytes:
    return place("consequences", str(consequence_id), "talk")
