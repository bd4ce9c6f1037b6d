"""What incubation publishes."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Departure, Form, FoundingForm, PartyOrganizationKind, Payload, Reaches, Reason

FORMATION = "incubation.formation"

Outcome = Literal["standalone", "joint", "area"]


def _own_of(data: dict[str, Any], reaches: Reaches) -> dict[str, Any] | None:
    """The data with those of its organizations that a reader reaches; None where it reaches nothing of it."""
    pairs = zip(data["organization_ids"], data["divisions"], strict=True)
    own = [(organization, division) for organization, division in pairs if reaches(division)]
    if not own and not reaches(data["division"]):
        return None
    return {**data, "organization_ids": [one for one, _ in own], "divisions": [division for _, division in own]}


class FormationLeft(Departure):
    """An organization left the division, and its checks and cases with it."""

    TYPE: ClassVar[str] = "shuangfu.incubation.formation_check.left.v1"

    organization_id: UUID
    uscc: str


class FormationCheckCompleted(Payload):
    """It is decided which form of Party coverage an organization is due (S10, S13, S15)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.formation_check.completed.v1"
    TOPIC = FORMATION
    LEFT = FormationLeft

    id: UUID
    organization_id: UUID
    uscc: str
    division: str
    outcome: Outcome
    counted_full_members: int
    policy: str
    checked_at: datetime
    reasons: list[Reason]


class PartyOrganizationFormed(Payload):
    """The superior Party organization approved a new Party organization for these organizations."""

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.formed.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    organization_ids: list[UUID]
    divisions: list[str] | None = None
    """The division of each of `organization_ids`, where they are not all the branch's own."""
    formed_on: date
    decided_by: Literal["formation_case", "joint_proposal"]
    decision_id: UUID
    reasons: list[Reason]
    founding_number: str | None = None
    """The number of the approval to found, where it was stated."""
    founding_form: FoundingForm | None = None
    """In which form it is founded (D8), where that was stated."""

    @classmethod
    def narrow(cls, data: dict[str, Any], reaches: Reaches) -> tuple[str, dict[str, Any]] | None:
        """See the base. A branch over several divisions is shown to each with its own organizations alone."""
        if data.get("divisions") is None:
            return super().narrow(data, reaches)
        narrowed = _own_of(data, reaches)
        return None if narrowed is None else (cls.TYPE, narrowed)


class PartyOrganizationExtended(Payload):
    """A Party organization that exists covers further organizations: an area's (S15), or a joint one (S13)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.extended.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    division: str
    organization_ids: list[UUID]
    divisions: list[str] | None = None
    """The division of each of `organization_ids`, where they are not all the Party organization's own."""
    since: date
    decision_id: UUID
    reasons: list[Reason]

    @classmethod
    def narrow(cls, data: dict[str, Any], reaches: Reaches) -> tuple[str, dict[str, Any]] | None:
        """See the base. Each division is shown its own organizations alone."""
        if data.get("divisions") is None:
            return super().narrow(data, reaches)
        narrowed = _own_of(data, reaches)
        return None if narrowed is None else (cls.TYPE, narrowed)


class PartyOrganizationReorganized(Payload):
    """What a Party organization that exists, or existed, is from now on: its kind changed, or it is restored.

    `organization_ids` are those that a restored one covers again; a change of kind names whom it covers already.
    """

    TYPE: ClassVar[str] = "shuangfu.incubation.party_organization.reorganized.v1"
    TOPIC = FORMATION

    party_organization_id: UUID
    change: Literal["kind", "restored"]
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None = None
    organization_ids: list[UUID]
    since: date
    decided_by: Literal["formation_case"]
    decision_id: UUID
    reasons: list[Reason]


INCUBATEES = "incubation.incubatees"
ExitCause = Literal["withdrew", "breach", "deregistered", "moved", "term_ended", "other"]
"""Why one leaves an incubator without having graduated (D15)."""


class IncubateeState(Payload):
    """An organization in an incubator; `organization_id` and `uscc` are null until it is registered."""

    TOPIC = INCUBATEES

    id: UUID
    incubator: str
    """The incubator's code."""
    organization_id: UUID | None = None
    uscc: str | None = None
    name: str
    division: str


class IncubateeEnrolled(IncubateeState):
    """The agreement of entry was made (入壳)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.incubatee.enrolled.v1"

    entered_on: date
    ends_on: date


class IncubateeGraduated(IncubateeState):
    """It and its Party organization are mature (出壳, H8)."""

    TYPE: ClassVar[str] = "shuangfu.incubation.incubatee.graduated.v1"

    entered_on: date
    graduated_on: date
    party_organization_id: UUID | None = None
    """What covered it on that day."""
    reasons: list[Reason]


class IncubateeExited(IncubateeState):
    """It left, or withdrew its application, without having graduated."""

    TYPE: ClassVar[str] = "shuangfu.incubation.incubatee.exited.v1"

    exited_on: date
    cause: ExitCause


ACTIVITIES = "incubation.activities"


class DoubleReportLeft(Departure):
    """A Party organization left the division, and what it had in a year with it."""

    TYPE: ClassVar[str] = "shuangfu.incubation.double_report.left.v1"

    party_organization_id: UUID
    year: int


class DoubleReportCounted(Payload):
    """How often a Party organization had in a year each of what S23 asks for together: check-in and report, its own
    and its members'. Counts by kind of activity, and no persons."""

    TYPE: ClassVar[str] = "shuangfu.incubation.double_report.counted.v1"
    TOPIC = ACTIVITIES
    LEFT = DoubleReportLeft

    id: UUID
    party_organization_id: UUID
    division: str
    year: int
    counts: dict[str, int]
    """Of each kind that the policy names, be it none."""
    outcome: Literal["complete", "some_missing", "none"]
    policy: str
    reasons: list[Reason]
