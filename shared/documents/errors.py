"""What can be wrong with a document."""

from typing import Any

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoTemplate(Problem):
    """The policies have no template of the kind."""

    slug, status = "no-document-template", 409
    title = Text(zh="没有文书模板", en="No template")
    detail = Text(
        zh="没有“{issuer}”可用的“{kind}”模板，请在政策文件“documents.yaml”中增加。",
        en="There is no template of '{kind}' for '{issuer}': add one in policies/<region>/documents.yaml.",
    )

    def __init__(self, *, kind: str, issuer: str) -> None:
        super().__init__(kind=kind, issuer=issuer)


class NoIssuer(Problem):
    """No body is recorded that would issue the document."""

    slug, status = "no-document-issuer", 409
    title = Text(zh="没有制发机关", en="No issuer")
    detail = Text(
        zh="没有可制发此文书的上级机构，请先登记机构，或指定制发机关。",
        en="No superior body is recorded that would issue this: record one, or name it as issuer.",
    )


class NoSeries(Problem):
    """The policies give the issuer no series of numbers."""

    slug, status = "no-document-series", 409
    title = Text(zh="没有发文字号", en="No series of numbers")
    detail = Text(
        zh="“{issuer}”没有机关代字，请在政策文件“documents.yaml”中增加。",
        en="'{issuer}' has no series of numbers: add it to issuers in policies/<region>/documents.yaml.",
    )


class SubjectUnfit(Problem):
    """The state of what a document is about rules it out."""

    slug, status = "document-subject-unfit", 409
    title = Text(zh="不能制发此文书", en="Document not possible")
    detail = Text(zh="“{name}”的现状不能制发此文书。", en="The state of '{name}' rules this document out.")

    def __init__(self, why: Text, *, name: str, **facts: Any) -> None:
        super().__init__(name=name, **facts)
        self.detail = why


class DocumentOutdated(Problem):
    """What the document says of its subject is no longer so."""

    slug, status = "document-outdated", 409
    title = Text(zh="文书内容已过时", en="Document is outdated")
    detail = Text(
        zh="起草后以下内容已变化：{changed}。请撤回并重新起草。",
        en="Changed since it was drafted: {changed}. Withdraw it and draft it again.",
    )


class FontsMissing(Problem):
    """No font with Chinese characters is installed where documents are printed."""

    slug, status = "fonts-missing", 503
    title = Text(zh="缺少中文字体", en="Fonts are missing")
    detail = Text(
        zh="服务器没有可用的中文字体。请安装字体包“fonts-noto-cjk”，或以“SHUANGFU_FONTS”指定字体目录。",
        en="The server has no Chinese font. Install fonts-noto-cjk (Debian: apt install fonts-noto-cjk), or name a "
        "folder of fonts by SHUANGFU_FONTS.",
    )


class CharacterMissing(Problem):
    """No installed font has a character of the document."""

    slug, status = "character-missing", 503
    title = Text(zh="字体缺字", en="Character is missing")
    detail = Text(
        zh="已安装的字体没有字符“{character}”。请在“SHUANGFU_FONTS”所指目录中加入含有该字的字体。",
        en="No installed font has the character '{character}': put one that has it into the folder of SHUANGFU_FONTS.",
    )


class RenderingFailed(Problem):
    """A document could not be printed in the time or the memory that it has."""

    slug, status = "rendering-failed", 503
    title = Text(zh="文书生成失败", en="Rendering failed")
    detail = Text(
        zh="文书未能在 {seconds} 秒内生成，请稍后重试。",
        en="The document was not rendered within {seconds} seconds; try again later.",
    )


class NotIssued(Problem):
    """Only an issued document has a sealed copy."""

    slug, status = "document-not-issued", 409
    title = Text(zh="文书尚未印发", en="Document is not issued")
    detail = Text(zh="只有已印发的文书才能归档盖章件。", en="Only an issued document has a sealed copy to file.")


class ScanUnreadable(Problem):
    """What was sent is no scan, whatever its name."""

    slug, status = "scan-type-unknown", 415
    title = Text(zh="文件类型不支持", en="Unknown type of file")
    detail = Text(
        zh="文件内容不是 {known} 之一（按内容判断，与文件名无关）。",
        en="The content is none of {known}; the name does not count.",
    )


class ScanTooLarge(Problem):
    """The scan is larger than the setting allows."""

    slug, status = "scan-too-large", 413
    title = Text(zh="文件过大", en="Scan too large")
    detail = Text(zh="扫描件不能超过 {limit} 字节。", en="A scan has at most {limit} bytes.")
