"""What a plan is computed from, as JSON between processes. Without the database, so that a process starts fast."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson

from services.incubation.joint_plans.search.candidates import Candidate, Existing, JointPolicy


@dataclass(frozen=True, slots=True)
class Task:
    """What a plan is computed from; after `seconds` it is the best that was found."""

    candidates: Sequence[Candidate]
    policy: JointPolicy
    existing: Sequence[Existing] = ()
    fixed: Sequence[Collection[UUID]] = ()
    seconds: float | None = None

    def as_json(self) -> bytes:
        """For another process."""
        return orjson.dumps(
            {
                "candidates": [asdict(one) for one in self.candidates],
                "policy": asdict(self.policy),
                "existing": [{"id": one.id, "units": [asdict(unit) for unit in one.units]} for one in self.existing],
                "fixed": [sorted(group) for group in self.fixed],
                "seconds": self.seconds,
            },
            default=str,  # the driver's UUID is a subclass
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Task":
        """What `as_json` wrote."""
        found = orjson.loads(data)
        return cls(
            [_candidate(one) for one in found["candidates"]],
            JointPolicy(**found["policy"]),
            [Existing(UUID(one["id"]), tuple(map(_candidate, one["units"]))) for one in found["existing"]],
            [[UUID(one) for one in group] for group in found["fixed"]],
            found["seconds"],
        )


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(**{**row, "id": UUID(row["id"])})
