"""Proposals of areas as clients send and see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.incubation.areas.rules import Within
from services.incubation.areas.schemas import CODE, Line, PolygonOut
from shared.db.session import Record
from shared.problems.inputs import Body, Day
from shared.problems.language import Language, Text

State = Literal["computing", "ready", "failed"]


class AreaProposalIn(Body):
    """For which division areas are to be proposed."""

    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class AdoptedArea(Body):
    """Which of the proposed areas is drawn, as what, and with how many workers (default: the policy's least)."""

    number: Annotated[int, Field(ge=1, le=100_000, strict=True)]
    code: Annotated[str, Field(pattern=CODE)]
    name: Line
    workers: Annotated[int, Field(ge=0, le=1000, strict=True)] | None = None


class Adoption(Body):
    """The proposed areas that are drawn, from a day on (default: today)."""

    model_config = ConfigDict(populate_by_name=True)

    MAX_KEYS = 500 * 5
    from_: Annotated[Day | None, Field(alias="from")] = None
    areas: Annotated[list[AdoptedArea], Field(min_length=1, max_length=500)]

    def count_keys(self) -> int:
        """Those of the areas too."""
        return len(self.model_fields_set) + sum(len(one.model_fields_set) for one in self.areas)


class ProposedAreaOut(BaseModel):
    """A proposed area: how many cells and bodies it has, how compact it is (a circle: 1), and as what it was drawn."""

    number: int
    polygon: PolygonOut
    square_metres: int
    cells: float
    bodies: int
    compactness: float
    code: str | None


class LeftOutBodyOut(BaseModel):
    """A body that no area could be drawn for."""

    id: UUID
    what: Literal["organization", "filed_body"]


class LeftOutOut(BaseModel):
    """How many bodies no area could be drawn for, and the first 500 of them."""

    count: int
    bodies: list[LeftOutBodyOut]


class BalanceOut(BaseModel):
    """How many bodies the areas have: the least, the most, and on average."""

    areas: int
    least: int
    most: int
    mean: float


class AreaProposalBriefOut(BaseModel):
    """A proposal in a list: how far it is, and how many bodies it is for."""

    id: UUID
    division: str
    policy: str
    state: State
    bodies: int
    settled: int
    failure: str | None
    within: Within | None
    created_at: AwareDatetime
    finished_at: AwareDatetime | None
    version: int


class AreaProposalOut(BaseModel):
    """`state` is `computing` until a worker has computed the areas, then `ready`, or `failed` with a `failure`.

    `within` says whether they were drawn inside the boundary of the division, or none is recorded. `settled` of the
    `bodies` have their area.
    """

    id: UUID
    division: str
    policy: str
    state: State
    bodies: int
    settled: int
    failure: str | None
    within: Within | None
    areas: list[ProposedAreaOut] | None
    balance: BalanceOut | None
    left_out: LeftOutOut | None
    created_at: AwareDatetime
    finished_at: AwareDatetime | None
    version: int


FAILURES: Mapping[str, Text] = {
    "given_up": Text(
        zh="计算进程多次中断，未能得出片区建议。请联系运维人员。",
        en="Computing ended several times without a proposal: ask the operators.",
    ),
    "too_slow": Text(zh="超出时限，未能得出片区建议。", en="The time limit was over without a proposal."),
}


def proposal_out(row: Record, language: Language) -> AreaProposalOut:
    """A stored proposal in the reader's language."""
    areas = row["areas"]
    shown = None if areas is None else [_area(one) for one in areas]
    given = {**row, "failure": _failure(row, language), "areas": shown, "balance": _balance(areas)}
    return AreaProposalOut.model_validate(given)


def brief_out(row: Record, language: Language) -> AreaProposalBriefOut:
    """A stored proposal in a list."""
    return AreaProposalBriefOut.model_validate({**row, "failure": _failure(row, language)})


def _failure(row: Record, language: Language) -> str | None:
    failure = FAILURES.get(row["failure"] or "")
    return None if failure is None else failure.render(language)


def _area(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "polygon": {"coordinates": [one["ring"]]}, "code": one.get("code")}


def _balance(areas: Sequence[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    if not areas:
        return None
    bodies = [one["bodies"] for one in areas]
    return {
        "areas": len(bodies),
        "least": min(bodies),
        "most": max(bodies),
        "mean": round(sum(bodies) / len(bodies), 1),
    }
