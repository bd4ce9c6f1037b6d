"""The second act of founding (D9): each leadership is elected, reported by one actor and approved by another."""

from collections.abc import Mapping

from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json

_COMMITTEE_FROM = 7
_SMALL = (1, 1)
_ELECTED = {"BRANCH": (3, 4), "GENERAL": (5, 6), "COMMITTEE": (5, 6)}
"""How many are elected, of how many candidates, by kind; below seven full members a secretary alone."""


def lead(actors: Actors, party: Json, full_members: Mapping[str, int], *, head: bool | None = None) -> None:
    """Report an invented election on the founding day, and approve it; an earlier run may have stopped in between.

    `full_members` are those of each organization, by its id. `head`: whether the secretary heads the organization too;
    None: of a standalone one.
    """
    path = f"/registry/v1/party-organizations/{party['id']}/leadership"
    reported = next((one for one in actors.list_all(path) if one["state"] == "reported"), None)
    if reported is None:
        due = sum(full_members[cover["organization_id"]] for cover in party["covers"])
        elected, candidates = _ELECTED[party["kind"]] if due >= _COMMITTEE_FROM else _SMALL
        election = {
            "held_on": party["established_on"],
            "due": due,
            "present": due,
            "candidates": candidates,
            "elected": elected,
            "secretary_is_head": party["form"] == "standalone" if head is None else head,
        }
        reported = actors.post("registrar", path, election)
    number = f"示范〔{party['established_on'][:4]}〕{reported['number']}号"
    approval = {"approved_on": party["established_on"], "approval_number": number}
    actors.post("officer", f"{path}/{reported['number']}/approval", approval)
