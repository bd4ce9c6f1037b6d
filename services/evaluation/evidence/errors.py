"""Problems of evidence files."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoEvidenceStore(Problem):
    """The settings name neither a folder nor a bucket for evidence files."""

    slug, status = "no-evidence-store", 503
    title = Text(zh="未配置材料存储", en="No store of evidence files")
    detail = Text(
        zh="本系统未配置佐证材料的存储，请联系运维人员。",
        en="No store of evidence files is configured here; ask the operator.",
    )


class EvidenceRefused(Problem):
    """The scan found something in the file that must not be kept."""

    slug, status = "evidence-refused", 422
    title = Text(zh="文件未通过安全检查", en="The file was refused")
    detail = Text(
        zh="该文件未通过安全检查，未予保存。",
        en="The security scan refused this file; it was not kept.",
    )


class EvidenceNotScanned(Problem):
    """The scan could not be made: nothing is kept that was not scanned."""

    slug, status = "evidence-not-scanned", 503
    title = Text(zh="安全检查暂不可用", en="The scan is unavailable")
    detail = Text(
        zh="安全检查暂时不可用，文件未予保存，请稍后重试。",
        en="The security scan is unavailable, so the file was not kept; try again later.",
    )


class EvidenceLost(Problem):
    """The store does not have the content, or has another one than what was filed."""

    slug, status = "evidence-lost", 500
    title = Text(zh="材料内容缺失", en="The content is missing")
    detail = Text(
        zh="存储中没有该材料的内容，或者内容与登记的摘要不符，请联系运维人员。",
        en="The store lacks this file's content, or it is not what was filed; ask the operator.",
    )


class EvidenceStoreUnavailable(Problem):
    """The bucket of evidence files does not answer, or refuses the service."""

    slug, status = "evidence-store-unavailable", 503
    title = Text(zh="材料存储暂不可用", en="The store of evidence files is unavailable")
    detail = Text(
        zh="佐证材料的存储暂时不可用，请稍后重试；若持续如此，请联系运维人员。",
        en="The store of evidence files is unavailable; try again later, and ask the operator if it stays so.",
    )


class EvidenceNamed(Problem):
    """What was found goes by the file: it is not withdrawn while that says so."""

    slug, status = "evidence-named", 409
    title = Text(zh="材料仍被引用", en="The file is named")
    detail = Text(
        zh="环节 {stage} 的指标“{code}”仍引用这份材料，请先改填该指标，再撤回。",
        en="Indicator '{code}' of stage {stage} names this file: put it without the file first, then withdraw it.",
    )


UNKNOWN_FILE = Text(
    zh="此处的这项指标下没有这份材料。", en="No such file was filed here for this indicator of the evaluation."
)
UNKNOWN_INDICATOR = Text(zh="指标体系 {type} 中没有指标“{code}”。", en="System {type} has no indicator '{code}'.")
