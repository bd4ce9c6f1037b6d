"""User-facing text in Chinese and English, by Accept-Language."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in both languages; `{name}` stands for a fact."""

    zh: str
    en: str

    def render(self, language: Language, **facts: object) -> str:
        """The sentence with its facts."""
        return (self.zh if language == "zh" else self.en).format(**facts)


def negotiate(accept_language: str | None) -> Language:
    """The better of the two languages for this header; Chinese where it does not say (RFC 9110, 12.5.4)."""
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
