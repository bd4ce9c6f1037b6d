"""What a closed cycle would be under other rules, without a record being touched (issue 14, §8)."""

import csv
import io
from typing import Any

import pytest
from fastapi import FastAPI

from services.evaluation.simulations.process import compute
from shared.computing.process import ComputingFailed, Report
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, pointers, slug, with_policy
from tests.evaluation.simulations.conftest import WhatIf

QUOTA = {"quota_max_bp": {5: 2500}, "session": {}}
RECORDS = ("evaluations", "evaluation_scores", "cycles", "sessions", "outbox", "catalogue_entries", "audit_log")


def stars(changes: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(one["star_before"], one["star_after"]) for one in changes]


def effect(simulation: dict[str, Any], name: str, value: str) -> tuple[int, int, int]:
    [found] = [one for one in simulation["effects"] if (one["effect"], one["value"]) == (name, value)]
    return found["before"], found["after"], found["differ"]


async def everything(a_round: Round) -> list[Any]:
    tables = await a_round.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = sorted({row["tablename"] for row in tables} & set(RECORDS))
    return [await a_round.rows(f"SELECT * FROM {name} AS t ORDER BY CAST(t AS text)") for name in names]


async def test_d1_a_profile_shows_who_changes_and_touches_no_record(what_if: WhatIf) -> None:
    await what_if.closed(96, 92, 86, 55)
    before = await everything(what_if.round)
    found = await what_if.simulated(policy="tianjin-2016", note="按天津办法测算")
    # 95/85/75/65/60, and a tenth of four is no seat.
    changes = await what_if.changes(found)
    assert stars(changes) == [(5, 4), (5, 4), (1, 0)]
    assert [one["total_before"] for one in changes] == [one["total_after"] for one in changes]
    assert found["stars"] == [
        {"star": 5, "before": 2, "after": 0},
        {"star": 4, "before": 1, "after": 3},
        {"star": 1, "before": 1, "after": 0},
        {"star": 0, "before": 0, "after": 1},
    ]
    assert (found["changed"], found["risen"], found["fallen"]) == (3, 0, 3)
    assert (found["evaluations"], found["not_completed"], found["not_reproduced"]) == (4, 0, 0)
    assert (found["note"], found["policy"]) == ("按天津办法测算", "tianjin-2016")
    told = {reason["rule"]: reason for reason in changes[0]["reasons"]}
    assert told["R-quota"]["facts"]["seats"] == 0
    assert told["R-quota"]["text"]
    assert changes[1]["reasons"][-1]["outcome"] == "star_4"
    assert await everything(what_if.round) == before


async def test_d1_a_scale_of_three_stars(what_if: WhatIf) -> None:
    await what_if.closed(92, 85, 72, 55)
    found = await what_if.simulated(policy="three-star")
    assert stars(await what_if.changes(found)) == [(5, 3), (4, 2), (3, 1), (1, 0)]


async def test_h19_other_cutoffs_are_inclusive(what_if: WhatIf) -> None:
    await what_if.closed(88, 87, 40)
    cutoffs = [{"star": star, "at_least": at} for star, at in ((5, "88"), (4, "80"), (3, 70), (2, 60), (1, "40.00"))]
    found = await what_if.simulated(rules={"cutoffs": cutoffs})
    assert stars(await what_if.changes(found)) == [(4, 5), (0, 1)]
    assert (found["risen"], found["rules"]["cutoffs"][0]) == (2, {"star": 5, "at_least": "88"})


