"""The decision that each peer takes, as short as it can be: how an organization's full members are organized (H1)."""

BRANCH, JOINT = 3, 1


def decide(full_members: int) -> str:
    """`standalone` from three full members on, `joint` with at least one, else `covered` by an area."""
    if full_members >= BRANCH:
        return "standalone"
    return "joint" if full_members >= JOINT else "covered"
