"""The register of dues: what a quarter must add up to, and what a certified year leaves. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.funding.dues import errors as e
from services.funding.dues.policies import DuesParameters
from shared.contracts.base import Form, Reason
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions
from shared.problems.validation import pointer

HolderKind = Literal["organization", "party_organization", "body"]
DuesState = Literal["open", "certified"]
DuesStep = Literal["recording", "certification", "reopening"]

WITHOUT_DUES: tuple[Form, ...] = ("temporary", "functional")
"""Forms to which no member's affiliation is transferred (domain §4.3)."""

TRANSITIONS: Transitions[DuesState, DuesStep] = Transitions(
    "dues year",
    {
        ("open", "recording"): "open",
        ("open", "certification"): "certified",
        ("certified", "reopening"): "open",
    },
)
"""What is certified is corrected once it was opened again, which says why."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A voucher or a line of the bank, of what was collected, remitted or earned as interest."""

    kind: Literal["voucher", "bank_line"]
    of: Literal["collected", "remitted", "interest"]
    reference: str
    on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """Totals of a quarter; `retained_fen` is below zero where earlier quarters' dues were remitted in it."""

    quarter: int
    collected_fen: int
    remitted_fen: int
    retained_fen: int
    interest_fen: int
    papers: Sequence[Paper]
    entered_by: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        """What a correction changes."""
        return self.collected_fen, self.remitted_fen, self.retained_fen, self.interest_fen, tuple(self.papers)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A paper that stands in another quarter of the holder's."""

    paper: Paper
    year: int
    quarter: int


def faults_of(
    given: Quarter, year: int, today: date, form: Form | None = None, recorded: Sequence[Recorded] = ()
) -> list[FieldError]:
    """What is wrong with a quarter's figures, and with dues of a holder of that form, by field. `recorded` are the
    papers of the holder's other quarters, of any year."""
    found: list[FieldError] = []
    if form in WITHOUT_DUES:
        found.append(FieldError("/holder_id", e.NO_DUES))
    if given.collected_fen and not any(one.kind == "voucher" for one in given.papers):
        found.append(FieldError("/papers", e.NO_VOUCHER))
    difference = given.collected_fen - given.remitted_fen - given.retained_fen
    if difference:
        found.append(FieldError("/collected_fen", e.NOT_WHOLE, (("difference", difference),)))
    shown = sum(one.amount_fen for one in given.papers if (one.kind, one.of) == ("bank_line", "remitted"))
    if shown != given.remitted_fen:
        facts = (("shown", shown), ("remitted", given.remitted_fen))
        found.append(FieldError("/papers", e.NOT_SHOWN, facts))
    if (today.year, (today.month - 1) // 3 + 1) <= (year, given.quarter):
        found.append(FieldError("/quarter", e.NOT_OVER))
    return found + _faults_of_papers(given.papers, today, recorded)


def is_same(one: Paper, other: Paper) -> bool:
    """Whether two papers of a holder are one: numbers of vouchers begin again each month, and those of a bank's lines
    recur, but not on the same day or of the same amount."""
    if (one.kind, one.of, one.reference) != (other.kind, other.of, other.reference):
        return False
    return one.on == other.on or (one.kind == "bank_line" and one.amount_fen == other.amount_fen)


def _faults_of_papers(papers: Sequence[Paper], today: date, recorded: Sequence[Recorded]) -> list[FieldError]:
    """A paper is there, and counts once: a line of the bank that stands twice would be refunded twice."""
    found, known = [], defaultdict(list)
    for one in recorded:
        known[one.paper.reference].append(one)
    for place, paper in enumerate(papers):
        where = pointer(("papers", place, "reference"))
        if paper.on > today:
            found.append(FieldError(pointer(("papers", place, "on")), e.PAPER_TO_COME))
        if any(is_same(paper, other) for other in papers[:place]):
            found.append(FieldError(where, e.PAPER_TWICE, (("reference", paper.reference),)))
        before = next((one for one in known[paper.reference] if is_same(paper, one.paper)), None)
        if before is not None:
            facts = (("reference", paper.reference), ("year", before.year), ("quarter", before.quarter))
            found.append(FieldError(where, e.PAPER_RECORDED, facts))
    return found


def check_hands(quarters: Collection[Quarter], actor: str) -> None:
    """Raises SameHand (403): whoever entered a quarter does not certify the year."""
    if any(same_person(one.entered_by, actor) for one in quarters):
        raise SameHand(what="dues year", earlier="recording", step="certification")


def certify(
    year: int, quarters: Sequence[Quarter], policy: Policy[DuesParameters], now: datetime
) -> tuple[int, list[Reason]]:
    """The retained base of a year, and why. Raises DuesIncomplete (409)."""
    parameters = policy.parameters
    ordered = sorted(quarters, key=lambda one: one.quarter)
    missing = [n for n in range(5 - parameters.quarters_needed, 5) if n not in {one.quarter for one in ordered}]
    kept, short = 0, []
    for one in ordered:
        kept += one.retained_fen
        if kept < 0:
            short.append(one.quarter)
    if missing or short:
        raise e.DuesIncomplete(year=year, quarters=missing or short)
    interest = sum(one.interest_fen for one in ordered)
    base = kept + (interest if parameters.interest_in_base else 0)
    facts: dict[str, object] = {
        "year": year,
        "collected_fen": sum(one.collected_fen for one in ordered),
        "remitted_fen": sum(one.remitted_fen for one in ordered),
        "retained_fen": kept,
        "interest_fen": interest,
        "interest_in_base": parameters.interest_in_base,
        "base_fen": base,
        "policy": policy.id,
    }
    return base, [Reason(rule="R-dues-base", outcome="certified", facts=facts, as_of=now)]


def remitted_in_time(quarters: Sequence[Quarter], year: int, until: date | None) -> tuple[int, int]:
    """What was remitted from a year's first day until one, and what was not, by the lines of the bank."""
    lines = [one for q in quarters for one in q.papers if (one.kind, one.of) == ("bank_line", "remitted")]
    in_time = sum(one.amount_fen for one in lines if date(year, 1, 1) <= one.on <= (until or date.max))
    return in_time, sum(one.amount_fen for one in lines) - in_time


def to_quarter(row: Mapping[str, object]) -> Quarter:
    """A stored quarter."""
    papers = [Paper(**{**one, "on": date.fromisoformat(one["on"])}) for one in row["papers"]]  # type: ignore[attr-defined]
    names = ("quarter", "collected_fen", "remitted_fen", "retained_fen", "interest_fen")
    numbers = {name: int(str(row[name])) for name in names}
    return Quarter(**numbers, papers=papers, entered_by=str(row["entered_by"]))