async def test_h22_h24_h25_what_follows_is_shown_on_both_sides(what_if: WhatIf) -> None:
    await what_if.closed(92, 65, 55)
    cutoffs = [{"star": star, "at_least": at} for star, at in ((5, 94), (4, 80), (3, 70), (2, 66), (1, 52))]
    found = await what_if.simulated(rules={"cutoffs": cutoffs})
    first, second = await what_if.changes(found)
    assert (first["star_after"], first["before"]["advanced"], first["after"]["advanced"]) == (4, True, False)
    assert second["before"] == {
        "opinion": "improvement",
        "talk": False,
        "advanced": False,
        "ceiling": None,
        "procurement": "inform",
        "grant": "released",
    }
    assert second["after"] == {
        "opinion": "rectification",
        "talk": True,
        "advanced": False,
        "ceiling": "2A",
        "procurement": "deprioritize",
        "grant": "held",
    }
    assert effect(found, "talk", "yes") == (1, 2, 1)
    assert effect(found, "ceiling", "2A") == (1, 2, 1)
    assert effect(found, "procurement", "deprioritize") == (1, 2, 1)
    assert effect(found, "grant", "held") == (1, 2, 1)
    assert effect(found, "grant", "released") == (2, 1, 1)
    assert effect(found, "opinion", "rectification") == (1, 2, 1)
    assert found["effect_policies"] == [
        "default-assessment-2026",
        "default-consequences",
        "default-standing",
        "hz-2013-annual",
    ]


async def test_d14_laggards_are_rectified_and_keep_their_star(what_if: WhatIf) -> None:
    await what_if.closed(92, 85, 75)
    found = await what_if.simulated(rules={"laggards_min_bp": 3000})
    [last] = await what_if.changes(found)
    assert (last["star_before"], last["star_after"]) == (3, 3)
    assert (last["laggard_before"], last["laggard_after"]) == (False, True)
    assert (last["after"]["opinion"], last["after"]["talk"]) == ("rectification", False)
    assert (found["laggards_before"], found["laggards_after"], found["fallen"]) == (0, 1, 0)


async def test_d2_a_quota_and_its_ties_are_counted_over_all(what_if: WhatIf) -> None:
    await what_if.closed(95, 95, 85, 70)
    out = await what_if.simulated(rules={"quota_max_bp": {"5": 2500}})
    assert stars(await what_if.changes(out)) == [(5, 4), (5, 4)]
    [reason, *_] = [one for one in (await what_if.changes(out))[0]["reasons"] if one["rule"] == "R-tie"]
    assert reason["facts"]["tied"] == 2
    inside = await what_if.simulated(rules={"quota_max_bp": {"5": 2500}, "ties": "in"})
    assert inside["changed"] == 0


async def test_step_up_max__holds_back_from_the_last_rating(what_if: WhatIf) -> None:
    await what_if.closed(92, 92)
    one = what_if.evaluations[0]
    await what_if.round.run(
        "INSERT INTO cycles (id, year, division, state, policy, version, created_at, opened_at, closed_at) "
        "SELECT gen_random_uuid(), 2025, division, state, policy, 1, created_at, opened_at, closed_at FROM cycles"
    )
    await what_if.round.run(
        "INSERT INTO cycle_indicator_systems SELECT c.id, s.type, s.version, c.division, s.content "
        "FROM cycles c, cycle_indicator_systems s WHERE c.year = 2025 AND s.type = 'T10'"
    )
    await what_if.round.run(
        "INSERT INTO evaluations (id, cycle_id, year, party_organization_id, division, type, state, total, star, "
        "reasons, basis, sequence, version, enrolled_at, completed_at, steps) SELECT gen_random_uuid(), c.id, 2025, "
        "e.party_organization_id, e.division, 'T10', 'completed', 72, 3, '[]', e.basis, 1, 1, now(), now(), '[]' "
        "FROM evaluations e, cycles c WHERE c.year = 2025 AND e.id = CAST(:id AS uuid)",
        id=one["id"],
    )
    found = await what_if.simulated(rules={"step_up_max": 1})
    [change] = await what_if.changes(found)
    assert (change["evaluation_id"], change["star_before"], change["star_after"]) == (one["id"], 5, 4)
    assert change["reasons"][0]["outcome"] == "one_step_a_year"


