"""Refusals: no valid token, no permission, a division outside the scope."""

from shared.db.access import Access
from shared.problems.language import Text
from shared.problems.problems import FieldError, Problem


class Unauthenticated(Problem):
    """There is no token, or it is not valid here and now."""

    slug, status = "unauthenticated", 401
    title = Text(zh="未通过身份验证", en="Unauthenticated")
    detail = Text(zh="需要有效的访问令牌。", en="A valid bearer token is needed.")


UNFIT_SUBJECT = FieldError(
    "/sub",
    Text(
        zh="用户标识（sub）首尾不能有空格，须为规范形式（NFC），且不超过 255 个字符。",
        en="The subject must have no blank at either end, be in Unicode's NFC form, and have at most 255 characters.",
    ),
)
"""Why a token is refused whose subject could be taken for another person's."""


class Forbidden(Problem):
    """The caller's roles do not allow this."""

    slug, status = "forbidden", 403
    title = Text(zh="无权操作", en="Forbidden")
    detail = Text(zh="您没有“{permission}”权限。", en="You have no permission for {permission}.")


class OutsideScope(Problem):
    """The request names a division outside the caller's scope, to write to it or to read what is inside."""

    slug, status = "outside-scope", 403
    title = Text(zh="超出管辖范围", en="Outside the caller's divisions")
    detail = Text(zh="行政区划“{division}”不在您的范围内。", en="Division '{division}' is not within your divisions.")


class OutsideUnits(Problem):
    """The caller's token is narrowed to units, and the request concerns more than these."""

    slug, status = "outside-units", 403
    title = Text(zh="超出单位范围", en="Beyond the caller's units")
    detail = Text(
        zh="您的令牌限定于若干单位，不能办理整个行政区划的事项。",
        en="Your token is narrowed to units: what concerns a whole division is not open to it.",
    )


class UnknownUnits(Problem):
    """No unit of the caller's token is known within its divisions: nothing could be seen with it."""

    slug, status = "unknown-units", 403
    title = Text(zh="单位不存在", en="Unknown units")
    detail = Text(
        zh="您的令牌所列单位均不存在，或不在您的管辖范围内，因此没有可查看的内容。",
        en="None of the units of your token exists within your divisions, so there is nothing that you could see.",
    )


NO_SUCH_UNIT = Text(zh="没有单位“{unit}”。", en="There is no unit '{unit}'.")
"""Of one of them."""


def check_whole(access: Access) -> None:
    """Raises OutsideUnits (403) if the caller is narrowed to units: what it sees of a division is not the division."""
    if access.units is not None:
        raise OutsideUnits


def check_overlap(access: Access, prefix: str) -> None:
    """Raises OutsideScope (403) if nothing inside the division (a prefix) is in the caller's scope."""
    if not access.overlaps(prefix):
        raise OutsideScope(division=prefix)


def check_reach(access: Access, division: str) -> None:
    """Raises OutsideScope (403) if the division is not in the caller's scope, OutsideUnits if units narrow this."""
    check_whole(access)
    check_within(access, division)


def check_within(access: Access, division: str) -> None:
    """Raises OutsideScope (403) if the division is not in the caller's scope; of a unit that the caller sees."""
    if not access.reaches(division):
        raise OutsideScope(division=division)
