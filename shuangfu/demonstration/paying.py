"""A grant's way to its recipient: reviewed, approved and paid by three."""

from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json

_STEPS = (("reviewer", "review"), ("approver", "approval"), ("payer", "payment"))
_STEPS_LEFT = {"raised": _STEPS, "reviewed": _STEPS[1:], "approved": _STEPS[2:]}
"""By the grant's state: an earlier run may have been interrupted."""


def pay(actors: Actors, grant: Json) -> None:
    """Take what steps are left."""
    for actor, step in _STEPS_LEFT.get(grant["state"], ()):
        actors.post(actor, f"/funding/v1/grants/{grant['id']}/{step}", {})


def count_decided(actors: Actors, year: int) -> int:
    """The decisions on a year's ratings."""
    return sum(1 for _ in actors.list_all("/funding/v1/grants/decisions", year=year))


def count_settled(actors: Actors, year: int) -> int:
    """The same without those whose grant is still held for its star."""
    held = sum(
        1
        for grant in actors.list_all("/funding/v1/grants", year=year, state="held")
        if grant["reasons"][-1]["outcome"] == "held"
    )
    return count_decided(actors, year) - held
