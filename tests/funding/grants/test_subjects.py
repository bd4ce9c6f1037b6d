"""Subjects that could be taken for another person's are refused, and persons are compared without case (T9)."""

from unicodedata import normalize

import pytest
from typer.testing import CliRunner

from shared.problems.duties import same_person
from shared.web.identity.tokens import MAX_SUBJECT, is_fit_subject
from shuangfu.cli import app as command_line
from tests.conftest import TokenFor
from tests.funding.conftest import Funding

UNFIT = [" wang", "wang ", "  ", normalize("NFD", "é-wang"), "w" * (MAX_SUBJECT + 1)]


@pytest.mark.parametrize("subject", ["wang", "王 某", normalize("NFC", "é-wang"), "w" * MAX_SUBJECT])
def test_t09_fit_subjects(subject: str) -> None:
    assert is_fit_subject(subject)


@pytest.mark.parametrize("subject", ["", *UNFIT])
def test_t09_unfit_subjects(subject: str) -> None:
    assert not is_fit_subject(subject)


@pytest.mark.parametrize("subject", UNFIT)
@pytest.mark.parametrize(("language", "said"), [("zh", "用户标识"), ("en", "subject")])
async def test_t09_a_token_of_an_unfit_subject_is_401_and_says_why(
    funding: Funding, token_for: TokenFor, subject: str, language: str, said: str
) -> None:
    headers = {"Authorization": f"Bearer {token_for(subject=subject)}", "Accept-Language": language}
    refused = await funding.http.get("/v1/grants", headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:shuangfu:problem:unauthenticated")
    [error] = refused.json()["errors"]
    assert (error["pointer"], said in error["detail"]) == ("/sub", True)
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("wang", "WANG", True),
        ("straße", "STRASSE", True),
        (normalize("NFC", "É"), normalize("NFD", "é"), True),
        ("wang ", "Wang", True),
        ("wang", "wang2", False),
        (None, "wang", False),
        (None, None, False),
    ],
)
def test_t09_same_person(one: str | None, other: str | None, *, same: bool) -> None:
    assert same_person(one, other) is same


@pytest.mark.parametrize("subject", UNFIT)
def test_t09_the_embedded_issuer_makes_no_such_token(subject: str) -> None:
    done = CliRunner().invoke(command_line, ["token", "--role", "payer", "--division", "33", "--subject", subject])
    assert done.exit_code == 2
    assert "eyJ" not in done.output
