"""Areas (S15, S16): proposed for the bodies of a district, drawn, and one of them covers whoever lies in it."""

from collections.abc import Sequence

from shuangfu.demonstration.actors import Actors, Await
from shuangfu.demonstration.findings import DemoFailed, Json

AREAS, PROPOSALS, CASES = "/incubation/v1/areas", "/incubation/v1/area-proposals", "/incubation/v1/formation-cases"


def draw(actors: Actors, division: str, wait: Await) -> None:
    """Have areas proposed and draw all of them; what an earlier run has drawn stays as it is."""
    if any(actors.list_all(AREAS, division=division)):
        return
    proposal = actors.post("officer", f"{AREAS}:propose", {"division": division})

    def computed() -> int:
        proposal.update(actors.get(f"{PROPOSALS}/{proposal['id']}"))
        return int(proposal["state"] != "computing")

    wait("area", computed, 1)
    if proposal["state"] != "ready":
        raise DemoFailed(f"areas of {division}: {proposal['failure']}")
    adopted = [
        {
            "number": one["number"],
            "code": f"{division}-D{one['number']:02d}",
            "name": f"示范{one['number']}号片区",
            "workers": 1,
        }
        for one in proposal["areas"]
    ]
    if adopted:
        actors.post("officer", f"{PROPOSALS}/{proposal['id']}/adoption", {"areas": adopted})


def cover_first(actors: Actors, division: str, wait: Await) -> None:
    """Approve the case of the first organization without members: the area that it lies in covers it (S15).

    Where no area is drawn, nobody is covered.
    """
    if not any(actors.list_all(AREAS, division=division)):
        return
    cases = actors.list_all(CASES, division=division, outcome="area")
    case = min(cases, key=lambda one: str(one["uscc"]), default=None)
    if case is None:
        return
    if case["state"] == "open":
        actors.post("officer", f"{CASES}/{case['id']}/approval", {"note": "示范"})
    wait("area", lambda: int(read_areas(actors, [division])[division]["organizations_covered"]), 1)


def read_areas(actors: Actors, divisions: Sequence[str]) -> dict[str, Json]:
    """The totals of the areas of each of these divisions, with how many organizations lie in them."""
    found = {}
    for division in sorted(set(divisions)):
        areas = list(actors.list_all(AREAS, division=division))
        totals = actors.get(f"{AREAS}/totals", division=division)
        inside = sum(one["organizations"] for one in areas)
        names = ("areas", "workers", "organizations_covered")
        found[division] = {**{name: totals[name] for name in names}, "organizations": inside}
    return found
