"""Problems of incubators."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class IncubatorUnready(Problem):
    """Something that an incubator needs before it may work is missing; `missing` are the rules."""

    slug, status = "incubator-unready", 409
    title = Text(zh="孵化器不具备启用条件", en="The incubator is not ready")
    detail = Text(
        zh="孵化器尚缺 {missing} 所要求的条件，不能启用；见各项说明。",
        en="Requirements are not met ({missing}): the incubator cannot be activated. See the errors.",
    )


class IncubatorLacking(Problem):
    """The incubator works, and has lost something that it needs; `missing` are the rules."""

    slug, status = "incubator-lacking", 409
    title = Text(zh="孵化器条件不足", en="The incubator lacks what it needs")
    detail = Text(
        zh="孵化器现缺 {missing} 所要求的条件，补齐之前不能办理入壳；见各项说明。",
        en="The incubator lacks requirements now ({missing}): nobody enters before they are met. See the errors.",
    )


class SupportWithdrawn(Problem):
    """The record was withdrawn before."""

    slug, status = "support-withdrawn", 409
    title = Text(zh="扶持记录已撤销", en="The record of a support was withdrawn")
    detail = Text(zh="该记录已于 {withdrawn_at} 撤销。", en="This record was withdrawn at {withdrawn_at}.")


class IncubatorOccupied(Problem):
    """Organizations are in the incubator, or have applied to it."""

    slug, status = "incubator-occupied", 409
    title = Text(zh="孵化器内尚有组织", en="The incubator is occupied")
    detail = Text(
        zh="孵化器内尚有 {inside} 家申请或在孵组织，须先办理出壳或退出。",
        en="{inside} organization(s) have applied or are incubated there: they graduate or leave first.",
    )
