"""Both demonstrations on one start of the services: Hangzhou's first, then Shanghai's, which sees Shanghai alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from shuangfu.commands.demo import POLICIES
from shuangfu.demonstration.starting import add_policies
from tests.running.serving import Server, demo

ENTITLED = 24 + 5 + 10
"""Members of those who are covered: full and probationary."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """With the policies that both examples add."""
    policies = add_policies(tmp_path / "policies", *POLICIES.values())
    monkeypatch.setenv("SHUANGFU_POLICIES", str(policies))
    found = Server(tmp_path / "data")
    try:
        found.start()
        yield found
    finally:
        found.end()


@pytest.mark.usefixtures("chinese_fonts")
def test_h9_s25_s26_both_demonstrations_on_one_server(server: Server, tmp_path: Path) -> None:
    _hold_hangzhou(server, tmp_path / "founding.pdf")
    _hold_shanghai(server)


def _hold_hangzhou(server: Server, file: Path) -> None:
    """27 organizations, two standalone branches, one joint."""
    found = demo("--url", server.url, "--data", str(server.data), "--document", str(file))
    assert found["organizations"] == 27
    assert found["party_organizations"] == {"standalone": 2, "joint": 1, "led": 3}
    document = found["document"]
    assert (document["file"], document["number"].endswith("号")) == (str(file), True), "D18: one founding's document"
    printed = "".join(page.extract_text() for page in PdfReader(file).pages).replace("\n", "")
    assert document["number"] in printed
    assert "同意成立" in printed
    assert found["incubation"] == {
        "incubatees": 27,
        "graduated": 2,
        "blocked": [["P1", "P2", "P3"]],
        "stations": 1,
        "meetings": [
            {"level": "district", "counts": False},
            *({"level": level, "counts": True} for level in ("city", "district", "street")),
        ],
        "areas": {"330106": {"areas": 13, "workers": 13, "organizations": 27, "organizations_covered": 1}},
    }
    assert found["covered_organizations"] == 7
    assert (found["evaluations_completed"], found["rated_by_facts"]) == (3, 3), "H14: by facts"
    assert found["stars"] == {"5": 1, "3": 1, "1": 1}
    assert found["rectifications"] == {"accepted": 1, "grants_released": 1}, "H20: its grant was held, then released"
    assert found["grants"] == {"raised": 3, "paid": 3, "total_fen": 900_000}
    assert found["events"]["dead_letters"] == 0
    assert found["events"]["published"] > 27 * 2
    assert found["events"]["consumed"] > 27
    assert found["refused_rows"] == 0


def _hold_shanghai(server: Server) -> None:
    """Dues exactly as remitted, by form; 200 yuan a member; once 50,000 yuan; and again nothing twice."""
    found = demo("--region", "shanghai", "--url", server.url, "--data", str(server.data))
    assert found["organizations"] == 12
    # S10 counts full-time staff: one of five members, two of them full-time, joins the joint branch.
    assert found["party_organizations"] == {"standalone": 2, "joint": 1, "led": 3}
    assert found["covered_organizations"] == 6
    remitted = found["dues"]["remitted_fen"]
    assert found["dues"] == {"years": 4, "certified": 4, "remitted_fen": remitted}
    assert found["refunds"] == {
        "claimed_fen": remitted,
        "receivers": {"host": 1, "joint": 1, "standalone": 2},
        "refused": {},
    }
    schemes = found["schemes"]
    assert schemes["S26"] == {"outcomes": {"raised": 3}, "due_fen": ENTITLED * 20_000}
    assert schemes["S29"] == {"outcomes": {"none": 2, "raised": 1}, "due_fen": 5_000_000}
    assert [schemes[rule]["refused"] for rule in ("S27", "S28")] == ["scheme-not-active"] * 2
    assert schemes["S28"]["missing"] == "amount.fen"
    paid = {
        "sh-2015-dues-refund": remitted,
        "sh-2015-larger": 5_000_000,
        "sh-2015-members": ENTITLED * 20_000,
    }
    assert found["grants"] == {"raised": 8, "paid": 8, "total_fen": sum(paid.values()), "paid_fen": paid}
    assert (found["ledger_fen"], found["events"]["dead_letters"]) == (0, 0)

    again = demo("--region", "shanghai", "--url", server.url, "--data", str(server.data))
    assert again["schemes"]["S26"]["outcomes"] == {"unchanged": 3}
    same: dict[str, Any] = {"seconds": found["seconds"], "schemes": schemes}
    assert {**again, **same} == found, "nothing is paid twice, and not one event more"
