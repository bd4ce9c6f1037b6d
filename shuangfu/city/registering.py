"""Registration to checks: what civil affairs and the streets send, by batch and by division, and the areas drawn."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import orjson

from shared.db.base import utc_now
from shared.field.calendar import china_day
from shuangfu.city.invented.inventing import Record
from shuangfu.city.steps import Steps
from shuangfu.demonstration.actors import described
from shuangfu.demonstration.findings import DemoFailed

REGISTRATIONS = "/registry/v1/civil-affairs/registrations:batch"
FILED_BODIES = "/registry/v1/filed-bodies:batch"
_LINES = 20_000
"""Of one request at most."""


def register(steps: Steps) -> None:
    """Registered, filed, published, and checked: the goal's "from registration to checks"."""
    city, actors = steps.city, steps.actors
    organizations = [*city.organizations(), *steps.hangzhou.organizations()]
    bodies = sorted(city.filed_bodies(), key=itemgetter("division"))
    with steps.step("register") as timed:
        steps.each(timed, _batches(organizations), lambda lines: _send(steps, "POST", REGISTRATIONS, lines))
        timed.things = len(organizations)
    with steps.step("file") as timed:
        steps.each(timed, _batches(bodies), lambda lines: _send(steps, "PUT", FILED_BODIES, lines))
        timed.things = len(bodies)
    with steps.step("check") as timed:
        steps.wait("check", lambda: int(actors.get("/registry/v1/operations/bus")["unpublished"] == 0), 1)
        published = int(actors.get("/registry/v1/operations/bus")["published"])
        steps.wait("check", lambda: int(actors.get("/incubation/v1/operations/bus")["consumed"]), published)
        count = count_of(steps, "31")
        steps.wait("check", lambda: count()["cases_opened"], city.counts.organizations)
        steps.wait("check", lambda: count()["filed_bodies"], city.counts.filed_bodies)
        timed.things = len(organizations) + len(bodies)


def draw_areas(steps: Steps) -> None:
    """Each area of S15, with its workers (S16)."""
    actors = steps.actors
    with steps.step("draw") as timed:
        steps.each(
            timed, steps.city.areas(), lambda area: actors.put("officer", f"/incubation/v1/areas/{area[0]}", area[1])
        )


def count_of(steps: Steps, division: str) -> Callable[[], dict[str, int]]:
    """Asks the yearly report of a division, of this year: its figures by code."""
    path = f"/incubation/v1/reports/{china_day(utc_now()).year}"
    actors = steps.actors
    return lambda: {one["code"]: one["value"] or 0 for one in actors.get(path, division=division)["figures"]}


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Of one division each, as a district's own system sends them."""
    for _, own in groupby(sorted(records, key=itemgetter("division")), key=itemgetter("division")):
        lines = list(own)
        yield from (lines[start : start + _LINES] for start in range(0, len(lines), _LINES))


def _send(steps: Steps, method: str, path: str, lines: list[Record]) -> None:
    content = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in lines)
    headers = {**steps.actors.headers("registrar"), "Content-Type": "application/x-ndjson"}
    response = steps.actors.client.request(method, path, content=content, headers=headers)
    if response.is_error:
        raise DemoFailed(described(response))
    results = [orjson.loads(line) for line in response.content.splitlines()]
    refused = [one for one in results if one["status"] not in (200, 201)]
    if refused or len(results) != len(lines):
        raise DemoFailed(
            f"{path}: {len(results)} of {len(lines)} lines answered, {len(refused)} refused: {refused[:1]}"
        )
