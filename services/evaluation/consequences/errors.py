"""Problems of talks' records, and sentences on what is sent of a consequence."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class TalksUnavailable(Problem):
    """The service has no keys, or not the one that this record was sealed with."""

    slug, status = "talks-unavailable", 503
    title = Text(zh="谈话记录暂不可用", en="Records of talks unavailable")
    detail = Text(
        zh="缺少诫勉谈话记录的加密密钥，请联系系统管理员。",
        en="The keys that records of talks are encrypted with are missing; tell the system's operator.",
    )


class TalkBroken(Problem):
    """The stored record does not decrypt: it was changed, or moved from another row."""

    slug, status = "talk-broken", 500
    title = Text(zh="谈话记录数据已损坏", en="Record of the talk broken")
    detail = Text(
        zh="存储的诫勉谈话记录无法解密，可能已被改动；请从备份中恢复。",
        en="The stored record of the talk cannot be decrypted, so it may have been changed: restore it from a backup.",
    )


TO_COME = Text(zh="日期不能晚于今天。", en="The day is not after today.")
BEFORE_RATING = Text(
    zh="日期不能早于评定结果最终确定日 {final_on}。", en="The day is not before the rating was final, on {final_on}."
)
BEFORE_LAST = Text(zh="日期不能早于上一步的日期 {last}。", en="The day is not before that of the step before, {last}.")
PAST = Text(zh="完成期限不能早于今天。", en="The day by which the plan is carried out is not in the past.")
