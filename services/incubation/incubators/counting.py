"""Incubators and what they gave, by division and year: for the yearly report."""

from sqlalchemy import text

from services.incubation.history.periods import Counted, ReportYear, counts_of
from shared.db.session import Transaction

# One that was activated again has the period before in its history (`incubator.WORKED`).
_INCUBATORS = text(
    """
    SELECT division, count(*) AS incubators_active, count(*) FILTER (WHERE street IS NULL) AS incubators_of_district,
        sum(party_social_workers) AS party_social_workers
    FROM incubators WHERE division LIKE :within AND (
        (activated_on <= :day AND (closed_on IS NULL OR closed_on > :day))
        OR EXISTS (SELECT FROM jsonb_array_elements(steps) AS s
            WHERE (s -> 'worked' ->> 0)::date <= :day AND (s -> 'worked' ->> 1)::date > :day)
    ) GROUP BY 1 ORDER BY 1
    """
)
_SUPPORTS = text(
    """
    SELECT division, count(*) FILTER (WHERE kind = 'premises') AS supports_premises,
        count(*) FILTER (WHERE kind IN ('funds', 'projects')) AS supports_funds,
        count(*) FILTER (WHERE kind IN ('training', 'guidance')) AS supports_training,
        COALESCE(sum(amount_fen) FILTER (WHERE kind IN ('funds', 'projects')), 0)::bigint AS support_fen
    FROM supports WHERE division LIKE :within AND given_on BETWEEN :first AND :day AND withdrawn_at IS NULL
    GROUP BY 1 ORDER BY 1
    """
)
_KNOWN_FROM = text(
    "SELECT (SELECT min(LEAST(activated_on, (SELECT min((s -> 'worked' ->> 0)::date) "
    "FROM jsonb_array_elements(steps) AS s))) FROM incubators) AS incubators, "
    "(SELECT min(given_on) FROM supports) AS supports"
)
_OF_INCUBATORS = ("incubators_active", "incubators_of_district", "party_social_workers")
_OF_SUPPORTS = ("supports_premises", "supports_funds", "supports_training", "support_fen")


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Incubators at work on the year's day, and what was given in the year, by division."""
    asked = year.asked(division)
    counts = counts_of(await tx.rows(_INCUBATORS, asked), *_OF_INCUBATORS)
    counts += counts_of(await tx.rows(_SUPPORTS, asked), *_OF_SUPPORTS)
    async with tx.system_scope():
        begun = await tx.row(_KNOWN_FROM)
    of_incubators = (*_OF_INCUBATORS, "districts_without_incubator")
    known_from = dict.fromkeys(of_incubators, begun.incubators) | dict.fromkeys(_OF_SUPPORTS, begun.supports)
    return Counted(counts, known_from)
