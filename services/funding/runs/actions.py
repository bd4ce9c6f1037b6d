"""Runs a scheme for a year or a month: decides for all whom it may concern, and raises what they are entitled to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from services.funding.amount_rules import NOT_RUN, WITH_ENTRIES
from services.funding.coverage import queries as coverage
from services.funding.coverage.rules import PartyOrganization, whom_it_covered
from services.funding.entries.errors import SchemeNotActive
from services.funding.entries.queries import listed_for
from services.funding.entries.rules import Entry
from services.funding.grants.deciding.cases import entered
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.foreseeing import foresee
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.rules import Decision, decide_case
from services.funding.grants.redeciding import redecide
from services.funding.ledger.charts import Charts
from services.funding.members import queries as members
from services.funding.policies import Scheme, Schemes, find_scheme, in_force, lists_instead_of
from services.funding.runs import queries
from services.funding.runs.choosing import Place, find_period, find_places, in_reach
from services.funding.runs.errors import NOT_CONCERNED, SchemeNotRun
from services.funding.runs.lines import Line, Ran, line_of, line_of_redecision, ran_of
from services.funding.runs.rules import Period, case_of_run, concerns, needs_members, reference_day
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.validation import pointer

_SPACE = UUID("5f0f1d2e-6c0b-4b7e-9a55-6f6e6b1c9b15")
"""Of the ids of a run's decisions: the same decision on the same input is kept once."""


async def run_scheme(
    tx: Transaction,
    code: str,
    *,
    schemes: Schemes,
    division: str | None,
    year: int | None,
    month: tuple[int, int] | None,
    now: datetime,
    dry_run: bool,
    raised_by: str | None = None,
    charts: Charts | None = None,
    again_for: Sequence[UUID] | None = None,
) -> Ran:
    """Run a scheme for a period in a division, given as a prefix. A dry run does all of it and takes it back.

    `raised_by` is the person who asks: he has drafted what is raised. `again_for`: for these recipients alone, of whom
    what was reversed, and is all back, is granted again. Without a division in every region of the caller's that has a
    version of the scheme.

    Raises NotFound, SchemeNotRun, InvalidInput, SchemeNotActive.
    """
    of_code = [one for one in schemes.policies if one.parameters.scheme == code]
    if not of_code:
        raise NotFound(what="scheme")
    if of_code[-1].parameters.amount.rule in NOT_RUN:
        raise SchemeNotRun(scheme=code)
    within = division or ""
    versions = in_reach(of_code, within, tx.access.scope)
    if not versions:
        raise NotFound(what="scheme")
    period = find_period(versions, year, month, china_day(now))
    active = _active(code, versions, within, period)
    lines: list[Line] = []
    left = 0
    if any(one.scheme.parameters.trigger == "evaluation" for one in active):
        # Each evaluation by the version that is in force where it was made.
        again, left = await redecide(
            tx,
            schemes=schemes,
            division=active[0].within if len(active) == 1 else within,
            year=period.year,
            now=now,
            dry_run=dry_run,
            raised_by=raised_by,
            scheme=code,
            charts=charts,
            again_for=again_for,
        )
        lines += [line_of_redecision(one) for one in again]
    run = [one for one in active if one.scheme.parameters.trigger != "evaluation"]
    if run:
        await queries.wait_for_runs(tx, code)
        asked = None if again_for is None else frozenset(again_for)
        decided = [
            one
            for place in run
            for one in await _decide(tx, place, schemes, period, now)
            if asked is None or one.case.recipient_id in asked
        ]
        # Whom it concerns, the caller sees; what a recipient has may lie where it was before.
        async with tx.system_scope():
            keep = foresee if dry_run else keep_and_raise
            rows = await keep(tx, decided, now, charts=charts, raised_by=raised_by, asked_again=asked is not None)
        lines += [line_of(one, row) for one, row in zip(decided, rows, strict=True)]
    return _named(lines, again_for, left)


def _active(code: str, versions: Sequence[Scheme], within: str, period: Period) -> list[Place]:
    """Where a run looks: each region whose version is active. Raises NotFound, SchemeNotActive."""
    places = find_places(versions, within, period)
    if not places:
        raise NotFound(what="scheme")
    active = [one for one in places if one.scheme.parameters.active]
    if not active:
        missing = dict.fromkeys(name for one in places for name in one.scheme.parameters.unstated())
        raise SchemeNotActive(scheme=code, missing=", ".join(missing))
    return active


async def _decide(tx: Transaction, place: Place, schemes: Schemes, period: Period, now: datetime) -> list[Decided]:
    """The decisions on everybody whom the run concerns, by the scheme that is in force where each of them is."""
    scheme, within = place.scheme, place.within
    code = scheme.parameters.scheme
    concerned = await _concerned(tx, scheme, within, period)
    listed = await listed_for(tx, [(party.id, period.on) for party, _ in concerned])
    organizations = None
    if needs_members(scheme.parameters):
        day = reference_day(period, scheme.parameters)
        # Whom a joint branch covers may lie in another division than it does.
        async with tx.system_scope():
            covered = {one for party, _ in concerned for one in whom_it_covered(party, day)}
            organizations = await members.load(tx, sorted(covered))
    decided = []
    for (party, entry), others in zip(concerned, listed, strict=True):
        found = find_scheme(schemes, code, party.division, period.on)
        applying = in_force(schemes, party.division, period.on, scheme.parameters.trigger)
        if found is None or found not in applying:
            continue  # a nearer region has a scheme of its own
        instead = lists_instead_of(schemes, code, party.division, period.on)
        case = case_of_run(party, period, found.parameters, now, entry=entry, organizations=organizations)
        case = replace(case, excluded_by={one: entered(others[one], instead[one]) for one in others if one in instead})
        decision = decide_case(case, found)
        decided.append(Decided(case, decision, _id_of(decision, case.period), of_run=True))
    return decided


def _id_of(decision: Decision, period: str) -> UUID:
    recipient = decision.facts["party_organization_id"]
    return uuid5(_SPACE, f"{decision.policy}/{recipient}/{period}/{decision.input_hash}")


async def _concerned(
    tx: Transaction, scheme: Scheme, within: str, period: Period
) -> list[tuple[PartyOrganization, Entry | None]]:
    """Whom a run may give something to: who stands in the scheme's list, or all who were there."""
    parameters = scheme.parameters
    if parameters.amount.rule not in WITH_ENTRIES:
        parties = await queries.parties_within(tx, within)
        return [(party, None) for party in parties if concerns(party, period, parameters)]
    entries = await queries.entries_within(tx, parameters.scheme, within)
    if parameters.trigger == "claim":
        entries = [one for one in entries if one.effective_from.year == period.year]
    else:
        entries = [one for one in entries if one.contains(period.on)]
    known = await coverage.load(tx, sorted({one.recipient_id for one in entries}))
    return [(known[one.recipient_id], one) for one in entries if one.recipient_id in known]


def _named(lines: Sequence[Line], again_for: Sequence[UUID] | None, left: int = 0) -> Ran:
    """The run, where it concerned everybody who was named. Raises InvalidInput."""
    concerned = {one.recipient_id for one in lines}
    wrong = [
        FieldError(pointer(("again_for", place)), NOT_CONCERNED)
        for place, one in enumerate(again_for or ())
        if one not in concerned
    ]
    if wrong:
        raise InvalidInput(wrong)
    return ran_of(lines, left)
