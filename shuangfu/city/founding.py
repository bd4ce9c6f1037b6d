"""Cases approved, joint plans made and approved, Party organizations founded and led."""

from operator import itemgetter

from shuangfu.city.steps import Steps
from shuangfu.demonstration.findings import DemoFailed, Json
from shuangfu.demonstration.leading import lead

CASES, PLANS = "/incubation/v1/formation-cases", "/incubation/v1/joint-plans"
PARTIES = "/registry/v1/party-organizations"


def found(steps: Steps) -> list[Json]:
    """Everything until the last leadership is approved; the Party organizations."""
    actors = steps.actors
    approval = {"note": "示例", "founded_on": steps.city.last_day.isoformat()}
    with steps.step("approve") as timed:
        cases = list(actors.list_all(CASES, state="open", outcome="standalone"))
        steps.each(timed, cases, lambda one: actors.post("officer", f"{CASES}/{one['id']}/approval", approval))
    with steps.step("plan") as timed:
        joint = actors.list_all(CASES, state="open", outcome="joint")
        divisions = sorted({one["division"] for one in joint})
        plans = [actors.post("officer", PLANS, {"division": division}) for division in divisions]
        ready = [_await(steps, plan) for plan in plans]
        timed.things = sum(len(one["proposals"]) for one in ready)
    with steps.step("join") as timed:
        steps.each(
            timed,
            ready,
            lambda one: actors.post("officer", f"{PLANS}/{one['id']}/approval", approval),
        )
        wanted = len(cases) + sum(len(one["proposals"]) for one in ready)
        steps.wait("join", lambda: _formed(steps), wanted)
        timed.things = wanted
    parties = list(actors.list_all(PARTIES))
    with steps.step("lead") as timed:
        members = {
            one["id"]: one["full_members"]
            for coverage in ("standalone", "joint")
            for one in actors.list_all("/registry/v1/organizations", coverage=coverage)
        }
        heads = steps.city.counts.heads
        ours = sorted((one for one in parties if one["division"].startswith("31")), key=itemgetter("id"))
        numbered: list[tuple[Json, bool | None]] = [(one, place < heads) for place, one in enumerate(ours)]
        numbered += [(one, None) for one in parties if not one["division"].startswith("31")]
        steps.each(timed, numbered, lambda one: lead(actors, one[0], members, head=one[1]))
    return parties


def _formed(steps: Steps) -> int:
    counts = [steps.actors.get("/registry/v1/coverage", division=division) for division in ("31", "33")]
    return sum(one["standalone"] + one["joint"] for one in counts)


def _await(steps: Steps, plan: Json) -> Json:
    found: Json = {}

    def computed() -> int:
        found.update(steps.actors.get(f"{PLANS}/{plan['id']}"))
        return int(found["state"] != "computing")

    steps.wait("plan", computed, 1)
    if found["state"] != "ready":
        raise DemoFailed(f"joint plan of {found['division']}: {found['failure']}")
    return found
