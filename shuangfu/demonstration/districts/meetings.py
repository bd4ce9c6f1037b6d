"""Regular meetings of city, district and street (H7): one has half of the agenda, and does not count."""

from collections.abc import Sequence
from datetime import date, timedelta

from shuangfu.demonstration.actors import OWN, Actors, Await
from shuangfu.demonstration.findings import Json
from shuangfu.demonstration.stars.rating import city_of

BODIES, MEETINGS, CALENDAR = "/registry/v1/bodies", "/incubation/v1/meetings", "/incubation/v1/meeting-calendar"
WRITERS = {"city": "city_officer", "district": "own_officer", "street": "street_officer"}
"""Who writes the meetings of a level."""
_READER = "city_officer"  # sees those of all three levels
_ORGANIZATIONS = {"topic": "organizations", "title": "社会组织孵化进展（示范）"}
_PARTY_ORGANIZATIONS = {"topic": "party_organizations", "title": "党组织孵化进展（示范）"}
BOTH, HALF = [_ORGANIZATIONS, _PARTY_ORGANIZATIONS], [_ORGANIZATIONS]


def meet(actors: Actors, committee: Json, street: str | None, on: date, wait: Await) -> None:
    """A meeting of each level on both topics, and one of the district on one of them; what was held stays as it is.

    Where the example's officers are not those of the division, or no street is known, nobody meets.
    """
    division = committee["division"]
    if street is None or division not in OWN[WRITERS["district"]]:
        return
    actors, eve = actors.reading_as(_READER), on - timedelta(days=1)
    for level, convenor in _find_convenors(actors, committee, street, on, wait).items():
        _hold(actors, level, convenor, on, BOTH, committee)
        if level == "district":
            _hold(actors, level, convenor, eve, HALF, committee)


def read_meetings(actors: Actors, divisions: Sequence[str]) -> list[Json]:
    """The meetings that were held in these divisions and their cities."""
    if not set(divisions) & set(OWN[WRITERS["district"]]):
        return []
    found: dict[str, Json] = {}
    actors = actors.reading_as(_READER)
    for city in sorted({city_of(one) for one in divisions}):
        found |= {one["id"]: one for one in actors.list_all(MEETINGS, division=city, state="held")}
    return sorted(found.values(), key=lambda one: (one["held_on"], [*WRITERS, "conference"].index(one["level"])))


def _find_convenors(actors: Actors, committee: Json, street: str, on: date, wait: Await) -> dict[str, str]:
    """The code of the body that convenes each level's; the street's committee is recorded for the demonstration."""
    division, code = committee["division"], f"{committee['code']}-STREET"[:40]
    body = {
        "names": [{"name": f"中共{street}工作委员会（示范）", "from": "2013-01-01"}],
        "level": "street",
        "kind": "street_committee",
        "division": division,
        "street": street,
        "from": "2013-01-01",
    }
    actors.put("officer", f"{BODIES}/{code}", body)
    found: dict[str, str] = {}

    def known() -> int:
        for one in actors.get(CALENDAR, division=city_of(division), on=on)["entries"]:
            if one["level"] == "city" or (one["division"] == division and one["level"] in WRITERS):
                found[one["level"]] = one["convenor"]["code"]
        return len(found)

    wait("meet", known, len(WRITERS))  # bodies come by events
    return {level: found[level] for level in WRITERS}


def _hold(actors: Actors, level: str, convenor: str, on: date, agenda: Sequence[Json], committee: Json) -> None:
    """Plan the meeting of a day and record its minutes; an earlier run may have stopped in between."""
    day, writer = on.isoformat(), WRITERS[level]
    known = actors.list_all(MEETINGS, division=city_of(committee["division"]), level=level, since=day, until=day)
    meeting = next((one for one in known if one["convenor"] == convenor), None)
    if meeting is None:
        plan = {"level": level, "convenor": convenor, "planned_on": day, "agenda": agenda}
        meeting = actors.post(writer, MEETINGS, plan)
    if meeting["state"] != "planned":
        return
    resolved = {"what": "年内落实孵化器扶持（示范）", "owner": committee["code"], "due_on": day}
    minutes = {
        "held_on": day,
        "agenda": agenda,
        "present": [convenor],
        "minutes": "通报双孵化进展（示范）",
        "resolutions": [resolved] if level == "district" and len(agenda) == len(BOTH) else [],
    }
    actors.post(writer, f"{MEETINGS}/{meeting['id']}/minutes", minutes)
