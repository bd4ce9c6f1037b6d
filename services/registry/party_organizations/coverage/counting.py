"""Counts of organizations by coverage and of Party organizations by form, each in one snapshot."""

from sqlalchemy import bindparam, func, null, select, union_all
from sqlalchemy.types import Text

from services.registry.organizations.queries import COUNTS_BY_COVERAGE, COUNTS_BY_DIVISION
from services.registry.tables import party_organizations
from shared.contracts.base import Coverage, Form
from shared.db.session import Transaction
from shared.db.statements import prepare

_COUNTS = prepare(
    union_all(
        select(COUNTS_BY_COVERAGE.c.coverage, null().label("form"), COUNTS_BY_COVERAGE.c.n),
        select(null(), party_organizations.c.form, func.count())
        .where(party_organizations.c.division.like(bindparam("scope", type_=Text)))
        .where(party_organizations.c.dissolved_on.is_(None))
        .group_by(party_organizations.c.form),
    )
)
_COUNTS_BY_DIVISION = prepare(
    union_all(
        select(
            COUNTS_BY_DIVISION.c.division, COUNTS_BY_DIVISION.c.coverage, null().label("form"), COUNTS_BY_DIVISION.c.n
        ),
        select(party_organizations.c.division, null(), party_organizations.c.form, func.count())
        .where(party_organizations.c.division.like(bindparam("scope", type_=Text)))
        .where(party_organizations.c.dissolved_on.is_(None))
        .group_by(party_organizations.c.division, party_organizations.c.form),
    )
)


async def count_coverage(tx: Transaction, prefix: str) -> tuple[dict[Coverage, int], dict[Form, int]]:
    """(registered organizations by coverage, Party organizations by form) of a division, in one snapshot."""
    coverages_of: dict[Coverage, int] = {}
    forms: dict[Form, int] = {}
    for row in await tx.rows(_COUNTS, {"scope": prefix + "%"}):
        if row.coverage is not None:
            coverages_of[row.coverage] = row.n
        else:
            forms[row.form] = row.n
    return coverages_of, forms


async def count_coverage_by_division(
    tx: Transaction, prefix: str
) -> tuple[dict[tuple[str, Coverage], int], dict[tuple[str, Form], int]]:
    """The same counts of each division inside, by its code."""
    coverages_of: dict[tuple[str, Coverage], int] = {}
    forms: dict[tuple[str, Form], int] = {}
    for row in await tx.rows(_COUNTS_BY_DIVISION, {"scope": prefix + "%"}):
        if row.coverage is not None:
            coverages_of[row.division, row.coverage] = row.n
        else:
            forms[row.division, row.form] = row.n
    return coverages_of, forms
