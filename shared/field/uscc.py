"""Unified Social Credit Code: GB 32100-2015 with amendment 1 of 2016, around GB 11714-1997 (domain §4.1).

1 registering department + 1 category + 6 division + 9 organization code + 1 check digit. Not by python-stdnum, which
does not check the inner check digit, the pair and the division, and refuses G1 and N2.
"""

import re
import unicodedata
from collections.abc import Container
from operator import mul

from shared.field import divisions
from shared.field.errors import FieldError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100, in the order of their values: no I, O, S, V, Z."""

PAIRS: dict[str, tuple[str, str]] = {
    "11": ("机关", "government organ"),
    "12": ("事业单位", "public institution"),
    "13": ("编办直接管理机构编制的群众团体", "mass organization with a state staffing quota"),
    "19": ("机构编制其他", "other under the staffing commission"),
    "21": ("外国常驻新闻机构", "resident foreign news agency"),
    "29": ("外交其他", "other under foreign affairs"),
    "31": ("律师执业机构", "law firm"),
    "32": ("公证处", "notary office"),
    "33": ("基层法律服务所", "grass-roots legal service office"),
    "34": ("司法鉴定机构", "forensic institution"),
    "35": ("仲裁委员会", "arbitration commission"),
    "39": ("司法行政其他", "other under justice administration"),
    "41": ("外国在华文化中心", "foreign cultural center"),
    "49": ("文化其他", "other under culture"),
    "51": ("社会团体", "social group"),
    "52": ("民办非企业单位", "private non-enterprise unit"),
    "53": ("基金会", "foundation"),
    "54": ("村民委员会", "village committee"),
    "55": ("居民委员会", "resident committee"),
    "59": ("民政其他", "other under civil affairs"),
    "61": ("外国旅游部门常驻代表机构", "resident office of a foreign tourism department"),
    "62": (
        "港澳台地区旅游部门常驻内地（大陆）代表机构",
        "resident office of a Hong Kong, Macao or Taiwan tourism department",
    ),
    "69": ("旅游其他", "other under tourism"),
    "71": ("宗教活动场所", "religious site"),
    "72": ("宗教院校", "religious school"),
    "79": ("宗教其他", "other under religious affairs"),
    "81": ("基层工会", "grass-roots trade union"),
    "89": ("工会其他", "other under the trade unions"),
    "91": ("企业", "enterprise"),
    "92": ("个体工商户", "individual business"),
    "93": ("农民专业合作社", "farmers' cooperative"),
    "A1": ("军队事业单位", "military institution"),
    "A9": ("军队其他", "other under the military staffing office"),
    "G1": ("境外非政府组织代表机构", "office of an overseas non-governmental organization"),
    "N1": ("组级集体经济组织", "group-level collective economic organization"),
    "N2": ("村级集体经济组织", "village-level collective economic organization"),
    "N3": ("乡镇级集体经济组织", "township-level collective economic organization"),
    "N9": ("农业其他", "other under agriculture"),
    "Y1": ("其他", "other"),
}
"""Registering department and category: code → Chinese and English name."""

_LENGTH = 18
_BODY_LENGTH = 8
_SEPARATORS = re.compile(r"[\s\-\u00ad\u058a\u1806\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]+")
_OUTSIDE = 255

_OUTER_VALUES = bytes(ALPHABET.find(chr(byte)) % (_OUTSIDE + 1) for byte in range(256))
_OUTER_WEIGHTS = tuple(pow(3, place, 31) for place in range(_LENGTH - 1))
_INNER_VALUES = bytes(
    int(chr(byte), 36) if chr(byte).isascii() and chr(byte).isalnum() else _OUTSIDE for byte in range(256)
)
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_DIGITS = "0X987654321"
"""GB 11714: the digit for each sum modulo 11: C = 11 - sum mod 11; 10 is written X, 11 is written 0."""

_SOURCES = {"3": "justice", "5": "civil_affairs", "9": "market_regulation"}


class UsccError(FieldError):
    """The text is no Unified Social Credit Code that is accepted here."""


def normalize(text: str) -> str:
    """NFKC, upper case, without spaces and hyphens of any kind."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.upper()
    return text if text.isalnum() else _SEPARATORS.sub("", text)


