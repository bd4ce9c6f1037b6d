"""RFC 9457: an error states a fact, has a stable slug, and names the field at fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from shared.problems.language import Language, Text
from shared.problems.words.own import own_words

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:shuangfu:problem:"
RETRY_SECONDS = "1"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: a JSON pointer and a sentence."""

    pointer: str
    detail: Text
    facts: tuple[tuple[str, object], ...] = ()


class Problem(Exception):  # noqa: N818 - subclasses are named by the fact they state
    """Base of every error that is reported to clients; subclasses set the class attributes.

    `facts` fill the placeholders of the detail and become members of the document; `said` fills placeholders only, and
    goes before a fact of the same name.
    """

    slug: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = Text(zh="服务内部错误", en="Internal error")
    detail: Text = Text(zh="请稍后重试。", en="Please try again later.")

    def __init__(self, errors: Sequence[FieldError] = (), **facts: Any) -> None:
        super().__init__(self.slug, facts)
        self.errors = tuple(errors)
        self.facts = facts
        self.said: dict[str, object] = {}
        self.headers: dict[str, str] = {}

    def without_chain(self) -> Self:
        """The same problem, for keeping: what led to it, with all that this holds in memory, is let go."""
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)

    def document(self, language: Language) -> dict[str, object]:
        """The problem document."""
        return {
            "type": TYPE_PREFIX + self.slug,
            "title": self.title.render(language),
            "status": self.status,
            "detail": self.detail.render(language, **{**self.facts, **self.said}),
            "errors": [
                {"pointer": e.pointer, "detail": e.detail.render(language, **dict(e.facts))} for e in self.errors
            ],
            **{name: value for name, value in self.facts.items() if value is not None},
        }


class NotFound(Problem):
    """There is no such resource in the caller's scope."""

    slug, status = "not-found", 404
    title = Text(zh="未找到", en="Not found")
    detail = Text(zh="未找到该{what}，或其不在您的管辖范围内。", en="There is no such {what} within your divisions.")


MAX_ERRORS = 100
"""The errors that one problem document lists."""
_MORE = Text(
    zh="请求中有 {count} 处错误，这里只列出前 {shown} 处。",
    en="The request has {count} errors; the first {shown} are listed.",
)


class InvalidInput(Problem):
    """The request does not have the shape or the values it must have."""

    slug, status = "invalid-input", 422
    title = Text(zh="输入有误", en="Invalid input")
    detail = Text(zh="请求中有 {count} 处错误。", en="The request has {count} error(s).")

    def __init__(self, errors: Sequence[FieldError], *, count: int | None = None) -> None:
        """`count` is given where there are more errors than were turned into sentences."""
        super().__init__(errors[:MAX_ERRORS], count=len(errors) if count is None else count)

    def document(self, language: Language) -> dict[str, object]:
        """See Problem; says so where there are more errors than are listed."""
        found = super().document(language)
        if len(self.errors) < self.facts["count"]:
            found["detail"] = _MORE.render(language, count=self.facts["count"], shown=len(self.errors))
        return found


class BadCursor(Problem):
    """The cursor does not come from this list."""

    slug, status = "bad-cursor", 422
    title = Text(zh="游标无效", en="Bad cursor")
    detail = Text(zh="游标不是本列表给出的。", en="The cursor is not one that this list gave.")


class PreconditionFailed(Problem):
    """If-Match names another version than the current one."""

    slug, status = "precondition-failed", 412
    title = Text(zh="版本已变化", en="Precondition failed")
    detail = Text(zh="当前版本为 {current}。", en="The current version is {current}.")


class PreconditionRequired(Problem):
    """Changing this resource needs If-Match."""

    slug, status = "precondition-required", 428
    title = Text(zh="缺少 If-Match", en="Precondition required")
    detail = Text(
        zh="修改已有资源须以 If-Match 给出其版本（ETag）。",
        en="Changing an existing resource needs If-Match with its version (ETag).",
    )


class IdempotencyKeyRequired(Problem):
    """Where money moves, a request must be safe to repeat."""

    slug, status = "idempotency-key-required", 400
    title = Text(zh="缺少 Idempotency-Key", en="Idempotency-Key required")
    detail = Text(zh="涉及资金的请求须带 Idempotency-Key。", en="A request that moves money needs an Idempotency-Key.")


class IdempotencyKeyReused(Problem):
    """The key was used before with another request."""

    slug, status = "idempotency-key-reused", 422
    title = Text(zh="Idempotency-Key 已用于其他请求", en="Idempotency-Key reused")
    detail = Text(zh="该键此前用于内容不同的请求。", en="This key came before with a request of another content.")


class IdempotencyKeyInFlight(Problem):
    """The first request with the key is still running."""

    slug, status = "idempotency-key-in-flight", 409
    title = Text(zh="相同请求正在处理", en="Request in flight")
    detail = Text(
        zh="带有该键的请求仍在处理中，请稍后重试。",
        en="A request with this key is still under way; try again shortly.",
    )

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": RETRY_SECONDS}


class Unavailable(Problem):
    """A part that the request needs does not answer now; whether the change was made is unknown."""

    slug, status = "unavailable", 503
    title = Text(zh="服务暂不可用", en="Unavailable")
    detail = Text(zh="请稍后重试。", en="Please try again later.")

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"Retry-After": RETRY_SECONDS}


class IllegalTransition(Problem):
    """The resource's state does not allow this step."""

    slug, status = "illegal-transition", 409
    title = Text(zh="当前状态不允许此操作", en="Illegal transition")
    detail = Text(zh="该{what}{state}，不能{action}。", en="This {what} is {state}: {action} is not possible.")
    _again = Text(zh="该{what}{state}，不能再{action}。", en="This {what} is {state}: {action} is not possible again.")

    def __init__(self, *, state: str, action: str, what: str = "thing", again: bool = False) -> None:
        super().__init__(state=state, action=action)
        self.said = {"what": what, **own_words(what, state=state, action=action)}
        if again:
            self.detail = self._again
