"""What differs between two versions of an indicator system, in words that an official reads. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.evaluation.indicator_systems.explaining import explain, show
from services.evaluation.indicator_systems.rules import Indicator, IndicatorSystem
from services.evaluation.indicator_systems.texts import Bilingual
from shared.problems.language import Language

Effect = Literal["added", "removed", "changed"]
_NOBODY_LEFT_OUT = Bilingual(zh="全部党组织", en="everybody")
_WORDS: Mapping[str, Bilingual] = {
    "forms": Bilingual(zh="组建形式", en="forms"),
    "kinds": Bilingual(zh="组织建制", en="kinds"),
    "units_min": Bilingual(zh="覆盖单位下限", en="fewest organizations covered"),
    "units_max": Bilingual(zh="覆盖单位上限", en="most organizations covered"),
    "standalone": Bilingual(zh="单独组建", en="standalone"),
    "joint": Bilingual(zh="联合组建", en="joint"),
    "temporary": Bilingual(zh="临时组建", en="temporary"),
    "functional": Bilingual(zh="功能型", en="functional"),
    "area": Bilingual(zh="区域组建", en="area"),
    "BRANCH": Bilingual(zh="党支部", en="branch"),
    "GENERAL": Bilingual(zh="党总支", en="general branch"),
    "COMMITTEE": Bilingual(zh="党委", en="committee"),
}
"""What `applies_to` names: its fields, the forms and the kinds of Party organizations."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the code of an indicator, heading or veto (or the type), the field, and both texts."""

    code: str
    effect: Effect
    field: str
    before: str | None
    after: str | None


def compare_systems(old: IndicatorSystem, new: IndicatorSystem, language: Language) -> list[Change]:
    """Every difference, in the order of the newer version; what is gone stands last."""
    before, after = _texts(old, language), _texts(new, language)
    found: list[Change] = []
    for code in [*after, *(code for code in before if code not in after)]:
        was, becomes = before.get(code, {}), after.get(code, {})
        effect: Effect = "added" if code not in before else "removed" if code not in after else "changed"
        found += [
            Change(code, effect, field, was.get(field), becomes.get(field))
            for field in {**becomes, **was}
            if was.get(field) != becomes.get(field)
        ]
    return found


def _texts(system: IndicatorSystem, language: Language) -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, dict[str, str]] = {
        system.type: {"name": system.name.say(language), "owner": system.owner.say(language)}
    }
    for level in system.levels:
        texts[level.code] = {"name": level.name.say(language), "points": show(level.points)}
        for indicator in level.indicators:
            texts[indicator.code] = _of_indicator(indicator, language)
    for veto in system.vetoes:
        texts[veto.code] = {"veto": veto.what.say(language)}
    return texts


def _of_indicator(indicator: Indicator, language: Language) -> dict[str, str]:
    basis, owner, absent = indicator.basis, indicator.owner, indicator.absent_when
    texts = {
        "what": indicator.what.say(language),
        "how": indicator.how.say(language),
        "degree": indicator.degree.say(language),
        "points": show(indicator.points),
        "method": "" if indicator.method is None else explain(indicator.method, indicator.points, language),
        "evidence": ("、" if language == "zh" else ", ").join(one.say(language) for one in indicator.evidence),
        "basis": "" if basis is None else basis.zh if language == "zh" else basis.en,
        "owner": "" if owner is None else owner.say(language),
        "applies_to": _whom(indicator, language),
        "absent_when": "" if absent is None else absent.say(language),
    }
    return {field: text for field, text in texts.items() if text}


def _whom(indicator: Indicator, language: Language) -> str:
    applies = indicator.applies_to
    if applies is None:
        return _NOBODY_LEFT_OUT.say(language)
    between, colon, comma = ("；", "：", "、") if language == "zh" else ("; ", ": ", ", ")
    given = applies.model_dump(exclude_none=True)
    values = {
        name: str(one) if isinstance(one, int) else comma.join(_WORDS[code].say(language) for code in one)
        for name, one in given.items()
    }
    return between.join(f"{_WORDS[name].say(language)}{colon}{value}" for name, value in values.items())
