"""Who took each step of a case, and what the caller may do next."""

from typing import Any

from shared.db.session import Record
from tests.conftest import TokenFor
from tests.incubation.conftest import PLANNED, Incubation, Organization


def as_(token_for: TokenFor, role: str, subject: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(role, ('33',), subject)}", "Accept-Language": "zh"}


async def test_t35_case__keeps_every_step_with_its_actor(incubation: Incubation, token_for: TokenFor) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = await incubation.case(one)
    path = f"/v1/formation-cases/{case['id']}"
    for step, subject, note in (("deferral", "甲", "待整改"), ("deferral", "乙", "再议"), ("approval", "丙", "同意")):
        headers = as_(token_for, "district_officer", subject)
        body = {"note": note, **(PLANNED if step == "deferral" else {})}
        taken = await incubation.http.post(f"{path}/{step}", json=body, headers=headers)
        assert taken.status_code == 200, taken.text
    shown = (await incubation.http.get(path, headers=as_(token_for, "auditor", "丁"))).json()
    assert [(step["step"], step["by"], step["note"]) for step in shown["history"]] == [
        ("opening", "system:incubation", None),
        ("deferral", "甲", "待整改"),
        ("deferral", "乙", "再议"),
        ("approval", "丙", "同意"),
    ]
    times = [step["at"] for step in shown["history"]]
    assert times == sorted(times)
    assert shown["next_steps"] == []


async def test_t35_case__closed_by_an_event_says_so(incubation: Incubation, token_for: TokenFor) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = await incubation.case(one)
    await incubation.deliver(one.ended())
    headers = as_(token_for, "auditor", "丁")
    shown = (await incubation.http.get(f"/v1/formation-cases/{case['id']}", headers=headers)).json()
    assert [step["step"] for step in shown["history"]] == ["opening", "closing"]
    assert shown["history"][-1]["by"] is not None


async def test_t35_case__decided_before_steps_were_kept(incubation: Incubation, token_for: TokenFor) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = await incubation.case(one)
    path = f"/v1/formation-cases/{case['id']}"
    await incubation.http.post(
        f"{path}/deferral", json={**PLANNED, "note": "待整改"}, headers=as_(token_for, "district_officer", "甲")
    )
    await incubation.as_admin(incubation.app.state.database.url, "DELETE FROM formation_case_steps")
    shown = (await incubation.http.get(path, headers=as_(token_for, "auditor", "丁"))).json()
    assert [(step["step"], step["by"], step["note"]) for step in shown["history"]] == [
        ("opening", "system:incubation", None),
        ("deferral", None, "待整改"),
    ]


async def test_t35_next_steps__of_a_case(incubation: Incubation, token_for: TokenFor) -> None:
    alone, joint = Organization(1), Organization(2)
    await incubation.deliver(alone.state(3), joint.state(1))

    async def steps(one: Organization, role: str) -> dict[str, Record]:
        case = await incubation.case(one)
        answer = await incubation.http.get(f"/v1/formation-cases/{case['id']}", headers=as_(token_for, role, "甲"))
        found: list[dict[str, Any]] = answer.json()["next_steps"]
        return {step["step"]: step for step in found}

    officer = await steps(alone, "district_officer")
    assert {name: step["allowed"] for name, step in officer.items()} == {"approval": True, "deferral": True}
    barred = await steps(joint, "district_officer")
    assert {name: step["problem"] for name, step in barred.items()} == {
        "approval": "joint-case-needs-plan",
        "deferral": None,
    }
    assert "联合组建" in barred["approval"]["reason"]
    assert {step["problem"] for step in (await steps(alone, "auditor")).values()} == {"forbidden"}
