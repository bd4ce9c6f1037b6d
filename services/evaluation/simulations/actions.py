"""Asks for a simulation: which cycles, by what other rules, and by which policies their effects are compared."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.rules import state_of
from services.evaluation.policies import EvaluationParameters, RatingParameters
from services.evaluation.simulations import errors as e
from services.evaluation.simulations import queries
from services.evaluation.simulations.effects import Books, rules_of
from services.evaluation.simulations.errors import CycleNotClosed
from services.evaluation.simulations.rules import change, find_errors
from services.evaluation.simulations.schemas import SimulationBody
from services.evaluation.simulations.weights import points_of
from shared.db.base import new_id, to_json
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.validation import pointer

Profiles = Sequence[Policy[EvaluationParameters]]


async def request(tx: Transaction, body: SimulationBody, profiles: Profiles, books: Books, now: datetime) -> Record:
    """Store what is asked, for a worker. Raises NotFound, InvalidInput, OutsideScope, CycleNotClosed."""
    found = await _cycles(tx, body)
    division = found[0]["division"] if body.division is None else body.division
    policy = _policy(body.policy, profiles)
    given = {} if body.rules is None else body.rules.model_dump(mode="json", exclude_unset=True)
    ids = [one["id"] for one in found]
    contents = await queries.contents_of(tx, ids)
    errors: list[FieldError] = [
        FieldError(pointer(("weights", of)), e.UNKNOWN_TYPE, (("type", of),))
        for of in body.weights
        if not any(of == known for _, known in contents)
    ]
    asked = []
    for cycle in found:
        own = FrozenPolicy.model_validate(cycle["policy"]).parameters
        other = change(own if policy is None else policy.parameters, given)
        if other.deciding_stage != own.deciding_stage:
            facts = (("policy", body.policy), ("stage", other.deciding_stage))
            errors.append(FieldError("/policy", e.OTHER_STAGE, facts))
        weights, faults = _weights(body.weights, {of: one for (id_, of), one in contents.items() if id_ == cycle["id"]})
        errors += [*find_errors(other), *faults]
        asked.append({"id": cycle["id"], "own": _plain(own), "other": _plain(other), "weights": weights})
    if errors:
        raise InvalidInput(list(dict.fromkeys(errors)))
    effects = await _effects(tx, books, ids, found[0]["year"], china_day(now))
    row = {
        "id": new_id(),
        "division": division,
        "year": found[0]["year"],
        "asked": to_json(
            {
                "policy": body.policy,
                "rules": given,
                "weights": body.weights,
                "cycles": asked,
                **effects,
            }
        ),
        "note": body.note,
        "created_at": now,
        "created_by": tx.access.actor,
    }
    await queries.insert(tx, row)
    return await get(tx, row["id"])


async def get(tx: Transaction, simulation_id: UUID) -> Record:
    """One simulation. Raises NotFound."""
    row = await queries.get(tx, simulation_id)
    if row is None:
        raise NotFound(what="simulation")
    return row


async def _cycles(tx: Transaction, body: SimulationBody) -> list[Record]:
    by_year = body.year is not None and body.division is not None
    if by_year == (body.cycle_id is not None) or (body.year is None) != (body.division is None):
        raise InvalidInput([FieldError("/cycle_id", e.ONE_OF_BOTH)])
    found = await queries.cycles_of(tx, cycle=body.cycle_id, year=body.year, division=body.division)
    if not found and body.cycle_id is not None:
        raise NotFound(what="cycle")
    if not found:
        raise InvalidInput([FieldError("/year", e.NO_CYCLES, (("year", body.year), ("division", body.division)))])
    for cycle in found:
        check_reach(tx.access, cycle["division"])
        if state_of(cycle["state"]) != "closed":
            raise CycleNotClosed(cycle_id=str(cycle["id"]), state=state_of(cycle["state"]))
    if body.division is not None:
        check_reach(tx.access, body.division)
    return found


def _policy(name: str | None, profiles: Profiles) -> Policy[EvaluationParameters] | None:
    if name is None:
        return None
    found = next((one for one in profiles if one.id == name), None)
    if found is None:
        raise InvalidInput([FieldError("/policy", e.NO_POLICY, (("policy", name),))])
    return found


def _weights(
    given: Mapping[str, Mapping[str, Decimal]], contents: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], list[FieldError]]:
    found, errors = {}, []
    for of in given.keys() & contents.keys():
        points, faults = points_of(contents[of], given[of])
        found[of] = {code: str(one) for code, one in points.items()}
        errors += faults
    return found, errors


def _plain(policy: RatingParameters) -> dict[str, Any]:
    return policy.model_dump(mode="json")


async def _effects(tx: Transaction, books: Books, cycle_ids: Sequence[UUID], year: int, today: date) -> dict[str, Any]:
    """The rules of effects, each once, and which of them a division has on the days when ratings became final there.

    And which it has today: that of what becomes final before the answer.
    """
    rules: list[dict[str, Any]] = []

    def place_of(division: str, day: date) -> int:
        one = rules_of(books, division, year, day).to_json()
        if one not in rules:
            rules.append(one)
        return rules.index(one)

    days = await queries.final_days_of(tx, cycle_ids)
    final = {f"{division} {day}": place_of(division, day) for division, day in days if day is not None}
    named = sorted({id_ for place in final.values() for id_ in rules[place]["policies"]})
    present = {division: place_of(division, today) for division in dict.fromkeys(division for division, _ in days)}
    return {"effects": rules, "divisions": final | present, "effect_policies": named}
