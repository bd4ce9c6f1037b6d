"""How the rows of a bank's return are read, by the names and words of the policy. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from services.funding.payment_orders.policies import PaymentParameters, ReturnField
from services.funding.payment_orders.rules import ReturnRow
from shared.field.files.values import CellError, read_date
from shared.field.money import MoneyError, parse_yuan


def read_rows(
    rows: Sequence[tuple[int, Sequence[object]]], parameters: PaymentParameters, today: date
) -> list[ReturnRow] | None:
    """The rows of a sheet by the headings of the first; None where the columns that are needed are not there.

    A row without a reference is a total or a remark; one of a day to come says nothing of what happened.
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
        on = _day(texts.get("paid_on", ""))
        found.append(
            ReturnRow(
                number,
                texts["reference"],
                None if on is not None and on > today else _status(texts["status"], parameters),
                _fen(texts["amount_yuan"]),
                texts.get("because") or None,
                on,
            )
        )
    return found


def _columns(heads: Sequence[object], names: Mapping[ReturnField, Sequence[str]]) -> dict[ReturnField, int]:
    texts = [_folded(_text(one)) for one in heads]
    return {
        field: texts.index(_folded(name))
        for field, known in names.items()
        for name in reversed(known)
        if _folded(name) in texts
    }


def _text(value: object) -> str:
    """A cell; what our own files escape so that no spreadsheet computes it is taken back."""
    text = "" if value is None else str(value).strip()
    return text[1:] if text[:1] == "'" else text


def _status(text: str, parameters: PaymentParameters) -> Literal["paid", "failed", "sent_back"] | None:
    said = _folded(text)
    if said in map(_folded, parameters.sent_back_words):
        return "sent_back"
    if said in map(_folded, parameters.paid_words):
        return "paid"
    return "failed" if said in map(_folded, parameters.failed_words) else None


def _folded(text: str) -> str:
    """Without regard to case and width: banks write PAID, and （元） with brackets of either width."""
    return unicodedata.normalize("NFKC", text).casefold()


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
