"""S13: a plan is computed as a job: its states, who takes it up, what ends it."""

import asyncio
import errno
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from services.incubation.joint_plans import jobs, process, queries
from services.incubation.joint_plans.computing import compute_next, run_plans
from services.incubation.joint_plans.process import ComputingFailed, compute, compute_here
from services.incubation.joint_plans.search.candidates import JointPolicy
from services.incubation.joint_plans.search.planning import JointPlanDraft
from services.incubation.joint_plans.search.task import Task
from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans import helpers
from tests.incubation.joint_plans.helpers import closing_database, create_plan, group

Report = Callable[[int], None]


async def requested(incubation: Incubation) -> dict[str, Any]:
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    response = await incubation.post("/joint-plans", {"division": "330106"})
    assert response.status_code == 202
    plan: dict[str, Any] = response.json()
    assert response.headers["location"].endswith(f"/v1/joint-plans/{plan['id']}")
    assert (plan["state"], plan["proposals"]) == ("computing", [])
    return plan


async def run(incubation: Incubation, how: Any) -> bool:
    async with closing_database(incubation.app.state.database.url) as database:
        return await compute_next(database, incubation.app.state.policies, seconds=60, compute=how)


async def state_of(incubation: Incubation, plan: dict[str, Any]) -> str:
    return str((await incubation.get(f"/joint-plans/{plan['id']}"))["state"])


async def test_s13_job__is_computed_in_a_process_of_its_own(incubation: Incubation) -> None:
    plan = await requested(incubation)
    refused = await incubation.post(f"/joint-plans/{plan['id']}/approval")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:plan-not-ready")
    assert await run(incubation, compute)
    ready = await incubation.get(f"/joint-plans/{plan['id']}")
    assert (ready["state"], ready["progress"]) == ("ready", {"organizations": 3, "settled": 3})
    same = await create_plan(incubation)
    for one in (ready, same):
        for proposal in one["proposals"]:
            proposal.pop("id")
            for reason in proposal["reasons"]:
                reason.pop("as_of")
    assert ready["proposals"] == same["proposals"], "the process answers as the search itself does"
    assert ready["reached"] == ready["bound"] == {"covered": 3, "together": 3, "created": 1, "metres": 0}
    assert not await run(incubation, compute), "nothing waits any more"


async def test_s13_job__of_a_process_that_dies_is_taken_up_again_then_failed(incubation: Incubation) -> None:
    plan = await requested(incubation)

    async def dies(task: Task, report: Report) -> JointPlanDraft:
        raise ComputingFailed

    for _ in range(jobs.MAX_ATTEMPTS):
        assert await run(incubation, dies)
        assert await state_of(incubation, plan) == "computing"
    assert await run(incubation, dies)
    failed = await incubation.get(f"/joint-plans/{plan['id']}")
    assert (failed["state"], failed["failure"][:4]) == ("failed", "计算进程")
    assert not await run(incubation, compute_here)


