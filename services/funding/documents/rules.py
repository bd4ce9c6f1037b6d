"""Which grants and postings fit which document, and what it says of them: amounts in figures and capitals. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.funding.words import CHANNELS, KINDS_OF_POSTING, PURPOSES, STATES, STEPS
from shared.documents.content import written_day, written_rows
from shared.documents.errors import SubjectUnfit
from shared.documents.kinds import FundingDocument
from shared.field.calendar import china_day
from shared.field.money import capital, yuan_text
from shared.field.rules.book import find_rule
from shared.problems.language import Text

_NOT_YET = Text(
    zh="“{name}”的此笔补助尚未批准，不能制发此文书。",
    en="This grant of '{name}' is not approved yet: the document is made once it is.",
)
_HELD = Text(zh="“{name}”的此笔补助暂缓，不能制发此文书。", en="This grant of '{name}' is held: no document is made.")
_REVERSED = Text(
    zh="“{name}”的此笔补助已撤销，不再制发此文书。", en="This grant of '{name}' was reversed: no document is made."
)


def check_grant(kind: FundingDocument, row: Mapping[str, Any]) -> None:
    """Raises SubjectUnfit for a grant that is held or reversed; a notice or a receipt needs one that is approved."""
    name = row["recipient_name"]
    if row["state"] in ("held", "reversed"):
        raise SubjectUnfit(_HELD if row["state"] == "held" else _REVERSED, name=name)
    if kind != "grant_approval_sheet" and row["approved_by"] is None:
        raise SubjectUnfit(_NOT_YET, name=name)


def amount_facts(fen: int) -> dict[str, str]:
    """An amount in figures and in capital numerals."""
    return {"amount": yuan_text(fen), "amount_capital": capital(fen)}


def grant_facts(row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What every document of a grant may say."""
    approved = [one["at"] for one in steps if one["step"] == "approval"]
    return {
        **amount_facts(row["amount_fen"]),
        "recipient": row["recipient_name"],
        "scheme": row["scheme"],
        "policy": row["policy"],
        "purpose": PURPOSES.get(row["purpose"], row["purpose"]),
        "channel": CHANNELS.get(row["channel"], row["channel"]),
        "year": str(row["year"]),
        "period": row["period"],
        "state": STATES.get(row["state"], row["state"]),
        "approved_on": _day(approved[-1]) if approved else "",
    }


def sheet_facts(row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the approval sheet says beside: why, and each step with who took it and what he wrote."""
    return {
        "grounds": written_rows((one["rule"], one["outcome"], _sentence(one["rule"])) for one in row["reasons"]),
        "steps": written_rows(
            (STEPS.get(one["step"], one["step"]), one["taken_by"] or "—", _day(one["at"]), one["note"] or "—")
            for one in steps
        ),
    }


def voucher_facts(
    row: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> dict[str, str]:
    """What an accounting voucher says: its lines, and their sum in capitals."""
    booked = row["booked_on"] or china_day(row["posted_at"])
    kind = KINDS_OF_POSTING.get(row["kind"], row["kind"])
    return {
        **amount_facts(sum(one["debit_fen"] for one in entries)),
        "booked_on": written_day(booked),
        "summary": f"{kind}：{row['note']}" if row["note"] else kind,
        "posted_by": row["posted_by"] or "—",
        "posted_on": _day(row["posted_at"]),
        "corrects": "" if row["corrects"] is None else str(row["corrects"]),
        "grant": "" if row["grant_id"] is None else str(row["grant_id"]),
        "lines": written_rows(
            (one["account"], names.get(one["account"], ""), _side(one["debit_fen"]), _side(one["credit_fen"]))
            for one in sorted(entries, key=lambda one: (one["debit_fen"] == 0, one["account"], one["id"]))
        ),
    }


def refund_facts(row: Mapping[str, Any], holder: str, receiver: str) -> dict[str, str]:
    """What the sheet of a refund claim says."""
    return {
        **amount_facts(row["amount_fen"]),
        "holder": holder,
        "receiver": receiver,
        "year": str(row["year"]),
        "list_reference": row["list_reference"],
        "slip_reference": row["slip_reference"],
        "claimed_on": written_day(row["claimed_on"]),
        "claimed_by": row["claimed_by"],
        "policy": row["policy"],
    }


def _side(fen: int) -> str:
    return yuan_text(fen) if fen else ""


def _day(at: datetime) -> str:
    return written_day(china_day(at))


def _sentence(rule: str) -> str:
    found = find_rule(rule)
    return "" if found is None else found.zh
