"""Whom an open round is for, as one condition in SQL; `surveys/rules.py` has it for a single organization."""


def whom(organization: str, division: str, day: str) -> str:
    """Who was registered in a division on a round's reference day: a condition on rows of organizations.

    The arguments are names of our own: an alias, a column or a bound parameter; never a value.
    """
    return (
        f"starts_with({organization}.division, {division}) AND {organization}.registered_on <= {day} "
        f"AND ({organization}.status = 'registered' OR COALESCE({organization}.ended_on, "
        f"({organization}.as_of AT TIME ZONE 'Asia/Shanghai')::date) > {day})"
    )
