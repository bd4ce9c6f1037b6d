"""What is taken, but hardly right: reported with the answer, or refused where the region's policy says so. Pure."""

from dataclasses import dataclass
from typing import Any

from services.registry.organizations.schemas import LocationIn, Registration
from services.registry.policies import RegistrationPolicy, WarningCode
from shared.field import places
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError

_SENTENCES: dict[WarningCode, Text] = {
    "kind_category": Text(
        zh="组织类型“{value}”与代码的机构类别“{category}”不符。",
        en="The kind '{value}' does not fit the code's category '{category}'.",
    ),
    "evaluation_type_category": Text(
        zh="测评类型“{value}”与代码的机构类别“{category}”不符。",
        en="The evaluation type '{value}' does not fit the code's category '{category}'.",
    ),
    "kind_source": Text(
        zh="组织类型“{value}”不由“{keeper}”登记，登记来源应为：{keepers}。",
        en="'{keeper}' keeps no register of the kind '{value}'; its source is one of {keepers}.",
    ),
    "street_unknown": Text(
        zh="行政区划“{division}”没有名为“{value}”的街道或乡镇。",
        en="Division '{division}' has no street or town '{value}'.",
    ),
    "location_meaningless": Text(
        zh="经纬度（{lon}，{lat}）不在中国境内，未采用。",
        en="The position {lon}, {lat} is not in China and was left out.",
    ),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about one field that a person should look at."""

    code: WarningCode
    pointer: str
    facts: tuple[tuple[str, object], ...]

    def document(self, language: Language) -> dict[str, Any]:
        """The warning as clients see it."""
        facts = dict(self.facts)
        return {
            "code": self.code,
            "pointer": self.pointer,
            "detail": _SENTENCES[self.code].render(language, **facts),
            "facts": facts,
        }

    def as_error(self) -> FieldError:
        """The same where the policy refuses it."""
        return FieldError(self.pointer, _SENTENCES[self.code], self.facts)


def find_warnings(registration: Registration, policy: RegistrationPolicy) -> list[Warned]:
    """What does not fit together in a registration in its stored form (domain 4.1 and 7)."""
    category, found = registration.uscc[:2], list[Warned]()
    fitting = policy.kind_categories.get(registration.kind)
    if fitting is not None and category not in fitting:
        found.append(Warned("kind_category", "/kind", (("value", registration.kind), ("category", category))))
    keepers = policy.kind_sources.get(registration.kind)
    if keepers is not None and registration.source not in (None, *keepers):
        kept = (("value", registration.kind), ("keeper", registration.source), ("keepers", list(keepers)))
        found.append(Warned("kind_source", "/source", kept))
    evaluated = registration.evaluation_type
    if evaluated is not None:
        fitting = policy.evaluation_type_categories.get(evaluated)
        if fitting is not None and category not in fitting:
            facts = (("value", str(evaluated)), ("category", category))
            found.append(Warned("evaluation_type_category", "/evaluation_type", facts))
    found += street_warnings(registration.division, registration.street, policy)
    return found + location_warnings(registration.location)


def location_warnings(location: LocationIn | None) -> list[Warned]:
    """Whether a position means nothing: it is left out then."""
    if location is None or places.has_position(location.lon, location.lat):
        return []
    return [Warned("location_meaningless", "/location", (("lon", location.lon), ("lat", location.lat)))]


def street_warnings(division: str, street: str, policy: RegistrationPolicy) -> list[Warned]:
    """Whether a street in its stored form is none of its division, where the region's policy lists them."""
    streets = policy.streets.get(division)
    if streets is None or street in streets:
        return []
    return [Warned("street_unknown", "/street", (("value", street), ("division", division)))]
