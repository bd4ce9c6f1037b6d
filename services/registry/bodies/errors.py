"""What bars recording a body."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class RoleFixed(Problem):
    """A body's kind and level are its role: they never change."""

    slug, status = "body-role-fixed", 409
    title = Text(zh="机构职能不可更改", en="The body's role is fixed")
    detail = Text(
        zh="“{code}”已登记为另一类别或层级的机构；名称可随时间变化，职能不变。请以新代码登记。",
        en="'{code}' is recorded as a body of another kind or level: its name may change, its role does not. "
        "Record the other body under a code of its own.",
    )


class BodyInUse(Problem):
    """Others belong to the body that it would not hold any more, by its days or territory: they need a successor."""

    slug, status = "body-in-use", 409
    title = Text(zh="尚有隶属关系", en="Others belong to the body")
    detail = Text(
        zh="更改后的“{code}”（存续期、管辖范围）不再涵盖隶属于它的 {party_organizations} 个党组织、{bodies} 个机构；"
        "请先确定承接的机构。",
        en="With these days and this territory '{code}' would not hold {party_organizations} Party organization(s) and "
        "{bodies} body(ies) that belong to it: they need a successor first.",
    )