CHECK_DIGIT_REASONS = frozenset({"uscc_organization_code_check_digit", "uscc_check_digit"})
"""The reasons that an entry in the register of exceptions sets aside."""


def check(text: str, *, allow_sample_codes: bool, excepted: Container[str] = ()) -> str:
    """The normalized code. Raises UsccError for the first check that it fails, in the order of domain §4.1.

    Of a code in `excepted` the check digits are not asked: its authority issued it with wrong ones.
    """
    code = normalize(text)
    if len(code) != _LENGTH:
        raise UsccError("uscc_length", {"length": len(code), "expected": _LENGTH})
    values = _values(code)
    if code[:2] not in PAIRS:
        raise UsccError("uscc_pair_unknown", {"pair": code[:2]})
    if not divisions.known_at_any_date(code[2:8]):
        raise UsccError("uscc_division_unknown", {"division": code[2:8]})
    body = code[8:16]
    inner = _inner_digit(body)
    if code[16] != inner and code not in excepted:
        raise UsccError("uscc_organization_code_check_digit", {"found": code[16], "expected": inner})
    outer = _outer_digit(values)
    if code[17] != outer and code not in excepted:
        raise UsccError("uscc_check_digit", {"found": code[17], "expected": outer})
    if not allow_sample_codes and is_sample_body(body):
        raise UsccError("uscc_reserved_zone", {"organization_code": code[8:17]})
    return code


def breaks_check_digits(text: str) -> bool:
    """Whether nothing but the check digits is wrong with a code; sample codes are taken."""
    try:
        check(text, allow_sample_codes=True)
    except UsccError as broken:
        if broken.reason not in CHECK_DIGIT_REASONS:
            return False
    else:
        return False
    code = normalize(text)
    # The digits are checked last, but of the two the first hides what the second would say: both are set aside here.
    return check(code, allow_sample_codes=True, excepted={code}) == code


def make(pair: str, division: str, body: str) -> str:
    """A code with both check digits from a pair, a division and the 8 characters of an organization code.

    Raises UsccError as `check` does.
    """
    head = (pair + division + body).upper()
    if len(body) != _BODY_LENGTH or len(head) != _LENGTH - 2:
        raise UsccError("uscc_length", {"length": len(head), "expected": _LENGTH - 2})
    _values(head)  # refuses what the organization code may not hold either
    head += _inner_digit(head[8:])
    return check(head + _outer_digit(_values(head)), allow_sample_codes=True)


def is_sample_body(body: str) -> bool:
    """PDY00001–PDY99999, the custom zone of GB 11714: not allowed in interchange, used for samples."""
    return body.startswith("PDY") and body[3:].isdigit() and body != "PDY00000"


def registering_source(uscc: str) -> str:
    """The source that registers such an organization by default."""
    return _SOURCES.get(uscc[:1], "other")


def _values(code: str) -> bytes:
    """The GB 32100 value of each character."""
    values = code.encode("ascii", "replace").translate(_OUTER_VALUES)
    if _OUTSIDE in values:
        place = values.index(_OUTSIDE)
        raise UsccError("uscc_alphabet", {"position": place + 1, "character": code[place]})
    return values


def _inner_digit(body: str) -> str:
    """GB 11714 check digit of an organization code's 8 characters (A = 10 … Z = 35)."""
    return _INNER_DIGITS[sum(map(mul, body.encode().translate(_INNER_VALUES), _INNER_WEIGHTS)) % 11]


def _outer_digit(values: bytes) -> str:
    """GB 32100 check digit, MOD 31, of the first seventeen characters' values; one more is ignored."""
    return ALPHABET[-sum(map(mul, values, _OUTER_WEIGHTS)) % 31]
