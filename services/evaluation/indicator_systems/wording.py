"""What offices were called in earlier years: a cycle of 2013 reads 工商, one of 2026 市场监管. Pure."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, StrictInt

from services.evaluation.indicator_systems.texts import Bilingual, Part

M = TypeVar("M", bound=BaseModel)


class Wording(Part):
    """Until the end of a year, `then` was the wording where the file has `present`."""

    until: StrictInt
    present: Bilingual
    then: Bilingual


def reword(model: M, wording: Sequence[Wording], year: int) -> M:
    """A model with every text in the wording of a year."""
    fitting = [one for one in wording if year <= one.until]
    if not fitting:
        return model
    fields = {**model.model_dump(), "wording": wording}
    return type(model).model_validate(_reword(fields, fitting))


def _reword(value: Any, fitting: Sequence[Wording]) -> Any:
    if isinstance(value, dict):
        if set(value) >= {"zh", "en"}:
            texts = {language: _replace(value[language], fitting, language) for language in ("zh", "en")}
            return {**value, **texts}
        return {key: part if key == "wording" else _reword(part, fitting) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_reword(part, fitting) for part in value]
    return value


def _replace(text: str, fitting: Sequence[Wording], language: str) -> str:
    """In one pass, the longest first: what one entry put in is not found again by another."""
    then = {getattr(one.present, language): getattr(one.then, language) for one in fitting}
    pattern = "|".join(re.escape(present) for present in sorted(then, key=len, reverse=True))
    return re.sub(pattern, lambda found: then[found.group()], text)
