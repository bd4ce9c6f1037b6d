"""I4 and I1 where they show: projections say what their source says, and every event left its effect."""

from collections.abc import Mapping, Sequence

import asyncpg

from tests.faults.observed import Observed

Connections = Mapping[str, asyncpg.Connection]


async def differing(connections: Connections, observed: Observed) -> list[str]:
    """What a projection has otherwise than its source. Subjects of dead letters are left out."""
    found: list[str] = []
    registry, incubation, evaluation = (connections[name] for name in ("registry", "incubation", "evaluation"))
    columns = "id::text, version, status, name, division, full_members"
    source = await registry.fetch(f"SELECT {columns}, coverage FROM organizations")
    rows = await incubation.fetch(f"SELECT {columns.replace('version', 'sequence')}, coverage FROM organizations")
    projected = {row["id"]: row for row in rows}
    aside = observed.put_aside("incubation")
    for row in source:
        mine = projected.get(row["id"])
        if row["id"] in aside or (mine is None and row["status"] == "deregistered"):
            continue
        if mine is None:
            found.append(f"incubation has no organization {row['id']}")
            continue
        # A deregistration tells the end and nothing else.
        names = ("version", "status") if row["status"] == "deregistered" else tuple(row.keys())
        for name in names:
            theirs = mine["sequence" if name == "version" else name]
            # What a dead-lettered Party organization covers is not known either.
            if row[name] != theirs and not (name == "coverage" and aside):
                found.append(f"incubation: {name} of organization {row['id']} is {theirs}, not {row[name]}")
    parties = await registry.fetch("SELECT id::text, version FROM party_organizations")
    for service, connection in (("incubation", incubation), ("evaluation", evaluation)):
        aside = observed.put_aside(service)
        known = dict(await connection.fetch("SELECT id::text, sequence FROM party_organizations"))
        found += [
            f"{service}: Party organization {row['id']} is at v{known.get(row['id'])}, not v{row['version']}"
            for row in parties
            if known.get(row["id"]) != row["version"] and row["id"] not in aside
        ]
    return found


async def missing(connections: Connections, observed: Observed) -> list[str]:
    """Events that were claimed and left no trace: a claim without its effect is a loss."""
    found: list[str] = []
    checks = {
        row["organization_id"]: row["newest"]
        for row in await connections["incubation"].fetch(
            "SELECT organization_id::text, max(organization_sequence) AS newest FROM formation_checks GROUP BY 1"
        )
    }
    aside = observed.put_aside("incubation")
    for row in await connections["registry"].fetch(
        "SELECT id::text, version FROM organizations WHERE status = 'registered'"
    ):
        if row["id"] not in aside and checks.get(row["id"]) != row["version"]:
            found.append(f"no formation check of organization {row['id']} v{row['version']}")
    decided = {row["event_id"] for row in await connections["funding"].fetch("SELECT event_id FROM grant_decisions")}
    found += [
        f"no grant decision on {event_id}"
        for event_id in _claimed(observed, "funding", "shuangfu.evaluation.evaluation.completed.v1")
        if event_id not in decided
    ]
    steps = {
        (row["grant_id"], row["version"])
        for row in await connections["funding"].fetch("SELECT grant_id::text, version FROM grant_steps")
    }
    found += [
        f"no step of grant {row['subject']} v{row['sequence']}"
        for row in observed.outbox["funding"]
        if row["type"].startswith("shuangfu.funding.grant.") and (row["subject"], row["sequence"]) not in steps
    ]
    return found


def _claimed(observed: Observed, consumer: str, kind: str) -> Sequence[object]:
    aside = {row["event_id"] for row in observed.letters[consumer]}
    claims = observed.inbox[consumer]
    return [
        row["id"] for row in observed.events() if row["type"] == kind and row["id"] in claims and row["id"] not in aside
    ]
