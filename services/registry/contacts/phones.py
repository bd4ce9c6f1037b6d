"""Telephone numbers: the usual ways of writing one, and the one form that is stored. Pure; no error shows a number."""

import re

from shared.field.errors import FieldError
from shared.field.names import fold_name

_LABEL = re.compile(r"^(?:联系电话|办公电话|联系方式|电话|手机号?码?|座机|固话|tel(?:ephone)?|phone|mobile)[.:：]?\s*")
_EXTENSION = re.compile(
    r"\s*(?:转|轉|分机号?|内线|ext\.?|extension|x|#|;ext=)\s*[:.：]?\s*(?P<extension>[0-9]{1,6})\s*$"
)
_LAST_GROUP = re.compile(r"[-\s]+(?P<extension>[0-9]{1,6})$")
_WRITTEN = re.compile(r"\+?[0-9()（）\[\]\s.\u2010-\u2015\u2212_-]+")
_LANDLINE = re.compile(r"(?P<area>010|02[0-9]|0[3-9][0-9]{2})(?P<local>[2-8][0-9]{6,7})")
_MOBILE = re.compile(r"0?(?P<mobile>1[3-9][0-9]{9})")
_SERVICE = re.compile(r"(?P<service>[48]00)(?P<middle>[0-9]{3})(?P<end>[0-9]{4})")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}|1[0-9]{4}|9[56][0-9]{3,4}")
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")
_MOST = 64


class PhoneError(FieldError):
    """A text that is no telephone number."""


def normalize_phone(text: str) -> str:
    """`0571-87001234`, `0571-87001234转8001`, `13800000000`, `400-800-1234`, `+85221234567`. Raises PhoneError."""
    written = _LABEL.sub("", fold_name(text[:_MOST]).casefold())
    if len(text) > _MOST:
        raise PhoneError("phone_malformed")
    extension = ""
    found = _EXTENSION.search(written)
    if found is not None:
        written, extension = written[: found.start()], found["extension"]
    number = _number(written)
    if number is None and not extension:
        last = _LAST_GROUP.search(written)
        if last is not None:
            number, extension = _number(written[: last.start()]), last["extension"]
            if number is not None and _MOBILE.fullmatch(number):
                number = None
    if number is None:
        raise PhoneError("phone_malformed")
    return f"{number}转{extension}" if extension else number


def _number(written: str) -> str | None:
    if not _WRITTEN.fullmatch(written):
        return None
    digits = re.sub("[^0-9]", "", written)
    international = written.startswith("+")
    for prefix in ("0086", "86"):
        home = _at_home(digits.removeprefix(prefix)) if digits.startswith(prefix) else None
        if home is not None and (international or prefix == "0086" or not _at_home(digits)):
            return home
    if international:
        return f"+{digits}" if _ABROAD.fullmatch(digits) and not digits.startswith("86") else None
    return _at_home(digits, local=True)


def _at_home(digits: str, *, local: bool = False) -> str | None:
    """A number of the mainland; after a country code the area's zero is left out."""
    if found := _SERVICE.fullmatch(digits):
        return "-".join(found.groups())
    for candidate in (digits,) if local else (digits, f"0{digits}"):
        if found := _MOBILE.fullmatch(candidate):
            return found["mobile"]
        if found := _LANDLINE.fullmatch(candidate):
            return f"{found['area']}-{found['local']}"
    return digits if local and _LOCAL.fullmatch(digits) else None
