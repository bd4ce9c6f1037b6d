"""Preconditions: a change names the version it was made from (RFC 9110, If-Match)."""

from shared.problems.problems import PreconditionFailed, PreconditionRequired

_ANY = "*"


def check_version(if_match: str | None, current: int, *, required: bool = False) -> None:
    """Raises PreconditionFailed (412) for another version, PreconditionRequired (428) without a `required` one.

    `*` names no version: where one is required, it is refused like none.
    """
    if required:
        check_names_version(if_match)
    if if_match is None:
        if required:
            raise PreconditionRequired
        return
    tags = _tags(if_match)
    if _ANY not in tags and str(current) not in tags:
        raise PreconditionFailed(current=current)


def check_names_version(if_match: str | None) -> None:
    """Raises PreconditionRequired (428) for `*`, which any version matches."""
    if if_match is not None and _ANY in _tags(if_match):
        raise PreconditionRequired


def _tags(if_match: str) -> list[str]:
    return [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
