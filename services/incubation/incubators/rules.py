"""Whether an incubator may work (H5, H6, D15), and who may say so. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.incubation.bodies.body import Bodies, Body
from services.incubation.incubating.policies import IncubatorPolicy
from services.incubation.incubators.errors import IncubatorLacking, IncubatorUnready
from services.incubation.incubators.incubator import TRANSITIONS, Incubator, IncubatorState, IncubatorStep
from shared.contracts.base import Reason
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError, Problem

_COMMITTEE = Text(
    zh="孵化器须有隶属民政部门的党委或党总支（{fault}）。",
    en="An incubator has a Party committee or general branch under civil affairs ({fault}).",
)
_WORKERS = Text(
    zh="党员社工至少 {least} 名，现有 {found} 名。",
    en="At least {least} social worker(s) are Party members; there are {found}.",
)
_PREMISES = Text(
    zh="场地面积至少 {least} 平方米，现为 {found}。", en="The premises have at least {least} m²; they have {found}."
)
_OPERATOR = Text(
    zh="外部运营机构的评估等级至少为 {least}，现为 {found}。",
    en="An operator from outside has at least grade {least}; it has {found}.",
)
_CAPACITY = Text(
    zh="可容纳 {capacity} 家，现有在孵 {found} 家，已超出。",
    en="The incubator takes in {capacity}; {found} are being incubated: it is over-full.",
)
MET, MISSING = "met", "missing"


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that an incubator needs: the reason to keep, and what is wrong (None: nothing)."""

    reason: Reason
    error: FieldError | None


def check_incubator(
    incubator: Incubator,
    bodies: Bodies,
    policy: Policy[IncubatorPolicy],
    days: Sequence[date],
    now: datetime,
    *,
    inside: int = 0,
) -> list[Checked]:
    """What it needs to work, each thing met or missing; on each of `days` its committee was there. `inside` are being
    incubated: as many as it has places for."""
    needs = policy.parameters
    found = [_committee(incubator, bodies, policy, days, now)]
    workers, least = incubator.party_social_workers, needs.party_social_workers_min
    found.append(
        _checked("H6", "/party_social_workers", _WORKERS, workers >= least, policy.id, now, found=workers, least=least)
    )
    if needs.premises_min_m2 is not None:
        area, wanted = incubator.area_m2, needs.premises_min_m2
        found.append(
            _checked(
                "R-incubator-premises",
                "/premises/area_m2",
                _PREMISES,
                area is not None and area >= wanted,
                policy.id,
                now,
                found=area,
                least=wanted,
            )
        )
    outside, grade = incubator.outside_grade
    lowest = needs.operator_grade_min
    if outside and lowest is not None:
        # Grades are written 1A to 5A: as texts they are in their order.
        met = grade is not None and grade >= lowest
        found.append(
            _checked(
                "R-incubator-operator", "/operator/grade", _OPERATOR, met, policy.id, now, found=grade, least=lowest
            )
        )
    if inside:
        room = incubator.capacity
        found.append(
            _checked(
                "R-incubator-capacity",
                "/capacity",
                _CAPACITY,
                inside <= room,
                policy.id,
                now,
                found=inside,
                capacity=room,
            )
        )
    return found


def _checked(
    rule: str, pointer: str, sentence: Text, met: bool, policy: str, now: datetime, **facts: object
) -> Checked:
    reason = Reason(rule=rule, outcome=MET if met else MISSING, facts={**facts, "policy": policy}, as_of=now)
    shown = {name: "—" if value is None else value for name, value in facts.items()}
    return Checked(reason, None if met else FieldError(pointer, sentence, tuple(shown.items())))


def _committee(
    incubator: Incubator, bodies: Bodies, policy: Policy[IncubatorPolicy], days: Sequence[date], now: datetime
) -> Checked:
    body = None if incubator.committee is None else bodies.get(incubator.committee)
    fault = _fault_of(incubator, body, bodies, policy.parameters, days)
    facts: dict[str, object] = {
        "committee": incubator.committee,
        "structure": None if body is None else body.structure,
        "parent": None if body is None else body.parent,
        "fault": fault,
    }
    reason = Reason(
        rule="H5", outcome=MET if fault is None else MISSING, facts={**facts, "policy": policy.id}, as_of=now
    )
    error = None if fault is None else FieldError("/committee", _COMMITTEE, (("fault", fault),))
    return Checked(reason, error)


def _fault_of(
    incubator: Incubator, body: Body | None, bodies: Bodies, needs: IncubatorPolicy, days: Sequence[date]
) -> str | None:
    if incubator.committee is None:
        return "none_named"
    if body is None:
        return "unknown"
    parent = bodies.get(body.parent) if body.parent is not None else None
    tests = (
        ("not_in_force", all(body.in_force(day) for day in days)),
        ("other_kind", body.kind == "incubator_committee"),
        ("structure", body.structure in needs.committee_structures),
        ("territory", body.covers(incubator.division, incubator.street)),
        ("parent", parent is not None and parent.department == needs.civil_affairs),
    )
    return next((name for name, holds in tests if not holds), None)


def missing_of(checked: Sequence[Checked]) -> IncubatorUnready | None:
    """The refusal of an activation, None where nothing is missing."""
    errors = [one.error for one in checked if one.error is not None]
    if not errors:
        return None
    return IncubatorUnready(errors, missing=[one.reason.rule for one in checked if one.error is not None])


def lacking_of(checked: Sequence[Checked]) -> IncubatorLacking | None:
    """The refusal of an entry, None where nothing is missing."""
    unready = missing_of(checked)
    return None if unready is None else IncubatorLacking(unready.errors, missing=unready.facts["missing"])


def barred_by(step: IncubatorStep, history: Sequence[Mapping[str, Any]], actor: str) -> SameHand | None:
    """What bars an actor from a step: nobody who ever recorded an incubator activates it (four-eyes principle)."""
    recorders = [one["by"] for one in history if one["step"] == "recording"]
    if step == "activation" and any(same_person(one, actor) for one in recorders):
        return SameHand(what="incubator", earlier="recording", step=step)
    return None


def next_steps(
    state: IncubatorState, history: Sequence[Mapping[str, Any]], actor: str, unready: IncubatorUnready | None
) -> list[tuple[IncubatorStep, Problem | None]]:
    """The steps that the state allows, each with what bars it."""
    return [
        (step, barred_by(step, history, actor) or (unready if step == "activation" else None))
        for before, step in TRANSITIONS
        if before == state
    ]
