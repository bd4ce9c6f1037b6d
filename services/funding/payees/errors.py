"""Problems of the accounts that recipients are paid to. None of these holds an account."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class PayeesUnavailable(Problem):
    """The service has no keys, or not the one that this account was sealed with."""

    slug, status = "payees-unavailable", 503
    title = Text(zh="收款账户暂不可用", en="Accounts unavailable")
    detail = Text(
        zh="缺少收款账户的加密密钥，请联系系统管理员。",
        en="The keys that accounts are encrypted with are missing; tell the system's operator.",
    )


class PayeeBroken(Problem):
    """The stored value does not decrypt: it was changed, or moved from another row."""

    slug, status = "payee-broken", 500
    title = Text(zh="收款账户数据已损坏", en="Account broken")
    detail = Text(
        zh="存储的收款账户无法解密，可能已被改动；请重新录入。",
        en="The stored account cannot be decrypted, so it may have been tampered with; enter it again.",
    )


class PayeeFrozen(Problem):
    """A grant of the recipient is approved and waits for its payment."""

    slug, status = "payee-frozen", 409
    title = Text(zh="收款账户已冻结", en="Account frozen")
    detail = Text(
        zh="该党组织有已批准、待拨付的补助，拨付前不能更改收款账户。",
        en="A grant of this Party organization is approved and waits for payment: the account stays until it is paid.",
    )


class PayeeDiffers(Problem):
    """What the second person typed is not what the first one entered."""

    slug, status = "payee-differs", 409
    title = Text(zh="账户信息不一致", en="The account differs")
    detail = Text(
        zh="所填开户行或账号与录入的不一致，请核对后重新录入或重新核对。",
        en="Bank code or account number are not as they were entered: check, and enter or verify again.",
    )


BANK_CODE = Text(zh="开户行行号为12位数字。", en="A bank code has twelve digits.")
ACCOUNT_NUMBER = Text(zh="账号为8至32位数字。", en="An account number has 8 to 32 digits.")
GROUNDS_NEEDED = Text(
    zh="由所在组织或上级代管的，请填写代管依据。",
    en="Money in trust needs its grounds: by which agreement the organization or the superior holds it.",
)
