"""Which amounts and days a support has. Pure."""

from datetime import date

from services.incubation.incubating.days import BEFORE, faults_of_day
from shared.field.days import FIRST_DAY
from shared.problems.language import Text
from shared.problems.problems import FieldError

_NEEDS = {"funds": "amount_fen", "projects": "amount_fen", "premises": "area_m2", "training": "participants"}
_NEEDED = Text(zh="“{kind}”须填写此项。", en="A support of kind '{kind}' needs this.")


def faults_of(
    kind: str,
    given: dict[str, object],
    given_on: date,
    until: date | None,
    today: date,
) -> list[FieldError]:
    """What is wrong with a support; `given` are its amount, area and participants."""
    faults = []
    needed = _NEEDS.get(kind)
    if needed is not None and given.get(needed) is None:
        faults.append(FieldError(f"/{needed}", _NEEDED, (("kind", kind),)))
    faults += faults_of_day("given_on", given_on, today, earliest=FIRST_DAY)
    if until is not None and until < given_on:
        faults.append(FieldError("/until", BEFORE, (("earliest", given_on),)))
    return faults
