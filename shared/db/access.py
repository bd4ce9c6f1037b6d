"""On whose behalf a transaction runs: what it may see, and what the audit says of it."""

from dataclasses import dataclass

import orjson

EVERYTHING = ("",)
"""The scope of the system itself: the empty prefix begins every division."""


@dataclass(frozen=True, slots=True)
class Access:
    """A caller and its reach.

    `scope` holds division prefixes; without any, no row is seen. `authority` says by which roles (or by which
    part of the system) it acts, `door` through which door.
    """

    actor: str
    scope: tuple[str, ...]
    authority: str = ""
    door: str = ""
    request_id: str | None = None

    def reaches(self, division: str) -> bool:
        """Whether a division lies in the scope."""
        return any(division.startswith(prefix) for prefix in self.scope)

    def patterns(self) -> str:
        """The scope as PostgreSQL's policies read it: LIKE patterns, comma-separated."""
        return ",".join(f"{prefix}%" for prefix in self.scope)

    def context(self) -> str:
        """What the audit's triggers write beside each change."""
        return orjson.dumps(
            {"actor": self.actor, "authority": self.authority, "door": self.door, "request": self.request_id}
        ).decode()


NOBODY = Access("nobody", ())
SYSTEM_PATTERNS = Access("system", EVERYTHING).patterns()


def system_access(service: str, part: str) -> Access:
    """The named system scope of a service's part (its consumer, its import runner, an operator's command)."""
    return Access(f"system:{service}", EVERYTHING, authority=part, door=part)
