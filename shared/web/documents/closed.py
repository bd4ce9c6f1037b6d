"""Kinds of documents that not everybody reads who reads a service's documents."""

from collections.abc import Mapping

from shared.documents.kinds import DocumentName
from shared.documents.kinds.funding import FUNDING_KINDS
from shared.problems.problems import NotFound
from shared.web.identity.callers import check_permission, refusal_of
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor

_DRAFTS: Mapping[DocumentName, Permission] = {
    "admonition_notice": Permission.TALKS_HOLD,
    "admonition_record": Permission.TALKS_HOLD,
    **dict.fromkeys(FUNDING_KINDS, Permission.GRANTS_READ),
}
_TAKES_STEPS = (Permission.DOCUMENTS_CHECK, Permission.DOCUMENTS_ISSUE)
"""Whoever checks or issues a document reads it."""


def check_drafter(kind: DocumentName, caller: Actor) -> None:
    """Raises Forbidden, OutsideUnits for a kind that the caller may not draft."""
    if kind in _DRAFTS:
        check_permission(caller, _DRAFTS[kind])


def closed_kinds(caller: Actor) -> list[DocumentName]:
    """The kinds that the caller does not see."""
    if any(refusal_of(caller, one) is None for one in _TAKES_STEPS):
        return []
    return [kind for kind, needed in _DRAFTS.items() if refusal_of(caller, needed) is not None]


def check_open(kind: DocumentName, caller: Actor) -> None:
    """Raises NotFound for a document of a kind that the caller does not see."""
    if kind in closed_kinds(caller):
        raise NotFound(what="document")
