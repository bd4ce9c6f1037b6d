"""By when a stage is due, in SQL: the day with its extension, else the cycle's own."""


def due_on(stage: str) -> str:
    """Of an evaluation e of a cycle c; null where nothing names a day (`find_dues`)."""
    return (
        f"COALESCE(CAST(e.extended->>'{stage}' AS date), CAST(e.deadlines->>'{stage}' AS date), "
        f"CAST((c.year + 1) || '-' || (c.policy->'parameters'->'calendar'->>'{stage}') AS date))"
    )


def put(stage: str) -> str:
    """Whether an evaluation e has a stage's sheet; `stage` is SQL."""
    return f"EXISTS (SELECT FROM evaluation_scores AS s WHERE s.evaluation_id = e.id AND s.stage = {stage})"


HAS_FIRST_CHECK = """COALESCE((SELECT c.policy->'parameters'->'first_check'->'affiliations' @> to_jsonb(a.affiliated_as)
    FROM party_organizations AS a WHERE a.id = e.party_organization_id), false)"""
"""Whether the industry checks an evaluation e of a cycle c first (`has_first_check`)."""
_FIRST_CHECK = put("'first_check'")
IS_RATED = """NOT COALESCE(c.policy->'parameters'->>'founded_in_year' = 'not_rated' AND EXISTS (
    SELECT FROM party_organizations AS n WHERE n.id = e.party_organization_id
        AND n.established_on >= make_date(c.year, 1, 1)), false)"""
"""Whether an evaluation e of a cycle c is to be rated (`bar_founded`)."""
SUBMITTED = {
    "self": put("'self'"),
    **{
        stage: f"({done} OR NOT ({IS_RATED}))"
        for stage, done in {
            "group": put("'group'"),
            "satisfaction": "e.satisfaction IS NOT NULL",
            "first_check": f"NOT {HAS_FIRST_CHECK} OR {_FIRST_CHECK}",
            "committee": put("'committee'"),
            "session": "e.phase IS NOT NULL OR e.state = 'completed'",
        }.items()
    },
}
"""Whether a stage of an evaluation e was submitted or is not asked for, in SQL (`submitted_of`)."""

TODAY = "CAST(now() AT TIME ZONE 'Asia/Shanghai' AS date)"
DECIDES_ON = "c.policy->'parameters'->>'deciding_stage'"
SUPPLEMENTED = (
    f"NOT COALESCE(e.returned->>'stage' = {DECIDES_ON} OR CAST(e.returned->>'due_on' AS date) >= {TODAY}, false)"
)
"""Whether a decision on an evaluation e waits for no returned sheet (`waits_for_supplement`)."""
