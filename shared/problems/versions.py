"""Preconditions: a change names the version it was made from (RFC 9110, If-Match and If-None-Match)."""

import re
from dataclasses import dataclass

from shared.problems.problems import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*')
ANY = "*"


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The two headers of a request as they were sent, None for one that was not."""

    if_match: str | None = None
    if_none_match: str | None = None

    def __bool__(self) -> bool:
        return self.if_match is not None or self.if_none_match is not None


NO_PRECONDITIONS = Preconditions()


def check_version(given: Preconditions | None, current: int | None, *, required: bool = False) -> None:
    """Whether a change may go on that finds the resource in the version `current`; None: there is no such resource.

    Weak tags never match in If-Match (13.1.1), and do in If-None-Match (13.1.2). Raises PreconditionFailed (412),
    PreconditionRequired (428) without an If-Match that is `required`; `*` names no version.
    """
    given = given or NO_PRECONDITIONS
    if required:
        check_names_version(given)
    if given.if_match is None:
        if required:
            raise PreconditionRequired
    elif current is None or not _names(given.if_match, current, weak=False):
        raise PreconditionFailed(current=current or 0)
    if given.if_none_match is not None and current is not None and _names(given.if_none_match, current, weak=True):
        raise PreconditionFailed(current=current)


def _names(header: str, current: int, *, weak: bool) -> bool:
    """Whether a list of entity tags has the version; what is no entity tag names none."""
    if header.strip() == ANY:
        return True
    found = (_TAG.fullmatch(part) for part in header.split(","))
    return any(tag is not None and tag[2] == str(current) and (weak or tag[1] is None) for tag in found)


def check_names_version(given: Preconditions | None) -> None:
    """Raises PreconditionRequired (428) for an If-Match of `*`, which any version matches."""
    if given is not None and given.if_match is not None and ANY in map(str.strip, given.if_match.split(",")):
        raise PreconditionRequired