async def test_weights__give_each_indicator_the_same_share_of_other_points(what_if: WhatIf) -> None:
    await what_if.closed(50)
    levels = (await what_if.round.client.get("/v1/indicator-systems/T10", params={"year": 2026})).json()["levels"]
    # Full points stand at the front: heading A and B weigh more, F less.
    points = {level["code"]: int(float(level["points"]) * 100) for level in levels}
    heavier = {"A": str((points["A"] + 1200) / 100), "F": str((points["F"] - 1200) / 100)}
    found = await what_if.simulated(weights={"T10": heavier})
    [change] = await what_if.changes(found)
    assert float(change["total_after"]) > float(change["total_before"])
    assert (change["star_before"], change["star_after"]) == (1, 2)
    unequal = await what_if.ask(weights={"T10": {"A": "99"}})
    assert (unequal.status_code, pointers(unequal)) == (422, ["/weights/T10"])
    unknown = await what_if.ask(weights={"T10": {"Z9": "1"}, "T99": {"A": "1"}})
    assert sorted(pointers(unknown)) == ["/weights/T10/Z9", "/weights/T99"]


@pytest.mark.parametrize("quota", [False, True])
async def test_same_rules__change_nothing(app: FastAPI, what_if: WhatIf, quota: bool) -> None:
    if quota:
        with_policy(app, **QUOTA)
    await what_if.closed(95, 94, 93, 55, session=quota)
    found = await what_if.simulated()
    assert (found["changed"], found["not_reproduced"], found["evaluations"]) == (0, 0, 4)
    assert await what_if.changes(found) == []


async def test_decision_61_who_was_decided_earlier_keeps_star_and_seat(app: FastAPI, what_if: WhatIf) -> None:
    with_policy(app, **QUOTA)
    what_if.evaluations = await what_if.round.scored(95, 70, 65, 60)
    assert (await what_if.round.session(count=4)).status_code == 201
    late = await what_if.late(96)
    assert (await what_if.round.session(count=1)).status_code == 201
    await what_if.complete(*what_if.evaluations)
    await what_if.close()
    assert [(await what_if.round.get(one))["star"] for one in (what_if.evaluations[0], late)] == [5, 4]
    found = await what_if.simulated()
    assert (found["changed"], found["not_reproduced"]) == (0, 0), "the later session found the seat taken"
    free = await what_if.simulated(rules={"quota_max_bp": None})
    assert stars(await what_if.changes(free)) == [(4, 5)]


async def test_not_reproduced__is_said_and_not_counted_as_a_change(app: FastAPI, what_if: WhatIf) -> None:
    with_policy(app, **QUOTA)
    await what_if.closed(95, 94, 93, 55, session=True)
    await what_if.round.run("UPDATE evaluations SET star = 5 WHERE total = 94")
    found = await what_if.simulated()
    assert (found["changed"], found["not_reproduced"]) == (0, 1)
    free = await what_if.simulated(rules={"quota_max_bp": None})
    assert stars(await what_if.changes(free)) == [(4, 5)]


async def test_year_and_division__take_all_cycles_inside(what_if: WhatIf) -> None:
    await what_if.closed(92)
    found = await what_if.simulated(year=2026, division="33", policy="three-star")
    assert (found["division"], found["cycle_ids"], found["changed"]) == ("33", [what_if.round.cycle["id"]], 1)
    both = await what_if.ask(cycle_id=what_if.round.cycle["id"], year=2026, division="33")
    assert (both.status_code, pointers(both)) == (422, ["/cycle_id"])
    none = await what_if.ask(year=2020, division="33")
    assert pointers(none) == ["/year"]


async def test_refused__an_open_cycle_and_rules_that_no_policy_may_have(what_if: WhatIf) -> None:
    what_if.evaluations = await what_if.round.scored(92)
    running = await what_if.ask()
    assert (running.status_code, slug(running)) == (409, "cycle-not-closed")
    await what_if.complete(*what_if.evaluations)
    await what_if.close()
    assert (await what_if.ask(cycle_id="018f0000-0000-7000-8000-000000000000")).status_code == 404
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"policy": "nowhere"}, ["/policy"]),
        ({"rules": {"cutoffs": [{"star": 1, "at_least": 50}, {"star": 3, "at_least": 70}]}}, ["/rules/cutoffs"]),
        ({"rules": {"cutoffs": [{"star": 1, "at_least": 50}, {"star": 2, "at_least": 50}]}}, ["/rules/cutoffs"]),
        ({"rules": {"total_cap": 80}}, ["/rules/cutoffs"]),
        ({"rules": {"scale": 3}}, ["/rules/cutoffs"]),
        ({"rules": {"cutoffs": [{"star": 1, "at_least": 50}], "quota_max_bp": {"2": 100}}}, ["/rules/quota_max_bp"]),
        ({"rules": {"quota_max_bp": {"9": 100}}}, ["/rules/quota_max_bp/9/[key]"]),
    ]
    for body, expected in cases:
        response = await what_if.ask(**body)
        assert (response.status_code, pointers(response)) == (422, expected), response.text
    assert await what_if.round.rows("SELECT FROM simulations") == []


