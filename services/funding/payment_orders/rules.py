"""Payment orders: which lines a bank's return settles, and what differs. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.payment_orders.errors import OUTSIDE_DIVISION, OrderAnswered, OtherChannel
from services.funding.policies import Channel
from shared.contracts.base import Reason
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions
from shared.problems.validation import pointer

LineState = Literal["ordered", "paid", "failed", "withdrawn"]
OrderState = Literal["ordered", "settled", "withdrawn"]
OrderStep = Literal["withdrawal"]
FindingKind = Literal[
    "paid", "failed", "sent_back", "repeated", "unknown", "amount_differs", "twice", "unreadable", "contradicts"
]
_NUMBERS = re.compile(r"\d{6,}")
LONGEST = 200
_AGREEING = ("paid", "failed", "sent_back", "repeated")
_CLEAR = (*_AGREEING, "contradicts")
TRANSITIONS: Transitions[OrderState, OrderStep] = Transitions("payment order", {("ordered", "withdrawal"): "withdrawn"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order, as far as a return concerns it."""

    line: int
    reference: str
    grant_id: UUID
    amount_fen: int
    state: LineState
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A row of a bank's return, as it was read: None is what could not be read."""

    row: int
    reference: str
    status: Literal["paid", "failed", "sent_back"] | None
    amount_fen: int | None
    because: str | None = None
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row of a return means."""

    row: int
    reference: str
    kind: FindingKind
    line: int | None
    amount_fen: int | None
    expected_fen: int | None
    because: str | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Returned:
    """All rows, and the lines that wait on without one."""

    findings: Sequence[Finding]
    missing: Sequence[str]

    def of(self, kind: FindingKind) -> list[Finding]:
        """Those of a kind."""
        return [one for one in self.findings if one.kind == kind]

    def contradicting(self, lines: Collection[int | None]) -> "Returned":
        """The same where these lines' payments arrived, whatever the bank says."""
        return replace(
            self,
            findings=[
                replace(one, kind="contradicts") if one.kind == "sent_back" and one.line in lines else one
                for one in self.findings
            ],
        )

    def doubted(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that had failed or were withdrawn, and that the bank now says it paid."""
        said = {one.line for one in self.of("contradicts")}
        return [one for one in lines if one.line in said and one.state in ("failed", "withdrawn")]


def check_grants(
    grants: Sequence[tuple[UUID, str, Channel]], ids: Sequence[UUID], division: str, channel: Channel
) -> None:
    """Of one channel and division; `grants` are ids with divisions and channels. Raises OtherChannel, InvalidInput."""
    places = {one: place for place, one in enumerate(ids)}
    outside = [places[grant] for grant, where, _ in grants if not where.startswith(division)]
    if outside:
        raise InvalidInput([FieldError(pointer(("ids", place)), OUTSIDE_DIVISION) for place in sorted(outside)])
    for grant, _, found in grants:
        if found != channel:
            raise OtherChannel(grant=grant, found=found, channel=channel)


def why_ordered(count: int, total_fen: int, channel: Channel, policy: str, now: datetime) -> Reason:
    """An order, by which channel and layout."""
    facts: dict[str, object] = {"count": count, "total_fen": total_fen, "channel": channel, "policy": policy}
    return Reason(rule="R-payment-order", outcome="ordered", facts=facts, as_of=now)


def check_unanswered(number: str, lines: Sequence[Line], said: Iterable[int | None]) -> None:
    """`said` are the lines of all rows that the bank returned. Raises OrderAnswered (409)."""
    if any(one.state != "ordered" for one in lines) or any(line is not None for line in said):
        raise OrderAnswered(order=number)


def why_withdrawn(because: str, actor: str, now: datetime) -> Reason:
    """An order that is not paid: who took it back, and why."""
    facts: dict[str, object] = {"because": because, "withdrawn_by": actor}
    return Reason(rule="R-payment-withdrawal", outcome="withdrawn", facts=facts, as_of=now)


def count_contradicted(lines: Sequence[Line], said: Iterable[tuple[int | None, str]]) -> int:
    """How many settled lines the bank's last word says otherwise of. `said` are lines and kinds, the last one last."""
    last = last_words(said)
    return sum(one.state != "ordered" and last.get(one.line) == "contradicts" for one in lines)


def last_words(said: Iterable[tuple[int | None, str]]) -> dict[int | None, str]:
    """What the bank said last of each line that a row was clear about."""
    return {line: kind for line, kind in said if kind in _CLEAR}


def why_reopened(count: int, because: str, now: datetime) -> Reason:
    """Lines that the bank said it paid wait for its next word, now that another order (`because`) did not pay them."""
    facts: dict[str, object] = {"reopened": count, "because": because}
    return Reason(rule="R-payment-return", outcome="reopened", facts=facts, as_of=now)


def state_of(lines: Sequence[Line]) -> OrderState:
    """An order is settled once none of its lines waits for the bank, and withdrawn where all of them are."""
    states = {one.state for one in lines}
    return "ordered" if "ordered" in states else "withdrawn" if states == {"withdrawn"} else "settled"


def why_returned(returned: Returned, reopened: int, now: datetime) -> Reason:
    """What a return settled, how much differs, and how many lines it left open again."""
    kinds = Counter(one.kind for one in returned.findings)
    differing = sum(count for kind, count in kinds.items() if kind not in _AGREEING)
    facts: dict[str, object] = {
        "paid": kinds["paid"],
        "failed": kinds["failed"],
        "sent_back": kinds["sent_back"],
        "differing": differing,
        "missing": len(returned.missing),
        "reopened": reopened,
    }
    outcome = "differs" if differing or returned.missing else "settled"
    return Reason(rule="R-payment-return", outcome=outcome, facts=facts, as_of=now)


def match_return(lines: Sequence[Line], rows: Sequence[ReturnRow]) -> Returned:
    """What each row means for the order, in the order of the file. A line that a row does not settle waits on."""
    by_reference = {one.reference: one for one in lines}
    often = Counter(row.reference for row in rows)
    findings = [_find(row, by_reference.get(row.reference), often[row.reference]) for row in rows]
    missing = [one.reference for one in lines if one.state == "ordered" and one.reference not in often]
    return Returned(findings, missing)


def _find(row: ReturnRow, line: Line | None, times: int) -> Finding:
    return Finding(
        row.row,
        clean(row.reference) if line is None else row.reference,
        _kind(row, line, times),
        None if line is None else line.line,
        row.amount_fen,
        None if line is None else line.amount_fen,
        None if row.because is None else clean(row.because),
        row.paid_on,
    )


def _kind(row: ReturnRow, line: Line | None, times: int) -> FindingKind:
    if line is None:
        return "unknown"
    # With whatever amount, and however unclear: money may have left, and must not leave again.
    if row.status == "paid" and line.state in ("failed", "withdrawn"):
        return "contradicts"
    if times > 1:
        return "twice"
    if row.status is None or row.amount_fen is None:
        return "unreadable"
    same = row.amount_fen == line.amount_fen
    if line.state == "paid":
        return _kind_of_paid(row, line, same=same)
    settled: FindingKind = "paid" if row.status == "paid" else "failed"
    again: FindingKind = settled if line.state == "ordered" else "repeated"
    return again if same else "amount_differs"


def _kind_of_paid(row: ReturnRow, line: Line, *, same: bool) -> FindingKind:
    if same and row.status == "paid":
        return "repeated"
    return "sent_back" if same and row.status == "sent_back" and not _precedes(row, line) else "contradicts"


def _precedes(row: ReturnRow, line: Line) -> bool:
    """Whether the bank's word is of a day before it paid: an old file, which the payment came after."""
    return row.paid_on is not None and line.paid_on is not None and row.paid_on < line.paid_on


def clean(text: str) -> str:
    """A bank's words without long numbers (accounts), and not too long."""
    return _NUMBERS.sub("******", " ".join(text.split()))[:LONGEST]
