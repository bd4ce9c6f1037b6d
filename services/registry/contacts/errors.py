"""What can be wrong with a contact that is stored. None of these holds a personal value."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class ContactsUnavailable(Problem):
    """The service has no keys, or not the one that this contact was sealed with."""

    slug, status = "contacts-unavailable", 503
    title = Text(zh="联系人暂不可用", en="Contacts unavailable")
    detail = Text(
        zh="缺少联系人的加密密钥，请联系系统管理员。",
        en="The keys that contacts are encrypted with are missing; tell the system's operator.",
    )


class ContactBroken(Problem):
    """The stored value does not decrypt: it was changed, or moved from another row."""

    slug, status = "contact-broken", 500
    title = Text(zh="联系人数据已损坏", en="Contact broken")
    detail = Text(
        zh="存储的联系人无法解密，可能已被改动；请重新登记。",
        en="The stored contact cannot be decrypted, so it may have been tampered with; enter it again.",
    )
