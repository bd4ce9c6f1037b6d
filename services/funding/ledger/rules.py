"""Double entry: every voucher's debits are its credits, dated, and posted once by what it is for. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.funding.ledger.charts import Charts

Kind = Literal["grant_approved", "grant_paid", "grant_reduced", "grant_returned"]


@dataclass(frozen=True, slots=True)
class Key:
    """What a posting is for: made once, however often it is asked for."""

    trigger: str
    recipient_id: UUID | None = None
    scheme: str | None = None
    period: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a voucher on one account: one of debit and credit is above zero."""

    account: str
    debit_fen: int = 0
    credit_fen: int = 0
    source: str | None = None
    recipient_id: UUID | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """One transaction of two lines or more, of a day."""

    kind: str
    division: str
    lines: tuple[Line, ...]
    booked_on: date
    key: Key | None = None
    grant_id: UUID | None = None
    corrects: UUID | None = None
    note: str | None = None
    concerns: UUID | None = None
    """The posting that it is about without taking it back."""

    @property
    def input_hash(self) -> str | None:
        """Of what is posted under the key; None without one. The day is left out: a repeat may come on a later one."""
        if self.key is None:
            return None
        lines = sorted(
            (one.account, one.debit_fen, one.credit_fen, one.source or "", str(one.recipient_id), one.purpose or "")
            for one in self.lines
        )
        return hashlib.sha256(json.dumps([self.kind, self.division, lines]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posting:
    """A voucher of two lines, a debit and a credit of `amount_fen`."""

    kind: Kind
    grant_id: UUID
    division: str
    debit: str
    credit: str
    amount_fen: int
    note: str | None = None
    key: Key | None = None
    source: str | None = None
    concerns: UUID | None = None

    def voucher(self, booked_on: date) -> Voucher:
        """The same as a voucher of a day."""
        recipient, purpose = (None, None) if self.key is None else (self.key.recipient_id, self.key.purpose)
        lines = (
            Line(self.debit, self.amount_fen, 0, self.source, recipient, purpose),
            Line(self.credit, 0, self.amount_fen, self.source, recipient, purpose),
        )
        return Voucher(
            self.kind,
            self.division,
            lines,
            booked_on,
            self.key,
            self.grant_id,
            note=self.note,
            concerns=self.concerns,
        )


def out_of_balance(lines: Iterable[Line]) -> int:
    """Debits less credits."""
    return sum(one.debit_fen - one.credit_fen for one in lines)


def balance_changes(vouchers: Iterable[Voucher]) -> list[tuple[str, str, int]]:
    """(account, division, debits less credits in fen) of each balance, in the order in which balances are locked."""
    changes: Counter[tuple[str, str]] = Counter()
    for one in vouchers:
        for line in one.lines:
            changes[line.account, one.division] += line.debit_fen - line.credit_fen
    return [(account, division, change) for (account, division), change in sorted(changes.items())]


def reverse(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that take others back: debit and credit exchanged."""
    return tuple(
        Line(one.account, one.credit_fen, one.debit_fen, one.source, one.recipient_id, one.purpose) for one in lines
    )


def unknown_to_chart(vouchers: Iterable[Voucher], charts: Charts) -> tuple[str, str, date] | None:
    """The first account or source that the chart of its division and day does not have, with both; None: all are there.

    Vouchers come by the hundred and charts by the handful: each division and day is looked up once.
    """
    known: dict[tuple[str, date], tuple[frozenset[str], frozenset[str]]] = {}
    for one in vouchers:
        place = one.division, one.booked_on
        if place not in known:
            chart = charts.in_force(*place)
            known[place] = (
                (frozenset(), frozenset())
                if chart is None
                else (frozenset(chart.parameters.accounts), frozenset(chart.parameters.sources))
            )
        accounts, sources = known[place]
        for line in one.lines:
            if line.account not in accounts:
                return line.account, one.division, one.booked_on
            if line.source is not None and line.source not in sources:
                return line.source, one.division, one.booked_on
    return None
