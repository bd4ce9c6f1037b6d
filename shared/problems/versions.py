"""Preconditions: a change names the version it was made from (RFC 9110, If-Match)."""

from shared.problems.problems import PreconditionFailed, PreconditionRequired


def check_version(if_match: str | None, current: int, *, required: bool = False) -> None:
    """Raises PreconditionFailed (412) for another version, PreconditionRequired (428) without a `required` one."""
    if if_match is None:
        if required:
            raise PreconditionRequired
        return
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")]
    if "*" not in tags and str(current) not in tags:
        raise PreconditionFailed(current=current)
