"""Roles and their permissions, in one table."""

from enum import StrEnum
from functools import cache


class Permission(StrEnum):
    """What a route requires of its caller."""

    REGISTRY_READ = "registry.read"
    STATISTICS_READ = "statistics.read"
    REGISTRATIONS_WRITE = "registrations.write"
    IMPORTS_WRITE = "imports.write"
    """Files; what their rows are records of asks for its own permission beside it."""
    REGISTRATIONS_CORRECT = "registrations.correct"
    BODIES_WRITE = "bodies.write"
    AFFILIATIONS_WRITE = "affiliations.write"
    PARTY_ORGANIZATIONS_TAKE_OVER = "party_organizations.take_over"
    PARTY_ORGANIZATIONS_REORGANIZE = "party_organizations.reorganize"
    DOCUMENTS_DRAFT = "documents.draft"
    DOCUMENTS_CHECK = "documents.check"
    DOCUMENTS_ISSUE = "documents.issue"
    FILED_BODIES_WRITE = "filed_bodies.write"
    REVIEWS_APPLY = "reviews.apply"
    REVIEWS_DECIDE = "reviews.decide"
    LEADERSHIPS_REPORT = "leaderships.report"
    LEADERSHIPS_APPROVE = "leaderships.approve"
    INSPECTIONS_WRITE = "inspections.write"
    GRADES_WRITE = "grades.write"
    CONTACTS_READ = "contacts.read"
    CONTACTS_WRITE = "contacts.write"
    FORMATION_READ = "formation.read"
    FORMATION_DECIDE = "formation.decide"
    INCUBATORS_WRITE = "incubators.write"
    """What an incubator does itself: its own record, supports, applications, milestones, visits."""
    INCUBATORS_DECIDE = "incubators.decide"
    MEETINGS_WRITE = "meetings.write"
    ACTIVITIES_WRITE = "activities.write"
    """Activities, cultivation, stations and the units that are managed there."""
    EVALUATION_READ = "evaluation.read"
    CYCLES_MANAGE = "cycles.manage"
    SCORES_WRITE = "scores.write"
    RATINGS_WRITE = "ratings.write"
    SIMULATIONS_RUN = "simulations.run"
    """What closed cycles would be under other rules: asked, and read."""
    OBJECTIONS_WRITE = "objections.write"
    """Of the rated unit, or of its district."""
    PLANS_WRITE = "plans.write"
    """Plans that an opinion asks for, and their tracking: of the rated unit, or of its district."""
    CONSEQUENCES_DECIDE = "consequences.decide"
    TALKS_HOLD = "talks.hold"
    """Admonition talks, and their records, which are closed to everybody else."""
    EXTENSIONS_APPLY = "extensions.apply"
    """Of the rated unit, or of its street or district."""
    GRANTS_READ = "grants.read"
    GRANTS_REDECIDE = "grants.redecide"
    GRANTS_RELEASE = "grants.release"
    GRANTS_REVIEW = "grants.review"
    GRANTS_APPROVE = "grants.approve"
    GRANTS_PAY = "grants.pay"
    SCHEMES_RUN = "schemes.run"
    ENTRIES_WRITE = "entries.write"
    """Who stands in a scheme's list; somebody else confirms it."""
    ENTRIES_CONFIRM = "entries.confirm"
    DUES_WRITE = "dues.write"
    """Totals of dues by quarter, and claims of their refund; somebody else certifies the totals."""
    DUES_CERTIFY = "dues.certify"
    PAYEES_READ = "payees.read"
    PAYEES_WRITE = "payees.write"
    """The account that a recipient is paid to; somebody else verifies it."""
    PAYEES_VERIFY = "payees.verify"
    LEDGER_READ = "ledger.read"
    LEDGER_POST = "ledger.post"
    """Vouchers, and closing a month."""
    LEDGER_CONTROL = "ledger.control"
    """What takes back or seals another's bookkeeping: reversals, locking a month, opening it again."""
    POOLS_WRITE = "pools.write"
    POOLS_DISTRIBUTE = "pools.distribute"
    CHANGES_READ = "changes.read"
    ASSIGNMENTS_WRITE = "assignments.write"
    OPERATIONS_READ = "operations.read"
    AUDIT_READ = "audit.read"


class Role(StrEnum):
    """The roles that a token may name."""

    REGISTRAR = "registrar"
    STREET_OFFICER = "street_officer"
    DISTRICT_OFFICER = "district_officer"
    RATER = "rater"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    PAYER = "payer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    INTEGRATION_CLIENT = "integration_client"
    SECRETARY = "secretary"
    ASSESSOR = "assessor"
    INCUBATOR_WORKER = "incubator_worker"
    INSTRUCTOR = "instructor"
    LEADER = "leader"


