"""Incubation's kinds of documents: of a formation case, and of an organization in an incubator (H8, D15)."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.kind import DocumentKind

IncubationDocument = Literal["deferral_notice", "entry_agreement", "visit_sheet", "exit_sheet"]
INCUBATION_MARKS = ("缓", "孵")
"""What the suffix of a series of incubation's begins with: the registry counts the series without them."""
_INCUBATEE = frozenset({"incubator", "incubatee", "uscc", "purpose"})
_INSIDE = _INCUBATEE | {"entered_on", "ends_on"}
INCUBATION_KINDS: Mapping[IncubationDocument, DocumentKind] = {
    "deferral_notice": DocumentKind(
        "formation_case",
        frozenset(
            {
                "organization",
                "uscc",
                "checked_on",
                "counted_full_members",
                "due_form",
                "due_on",
                "deferred_on",
                "deferred_until",
                "instructor",
                "reason",
            }
        ),
        marks=INCUBATION_MARKS,
    ),
    "entry_agreement": DocumentKind(
        "incubatee",
        _INCUBATEE
        | {"premises", "decided_on", "panel_present", "panel_in_favour", "visit_every_months", "follow_up_months"},
        needs=frozenset({"starts_on", "ends_on"}),
        takes=frozenset({"area_m2"}),
        marks=INCUBATION_MARKS,
    ),
    "visit_sheet": DocumentKind(
        "incubatee",
        _INSIDE | {"visited_on", "visit_number", "saw_organization", "saw_party_organization", "follow_up"},
        needs=frozenset({"visit"}),
        marks=INCUBATION_MARKS,
    ),
    "exit_sheet": DocumentKind(
        "incubatee",
        _INSIDE
        | {
            "outcome",
            "left_on",
            "cause",
            "follow_up_until",
            "visits",
            "coverage",
            "party_organization",
            "established_on",
            "passed",
            "asked",
            "missing",
        },
        tables={"organization_list": 4, "party_organization_list": 4, "moments": 3},
        marks=INCUBATION_MARKS,
    ),
}
