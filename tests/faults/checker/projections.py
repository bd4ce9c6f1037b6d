"""I4 where it shows: projections say what their source says."""

from collections.abc import Mapping

import asyncpg

from tests.faults.checker.observed import Observed

Connections = Mapping[str, asyncpg.Connection]


async def differing(connections: Connections, observed: Observed) -> list[str]:
    """What a projection has otherwise than its source. Only what was dead-lettered and never retried may be missing."""
    return [*await _organizations(connections, observed), *await _party_organizations(connections, observed)]


async def _organizations(connections: Connections, observed: Observed) -> list[str]:
    found: list[str] = []
    columns = "id::text, version, status, name, division, full_members, coverage"
    source = await connections["registry"].fetch(f"SELECT {columns} FROM organizations")
    statement = f"SELECT {columns.replace('version', 'sequence')} FROM organizations"
    projected = {row["id"]: row for row in await connections["incubation"].fetch(statement)}
    aside = observed.behind("incubation")
    # An organization whose end is all that was ever published of it is unknown to its readers.
    ends = "shuangfu.registry.organization.deregistered.v1"
    told = {row["subject"] for row in observed.outbox["registry"] if row["type"] != ends}
    for row in source:
        mine = projected.get(row["id"])
        if row["id"] in aside or (mine is None and row["id"] not in told):
            continue
        if mine is None:
            found.append(f"incubation has no organization {row['id']}")
            continue
        # A deregistration tells the end and nothing else.
        names = ("version", "status") if row["status"] == "deregistered" else tuple(row.keys())
        for name in names:
            theirs = mine["sequence" if name == "version" else name]
            if row[name] != theirs:
                found.append(f"incubation: {name} of organization {row['id']} is {theirs}, not {row[name]}")
    return found


async def _party_organizations(connections: Connections, observed: Observed) -> list[str]:
    found: list[str] = []
    source = await connections["registry"].fetch("SELECT id::text, version FROM party_organizations")
    for service in ("incubation", "evaluation", "funding"):
        aside = observed.behind(service)
        known = dict(await connections[service].fetch("SELECT id::text, sequence FROM party_organizations"))
        found += [
            f"{service}: Party organization {row['id']} is at v{known.get(row['id'])}, not v{row['version']}"
            for row in source
            if known.get(row["id"]) != row["version"] and row["id"] not in aside
        ]
    return found
