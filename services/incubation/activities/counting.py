"""Activities and cultivation by division and year: for the yearly report."""

from sqlalchemy import text

from services.incubation.history.periods import Count, Counted, ReportYear, counts_of
from shared.db.session import Transaction

# What lasts is counted as it stands on the day, what was on one day as it was in the year.
_ACTIVITIES = text(
    """
    SELECT division, kind, count(*) AS number, COALESCE(sum(participants), 0)::bigint AS participants FROM activities
    WHERE division LIKE :within AND state = 'recorded' AND on_day <= :day
      AND CASE WHEN lasting THEN until IS NULL OR until > :day ELSE on_day >= :first END
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_CULTIVATION = text(
    """
    SELECT division, count(*) AS cultivation_reports, sum(staff_to_members) AS staff_to_members,
        sum(members_to_staff) AS members_to_staff
    FROM cultivations WHERE division LIKE :within AND year = :year GROUP BY 1 ORDER BY 1
    """
)
_KNOWN_FROM = text(
    "SELECT (SELECT min(on_day) FROM activities) AS activities, "
    "(SELECT make_date(min(year), 1, 1) FROM cultivations) AS cultivation"
)
KINDS = {
    "vanguard_post": "vanguard_posts",
    "integrity_vanguard": "integrity_vanguards",
    "volunteering": "volunteering",
    "check_in": "check_ins",
    "report": "community_reports",
    "member_check_in": "member_check_ins",
    "member_report": "member_reports",
    "staff_communication": "staff_communications",
    "shared_venue": "shared_venues",
    "pairing": "pairings",
    "alliance": "alliances",
    "partner_day": "partner_days",
}
"""The kinds that the report has a figure of; a region's own kinds are in `activities` alone."""
_CULTIVATED = ("cultivation_reports", "staff_to_members", "members_to_staff")


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Activities of each kind, who took part in partner days, and what was cultivated, by division."""
    asked = year.asked(division)
    rows = await tx.rows(_ACTIVITIES, asked)
    counts = [Count(row.division, "activities", row.number) for row in rows]
    counts += [Count(row.division, KINDS[row.kind], row.number) for row in rows if row.kind in KINDS]
    days = [row for row in rows if row.kind == "partner_day"]
    counts += [Count(row.division, "partner_day_participants", row.participants) for row in days]
    counts += counts_of(await tx.rows(_CULTIVATION, asked), *_CULTIVATED)
    async with tx.system_scope():
        begun = await tx.row(_KNOWN_FROM)
    of_activities = ("activities", *KINDS.values(), "partner_day_participants")
    return Counted(
        counts, dict.fromkeys(of_activities, begun.activities) | dict.fromkeys(_CULTIVATED, begun.cultivation)
    )
