"""The sentence for each reason that `shared.field` gives, in both languages."""

from shared.field.errors import FieldError as BrokenValue
from shared.problems.language import Text
from shared.problems.problems import FieldError

SENTENCES: dict[str, Text] = {
    "uscc_length": Text(
        zh="统一社会信用代码应为 {expected} 位，实为 {length} 位。",
        en="A unified social credit code has {expected} characters, this one has {length}.",
    ),
    "uscc_alphabet": Text(
        zh="第 {position} 位的字符“{character}”不能用于统一社会信用代码。",
        en="Character {position} ('{character}') cannot stand in a unified social credit code.",
    ),
    "uscc_pair_unknown": Text(
        zh="登记管理部门和机构类别“{pair}”不存在。",
        en="There is no registering department and category '{pair}'.",
    ),
    "uscc_division_unknown": Text(
        zh="代码中的行政区划“{division}”不存在。", en="The code's division '{division}' does not exist."
    ),
    "uscc_organization_code_check_digit": Text(
        zh="组织机构代码校验位应为“{expected}”，实为“{found}”。",
        en="The organization code's check digit must be '{expected}', not '{found}'.",
    ),
    "uscc_check_digit": Text(
        zh="统一社会信用代码校验位应为“{expected}”，实为“{found}”。",
        en="The code's check digit must be '{expected}', not '{found}'.",
    ),
    "uscc_reserved_zone": Text(
        zh="组织机构代码“{organization_code}”属于自定义区，不得用于交换。",
        en="Organization code '{organization_code}' is in the custom zone, which is barred from interchange.",
    ),
    "division_unknown": Text(zh="行政区划“{division}”不存在。", en="There is no division '{division}'."),
    "division_ended": Text(
        zh="行政区划“{division}”已于 {ended_on} 撤销。", en="Division '{division}' ended on {ended_on}."
    ),
    "division_prefix_malformed": Text(
        zh="“{prefix}”不是行政区划代码或其前缀。", en="'{prefix}' is no division code or prefix."
    ),
    "name_empty": Text(zh="名称不能为空白。", en="A name cannot be blank."),
    "name_control_character": Text(
        zh="名称第 {position} 位的字符 {character} 不可显示，不能用于名称。",
        en="Character {position} of the name ({character}) is not printable.",
    ),
    "name_length": Text(
        zh="名称规范化后有 {length} 个字符，不能超过 {max_length} 个。",
        en="The name has {length} characters once normalized, at most {max_length} are allowed.",
    ),
    "position_out_of_range": Text(zh="经纬度超出范围。", en="Longitude or latitude is out of range."),
}
_OTHERWISE = Text(zh="值无效（{reason}）。", en="Invalid value ({reason}).")


def field_error(pointer: str, broken: BrokenValue) -> FieldError:
    """An error of `shared.field` as an entry of a problem document."""
    sentence = SENTENCES.get(broken.reason)
    if sentence is None:
        return FieldError(pointer, _OTHERWISE, (("reason", broken.reason),))
    return FieldError(pointer, sentence, tuple(broken.facts.items()))
