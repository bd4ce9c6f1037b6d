"""Files bodies: the one action behind the PUT, the batch and the import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from services.registry.batches.taking import Effect as Became
from services.registry.batches.taking import Outcome
from services.registry.filed_bodies import queries
from services.registry.filed_bodies.errors import ContradictingFiling, StaleFiling
from services.registry.filed_bodies.filed_body import CONTENT, Content, FiledBody
from services.registry.filed_bodies.rules import Effect, decide, reference_of
from services.registry.filed_bodies.schemas import Filing
from services.registry.filed_bodies.stating import number_statements, statements_of
from services.registry.organizations.rules import NOWHERE
from services.registry.organizations.terms import Terms
from shared.bus.sending.outbox import emit
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.problems.problems import Problem
from shared.problems.versions import Preconditions, check_version

_ROUNDS = 3
_TAKEN: Mapping[Effect, Became] = {Effect.NEW: "created", Effect.CHANGED: "changed"}


@dataclass(frozen=True, slots=True)
class Filed:
    """What one filing did, and the body after it (unchanged where it was refused)."""

    effect: Effect
    body: FiledBody


async def file_bodies(tx: Transaction, filings: Sequence[Filing], terms: Terms) -> list[Filed]:
    """Upsert a list; results in its order. The filings were checked before (`reading.check_filing`).

    If a body is in the list more than once, later entries see the effect of earlier ones.
    """
    references = [
        reference_of(one.number, one.division, one.street, terms.filing_policy(one.division)) for one in filings
    ]
    results: dict[int, Filed] = {}
    todo = dict(enumerate(filings))
    for _ in range(_ROUNDS):
        if not todo:
            break
        asked = sorted({references[place] for place in todo})
        known = {body.reference: body for body in await queries.lock_by_reference(tx, asked)}
        before = {reference: body.version for reference, body in known.items()}
        new, touched = dict[str, FiledBody](), set[str]()
        for place, filing in todo.items():
            reference = references[place]
            results[place] = _apply(known.get(reference), reference, filing)
            effect, body = results[place].effect, results[place].body
            if effect is Effect.NEW:
                new[reference] = body
            if body != known.get(reference):
                touched.add(reference)
            known[reference] = body
        altered = [one for one in sorted(touched) if known[one].version != before.get(one)]
        known |= number_statements([known[one] for one in altered])
        lost = new.keys() - await queries.insert_new(tx, [known[one] for one in sorted(new)])
        await queries.update(tx, [known[one] for one in sorted(touched - new.keys())])
        await emit(tx, statements_of([known[one] for one in altered if one not in lost], terms.now))
        # Another transaction filed these between our SELECT and our INSERT: the next round sees them.
        todo = {place: filing for place, filing in todo.items() if references[place] in lost}
    if todo:
        raise RuntimeError("filed bodies appear and cannot be seen")
    return [results[place] for place in range(len(filings))]


async def file_one(tx: Transaction, filing: Filing, given: Preconditions, terms: Terms) -> Filed:
    """File one where its preconditions hold of what is stored. Raises PreconditionFailed."""
    reference = reference_of(filing.number, filing.division, filing.street, terms.filing_policy(filing.division))
    if given:
        stored = await queries.lock_by_reference(tx, [reference])
        check_version(given, stored[0].version if stored else None)
    [result] = await file_bodies(tx, [filing], terms)
    if given and not stored and result.effect is not Effect.NEW:
        check_version(given, result.body.version)
    return result


def refusal_of(filing: Filing, result: Filed) -> Problem | None:
    """Why a filing was not taken, None where it was."""
    if result.effect is Effect.STALE:
        return StaleFiling(stored_as_of=result.body.as_of, as_of=filing.as_of)
    if result.effect is Effect.CONTRADICTED:
        return ContradictingFiling(number=filing.number, as_of=result.body.as_of)
    return None


def outcomes_of(filings: Sequence[Filing], results: Sequence[Filed]) -> list[Outcome]:
    """What became of each filing of a list."""
    outcomes = []
    for filing, result in zip(filings, results, strict=True):
        refusal = refusal_of(filing, result)
        outcomes.append(Outcome(_TAKEN.get(result.effect, "same")) if refusal is None else Outcome("refused", refusal))
    return outcomes


def _apply(stored: FiledBody | None, reference: str, filing: Filing) -> Filed:
    content = _content(filing)
    as_of = filing.as_of.astimezone(UTC)
    effect = decide(stored, content, as_of)
    if stored is None:
        return Filed(effect, FiledBody(new_id(), reference, filing.number, content, as_of))
    if effect is Effect.CHANGED:
        return Filed(effect, replace(stored, content=content, as_of=as_of, version=stored.version + 1))
    return Filed(effect, replace(stored, as_of=as_of) if effect is Effect.SAME else stored)


def _content(filing: Filing) -> Content:
    place = NOWHERE if filing.location is None else filing.location.columns()
    return Content(*[place[name] if name in place else getattr(filing, name) for name in CONTENT])
