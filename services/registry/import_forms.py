"""The forms of files: which fields a record of each subject has, how their cells are read, which every row needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from services.registry.claim_terms.parts import DataSource
from shared.field.datums import Datum

SubjectName = Literal["organizations", "filed_bodies", "party_organizations"]
Value = Literal[
    "code", "label", "line", "count", "date", "instant", "division", "degrees", "position", "type", "word", "slug"
]
"""How a cell is read: `label` is a number or name as it is written, `word` one of the words of the policy, `slug` one
of these or any other."""
MAY_SAY_NONE: frozenset[Value] = frozenset({"code", "label", "line", "degrees", "position", "type", "slug"})
"""Values where a word such as 无 says that there is none; in a count it is 0."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the rows of a file are records of: the fields of one subject of imports."""

    subject: SubjectName
    policy_kind: str
    """Its headings and words are in `<region>/<policy_kind>*.yaml`."""
    key: str
    """The field that names a record in reports."""
    fields: Mapping[str, Value]
    """In the template's order."""
    required: tuple[str, ...]
    meanings: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    """Of the fields that hold words: what these may mean; None: any slug."""
    within: tuple[str, ...] = ()
    """The fields inside which a key is one record's: rows of a file with the same ones are refused."""
    ended: str | None = None
    """The meaning of `status` that ends a record: no row that has its word elsewhere is taken as a living one."""


DATUMS = frozenset(one.lower() for one in get_args(Datum))
"""In which positions are given."""

ORGANIZATIONS = Form(
    subject="organizations",
    policy_kind="imports",
    key="uscc",
    fields={
        "uscc": "code",
        "name": "line",
        "kind": "word",
        "division": "division",
        "street": "line",
        "address": "line",
        "carrier": "line",
        "lon": "degrees",
        "lat": "degrees",
        "location": "position",
        "datum": "word",
        "registered_on": "date",
        "full_time_staff": "count",
        "full_members_full_time": "count",
        "full_members": "count",
        "probationary_members": "count",
        "full_members_full_or_part_time": "count",
        "evaluation_type": "type",
        "source": "slug",
        "data_source": "word",
        "status": "word",
        "as_of": "instant",
    },
    required=(
        "uscc",
        "name",
        "kind",
        "division",
        "street",
        "address",
        "registered_on",
        "full_time_staff",
        "full_members_full_time",
        "full_members",
        "probationary_members",
        "as_of",
    ),
    meanings={
        "kind": frozenset(
            {
                "social_group",
                "foundation",
                "social_service_institution",
                "law_firm",
                "accounting_firm",
                "tax_agency",
                "appraisal_firm",
                "other",
            }
        ),
        "status": frozenset({"registered", "deregistered"}),
        "source": None,
        "data_source": frozenset(get_args(DataSource)),
        "datum": DATUMS,
    },
    ended="deregistered",
)

PARTY_ORGANIZATIONS = Form(
    subject="party_organizations",
    policy_kind="party_organization_imports",
    key="name",
    within=("division",),
    fields={
        "name": "line",
        "kind": "word",
        "form": "word",
        "division": "division",
        "street": "line",
        "established_on": "date",
        "founding_number": "line",
        "founding_form": "word",
        "covers": "line",
        "body": "label",
        "affiliation_kind": "word",
        "elected_on": "date",
        "approved_on": "date",
        "approval_number": "line",
        "term_years": "count",
        "due": "count",
        "present": "count",
        "candidates": "count",
        "elected": "count",
        "secretary_is_head": "word",
    },
    required=("name", "kind", "form", "division", "established_on", "covers"),
    meanings={
        "kind": frozenset({"branch", "general", "committee"}),
        "form": frozenset({"standalone", "joint", "temporary", "area"}),
        "founding_form": frozenset({"in_unit", "among_members", "in_council", "with_competent_unit"}),
        "affiliation_kind": frozenset({"competent_unit", "host", "territory", "other"}),
        "secretary_is_head": frozenset({"yes", "no"}),
    },
)

FILED_BODIES = Form(
    subject="filed_bodies",
    policy_kind="filed_body_imports",
    key="number",
    within=("division", "street"),
    fields={
        "number": "label",
        "name": "line",
        "kind": "word",
        "division": "division",
        "street": "line",
        "community": "line",
        "address": "line",
        "lon": "degrees",
        "lat": "degrees",
        "location": "position",
        "datum": "word",
        "people": "count",
        "full_members": "count",
        "probationary_members": "count",
        "filed_on": "date",
        "until": "date",
        "as_of": "instant",
    },
    required=("number", "name", "kind", "division", "street", "filed_on", "as_of"),
    meanings={
        "kind": frozenset(
            {
                "community_service",
                "charity",
                "mutual_aid",
                "community_affairs",
                "culture_sports",
                "rural_technology",
                "other",
            }
        ),
        "datum": DATUMS,
    },
)
