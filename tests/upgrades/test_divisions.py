"""A row that repeats the division of what it belongs to is held to it by a foreign key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from shared.schema.migrate import migrate
from shared.schema.security import OWNER
from shared.urls import driver_url
from shuangfu.services import SERVICES
from tests.conftest import AsAdmin, NewDatabase
from tests.upgrades.released import fill, rows_of
from tests.upgrades.test_migrations_are_safe import revisions

OWN_DIVISION = {
    ("registry", "coverages", "party_organizations"): "a joint branch covers organizations of several divisions",
    ("registry", "affiliations", "bodies"): "a Party organization may belong to a body of its city or elsewhere",
    ("registry", "survey_returns", "surveys"): "a city's round counts organizations of its districts",
    ("registry", "survey_locked_returns", "survey_lockings"): "the same of what was locked",
    ("incubation", "resolutions", "meetings"): "it is its owner's to do, who may be of a district below",
    ("evaluation", "evaluations", "cycle_indicator_systems"): "a city's cycle rates in its districts",
    ("evaluation", "sessions", "cycles"): "a district may decide its own in the city's cycle",
    ("evaluation", "publications", "cycles"): "a district may publish its own in the city's cycle",
    ("evaluation", "samples", "cycles"): "a district may draw its own in the city's cycle",
    ("evaluation", "on_site_checks", "samples"): "a check is where its evaluation is, whoever drew it",
    ("evaluation", "evaluations", "party_organizations"): "what is completed stays where it was decided",
    (
        "funding",
        "commitments",
        "grants",
    ): "a commitment is where its appropriation is, the city's for a district's grant",
    ("funding", "payment_order_lines", "grants"): "a line is where its order is, the city's for a district's grant",
    ("funding", "awards", "grants"): "an award stays in its pool's division, its grant follows its recipient",
    ("funding", "dues_refunds", "grants"): "a claim stays where it was made, its grant follows its recipient",
    ("funding", "grant_decisions", "grants"): "it has the division of the event that it decides on",
}
"""Service, table and the table that it refers to, where each has a division of its own, and why."""
# Pairs of tables with a division each; whether one of the foreign keys between them carries it.
REFERENCES = """
SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent,
       bool_or(EXISTS (SELECT FROM unnest(c.conkey, c.confkey) AS k(mine, theirs)
                       JOIN pg_attribute m ON (m.attrelid, m.attnum, m.attname) = (c.conrelid, k.mine, 'division')
                       JOIN pg_attribute t ON (t.attrelid, t.attnum, t.attname) = (c.confrelid, k.theirs, 'division'))
               AND c.convalidated) AS carried
FROM pg_constraint c
WHERE c.contype = 'f' AND c.conparentid = 0
  AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid IN (c.conrelid, c.confrelid) AND a.attname = 'division')
GROUP BY c.conrelid, c.confrelid ORDER BY 1, 2
"""


@pytest.mark.parametrize("service", SERVICES)
async def test_foreign_key__carries_the_division_where_a_row_repeats_it(
    service: str, database_url: NewDatabase, as_admin: AsAdmin
) -> None:
    found = await as_admin.rows(await database_url(service), REFERENCES)
    assert any(row["carried"] for row in found)
    not_carried = {(service, row["child"], row["parent"]) for row in found if not row["carried"]}
    expected = {one for one in OWN_DIVISION if one[0] == service}
    assert not_carried == expected, "let the foreign key carry the division, or say in OWN_DIVISION why it does not"


CONTACT = """
INSERT INTO contacts SELECT id, 'secretary', division, 'k', '', 1, now() FROM organizations LIMIT 1
"""
VALIDATING = {
    "registry": "registry_0010",
    "incubation": "incubation_0008",
    "evaluation": "evaluation_0007",
    "funding": "funding_0007",
}
"""The migration of each service that validates the foreign keys of `CARRIED`; later ones do not matter here."""
CARRIED = {
    "registry": ("contacts", "coverages"),
    "incubation": ("joint_proposals",),
    "evaluation": ("cycle_indicator_systems", "evaluation_scores"),
    "funding": ("grant_steps", "ledger_transactions", "ledger_entries"),
}


@asynccontextmanager
async def without_triggers(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_validation__sees_every_row_though_the_owner_is_bound_by_policies(
    service: str, databases: dict[str, str]
) -> None:
    url, known, validating = databases[service], revisions(service), VALIDATING[service]
    not_validated = known[known.index(validating) - 1]
    await migrate(service, url, known[0], role=OWNER)
    await fill(url, rows_of("0.1.0", service))
    await migrate(service, url, not_validated, role=OWNER)
    async with without_triggers(url) as connection:
        if service == "registry":
            await connection.execute(CONTACT)
        for table in CARRIED[service]:
            one = f"WHERE ctid = (SELECT max(ctid) FROM {table})"
            was = await connection.fetchval(f"SELECT division FROM {table} {one}")
            assert was
            await connection.execute(f"UPDATE {table} SET division = '310101' {one}")
            with pytest.raises(asyncpg.ForeignKeyViolationError, match=table):
                await migrate(service, url, validating, role=OWNER)
            await connection.execute(f"UPDATE {table} SET division = $1 {one}", was)
    assert await migrate(service, url, validating, role=OWNER) == [validating]


BODIES = """
INSERT INTO filed_bodies (id, number, name, division, street, filed_on, until, sequence)
SELECT gen_random_uuid(), n::text, 'x', CASE n WHEN 1 THEN '330105' ELSE '330106' END, 'x', '2025-03-01',
    CASE n WHEN 2 THEN DATE '2026-01-01' END, 1 FROM generate_series(1, 4) AS n;
INSERT INTO area_bodies (body_id, division, area, filed, sequence)
SELECT id, division, CASE division WHEN '330106' THEN '330106-CY01' END, true, 1 FROM filed_bodies;
"""


async def test_counts__begin_with_what_is_stored_by_then(databases: dict[str, str]) -> None:
    url, counting = databases["incubation"], "incubation_0037"
    known = revisions("incubation")
    await migrate("incubation", url, known[known.index(counting) - 1], role=OWNER)
    async with without_triggers(url) as connection:
        await connection.execute(BODIES)
        await migrate("incubation", url, counting, role=OWNER)
        filed = await connection.fetch("SELECT division, filed_year, until, bodies FROM filed_body_counts")
        inside = await connection.fetch("SELECT division, area, filed, bodies FROM area_body_counts")
    assert sorted((one["division"], one["until"] is None, one["bodies"]) for one in filed) == [
        ("330105", True, 1),
        ("330106", False, 1),
        ("330106", True, 2),
    ]
    assert [tuple(one) for one in inside] == [("330106", "330106-CY01", True, 3)]
