"""The register of dues: totals of a Party organization by quarter, certified by a second person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.dues.errors import NO_DUES, NOT_THIS_QUARTER, SUM, TO_COME, DuesNotCertified
from shared.contracts.base import Form
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions, move

DuesState = Literal["entered", "confirmed", "corrected"]
DuesStep = Literal["certification", "correction"]

WITHOUT_DUES: tuple[Form, ...] = ("temporary", "functional")
"""Forms to which no member's affiliation is transferred (domain §4.3)."""

TRANSITIONS: Transitions[DuesState, DuesStep] = Transitions(
    "dues statement",
    {
        ("entered", "certification"): "confirmed",
        ("entered", "correction"): "corrected",
        ("confirmed", "correction"): "corrected",
    },
)


@dataclass(frozen=True)
class Statement:
    """One version of a statement of a quarter. Interest is dues, and retained beside the rest."""

    id: UUID
    party_organization_id: UUID
    division: str
    year: int
    quarter: int
    collected_fen: int
    remitted_fen: int
    retained_fen: int
    interest_fen: int
    voucher: str
    bank_line: str
    state: DuesState
    corrects: UUID | None
    version: int
    entered_by: str
    entered_at: datetime
    certified_by: str | None = None
    certified_at: datetime | None = None
    certified_note: str | None = None


def find_faults(statement: Statement, corrected: Statement | None, today: date, form: Form | None) -> list[FieldError]:
    """What is wrong with a statement's fields together, and with stating dues of such a Party organization."""
    found = []
    if form in WITHOUT_DUES:
        found.append(FieldError("/party_organization_id", NO_DUES))
    if statement.collected_fen != statement.remitted_fen + statement.retained_fen:
        found.append(FieldError("/collected_fen", SUM))
    if date(statement.year, 3 * statement.quarter - 2, 1) > today:
        found.append(FieldError("/quarter", TO_COME))
    if corrected is not None and _quarter_of(corrected) != _quarter_of(statement):
        found.append(FieldError("/corrects", NOT_THIS_QUARTER))
    return found


def _quarter_of(statement: Statement) -> tuple[UUID, int, int]:
    return statement.party_organization_id, statement.year, statement.quarter


def certify(statement: Statement, actor: str, now: datetime, note: str | None = None) -> Statement:
    """The statement, certified by another person than entered it. Raises IllegalTransition, SameHand."""
    state = move(TRANSITIONS, statement.state, "certification")
    if same_person(statement.entered_by, actor):
        raise SameHand(what="dues statement", earlier="entering", step="certification")
    return replace(
        statement,
        state=state,
        certified_by=actor,
        certified_at=now,
        certified_note=note,
        version=statement.version + 1,
    )


def correct(statement: Statement) -> Statement:
    """The statement that another one corrects: it stays, and counts no more. Raises IllegalTransition."""
    return replace(statement, state=move(TRANSITIONS, statement.state, "correction"), version=statement.version + 1)


@dataclass(frozen=True, slots=True)
class Remitted:
    """What a Party organization remitted in a year by certified statements."""

    year: int
    fen: int
    statements: tuple[UUID, ...]


def remitted_of(year: int, statements: Sequence[Statement]) -> Remitted:
    """The sum of what counts of a year: all of it must be certified. Raises DuesNotCertified."""
    certified = [one for one in statements if one.state == "confirmed"]
    if not certified or len(certified) < len(statements):
        raise DuesNotCertified(year=year, stated=len(statements), certified=len(certified))
    return Remitted(year, sum(one.remitted_fen for one in certified), tuple(sorted(one.id for one in certified)))
