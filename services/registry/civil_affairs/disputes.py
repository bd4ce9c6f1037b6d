"""What a registration could not change, because a stronger or later source said otherwise: reported with the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.registry.claim_terms.parts import DataSource, Part
from services.registry.claims.rules import Dispute
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError

_STAYS = Text(
    zh="“{part}”未采用所报内容：现有内容来自“{stands}”（截至 {as_of}），优先于“{said}”；已列入冲突清单，待人工处理。",
    en="What is stored of '{part}' stays: it comes from '{stands}' as of {as_of}, which precedes '{said}'; "
    "the difference waits in the list of conflicts.",
)
_POINTERS = {"lon": "/location", "lat": "/location", "datum": "/location"}


@dataclass(frozen=True, slots=True)
class Stays:
    """A part that stays as it is, and the conflict in which it waits (None: nothing is saved)."""

    part: Part
    pointer: str
    facts: tuple[tuple[str, object], ...]
    code: str = "kept_by_precedence"

    def document(self, language: Language) -> dict[str, Any]:
        """As clients see it."""
        facts = dict(self.facts)
        detail = _STAYS.render(language, **facts)
        return {"code": self.code, "pointer": self.pointer, "detail": detail, "facts": facts}

    def as_error(self) -> FieldError:
        """The same beside a file's row."""
        return FieldError(self.pointer, _STAYS, self.facts)


def stays_of(disputes: Sequence[Dispute], source: DataSource, conflict: str | None) -> list[Stays]:
    """A warning for each part."""
    return [
        Stays(
            one.part,
            _POINTERS.get(one.fields[0], f"/{one.fields[0]}"),
            (
                ("part", one.part),
                ("stands", one.stands.data_source),
                ("as_of", one.stands.as_of),
                ("said", source),
                ("conflict", conflict),
            ),
        )
        for one in disputes
    ]
