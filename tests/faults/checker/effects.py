"""I3: one effect an event, counted where it shows: in what came of it, not in the inbox."""

from collections import Counter
from collections.abc import Mapping

import asyncpg

from tests.faults.checker.observed import Observed

_EFFECTS = (
    (
        "an organization's version was checked twice",
        "incubation",
        """
        SELECT organization_id, organization_sequence, count(*) FROM formation_checks GROUP BY 1, 2
        HAVING count(*) > 1
        """,
    ),
    (
        "an organization has two pending cases",
        "incubation",
        """
        SELECT organization_id, count(*) FROM formation_cases WHERE state IN ('open', 'deferred') GROUP BY 1
        HAVING count(*) > 1
        """,
    ),
    (
        "an organization is covered twice",
        "registry",
        "SELECT organization_id, count(*) FROM coverages WHERE until IS NULL GROUP BY 1 HAVING count(*) > 1",
    ),
    (
        "a Party organization was enrolled twice",
        "evaluation",
        "SELECT party_organization_id, year, count(*) FROM evaluations GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    (
        "an evaluation raised two grants",
        "funding",
        (
            "SELECT evaluation_id, count(*) FROM grants WHERE evaluation_id IS NOT NULL "
            "GROUP BY 1, scheme HAVING count(*) > 1"
        ),
    ),
    (
        "an evaluation was decided on twice",
        "funding",
        "SELECT event_id, count(*) FROM grant_decisions GROUP BY 1 HAVING count(*) > 1",
    ),
    (
        "a rating was stated twice for an organization",
        "evaluation",
        """
        SELECT data->>'evaluation_id', data->>'organization_id', count(*) FROM outbox
        WHERE type = 'shuangfu.evaluation.standing.changed.v1' GROUP BY 1, 2 HAVING count(*) > 1
        """,
    ),
    (
        "a rating was followed by the same consequence twice",
        "evaluation",
        "SELECT evaluation_id, kind, count(*) FROM consequences GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    (
        "a completed rating was followed by nothing",
        "evaluation",
        """
        SELECT e.id, e.year FROM evaluations e
        WHERE e.state = 'completed' AND NOT EXISTS (SELECT FROM consequences c WHERE c.evaluation_id = e.id)
        """,
    ),
    (
        "a grant was posted twice",
        "funding",
        "SELECT grant_id, kind, count(*) FROM ledger_transactions GROUP BY 1, 2 HAVING count(*) > 1",
    ),
)


def caused_twice(observed: Observed) -> dict[str, str]:
    """Events that caused the same event of the same aggregate more than once: their ids, and what they caused."""
    ids = {str(row["id"]) for row in observed.events()}
    caused = Counter(
        (service, row["causation_id"], row["type"], row["subject"])
        for service, rows in observed.outbox.items()
        for row in rows
        if row["causation_id"] in ids
    )
    return {cause: f"{kind} of {subject} by {cause}" for (_, cause, kind, subject), n in caused.items() if n > 1}


async def doubled(connections: Mapping[str, asyncpg.Connection], observed: Observed) -> list[tuple[str, list[str]]]:
    """(what is doubled, which), empty lists included."""
    twice = list(caused_twice(observed).values())
    letters = Counter((row["consumer"], row["event_id"]) for rows in observed.letters.values() for row in rows)
    aside = [f"{event_id} by {consumer}" for (consumer, event_id), n in letters.items() if n > 1]
    found = [("an event caused the same event twice", twice), ("put aside twice", aside)]
    for what, service, statement in _EFFECTS:
        rows = await connections[service].fetch(statement)
        found.append((what, [" ".join(str(value) for value in row) for row in rows]))
    return found
