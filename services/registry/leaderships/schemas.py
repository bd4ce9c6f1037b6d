"""Leaderships as clients send them: reports, approvals, extensions, corrections."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from services.registry.leaderships.leadership import Method, Report
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.superiors.policies import BodyCode

Number = Annotated[int, Field(ge=0, le=100_000, strict=True)]
ApprovalNumber = Annotated[str, Field(max_length=100), AfterValidator(normalize_line)]
"""As the document has it: 杭两新〔2026〕1号."""
Place = Literal["organization", "competent_unit", "host", "territory", "former_unit", "other"]
"""Where the affiliations of members lie (D7)."""


class Membership(Body):
    """Members in counts (D7): never who they are.

    Full members employed full-time are among those full- or part-time, and these among all. `affiliated` says how many
    members, probationary ones too, have their affiliation where.
    """

    full_members_full_time: Number
    full_members_full_or_part_time: Number
    full_members: Number
    probationary_members: Number = 0
    affiliated: Annotated[dict[Place, Number] | None, Field(max_length=6)] = None
    party_groups: Number | None = None
    """Party groups (党小组) inside it (D8)."""

    def count_keys(self) -> int:
        """Those inside too."""
        return len(self.model_fields_set) + len(self.affiliated or {})

    @model_validator(mode="after")
    def _adds_up(self) -> "Membership":
        if not self.full_members_full_time <= self.full_members_full_or_part_time <= self.full_members:
            raise _uneven(
                "专职正式党员数不多于专兼职合计，专兼职合计不多于正式党员总数。",
                "full-time ≤ full- or part-time ≤ all full members",
            )
        members = self.full_members + self.probationary_members
        if self.affiliated is not None and sum(self.affiliated.values()) != members:
            raise _uneven(
                f"各处组织关系人数之和应等于党员总数 {members}。", f"the affiliations add up to the {members} members"
            )
        return self


def _uneven(zh: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("membership_uneven", "Counts do not add up: {en}.", {"zh": zh, "en": f"Counts: {en}."})


class LeadershipFigures(Body):
    """What a leadership is reported with; an election's counts are required, an appointment has none."""

    due: Number | None = None
    present: Number | None = None
    candidates: Number | None = None
    elected: Number | None = None
    full_members: Number | None = None
    membership: Membership | None = None
    secretary_is_head: StrictBool | None = None
    """Whether the secretary is the head of the organization too (S31); null: not known."""


class LeadershipApprovalBody(Body):
    """The superior Party organization's approval of a leadership: the term begins on its day.

    `body` is who approved (default: what the Party organization belonged to on that day).
    """

    approved_on: Day
    approval_number: ApprovalNumber
    term_years: Annotated[int | None, Field(ge=1, le=10, strict=True)] = None
    body: Annotated[BodyCode | None, NoValueIsNone] = None
    note: Annotated[Prose | None, NoValueIsNone] = None


class LeadershipBody(LeadershipFigures):
    """The report of an election, or of an appointment where the form holds none.

    `approval`: the approval as well, where a document of an earlier day is recorded that somebody else decided.
    """

    method: Method = "election"
    held_on: Day
    note: Annotated[Prose | None, NoValueIsNone] = None
    approval: LeadershipApprovalBody | None = None

    def count_keys(self) -> int:
        """Those inside too."""
        inside = [one for one in (self.membership, self.approval) if one is not None]
        return len(self.model_fields_set) + sum(one.count_keys() for one in inside)

    def report(self) -> Report:
        """What rules read of it."""
        figures = (self.due, self.present, self.candidates, self.elected, self.full_members)
        return Report(self.method, self.held_on, *figures)


class LeadershipReturnBody(Body):
    """Why a report is returned: it is reported again, as another one."""

    reason: Prose


class LeadershipExtensionBody(Body):
    """The approval of putting off the next election: the last day of the term is `until`."""

    until: Day
    approved_on: Day
    approval_number: ApprovalNumber
    reason: Prose


class LeadershipCorrectionBody(LeadershipFigures):
    """What was wrong about an approved leadership, and why: the fields that are given replace what is stored."""

    held_on: Day | None = None
    approved_on: Day | None = None
    approval_number: ApprovalNumber | None = None
    term_years: Annotated[int | None, Field(ge=1, le=10, strict=True)] = None
    reason: Prose

    def count_keys(self) -> int:
        """Those inside too."""
        return len(self.model_fields_set) + (self.membership.count_keys() if self.membership else 0)

    def given(self) -> dict[str, date | int | str | bool | None]:
        """What it replaces; membership as JSON."""
        given = self.model_dump(exclude_unset=True, exclude={"reason"}, mode="python")
        # Every leadership has these days: null is no other one.
        return {name: one for name, one in given.items() if one is not None or name not in ("held_on", "approved_on")}
