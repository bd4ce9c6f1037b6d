"""Evaluation's kinds of documents: what follows from a rating (H20, H22, H23), and what is published of a cycle
(H17, H19)."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.kind import DocumentKind

EvaluationDocument = Literal[
    "improvement_opinion",
    "rectification_opinion",
    "star_notification",
    "public_notice",
    "admonition_notice",
    "admonition_record",
    "score_letter",
    "score_receipt",
    "launch_notice",
    "star_certificate",
]
EVALUATION_MARKS = ("评",)
"""What the suffix of a series of evaluation's begins with."""
_RATED = frozenset({"party_organization", "place", "year", "star", "total", "final_on", "due_on"})
_OPINION = _RATED | {"laggard", "goal", "until"}
_LISTED = frozenset({"place", "year", "listed", "parts"})
_LISTS = {"stars": 2, "names": 3}
EVALUATION_KINDS: Mapping[EvaluationDocument, DocumentKind] = {
    "improvement_opinion": DocumentKind("consequence", _OPINION, tables={"measures": 2}, marks=EVALUATION_MARKS),
    "rectification_opinion": DocumentKind("consequence", _OPINION, tables={"measures": 2}, marks=EVALUATION_MARKS),
    "star_notification": DocumentKind(
        "cycle", _LISTED, takes=frozenset({"part"}), tables=_LISTS, marks=EVALUATION_MARKS
    ),
    "public_notice": DocumentKind(
        "publication",
        _LISTED | {"published_on", "notice_until"},
        takes=frozenset({"part"}),
        tables=_LISTS,
        marks=EVALUATION_MARKS,
    ),
    "admonition_notice": DocumentKind("consequence", _RATED, marks=EVALUATION_MARKS),
    # Counts and who held it, no names; its content stays in the consequence, which is closed as talks are.
    "admonition_record": DocumentKind("consequence", _RATED | {"held_on", "participants"}, marks=EVALUATION_MARKS),
    "score_letter": DocumentKind(
        "consequence", _RATED | {"points", "of", "organizations", "by_civil_affairs"}, marks=EVALUATION_MARKS
    ),
    "score_receipt": DocumentKind(
        "consequence", _RATED | {"sent_on", "letter", "received_on", "receipt", "used_on"}, marks=EVALUATION_MARKS
    ),
    "launch_notice": DocumentKind(
        "cycle",
        frozenset({"place", "year", "opened_on"}),
        tables={"calendar": 3, "systems": 5},
        marks=EVALUATION_MARKS,
    ),
    "star_certificate": DocumentKind("evaluation", _RATED - {"due_on", "total"}, marks=EVALUATION_MARKS),
}
