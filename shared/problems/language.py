"""User-facing text in Chinese and English, by Accept-Language."""

from contextvars import ContextVar
from dataclasses import dataclass

from shared.problems.words import Language, say

__all__ = ["Language", "Text", "negotiate"]

current_language: ContextVar[Language] = ContextVar("current_language", default="zh")
"""The language of the request that is being answered."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in both languages; `{name}` is the placeholder of a fact."""

    zh: str
    en: str

    def render(self, language: Language, **facts: object) -> str:
        """The sentence with its facts filled in, by their words. Raises KeyError for a fact that is missing."""
        said = {name: say(name, value, language) for name, value in facts.items()}
        return (self.zh if language == "zh" else self.en).format(**said)


def negotiate(accept_language: str | None) -> Language:
    """The preferred one of the two languages (RFC 9110, 12.5.4); Chinese where the header names neither."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        language: Language | None = "en" if primary == "en" else "zh" if primary in ("zh", "*") else None
        try:
            quality = float(parameters.strip().removeprefix("q=")) if parameters.strip() else 1.0
        except ValueError:
            continue
        if language and quality > best[0]:
            best = (quality, language)
    return best[1]
