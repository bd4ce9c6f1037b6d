"""On whose behalf a transaction runs: what it may see, and what the audit records about it."""

from dataclasses import dataclass

import orjson

EVERYTHING = ("",)
"""The scope of the system itself: every division starts with the empty prefix."""


@dataclass(frozen=True, slots=True)
class Access:
    """A caller and the divisions that it can see.

    `scope` holds division prefixes; without any, no row is seen. `authority` names the roles (or the part of the
    system) by which it acts, `door` the route, the command or the part through which it came. `units` are ids of
    organizations or Party organizations, and narrow what is seen of the scope to them: none of them, to nothing; None
    does not narrow. `requests` are those of several that share a transaction, each by the id of what it is about: the
    audit of that has its id, of anything else none.
    """

    actor: str
    scope: tuple[str, ...]
    authority: str = ""
    door: str = ""
    request_id: str | None = None
    units: tuple[str, ...] | None = None
    requests: tuple[tuple[str, str | None], ...] | None = None

    def reaches(self, division: str) -> bool:
        """Whether a division lies in the scope."""
        return any(division.startswith(prefix) for prefix in self.scope)

    def overlaps(self, prefix: str) -> bool:
        """Whether anything inside a division, given as a prefix, lies in the scope."""
        return any(prefix.startswith(one) or one.startswith(prefix) for one in self.scope)

    def patterns(self) -> str:
        """The scope as PostgreSQL's policies read it: LIKE patterns, comma-separated."""
        return ",".join(f"{prefix}%" for prefix in self.scope)

    def narrowing(self) -> str:
        """The units as PostgreSQL's policies read them: an array of uuids; empty where nothing is narrowed."""
        return "" if self.units is None else f"{{{','.join(self.units)}}}"

    def context(self) -> str:
        """The JSON that the audit's triggers store with each change."""
        said = {"actor": self.actor, "authority": self.authority, "door": self.door, "request": self.request_id}
        shared = {} if self.requests is None else {"requests": dict(self.requests)}
        return orjson.dumps(said | shared).decode()


NOBODY = Access("nobody", ())
SYSTEM_PATTERNS = Access("system", EVERYTHING).patterns()


def system_access(service: str, part: str) -> Access:
    """The named system scope of a service's part (its consumer, its import runner, an operator's command)."""
    return Access(f"system:{service}", EVERYTHING, authority=part, door=part)
