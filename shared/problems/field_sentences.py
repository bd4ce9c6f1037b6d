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
    "uscc_needs_no_exception": Text(
        zh="代码的校验位正确，不需要列入例外登记。", en="The code's check digits are right: it needs no exception."
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
    "name_empty": Text(
        zh="不能为空白，也不能只写“无”“不详”“-”一类的字样。",
        en="This cannot be blank, nor only say 'none', 'unknown' or '-'.",
    ),
    "search_empty": Text(
        zh="没有可查找的字词：不能为空白。查看全部时请不带此参数。",
        en="There is no word to search for: this cannot be blank. Leave the parameter out to list everything.",
    ),
    "name_control_character": Text(
        zh="第 {position} 位的字符 {character} 不可显示，不能使用。",
        en="Character {position} ({character}) is not printable and cannot be used.",
    ),
    "name_length": Text(
        zh="规范化后有 {length} 个字符，不能超过 {max_length} 个。",
        en="This has {length} characters once normalized, at most {max_length} are allowed.",
    ),
    "name_digits": Text(zh="姓名中不能有数字。", en="A person's name has no digits."),
    "personal_number": Text(
        zh="第 {position} 位起像是身份证号或电话号码。此处文字会永久留存，请勿填写个人号码；联系方式请登记为联系人。",
        en="From character {position} on this looks like an identity or telephone number. The text is kept for good: "
        "leave persons' numbers out, and enter whom to call as a contact.",
    ),
    "date_malformed": Text(
        zh="应为写作 2026-03-01 的日期，不能是数字或带时刻的文本。",
        en="A date is written 2026-03-01; it is no number and has no time.",
    ),
    "date_before": Text(zh="日期不能早于 {earliest}。", en="The date cannot be before {earliest}."),
    "date_after_as_of": Text(
        zh="登记日期不能晚于信息的截至日期 {as_of}。",
        en="The date of registration cannot be after {as_of}, the day as of which this is known.",
    ),
    "instant_malformed": Text(
        zh="应为写作 2026-03-02T09:00:00+08:00 的时刻（RFC 3339），不能是数字。",
        en="An instant is written 2026-03-02T09:00:00+08:00 (RFC 3339); it is no number.",
    ),
    "instant_without_zone": Text(
        zh="时刻须带时区，如 2026-03-02T09:00:00+08:00。",
        en="An instant needs its zone, as in 2026-03-02T09:00:00+08:00.",
    ),
    "instant_out_of_calendar": Text(zh="时刻超出日历范围。", en="The instant lies outside the calendar."),
    "instant_in_the_future": Text(
        zh="截至时刻不能晚于现在（{latest}）。", en="The instant cannot be later than now ({latest})."
    ),
    "json_key_twice": Text(zh="对象中的“{key}”出现了不止一次。", en="The object has '{key}' more than once."),
    "json_negative_zero": Text(zh="数字不能是负零。", en="A number cannot be a negative zero."),
    "phone_malformed": Text(
        zh="不是可识别的电话号码，如 0571-87001234、0571-87001234转8001、13800000000。",
        en="This is no telephone number, such as 0571-87001234, 0571-87001234转8001 or 13800000000.",
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
