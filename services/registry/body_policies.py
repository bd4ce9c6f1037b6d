"""The bodies that a region begins with (`bodies.yaml`); where Party organizations belong is `shared.superiors`."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.contracts.base import PartyOrganizationKind
from shared.contracts.bodies import BodyKind, BodyLevel, ConferenceRole
from shared.field.names import normalize_line
from shared.field.policies import PolicyBook
from shared.problems.inputs import Body, Day, NoValueIsNone
from shared.superiors.policies import BodyCode, Department

BODIES_KIND = "bodies"
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Name = Annotated[str, Field(max_length=200), AfterValidator(normalize_line)]


class _Parameters(BaseModel):
    """Read from authors' files only: no row keeps a copy of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatedName(Body):
    """What a body is called from a day on."""

    name: Name
    from_: Annotated[Day, Field(alias="from")]


class ConferenceSeat(Body):
    """A city's joint conference: whether the body leads it or takes part, and from when to when."""

    role: ConferenceRole
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None


class BodyBody(Body):
    """A superior Party body or working body, in force from a day to before `until`: role fixed, names dated."""

    names: Annotated[list[DatedName], Field(min_length=1, max_length=20)]
    level: BodyLevel
    kind: BodyKind
    structure: PartyOrganizationKind | None = None
    department: Annotated[Department | None, NoValueIsNone] = None
    division: DivisionCode
    street: Annotated[Name | None, NoValueIsNone] = None
    parent: Annotated[BodyCode | None, NoValueIsNone] = None
    from_: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    conference: ConferenceSeat | None = None

    def count_keys(self) -> int:
        """Those of the names and of the seat too."""
        inside = [*self.names, *([self.conference] if self.conference else [])]
        return len(self.model_fields_set) + sum(len(one.model_fields_set) for one in inside)


class BodyEntry(BodyBody):
    """A body with its code."""

    code: BodyCode


class BodiesPolicy(_Parameters):
    """The bodies that a region begins with, until they are recorded otherwise."""

    bodies: tuple[BodyEntry, ...]


BodiesPolicies = PolicyBook[BodiesPolicy]
