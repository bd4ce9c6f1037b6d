"""Texts of an indicator system in both languages. Pure."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.problems.language import Language


class Part(BaseModel):
    """A part of a system; unknown keys are ignored here and refused where an author's file is validated."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Bilingual(Part):
    """The same text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def say(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en
