"""Which documents there are (D18): what each is about, which facts its template may name, what its drafter gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DocumentName = Literal[
    "founding_notice", "founding_approval", "leadership_approval", "dissolution_approval", "statistics_cover"
]
SubjectType = Literal["organization", "party_organization", "division"]
COMMON = frozenset({"issuer"})
"""Facts of every document."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    `facts` are what its service gathers; `needs` and `takes` are what the drafter must and may give, and are facts too.
    While one that `follows` its subject waits to be issued, its facts must stay as they were.
    """

    subject: SubjectType
    facts: frozenset[str]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    follows: bool = True

    @property
    def named(self) -> frozenset[str]:
        """Every fact that a template of the kind may name."""
        return COMMON | self.facts | self.needs | self.takes


_ORGANIZATION = frozenset(
    {"organization", "uscc", "kind", "full_members", "full_members_full_time", "probationary_members", "registered_on"}
)
_PARTY = frozenset(
    {"party_organization", "structure", "form", "established_on", "affiliation", "applicants", "covers_count"}
)
KINDS: Mapping[DocumentName, DocumentKind] = {
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
