"""Reads back over HTTP what the run came to: nothing of it is taken from what was sent."""

from collections import Counter
from collections.abc import Sequence

from shuangfu.city.comparing import Came
from shuangfu.city.granting import GRANTS, MEMBERS_SCHEME
from shuangfu.city.invented.hangzhou import ANNUAL_SCHEME, KEY_SCHEME, XIHU
from shuangfu.city.registering import count_of
from shuangfu.city.steps import Steps
from shuangfu.demonstration.findings import Json

_TOLD_ON = "2014-12-31"
_INDUSTRY_BODIES = ("SH-LAWYERS", "SH-ACCOUNTANTS", "SH-UNIVERSITIES", "SH-HOSPITALS")
"""policies/shanghai/bodies.yaml (S3)."""


def read_back(steps: Steps, completed: Sequence[Json], consequences: dict[str, int], orders: Sequence[Json]) -> Came:
    """Once every event has taken effect."""
    actors = steps.actors
    with steps.step("settle") as timed:
        events = steps.settle("settle")
        timed.things = sum(int(one["published"]) for one in events.values())
    shanghai, xihu = count_of(steps, "31")(), count_of(steps, XIHU)()
    conference = actors.get("/registry/v1/bodies/joint-conference", division="31", on=_TOLD_ON)
    grants: dict[str, list[Json]] = {}
    for one in actors.list_all(GRANTS, year=steps.year):
        grants.setdefault(one["scheme"], []).append(one)
    figures = {
        "organizations": shanghai["organizations"],
        "working_bodies": _districts(actors.get("/registry/v1/bodies/coverage", division="31", on=_TOLD_ON)),
        "under_industry": sum(
            sum(1 for _ in actors.list_all("/registry/v1/party-organizations", body=body)) for body in _INDUSTRY_BODIES
        ),
        "conference": conference["bodies"],
        "standalone": shanghai["standalone_branches"],
        "joint": shanghai["joint_branches"],
        "in_joint": shanghai["organizations_in_joint"],
        "filed_bodies": shanghai["filed_bodies_in_areas"],
        "areas": shanghai["areas"],
        "workers": shanghai["area_workers"],
        "heads": actors.get("/registry/v1/leadership-report", division="31")["secretaries_are_heads"],
        "key_committees": len(grants.get(KEY_SCHEME, [])),
        "xihu_incubated": xihu["organizations"],
        "xihu_standalone": xihu["standalone_branches"],
        "xihu_joint": xihu["joint_branches"],
    }
    return Came(
        figures,
        {scheme: _sums(grants.get(scheme, [])) for scheme in (MEMBERS_SCHEME, KEY_SCHEME, ANNUAL_SCHEME)},
        dict(sorted(Counter(int(one["star"]) for one in completed).items(), reverse=True)),
        consequences,
        {name: sum(int(one[name]) for one in orders) for name in ("count", "total_fen", "file_lines", "file_fen")},
        {name: sum(int(one[name]) for one in events.values()) for name in ("published", "consumed", "dead_letters")},
        shanghai,
    )


def _districts(coverage: Json) -> int:
    """The working bodies of districts: the city's own is not one of them."""
    return sum(1 for one in coverage["divisions"] if one["body"] and not one["division"].endswith("0000"))


def _sums(grants: Sequence[Json]) -> dict[str, int]:
    return {
        "grants": len(grants),
        "total_fen": sum(one["amount_fen"] for one in grants),
        "held": sum(1 for one in grants if one["state"] == "held"),
    }
