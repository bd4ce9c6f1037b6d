"""Problems of incubatees."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class IncubatorNotOpen(Problem):
    """The incubator does not work, now or on the day that is asked for."""

    slug, status = "incubator-not-open", 409
    title = Text(zh="孵化器未启用", en="The incubator is not open")
    detail = Text(zh="孵化器“{code}”未启用，不能受理入壳。", en="Incubator '{code}' does not work: it takes nobody in.")


class IncubatorFull(Problem):
    """As many are incubated as the incubator has room for."""

    slug, status = "incubator-full", 409
    title = Text(zh="孵化器已满", en="The incubator is full")
    detail = Text(
        zh="孵化器可容纳 {capacity} 家，现有在孵 {inside} 家。",
        en="The incubator takes in {capacity}; {inside} are being incubated.",
    )


class AlreadyIncubated(Problem):
    """The organization has, or has asked for, a place in an incubator."""

    slug, status = "already-incubated", 409
    title = Text(zh="该组织已在孵化", en="The organization is incubated already")
    detail = Text(
        zh="该组织已申请或已进入孵化器，须先出壳或退出。",
        en="The organization has a place in an incubator or has applied for one: it graduates or leaves first.",
    )


class NotMature(Problem):
    """The incubatee, or its Party organization, is not mature: `missing` are the items that have not passed."""

    slug, status = "incubatee-not-mature", 409
    title = Text(zh="尚未成熟，不能出壳", en="Not mature")
    detail = Text(
        zh="社会组织和党组织两张成熟清单须全部通过；尚未通过：{missing}。",
        en="Both maturity lists must pass (H8); these items have not: {missing}.",
    )


class KnownMilestone(Problem):
    """The service knows this moment by itself: it is not entered a second time."""

    slug, status = "milestone-known", 409
    title = Text(zh="该环节已由系统掌握", en="The moment is known")
    detail = Text(
        zh="该环节的日期（{on}）由登记或组建信息得出，不需要另行登记。",
        en="The day of this moment ({on}) follows from the registration or the formation: it is not entered again.",
    )


class RecordWithdrawn(Problem):
    """The milestone or the visit was withdrawn before."""

    slug, status = "record-withdrawn", 409
    title = Text(zh="该记录已撤销", en="The record was withdrawn")
    detail = Text(zh="该记录已于 {withdrawn_at} 撤销。", en="This record was withdrawn at {withdrawn_at}.")


class AlreadyLinked(Problem):
    """The incubatee's organization is known already."""

    slug, status = "incubatee-linked", 409
    title = Text(zh="已关联社会组织", en="The organization is known")
    detail = Text(zh="已关联代码为 {uscc} 的社会组织。", en="It is the organization with the code {uscc}.")
