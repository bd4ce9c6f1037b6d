"""By which policies a what-if compares what follows from two stars."""

from datetime import date
from decimal import Decimal
from typing import Any

from services.evaluation.consequences.deriving.policies import (
    ConsequenceParameters,
    ConsequencePolicies,
    ReadAssessment,
    ReadStanding,
    Weight,
)
from services.evaluation.sheets.rules import Sheet
from services.evaluation.simulations.effects import Books, EffectRules, rules_of
from services.evaluation.simulations.replaying import Outcome, Stored
from services.evaluation.simulations.rules import summarize
from shared.field.policies import Policy, PolicyBook

FINAL_ON = date(2027, 1, 15)
PARAMETERS = {
    "consequences": ConsequenceParameters(),
    "standing": ReadStanding(score=Weight(points=Decimal(1), of=Decimal(10))),
    "assessment": ReadAssessment(),
}


def book(kind: str) -> PolicyBook[Any]:
    """One policy for each of two years."""
    return PolicyBook(
        [
            Policy(f"{kind}-{year}", "", date(year, 1, 1), date(year, 12, 31), "示例", PARAMETERS[kind])
            for year in (2026, 2027)
        ]
    )


def test_h20_h24_h25_effects__are_by_the_policies_that_consequences_were_derived_by() -> None:
    books = Books(ConsequencePolicies(*(book(kind) for kind in PARAMETERS)), PolicyBook([]))
    found = rules_of(books, "330106", 2026, FINAL_ON).policies
    assert sorted(found) == ["assessment-2027", "consequences-2026", "standing-2027"]
    measures = books.consequences.measures("330106", 2026, FINAL_ON)
    derived = (measures.consequences, measures.assessment, measures.standing)
    assert [one.id for one in derived if one is not None] == list(found)


def test_h25_effects__are_those_of_the_day_on_which_a_rating_became_final() -> None:
    mild, strict = (EffectRules([], None, [], [([3], effect)], None) for effect in ("deprioritize", "exclude"))
    days = ("2027-01-15", "2027-02-01", "2027-03-01")
    outcomes = [
        Outcome(
            Stored(
                id=day,
                division="330106",
                type="T10",
                session="",
                sheet=Sheet({}, (), ()),
                recorded={},
                left_out=frozenset(),
                before=None,
                total=Decimal(75),
                star=3,
                laggard=None,
                final=True,
                final_on=day,
            ),
            total=Decimal(95),
            star=5,
            laggard_before=False,
            laggard=False,
            reproduced=True,
            reasons=[],
        )
        for day in days
    ]
    by_place = {"330106 2027-01-15": mild, "330106 2027-02-01": strict, "330106": strict}
    _, changes = summarize(outcomes, by_place)
    assert [changes[day][0].procurement for day in days] == ["deprioritize", "exclude", "exclude"]
