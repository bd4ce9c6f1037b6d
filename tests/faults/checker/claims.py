"""I1 to its end: an event that a service says it has handled left its effect there. A claim alone is a loss."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from tests.faults.checker.observed import Observed

Connections = Mapping[str, asyncpg.Connection]
_COMPLETED = "shuangfu.evaluation.evaluation.completed.v1"
_ESTABLISHED = "shuangfu.registry.party_organization.established.v1"
_FORMED = "shuangfu.incubation.party_organization.formed.v1"
_EXTENDED = "shuangfu.incubation.party_organization.extended.v1"


async def missing(connections: Connections, observed: Observed) -> list[tuple[str, list[str]]]:
    """(which effects claimed events did not have, of what), empty lists included."""
    looks = {
        "not checked": _checks,
        "not recorded": _coverage,
        "not enrolled": _enrolments,
        "not decided on": _decisions,
        "without its step": _steps,
    }
    return [(what, await look(connections, observed)) for what, look in looks.items()]


async def _checks(connections: Connections, observed: Observed) -> list[str]:
    """The newest state of whoever is still registered was checked."""
    checked = await connections["incubation"].fetch(
        "SELECT organization_id::text, max(organization_sequence) FROM formation_checks GROUP BY 1"
    )
    checks = dict(map(tuple, checked))
    aside = observed.behind("incubation")
    return [
        f"no formation check of organization {organization} v{version}"
        for organization, version in (await _active(connections)).items()
        if organization not in aside and checks.get(organization) != version
    ]


async def _coverage(connections: Connections, observed: Observed) -> list[str]:
    """Who was formed is recorded, and covers those of its organizations that are still registered."""
    registry = connections["registry"]
    recorded = {row["id"] for row in await registry.fetch("SELECT id::text FROM party_organizations")}
    covered = set(
        map(tuple, await registry.fetch("SELECT party_organization_id::text, organization_id::text FROM coverages"))
    )
    active = await _active(connections)
    data = await _data(connections["incubation"], _FORMED, _EXTENDED)
    found = []
    placed: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in observed.claimed("registry", _FORMED, _EXTENDED):
        event = data[row["id"]]
        party = event["party_organization_id"]
        present = [organization for organization in event["organization_ids"] if organization in active]
        if party not in recorded and (present or event.get("form") == "area"):
            found.append(f"no Party organization {party} by {row['id']}")
        for organization in present:
            placed[observed.inbox["registry"][row["id"]]["tx"], organization].append(party)
    # Of several places that one transaction gives an organization the last counts, and leaves the only trace.
    found += [
        f"no coverage of organization {organization} by {' or '.join(parties)}"
        for (_, organization), parties in placed.items()
        if not any((party, organization) in covered for party in parties)
    ]
    return found


async def _enrolments(connections: Connections, observed: Observed) -> list[str]:
    """Who was established, still is there, and has a rated form takes part in each open round of its division."""
    parties = await connections["registry"].fetch(
        "SELECT id::text, division, form FROM party_organizations WHERE dissolved_on IS NULL"
    )
    existing = {row["id"]: row for row in parties}
    rounds = await connections["evaluation"].fetch(
        "SELECT year, division, policy->'parameters'->'rated_forms' AS forms FROM cycles WHERE state = 'open'"
    )
    enrolled = set(
        map(tuple, await connections["evaluation"].fetch("SELECT party_organization_id::text, year FROM evaluations"))
    )
    return [
        f"Party organization {party['id']} is not enrolled for {one['year']}"
        for row in observed.claimed("evaluation", _ESTABLISHED)
        if (party := existing.get(row["subject"])) is not None
        for one in rounds
        if party["division"].startswith(one["division"]) and party["form"] in orjson.loads(one["forms"])
        if (party["id"], one["year"]) not in enrolled
    ]


async def _decisions(connections: Connections, observed: Observed) -> list[str]:
    decided = {row["event_id"] for row in await connections["funding"].fetch("SELECT event_id FROM grant_decisions")}
    claimed = observed.claimed("funding", _COMPLETED)
    return [f"no grant decision on {row['id']}" for row in claimed if row["id"] not in decided]


async def _steps(connections: Connections, observed: Observed) -> list[str]:
    rows = await connections["funding"].fetch("SELECT grant_id::text, version FROM grant_steps")
    steps = set(map(tuple, rows))
    return [
        f"no step of grant {row['subject']} v{row['sequence']}"
        for row in observed.outbox["funding"]
        if row["type"].startswith("shuangfu.funding.grant.") and (row["subject"], row["sequence"]) not in steps
    ]


async def _active(connections: Connections) -> dict[str, int]:
    rows = await connections["registry"].fetch(
        "SELECT id::text, version FROM organizations WHERE status = 'registered'"
    )
    return dict(map(tuple, rows))


async def _data(connection: asyncpg.Connection, *types: str) -> dict[Any, dict[str, Any]]:
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        "SELECT id, data FROM outbox WHERE type = ANY($1::text[])", types
    )
    return {row["id"]: orjson.loads(row["data"]) for row in rows}
