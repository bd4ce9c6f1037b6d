"""The registry's kinds of documents."""

from collections.abc import Mapping
from typing import Literal

from shared.documents.kinds.kind import DocumentKind

RegistryDocument = Literal[
    "founding_notice", "founding_approval", "leadership_approval", "dissolution_approval", "statistics_cover"
]
_ORGANIZATION = frozenset(
    {"organization", "uscc", "kind", "full_members", "full_members_full_time", "probationary_members", "registered_on"}
)
_PARTY = frozenset(
    {"party_organization", "structure", "form", "established_on", "affiliation", "applicants", "covers_count"}
)
REGISTRY_KINDS: Mapping[RegistryDocument, DocumentKind] = {
    "founding_notice": DocumentKind("organization", _ORGANIZATION, needs=frozenset({"due_on"})),
    "founding_approval": DocumentKind("party_organization", _PARTY, takes=frozenset({"requested_on"})),
    "leadership_approval": DocumentKind(
        "party_organization",
        _PARTY | {"elected_on", "due", "present", "candidates", "elected", "term_from"},
        takes=frozenset({"leadership", "term_years"}),
    ),
    "dissolution_approval": DocumentKind(
        "party_organization",
        _PARTY,
        needs=frozenset({"dissolved_on", "members_to"}),
        takes=frozenset({"why"}),
    ),
    "statistics_cover": DocumentKind(
        "division",
        frozenset(
            {
                "place",
                "division",
                "counted_on",
                "organizations",
                "party_organizations",
                "standalone",
                "joint",
                "areas",
                "covered",
                "uncovered",
            }
        ),
        needs=frozenset({"period"}),
        follows=False,
    ),
}