P = Permission
_REGISTRY = frozenset({P.REGISTRY_READ, P.STATISTICS_READ})
_READS = _REGISTRY | {P.FORMATION_READ, P.EVALUATION_READ, P.GRANTS_READ, P.CHANGES_READ}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REGISTRAR: _REGISTRY
    | {
        P.REGISTRATIONS_WRITE,
        P.IMPORTS_WRITE,
        P.FILED_BODIES_WRITE,
        P.REVIEWS_APPLY,
        P.REVIEWS_DECIDE,
        P.REGISTRATIONS_CORRECT,
        P.BODIES_WRITE,
        P.AFFILIATIONS_WRITE,
        P.PARTY_ORGANIZATIONS_TAKE_OVER,
        P.DOCUMENTS_DRAFT,
        P.LEADERSHIPS_REPORT,
        P.INSPECTIONS_WRITE,
        P.GRADES_WRITE,
        P.FORMATION_READ,
        P.CONTACTS_READ,
        P.CONTACTS_WRITE,
        P.CHANGES_READ,
    },
    Role.STREET_OFFICER: _REGISTRY
    | {
        P.DOCUMENTS_DRAFT,
        P.FILED_BODIES_WRITE,
        P.REVIEWS_APPLY,
        P.IMPORTS_WRITE,
        P.LEADERSHIPS_REPORT,
        P.MEETINGS_WRITE,
        P.ACTIVITIES_WRITE,
        P.FORMATION_READ,
        P.EVALUATION_READ,
        P.EXTENSIONS_APPLY,
        P.CONTACTS_READ,
    },
    Role.DISTRICT_OFFICER: _READS
    | {
        P.BODIES_WRITE,
        P.AFFILIATIONS_WRITE,
        P.DOCUMENTS_DRAFT,
        P.FILED_BODIES_WRITE,
        P.REVIEWS_DECIDE,
        P.IMPORTS_WRITE,
        P.LEADERSHIPS_REPORT,
        P.LEADERSHIPS_APPROVE,
        P.PARTY_ORGANIZATIONS_REORGANIZE,
        P.FORMATION_DECIDE,
        P.INCUBATORS_WRITE,
        P.INCUBATORS_DECIDE,
        P.MEETINGS_WRITE,
        P.ACTIVITIES_WRITE,
        P.CYCLES_MANAGE,
        P.SIMULATIONS_RUN,
        P.OBJECTIONS_WRITE,
        P.PLANS_WRITE,
        P.CONSEQUENCES_DECIDE,
        P.TALKS_HOLD,
        P.EXTENSIONS_APPLY,
        P.GRANTS_REDECIDE,
        P.SCHEMES_RUN,
        P.ENTRIES_WRITE,
        P.PAYEES_READ,
        P.PAYEES_WRITE,
        P.DUES_WRITE,
        P.POOLS_WRITE,
        P.CONTACTS_READ,
        P.ASSIGNMENTS_WRITE,
    },
    Role.RATER: _REGISTRY | {P.EVALUATION_READ, P.SCORES_WRITE, P.RATINGS_WRITE},
    Role.REVIEWER: _READS
    | {
        P.DOCUMENTS_CHECK,
        P.SIMULATIONS_RUN,
        P.GRANTS_REVIEW,
        P.GRANTS_REDECIDE,
        P.GRANTS_RELEASE,
        P.SCHEMES_RUN,
        P.ENTRIES_WRITE,
        P.DUES_CERTIFY,
        P.LEDGER_READ,
    },
    Role.APPROVER: _READS
    | {
        P.DOCUMENTS_ISSUE,
        P.SIMULATIONS_RUN,
        P.GRANTS_APPROVE,
        P.ENTRIES_CONFIRM,
        P.LEDGER_READ,
        P.LEDGER_CONTROL,
        P.POOLS_DISTRIBUTE,
    },
    Role.PAYER: _REGISTRY | {P.GRANTS_READ, P.GRANTS_PAY, P.PAYEES_READ, P.PAYEES_VERIFY, P.LEDGER_READ, P.LEDGER_POST},
    Role.AUDITOR: _READS | {P.SIMULATIONS_RUN, P.LEDGER_READ, P.AUDIT_READ, P.OPERATIONS_READ},
    Role.OPERATOR: _REGISTRY | {P.OPERATIONS_READ, P.ASSIGNMENTS_WRITE},
    Role.INTEGRATION_CLIENT: _READS | {P.REGISTRATIONS_WRITE, P.IMPORTS_WRITE, P.FILED_BODIES_WRITE, P.REVIEWS_APPLY},
    Role.SECRETARY: frozenset(
        {
            P.REGISTRY_READ,
            P.LEADERSHIPS_REPORT,
            P.FORMATION_READ,
            P.EVALUATION_READ,
            P.SCORES_WRITE,
            P.OBJECTIONS_WRITE,
            P.PLANS_WRITE,
            P.EXTENSIONS_APPLY,
            P.GRANTS_READ,
        }
    ),
    Role.ASSESSOR: _REGISTRY | {P.INSPECTIONS_WRITE, P.GRADES_WRITE, P.EVALUATION_READ},
    Role.INCUBATOR_WORKER: _REGISTRY | {P.FORMATION_READ, P.INCUBATORS_WRITE, P.ACTIVITIES_WRITE},
    Role.INSTRUCTOR: frozenset({P.REGISTRY_READ, P.FORMATION_READ, P.EVALUATION_READ}),
    Role.LEADER: frozenset({P.STATISTICS_READ}),
}

NEEDS_UNITS = frozenset({Role.SECRETARY, Role.INSTRUCTOR})
"""Roles of single units: a token with one of them and without units sees nothing."""

WITH_UNITS = frozenset(
    {
        P.REGISTRY_READ,
        P.LEADERSHIPS_REPORT,
        P.CONTACTS_READ,
        P.FORMATION_READ,
        P.EVALUATION_READ,
        P.SCORES_WRITE,
        P.OBJECTIONS_WRITE,
        P.PLANS_WRITE,
        P.EXTENSIONS_APPLY,
        P.GRANTS_READ,
        P.CHANGES_READ,
    }
)
"""What a token may do that units narrow. The rest decides, counts or adds up for a whole division: who sees only a part
of it would do so wrongly."""


@cache
def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """The permissions of all these roles together."""
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])


@cache
def authority_of(roles: frozenset[Role], bodies: tuple[str, ...] = ()) -> str:
    """The roles, and the bodies that they are held for, as the audit names them: `rater for XIHU`."""
    return ",".join(sorted(roles)) + (f" for {','.join(bodies)}" if bodies else "")
