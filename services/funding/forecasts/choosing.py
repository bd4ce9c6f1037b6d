"""Which schemes a forecast is by: those in force at the year's end, other versions of them, other figures. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationError

from services.funding.amount_rules import Code
from services.funding.forecasts import errors as e
from services.funding.policies import Scheme, SchemeParameters, Schemes, Source
from shared.field.policies import PolicyBook
from shared.problems.inputs import Body
from shared.problems.problems import FieldError
from shared.problems.validation import field_errors, pointer

Figures = Annotated[Mapping[str, Any], Field(max_length=20)]
"""As a file has them: checked with the whole scheme."""
PROPOSED = "+proposed"
"""What the id of a policy with other figures ends with."""


class ProposedFigures(Body):
    """Other figures of a scheme; what is left out stays as it is."""

    scheme: Code
    active: Annotated[bool, Field(strict=True)] = True
    amount: Figures | None = None
    amounts_fen: Figures | None = None
    basis: Figures | None = None
    hold_below_stars: Annotated[int, Field(ge=0, le=5, strict=True)] | None = None
    source: Source | None = None

    def changed(self) -> dict[str, Any]:
        """What is given, as a file would have it: a scheme's parameters are checked as a whole."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value is not None}


def choose(
    schemes: Schemes, policies: Sequence[str], proposed: Sequence[ProposedFigures], division: str, on: date
) -> tuple[Schemes, list[FieldError]]:
    """The schemes with other versions, by the ids of their policies, and other figures; and what is wrong with these.

    A version replaces every other of its code and region, whatever its days.
    """
    found, errors = list(schemes.policies), []
    taken: set[tuple[str, str]] = set()
    for place, one in enumerate(policies):
        version = next((scheme for scheme in schemes.policies if scheme.id == one), None)
        if version is None or not version.concerns(division):
            errors.append(FieldError(pointer(("policies", place)), e.UNKNOWN_POLICY, (("policy", one),)))
            continue
        key = (version.parameters.scheme, version.region)
        if key in taken:
            errors.append(FieldError(pointer(("policies", place)), e.TWICE))
        taken.add(key)
        found = _with(found, replace(version, effective_from=on, effective_to=None))
    changed: set[str] = set()
    for place, figures in enumerate(proposed):
        base = _widest(found, figures.scheme, division, on)
        if base is None:
            facts = (("scheme", figures.scheme),)
            errors.append(FieldError(pointer(("proposed", place, "scheme")), e.UNKNOWN_SCHEME, facts))
            continue
        if figures.scheme in changed:
            errors.append(FieldError(pointer(("proposed", place, "scheme")), e.TWICE))
        changed.add(figures.scheme)
        parameters, wrong = _changed(base, figures, place)
        errors += wrong
        if parameters is not None:
            found = _with(found, replace(base, id=base.id + PROPOSED, effective_from=on, parameters=parameters))
    return PolicyBook(found), errors


def _with(schemes: Iterable[Scheme], one: Scheme) -> list[Scheme]:
    key = (one.parameters.scheme, one.region)
    return [*(other for other in schemes if (other.parameters.scheme, other.region) != key), one]


def _widest(schemes: Sequence[Scheme], code: str, division: str, on: date) -> Scheme | None:
    """The version of a code of the widest region that concerns the division, as a run takes it."""
    applying = [
        one
        for one in schemes
        if one.parameters.scheme == code and one.concerns(division) and one.applies(one.region, on)
    ]
    return max(applying, key=lambda one: (one.parameters.active, -len(one.region), one.effective_from), default=None)


def _changed(base: Scheme, figures: ProposedFigures, place: int) -> tuple[SchemeParameters | None, list[FieldError]]:
    try:
        whole = base.parameters.model_dump(mode="json") | figures.changed()
        return SchemeParameters.model_validate(whole), []
    except ValidationError as error:
        found = [{**one, "loc": _as_given(one["loc"])} for one in error.errors(include_url=False)]
        at = pointer(("proposed", place))
        return None, [replace(one, pointer=at + one.pointer) for one in field_errors(found)]


def _as_given(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Without the name of the amount rule, which pydantic puts behind `amount`."""
    return (location[0], *location[2:]) if location[:1] == ("amount",) else location


def not_active(schemes: Schemes, division: str, on: date) -> list[Scheme]:
    """Schemes of the division, or of a part of it, that give nothing until their figures are given (decision 6)."""
    return [
        one
        for one in schemes.policies
        if not one.parameters.active and one.concerns(division) and one.applies(one.region, on)
    ]


def applied(schemes: Schemes, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The policies that lines are by, frozen."""
    wanted = set(ids)
    return [
        {
            "id": one.id,
            "region": one.region,
            "source": one.source,
            "proposed": one.id.endswith(PROPOSED),
            "parameters": one.parameters.model_dump(mode="json"),
        }
        for one in schemes.policies
        if one.id in wanted
    ]