async def test_s13_job__beyond_the_time_limit_fails_at_once(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that never answers is ended, and the plan is not computed again: it would take as long."""
    plan = await requested(incubation)
    started = answers(monkeypatch, "import time; time.sleep(600)")
    monkeypatch.setattr(process, "GRACE_SECONDS", -59.0)
    await run(incubation, compute)
    [ended] = started
    assert ended.returncode == -signal.SIGKILL
    found = await incubation.get(f"/joint-plans/{plan['id']}")
    assert (found["state"], found["failure"][:4]) == ("failed", "超出时限")
    assert not await run(incubation, compute_here)


async def test_s13_job__for_which_no_process_can_be_started_is_failed_in_the_end(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's own trouble is no trouble of the database, which would be waited for without end."""
    plan = await requested(incubation)

    async def none_left(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(process.asyncio, "create_subprocess_exec", none_left)
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        assert await run(incubation, compute)
    assert await state_of(incubation, plan) == "failed"
    assert not await run(incubation, compute)


async def test_s13_job__of_a_killed_worker_is_taken_up_when_its_lease_is_over(incubation: Incubation) -> None:
    plan = await requested(incubation)
    await incubation.change("UPDATE joint_plan_jobs SET attempts = 1, taken_until = now() + interval '1 minute'")
    assert not await run(incubation, compute_here), "another worker has it"
    await incubation.change("UPDATE joint_plan_jobs SET taken_until = now() - interval '1 second'")
    assert await run(incubation, compute_here)
    assert await state_of(incubation, plan) == "ready"


async def test_s13_job__of_a_stopped_worker_is_free_at_once(incubation: Incubation) -> None:
    plan = await requested(incubation)
    started = asyncio.Event()

    async def waits(task: Task, report: Report) -> JointPlanDraft:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with closing_database(incubation.app.state.database.url) as database:
        policies = incubation.app.state.policies
        worker = asyncio.create_task(run_plans(database, policies, seconds=60, poll_seconds=0.1, compute=waits))
        await started.wait()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    [job] = await incubation.rows("SELECT attempts, taken_until FROM joint_plan_jobs")
    assert (job["attempts"], job["taken_until"]) == (0, None)
    assert await run(incubation, compute_here)
    assert await state_of(incubation, plan) == "ready"


async def test_s13_job__that_another_worker_took_meanwhile_stores_nothing(incubation: Incubation) -> None:
    plan = await requested(incubation)

    async def overtaken(task: Task, report: Report) -> JointPlanDraft:
        await incubation.change("UPDATE joint_plan_jobs SET attempts = attempts + 1")
        return await compute_here(task, report)

    assert await run(incubation, overtaken)
    found = await incubation.get(f"/joint-plans/{plan['id']}")
    assert (found["state"], found["proposals"], found["version"]) == ("computing", [], 1)


async def test_t47_plan__that_is_computed_holds_no_connection(incubation: Incubation) -> None:
    await requested(incubation)
    held: list[int] = []
    async with closing_database(incubation.app.state.database.url) as database:
        pool: Any = database.engine.pool

        async def watched(task: Task, report: Report) -> JointPlanDraft:
            # The first renewal of the lease may still be under way.
            async with asyncio.timeout(10):
                while pool.checkedout():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            held.append(pool.checkedout())
            return await compute_here(task, report)

        await compute_next(database, incubation.app.state.policies, seconds=60, compute=watched)
    assert held == [0]


def answers(monkeypatch: pytest.MonkeyPatch, code: str) -> list[asyncio.subprocess.Process]:
    """Have another program computed in place of the plan's; returns the processes that were started."""
    real, started = asyncio.create_subprocess_exec, list[asyncio.subprocess.Process]()

    async def other(*_: Any, **options: Any) -> Any:
        started.append(await real(sys.executable, "-c", code, **options))
        return started[-1]

    monkeypatch.setattr(process.asyncio, "create_subprocess_exec", other)
    return started


@pytest.mark.parametrize("wrong", [b"", b"3\n", b"no json\n"])
async def test_s13_process__that_answers_nothing_is_a_failure(wrong: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, f"import sys; sys.stdin.read(); sys.stdout.buffer.write({wrong!r})")
    with pytest.raises(ComputingFailed):
        await compute(Task([], JointPolicy(3, 5, 2000), seconds=30), lambda _: None)


@pytest.mark.parametrize("path", ["/joint-plans/{id}", "/joint-plans"])
async def test_plan__that_is_stored_while_it_is_read_is_shown_as_it_was_or_as_it_is(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Never ready and without its proposals: whoever waits for a plan would take it for an empty one."""
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    requested = (await incubation.post("/joint-plans", {"division": "330106"})).json()
    read = queries.list_proposals

    async def read_and_store(*given: Any, **named: Any) -> Any:
        found = await read(*given, **named)
        monkeypatch.setattr(queries, "list_proposals", read)
        await helpers.compute(incubation)
        return found

    monkeypatch.setattr(queries, "list_proposals", read_and_store)
    answer = await incubation.get(path.format(id=requested["id"]))
    [plan] = answer.get("items", [answer])
    assert (plan["state"], plan["proposals"]) == ("computing", [])
    answer = await incubation.get(path.format(id=requested["id"]))
    [plan] = answer.get("items", [answer])
    assert (plan["state"], len(plan["proposals"])) == ("ready", 1)


def test_s13_process__loads_nothing_of_the_database() -> None:
    # A city plans division by division: each process that loaded SQLAlchemy took eight times as long to start.
    module, unwanted = process.__name__, "{'sqlalchemy', 'pydantic', 'asyncpg'}"
    program = f"import sys, {module}; sys.exit(' '.join({unwanted} & sys.modules.keys()) or 0)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
