"""Payment orders: which lines a bank's return settles, and what differs. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.payment_orders.errors import OUTSIDE_DIVISION, OtherChannel
from services.funding.payment_orders.policies import PaymentParameters, ReturnField
from services.funding.policies import Channel
from shared.contracts.base import Reason
from shared.field.files.values import CellError, read_date
from shared.field.money import MoneyError, parse_yuan
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.validation import pointer

LineState = Literal["ordered", "paid", "failed"]
OrderState = Literal["ordered", "settled"]
FindingKind = Literal["paid", "failed", "repeated", "unknown", "amount_differs", "twice", "unreadable", "contradicts"]
_NUMBERS = re.compile(r"\d{6,}")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order, as far as a return concerns it."""

    line: int
    reference: str
    grant_id: UUID
    amount_fen: int
    state: LineState


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A row of a bank's return, as it was read: None is what could not be read."""

    row: int
    reference: str
    status: Literal["paid", "failed"] | None
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

    def doubted(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that had failed and that the bank now says it paid."""
        said = {one.line for one in self.of("contradicts")}
        return [one for one in lines if one.line in said and one.state == "failed"]


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


def count_contradicted(lines: Sequence[Line], said: Iterable[tuple[int | None, str]]) -> int:
    """How many settled lines the bank's last word says otherwise of. `said` are lines and kinds, the last one last."""
    last = {line: kind for line, kind in said if kind in ("paid", "failed", "repeated", "contradicts")}
    return sum(one.state != "ordered" and last.get(one.line) == "contradicts" for one in lines)


def state_of(lines: Sequence[Line]) -> OrderState:
    """An order is settled once none of its lines waits for the bank."""
    return "ordered" if any(one.state == "ordered" for one in lines) else "settled"


def why_returned(returned: Returned, reopened: int, now: datetime) -> Reason:
    """What a return settled, how much differs, and how many lines it left open again."""
    kinds = Counter(one.kind for one in returned.findings)
    differing = sum(count for kind, count in kinds.items() if kind not in ("paid", "failed", "repeated"))
    facts: dict[str, object] = {
        "paid": kinds["paid"],
        "failed": kinds["failed"],
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
    if times > 1:
        return "twice"
    if row.status is None or row.amount_fen is None:
        return "unreadable"
    if row.amount_fen != line.amount_fen:
        return "amount_differs"
    if line.state == "ordered":
        return row.status
    return "repeated" if line.state == row.status else "contradicts"


def clean(text: str) -> str:
    """A bank's words without long numbers (accounts), and not too long."""
    return _NUMBERS.sub("******", " ".join(text.split()))[:LONGEST]


def read_rows(rows: Sequence[tuple[int, Sequence[object]]], parameters: PaymentParameters) -> list[ReturnRow] | None:
    """The rows of a sheet by the headings of the first; None where the columns that are needed are not there.

    A row without a reference is a total or a remark.
    """
    if not rows:
        return None
    places = _columns(rows[0][1], parameters.return_columns)
    if not {"reference", "status", "amount_yuan"} <= {*places}:
        return None
    found = []
    for number, cells in rows[1:]:
        texts = {name: _text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if not texts["reference"]:
            continue
        found.append(
            ReturnRow(
                number,
                texts["reference"],
                _status(texts["status"], parameters),
                _fen(texts["amount_yuan"]),
                texts.get("because") or None,
                _day(texts.get("paid_on", "")),
            )
        )
    return found


def _columns(heads: Sequence[object], names: Mapping[ReturnField, Sequence[str]]) -> dict[ReturnField, int]:
    texts = [_text(one) for one in heads]
    return {field: texts.index(name) for field, known in names.items() for name in reversed(known) if name in texts}


def _text(value: object) -> str:
    """A cell; what our own files escape so that no spreadsheet computes it is taken back."""
    text = "" if value is None else str(value).strip()
    return text[1:] if text[:1] == "'" else text


def _status(text: str, parameters: PaymentParameters) -> Literal["paid", "failed"] | None:
    return "paid" if text in parameters.paid_words else "failed" if text in parameters.failed_words else None


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text)
    except MoneyError:
        return None


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except CellError:
        return None
