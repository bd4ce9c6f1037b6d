"""Computes what a year needs, of what funding knows and of what is assumed instead, and keeps it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from services.funding.appropriations.charging import source_of
from services.funding.appropriations.policies import BudgetPolicies
from services.funding.forecasts import checking, choosing, counting, queries, reading
from services.funding.forecasts import errors as e
from services.funding.forecasts.inputs import Inputs
from services.funding.forecasts.needs.asked import Asked
from services.funding.forecasts.needs.comparing import Fund, compare
from services.funding.forecasts.needs.rules import Line, foresee_need
from services.funding.forecasts.needs.stated import share_of
from services.funding.forecasts.schemas import ForecastIn
from services.funding.policies import Scheme, Schemes
from services.funding.pools.policies import PoolPolicies
from shared.contracts.base import Reason
from shared.db.base import new_id, to_json
from shared.db.session import Record, Transaction
from shared.field.calendar import CHINA, china_day
from shared.field.money import LIMIT_FEN
from shared.problems.problems import FieldError, InvalidInput


@dataclass(frozen=True, slots=True)
class Books:
    """The policies that a forecast reads."""

    schemes: Schemes
    budgets: BudgetPolicies
    pools: PoolPolicies


async def forecast(tx: Transaction, body: ForecastIn, books: Books, now: datetime) -> Record:
    """The forecast, kept with its inputs. Raises InvalidInput (422)."""
    today = china_day(now)
    day = body.counted_on or today
    schemes, errors = choosing.choose(
        books.schemes, body.policies, body.proposed, body.division, date(body.year, 12, 31)
    )
    errors += checking.day_errors(day, today)
    for name, rows in (("counts", body.counts), ("entries", body.entries), ("dues", body.dues)):
        errors += checking.outside(name, rows, body.division)
    errors += checking.list_errors(body.entries, schemes)
    counted = body.counts is not None
    errors += checking.star_errors(body.simulation, stars=body.stars, counted=counted, division=body.division)
    if errors:
        raise InvalidInput(errors)
    inputs, left_out = await _inputs(tx, body, schemes, day)
    asked = _asked(body, books, day, now)
    _check_share(inputs, asked)
    lines = foresee_need(inputs, schemes, asked)
    if sum(one.need_fen for one in lines) >= LIMIT_FEN:
        raise InvalidInput([FieldError("/counts", e.TOO_MUCH)])
    budget_year = body.budget_year or body.year
    appropriations = await reading.appropriations_of(tx, body.division, budget_year, body.year)
    funds = compare(lines, appropriations, budget_year, now)
    reasons = [*_why_left_out(body, schemes, left_out, now)]
    row = _row(tx, body, inputs, lines, funds, now) | {
        "budget_year": budget_year,
        "counted_on": day,
        "policies": choosing.applied(schemes, (one.policy for one in lines)),
        "reasons": reasons,
    }
    row["input_hash"] = hashlib.sha256(to_json([row["inputs"], row["asked"], row["policies"]]).encode()).hexdigest()
    await queries.insert(tx, row, *_parts(row, lines, funds))
    return row


async def _inputs(tx: Transaction, body: ForecastIn, schemes: Schemes, day: date) -> tuple[Inputs, int]:
    """What is assumed, and where nothing is, what funding knows; and how many Party organizations were left out."""
    counts, entries, dues, left_out = body.counts, body.entries, body.dues, 0
    stars = body.stars
    if counts is None or entries is None:
        until = datetime.combine(day + timedelta(days=1), time(), CHINA)
        known = await reading.load(tx, body.division, body.year, day, until)
        if body.simulation is not None and body.simulation.changes is not None:
            changed = {one.party_organization_id: one.star_after for one in body.simulation.changes}
            known = replace(known, stars={**known.stars, **changed})
        if counts is None:
            counts, left_out = counting.count(known, schemes, body.year, day)
        if entries is None:
            entries = counting.lists(known, schemes, body.year)
    if body.simulation is not None and body.simulation.changes is None:
        stars = body.simulation.weights
    if dues is None:
        dues = await reading.dues_of(tx, body.division, body.year)
    found = Inputs(counts=tuple(counts), entries=tuple(entries), dues=tuple(dues), stars=stars, rates=body.rates)
    return found, left_out


def _asked(body: ForecastIn, books: Books, day: date, now: datetime) -> Asked:
    def source(scheme: Scheme, division: str) -> str:
        return source_of(books.budgets, scheme.parameters.source, scheme.parameters.channel, division, now)

    on = date(body.year, 12, 31)
    return Asked(body.year, day, now, source, lambda division: books.pools.in_force(division, on))


def _check_share(inputs: Inputs, asked: Asked) -> None:
    """Raises InvalidInput for a share of dues that a policy on pools does not allow (H33)."""
    for one in inputs.dues:
        policy = asked.pool_of(one.division)
        if policy is None:
            continue
        least, most = policy.parameters.share_min_bp, policy.parameters.share_max_bp
        if not least <= share_of(inputs, policy) <= most:
            facts = (("division", one.division), ("least", least), ("most", most))
            raise InvalidInput([FieldError("/rates/pool_share_bp", e.OUT_OF_SHARE, facts)])


def _why_left_out(body: ForecastIn, schemes: Schemes, left_out: int, now: datetime) -> list[dict[str, Any]]:
    """What a reader must know that no line says."""
    found = [
        Reason(
            rule="R-forecast",
            outcome="scheme_not_active",
            facts={"scheme": one.parameters.scheme, "missing": one.parameters.unstated(), "policy": one.id},
            as_of=now,
        )
        for one in choosing.not_active(schemes, body.division, date(body.year, 12, 31))
    ]
    if left_out:
        facts: dict[str, object] = {"party_organizations": left_out}
        found.append(Reason(rule="R-forecast", outcome="kind_not_known", facts=facts, as_of=now))
    return [one.model_dump(mode="json") for one in found]


def _row(
    tx: Transaction, body: ForecastIn, inputs: Inputs, lines: list[Line], funds: list[Fund], now: datetime
) -> Record:
    simulation = body.simulation
    given = [name for name in ("counts", "entries", "dues", "stars", "rates") if name in body.model_fields_set]
    parts = (("count", inputs.counts), ("entry", inputs.entries), ("dues", inputs.dues))
    schemes = sorted({one.scheme for one in lines})
    return {
        "id": new_id(),
        "division": body.division,
        "year": body.year,
        "need_fen": sum(one.need_fen for one in lines),
        "held_fen": sum(one.held_fen for one in lines),
        "unfunded_fen": sum(one.unfunded_fen for one in funds),
        "lines": len(lines),
        "totals": {
            "by_scheme": [
                {
                    "scheme": scheme,
                    **{
                        name: sum(getattr(one, name) for one in lines if one.scheme == scheme)
                        for name in ("count", "need_fen", "held_fen")
                    },
                }
                for scheme in schemes
            ],
            "by_source": [
                {
                    "source": source,
                    "need_fen": sum(one.need_fen for one in funds if one.source == source),
                    "unfunded_fen": sum(one.unfunded_fen for one in funds if one.source == source),
                }
                for source in sorted({one.source for one in funds})
            ],
        },
        "inputs": [{"what": what, **one.model_dump(mode="json")} for what, part in parts for one in part],
        "asked": {
            "given": given,
            "stars": inputs.stars,
            "rates": inputs.rates.model_dump(mode="json"),
            "simulation": None
            if simulation is None
            else {
                **simulation.model_dump(mode="json", include={"id", "year", "division", "policy"}),
                "changes": None if simulation.changes is None else len(simulation.changes),
            },
        },
        "note": body.note,
        "created_by": tx.access.actor,
        "created_at": now,
    }


def _parts(row: Record, lines: list[Line], funds: list[Fund]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines and funds as they are kept."""

    def kept(number: int, one: Line | Fund) -> dict[str, Any]:
        own = {name: getattr(one, name) for name in type(one).__slots__ if name not in ("division", "reason")}
        at = {"forecast_id": row["id"], "number": number, "division": row["division"], "place": one.division}
        return {**own, **at, "reasons": [one.reason.model_dump(mode="json")]}

    return (
        [kept(number, one) for number, one in enumerate(lines, 1)],
        [kept(number, one) for number, one in enumerate(funds, 1)],
    )
