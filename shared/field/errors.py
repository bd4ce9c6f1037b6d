"""The error of an invalid value: a stable reason, and the facts for a sentence to people."""

from collections.abc import Mapping


class FieldError(ValueError):
    """A value violates one of the field's standards. `reason` is a stable slug, `facts` can be written as JSON."""

    def __init__(self, reason: str, facts: Mapping[str, object] | None = None) -> None:
        self.reason = reason
        self.facts: dict[str, object] = dict(facts or {})
        super().__init__(reason, self.facts)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.reason} ({told})" if told else self.reason
