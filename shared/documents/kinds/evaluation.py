"""Evaluation's kinds of documents: what follows from a rating (H20, H22, H23), and what is published of a cycle."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.kind import DocumentKind

EvaluationDocument = Literal[
    "improvement_opinion",
    "rectification_opinion",
    "star_notification",
    "public_notice",
    "admonition_notice",
    "score_letter",
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
    "score_letter": DocumentKind(
        "consequence", _RATED | {"points", "of", "organizations", "by_civil_affairs"}, marks=EVALUATION_MARKS
    ),
}
