"""What can be wrong with a file as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.registry.imports.sentences import FILE
from shared.field.errors import FieldError as BrokenValue
from shared.problems.language import Language, Text
from shared.problems.problems import TYPE_PREFIX, FieldError, Problem

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class UnreadableFile(Problem):
    """The file cannot be read as a table; `reason` says why."""

    slug, status = "unreadable-file", 422
    title = Text(zh="文件无法读取", en="Unreadable file")
    detail = Text(zh="文件“{filename}”无法读取：{told}", en="File '{filename}' cannot be read: {told}")

    def __init__(self, filename: str, broken: BrokenValue) -> None:
        reason = FieldError("/file", FILE[broken.reason], tuple(broken.facts.items()))
        super().__init__([reason], filename=filename, reason=broken.reason)

    def document(self, language: Language) -> dict[str, object]:
        """With the reason's own sentence in the detail."""
        [reason] = self.errors
        self.said = {"told": reason.detail.render(language, **dict(reason.facts))}
        return super().document(language)


class MissingColumns(Problem):
    """The file's heading lacks required columns."""

    slug, status = "missing-columns", 422
    title = Text(zh="文件缺少列", en="Missing columns")
    detail = Text(zh="文件缺少以下列：{columns}。", en="The file lacks these columns: {columns}.")


class UnclearColumns(Problem):
    """A heading is nearly one that must not be dropped."""

    slug, status = "unclear-columns", 422
    title = Text(zh="列标题不明确", en="Unclear columns")
    detail = Text(
        zh="有 {count} 个列标题与状态列相近但无法确定。请改用“状态”作标题，或删去该列后再上传。",
        en="{count} heading(s) are like that of the status, but not known; name the column 状态, or delete it.",
    )


class SeveralSheets(Problem):
    """More than one sheet holds a table."""

    slug, status = "several-sheets", 422
    title = Text(zh="有多个工作表", en="Several sheets")
    detail = Text(
        zh="以下工作表都有名单：{sheets}。请以“sheet”指定要导入的一个。",
        en="These sheets hold a table each: {sheets}. Name the one to import with sheet.",
    )


class FileGone(Problem):
    """The file of the import is not kept any more."""

    slug, status = "file-gone", 410
    title = Text(zh="文件已删除", en="File gone")
    detail = Text(
        zh="该次导入的文件已不再保存，未采用的行仍可逐条查看。",
        en="The import's file is not kept any more; its refused rows can still be listed.",
    )


_TAKEN = Text(zh="已受理，但有提示", en="Taken, with warnings")
_TO_CHECK = Text(
    zh="该行已受理，请核对所列 {count} 处。", en="The row was taken; {count} value(s) should be looked at."
)


@dataclass(frozen=True, slots=True)
class TakenWithWarnings:
    """A row that was taken, and what in it a person should look at; only for reports, where problems stand too."""

    warnings: Sequence[FieldError]

    def document(self, language: Language) -> dict[str, object]:
        """In the shape of a problem document."""
        return {
            "type": TYPE_PREFIX + "taken-with-warnings",
            "title": _TAKEN.render(language),
            "status": 200,
            "detail": _TO_CHECK.render(language, count=len(self.warnings)),
            "errors": [
                {"pointer": one.pointer, "detail": one.detail.render(language, **dict(one.facts))}
                for one in self.warnings
            ],
        }


class FileTooLarge(Problem):
    """The file is larger than an import may be."""

    slug, status = "file-too-large", 413
    title = Text(zh="文件过大", en="File too large")
    detail = Text(zh="文件不能超过 {limit} 字节。", en="A file has at most {limit} bytes.")


def both_languages(problem: Problem | TakenWithWarnings) -> Any:
    """A problem as it is stored: its reader is not known yet."""
    return storable({language: problem.document(language) for language in LANGUAGES})


def storable(value: Any) -> Any:
    """A refused row may hold NUL, which PostgreSQL cannot store: its report shows U+FFFD."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: storable(item) for name, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value


def stored_json(value: object) -> str:
    """The same as JSON."""
    return orjson.dumps(storable(value), default=str).decode()


def verbatim(zh: str, en: str) -> Text:
    """Sentences that are complete, whatever they quote."""
    return Text(zh=zh.replace("{", "{{").replace("}", "}}"), en=en.replace("{", "{{").replace("}", "}}"))
