"""Funding's kinds of documents: of a grant, of a posting of the ledger, of a claim for refunded dues (H31-H33, S25),
of a forecast, of a division's year."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.kind import DocumentKind

FundingDocument = Literal[
    "accounting_voucher",
    "payment_notice",
    "grant_approval_sheet",
    "refund_claim_sheet",
    "receipt_form",
    "performance_bid",
    "performance_self_evaluation",
]
FUNDING_MARKS = ("资",)
"""What the suffix of a series of funding's begins with."""
_AMOUNT = frozenset({"place", "amount", "amount_capital"})
_GRANT = _AMOUNT | {"recipient", "scheme", "policy", "purpose", "channel", "year", "period", "state", "approved_on"}
FUNDING_KINDS: Mapping[FundingDocument, DocumentKind] = {
    "accounting_voucher": DocumentKind(
        "ledger_transaction",
        _AMOUNT | {"booked_on", "summary", "posted_by", "posted_on", "corrects", "grant"},
        needs=frozenset({"attachments"}),
        tables={"lines": 4},
        marks=FUNDING_MARKS,
    ),
    "payment_notice": DocumentKind("grant", _GRANT, marks=FUNDING_MARKS),
    "grant_approval_sheet": DocumentKind("grant", _GRANT, tables={"steps": 4, "grounds": 3}, marks=FUNDING_MARKS),
    "refund_claim_sheet": DocumentKind(
        "dues_refund",
        _AMOUNT
        | {"holder", "receiver", "year", "list_reference", "slip_reference", "claimed_on", "claimed_by", "policy"},
        marks=FUNDING_MARKS,
    ),
    "receipt_form": DocumentKind("grant", _GRANT, marks=FUNDING_MARKS),
    "performance_bid": DocumentKind(
        "forecast",
        _AMOUNT | {"year", "budget_year", "counted_on", "held", "unfunded"},
        needs=frozenset({"indicators"}),
        takes=frozenset({"goal"}),
        tables={"schemes": 5, "sources": 3, "indicators": 3},
        marks=FUNDING_MARKS,
    ),
    "performance_self_evaluation": DocumentKind(
        "division",
        frozenset(
            {
                "place",
                "purpose",
                "policy",
                "initial",
                "budget",
                "executed",
                "rate",
                "execution_score",
                "execution_points",
                "indicator_score",
                "indicator_points",
                "total",
                "points",
            }
        ),
        needs=frozenset({"year", "indicators"}),
        takes=frozenset({"scheme"}),
        tables={"budgets": 5, "indicators": 6},
        marks=FUNDING_MARKS,
    ),
}
