"""Roles and their permissions, in one table."""

from enum import StrEnum
from functools import cache


class Permission(StrEnum):
    """What a route requires of its caller."""

    REGISTRY_READ = "registry.read"
    REGISTRATIONS_WRITE = "registrations.write"
    CONTACTS_READ = "contacts.read"
    CONTACTS_WRITE = "contacts.write"
    FORMATION_READ = "formation.read"
    FORMATION_DECIDE = "formation.decide"
    EVALUATION_READ = "evaluation.read"
    CYCLES_MANAGE = "cycles.manage"
    RATINGS_WRITE = "ratings.write"
    GRANTS_READ = "grants.read"
    GRANTS_REDECIDE = "grants.redecide"
    GRANTS_RELEASE = "grants.release"
    GRANTS_REVIEW = "grants.review"
    GRANTS_APPROVE = "grants.approve"
    GRANTS_PAY = "grants.pay"
    LEDGER_READ = "ledger.read"
    CHANGES_READ = "changes.read"
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


P = Permission
_READS = frozenset({P.REGISTRY_READ, P.FORMATION_READ, P.EVALUATION_READ, P.GRANTS_READ, P.CHANGES_READ})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REGISTRAR: frozenset(
        {P.REGISTRY_READ, P.REGISTRATIONS_WRITE, P.FORMATION_READ, P.CONTACTS_READ, P.CONTACTS_WRITE, P.CHANGES_READ}
    ),
    Role.STREET_OFFICER: frozenset({P.REGISTRY_READ, P.FORMATION_READ, P.EVALUATION_READ, P.CONTACTS_READ}),
    Role.DISTRICT_OFFICER: _READS | {P.FORMATION_DECIDE, P.CYCLES_MANAGE, P.GRANTS_REDECIDE, P.CONTACTS_READ},
    Role.RATER: frozenset({P.REGISTRY_READ, P.EVALUATION_READ, P.RATINGS_WRITE}),
    Role.REVIEWER: _READS | {P.GRANTS_REVIEW, P.GRANTS_REDECIDE, P.GRANTS_RELEASE, P.LEDGER_READ},
    Role.APPROVER: _READS | {P.GRANTS_APPROVE, P.LEDGER_READ},
    Role.PAYER: frozenset({P.REGISTRY_READ, P.GRANTS_READ, P.GRANTS_PAY, P.LEDGER_READ}),
    Role.AUDITOR: _READS | {P.LEDGER_READ, P.AUDIT_READ, P.OPERATIONS_READ},
    Role.OPERATOR: frozenset({P.OPERATIONS_READ, P.REGISTRY_READ}),
    Role.INTEGRATION_CLIENT: _READS | {P.REGISTRATIONS_WRITE},
}


@cache
def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """The permissions of all these roles together."""
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])


@cache
def authority_of(roles: frozenset[Role]) -> str:
    """The roles as the audit names them."""
    return ",".join(sorted(roles))
