"""Which role has which permissions, in one table."""

from functools import cache

from shared.web.identity.permissions import Permission, Role

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
        P.SURVEYS_ENTER,
        P.SURVEYS_CONFIRM,
        P.DOCUMENTS_DRAFT,
        P.FILED_BODIES_WRITE,
        P.REVIEWS_APPLY,
        P.IMPORTS_WRITE,
        P.LEADERSHIPS_REPORT,
        P.MEETINGS_WRITE,
        P.ACTIVITIES_WRITE,
        P.FORMATION_READ,
        P.EVALUATION_READ,
        P.SCORES_WRITE,
        P.EXTENSIONS_APPLY,
        P.DUTIES_REPORT,
        P.CONTACTS_READ,
    },
    Role.DISTRICT_OFFICER: _READS
    | {
        P.SURVEYS_MANAGE,
        P.STATISTICS_WRITE,
        P.SURVEYS_ENTER,
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
        P.DUTIES_REPORT,
        P.DUTIES_APPRAISE,
        P.GRANTS_REDECIDE,
        P.GRANTS_AMEND,
        P.GRANTS_REPORT,
        P.SCHEMES_RUN,
        P.ENTRIES_WRITE,
        P.PAYEES_READ,
        P.PAYEES_WRITE,
        P.DUES_WRITE,
        P.POOLS_WRITE,
        P.BUDGETS_WRITE,
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
        P.GRANTS_SETTLE,
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
        P.GRANTS_REVERSE,
        P.ENTRIES_CONFIRM,
        P.LEDGER_READ,
        P.LEDGER_CONTROL,
        P.POOLS_DISTRIBUTE,
        P.BUDGETS_CONFIRM,
    },
    Role.PAYER: _REGISTRY | {P.GRANTS_READ, P.GRANTS_PAY, P.PAYEES_READ, P.PAYEES_VERIFY, P.LEDGER_READ, P.LEDGER_POST},
    Role.AUDITOR: _READS | {P.SIMULATIONS_RUN, P.LEDGER_READ, P.AUDIT_READ, P.OPERATIONS_READ},
    Role.OPERATOR: _REGISTRY | {P.OPERATIONS_READ, P.OPERATIONS_REPAIR, P.ASSIGNMENTS_WRITE},
    Role.INTEGRATION_CLIENT: _READS | {P.REGISTRATIONS_WRITE, P.IMPORTS_WRITE, P.FILED_BODIES_WRITE, P.REVIEWS_APPLY},
    Role.SECRETARY: frozenset(
        {
            P.REGISTRY_READ,
            P.LEADERSHIPS_REPORT,
            P.SURVEYS_CONFIRM,
            P.FORMATION_READ,
            P.EVALUATION_READ,
            P.SCORES_WRITE,
            P.OBJECTIONS_WRITE,
            P.PLANS_WRITE,
            P.EXTENSIONS_APPLY,
            P.GRANTS_READ,
            P.GRANTS_REPORT,
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
        P.SURVEYS_CONFIRM,
        P.CONTACTS_READ,
        P.FORMATION_READ,
        P.EVALUATION_READ,
        P.SCORES_WRITE,
        P.OBJECTIONS_WRITE,
        P.PLANS_WRITE,
        P.EXTENSIONS_APPLY,
        P.GRANTS_READ,
        P.GRANTS_REPORT,
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
