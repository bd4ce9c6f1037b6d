"""A final completion has its events and consequences exactly once: interrupted at any step, or taken twice at once."""

import asyncio
import signal
from collections import Counter
from typing import Any

import pytest
from fastapi import FastAPI

from services.evaluation.consequences import actions, queries
from services.evaluation.evaluations.completing import actions as completing
from tests.evaluation.conftest import Round
from tests.evaluation.consequences import killed
from tests.evaluation.consequences.helpers import TOPIC, accepted, corrected, done, of, rated, step, today, tracked
from tests.running.commands import FORKS

ONCE = {"shuangfu.evaluation.standing.changed.v1": 1}
CLOSED_ONCE = ONCE | {"shuangfu.evaluation.rectification.closed.v1": 1}


class KilledError(RuntimeError):
    """The process ends here: whatever it did in its transaction is undone."""


async def published(a_round: Round) -> dict[str, int]:
    return dict(Counter(event["type"] for event in await a_round.outbox(TOPIC)))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (completing, "emit"),
        (completing, "covered_at_year_end"),
        (completing, "publish_final"),
        (completing, "follow_ratings"),
        (queries, "insert_new"),
    ],
)
async def test_f1_killed_at_a_step__leaves_nothing_and_the_next_try_is_whole(
    a_round: Round, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    [one] = await a_round.scored(45)

    async def kill(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(module, name, kill)
        assert (await a_round.complete(one)).status_code == 500
    assert (await a_round.get(one))["state"] == "scoring"
    assert [await a_round.outbox(), await a_round.outbox(TOPIC)] == [[], []]
    assert await of(a_round, one) == {}
    assert (await a_round.complete(one)).status_code == 200
    assert len(await a_round.outbox()) == 1
    assert await published(a_round) == ONCE
    assert len(await of(a_round, one)) == 5


async def test_f1_kill_9_at_every_step__has_its_events_once(app: FastAPI, a_round: Round) -> None:
    found = await a_round.scored(*[45] * len(killed.STEPS))
    url = app.state.settings.database_url
    processes = [
        FORKS.Process(target=killed.run, args=(url, one["id"], step), daemon=True)
        for one, step in zip(found, killed.STEPS, strict=True)
    ]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join, 120)
    assert {process.exitcode for process in processes} == {-signal.SIGKILL}

    *before, after = found
    assert [(await a_round.get(one))["state"] for one in found] == ["scoring"] * len(before) + ["completed"]
    assert [str(event["subject"]) for event in await a_round.outbox()] == [after["id"]], "no event without its data"
    assert [await of(a_round, one) for one in before] == [{}] * len(before)
    answers = [(await a_round.complete(one)).status_code for one in found]
    assert answers == [200] * len(before) + [409], "the client asks again, having heard nothing"
    assert Counter(str(event["subject"]) for event in await a_round.outbox()) == {one["id"]: 1 for one in found}
    stated = Counter(event["subject"] for event in await a_round.outbox(TOPIC))
    assert (len(stated), {*stated.values()}) == (len(found), {1}), "one standing of each organization"
    assert {len(await of(a_round, one)) for one in found} == {5}


async def test_f1_killed_while_closing__publishes_once(a_round: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    [one] = await rated(a_round, 45)
    opinion = await tracked(a_round, (await of(a_round, one))["rectification"])

    async def kill(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(actions, "emit", kill)
        failed = await step(a_round, opinion, "acceptance", accepted=True, on=str(today()), record="已落实")
        assert failed.status_code == 500
    assert (await of(a_round, one))["rectification"] == opinion
    await done(a_round, opinion, "acceptance", accepted=True, on=str(today()), record="已落实")
    assert await published(a_round) == CLOSED_ONCE


async def test_f17_completed_twice_at_once__follows_once(a_round: Round) -> None:
    [one] = await a_round.scored(45)
    answers = await asyncio.gather(*(a_round.complete(one) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert len(await a_round.outbox()) == 1
    assert await published(a_round) == ONCE
    assert len(await of(a_round, one)) == 5


async def test_f17_accepted_twice_at_once__closes_once(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    opinion = await tracked(a_round, (await of(a_round, one))["rectification"])
    body = {"accepted": True, "on": str(today()), "record": "已落实"}
    answers = await asyncio.gather(*(step(a_round, opinion, "acceptance", **body) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert await published(a_round) == CLOSED_ONCE


async def test_decision_64_whole_life__one_event_for_each_final_completion(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    await accepted(a_round, (await of(a_round, one))["rectification"])
    for share, kinds in ((75, 4), (45, 5), (95, 5)):
        await corrected(a_round, one, share)
        assert len(await of(a_round, one)) == kinds, share
    assert [event["sequence"] for event in await a_round.outbox()] == [1, 2, 3, 4]
    events = await a_round.outbox(TOPIC)
    assert [event["sequence"] for event in events if "standing" in event["type"]] == [1, 2, 3, 4]
    assert len({event["subject"] for event in events if "standing" in event["type"]}) == 1
    assert sum("rectification" in event["type"] for event in events) == 1