async def test_changes__are_paged_filtered_and_a_file(what_if: WhatIf) -> None:
    await what_if.closed(92, 85, 72)
    found = await what_if.simulated(policy="three-star")
    assert stars(await what_if.changes(found, star_before=4)) == [(4, 2)]
    assert stars(await what_if.changes(found, division="3302")) == []
    path = f"/v1/simulations/{found['id']}/changes"
    first = (await what_if.round.client.get(path, params={"limit": 2})).json()
    rest = (await what_if.round.client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    response = await what_if.round.client.get(path, params={"format": "csv"})
    [head, *rows] = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert len(rows) == 3
    assert (await what_if.round.client.get(path, params={"format": "xlsx"})).content[:2] == b"PK"
    listed = (await what_if.round.client.get("/v1/simulations", params={"division": "3301"})).json()["items"]
    assert [one["id"] for one in listed] == [found["id"]]
    assert head


async def test_process__answers_as_the_rule_itself_does_and_its_end_is_no_end(what_if: WhatIf) -> None:
    await what_if.closed(92, 85)

    async def ends(task: bytes, report: Report) -> dict[str, Any]:
        raise ComputingFailed

    here = await what_if.simulated(policy="tianjin-2016")
    apart = await what_if.simulated(compute, policy="tianjin-2016")
    same = ("stars", "changed", "effects", "evaluations")
    assert [here[name] for name in same] == [apart[name] for name in same]
    one, other = await what_if.changes(here), await what_if.changes(apart)
    assert [change | {"reasons": None} for change in one] == [change | {"reasons": None} for change in other]
    response = await what_if.ask(policy="tianjin-2016")
    await what_if.work(ends)
    failed = (await what_if.round.client.get(f"/v1/simulations/{response.json()['id']}")).json()
    assert (failed["state"], failed["stars"]) == ("failed", [])
    assert "several times" in failed["failure"]


async def test_scope__of_a_citys_simulation_a_district_sees_nothing(what_if: WhatIf, token_for: TokenFor) -> None:
    await what_if.closed(92)
    found = await what_if.simulated(policy="three-star")
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    client = what_if.round.client
    for path in (f"/v1/simulations/{found['id']}", f"/v1/simulations/{found['id']}/changes"):
        assert (await client.get(path, headers=headers, auth=None)).status_code == 404
    asked = await client.post(
        "/v1/simulations", json={"cycle_id": what_if.round.cycle["id"]}, headers=headers, auth=None
    )
    assert (asked.status_code, slug(asked)) == (403, "outside-scope")


async def test_a_missing_stage_costs_what_it_cost(app: FastAPI, what_if: WhatIf) -> None:
    with_policy(app, deadlines={"self": {"working_days": 5, "missing": "goes_on", "missing_deducts": "3"}})
    a_round = what_if.round
    one = await a_round.enrolled()
    what_if.evaluations = [one]
    [a_round.cycle] = (await a_round.client.get("/v1/cycles")).json()["items"]
    await a_round.run("UPDATE evaluations SET deadlines = jsonb_build_object('self', '2026-01-30')")
    assert (await a_round.put(one, scores=await a_round.share(92))).status_code == 200
    assert (await a_round.complete(one)).json()["total"] == "89.00"
    await what_if.close()
    found = await what_if.simulated(rules={"bonus_cap": "5"})
    assert (found["changed"], found["not_reproduced"]) == (0, 0)
    higher = await what_if.simulated(rules={"cutoffs": [{"star": n, "at_least": str(80 + 2 * n)} for n in range(1, 6)]})
    assert stars(await what_if.changes(higher)) == []
