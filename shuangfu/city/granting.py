"""Money: the list of H31, runs of schemes, grants of ratings; reviewed, approved, ordered, and the payment file."""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from shuangfu.city.invented.hangzhou import CITY, KEY_SCHEME, key_amounts
from shuangfu.city.steps import Steps
from shuangfu.demonstration.findings import DemoFailed, Json
from shuangfu.demonstration.paying import count_decided

GRANTS, ENTRIES, ORDERS = "/funding/v1/grants", "/funding/v1/scheme-entries", "/funding/v1/payment-orders"
MEMBERS_SCHEME = "sh-2015-members"
_MANY = 1_000
"""Grants that one step, or one order, takes."""


def list_key_committees(steps: Steps, parties: Sequence[Json]) -> None:
    """H31: who stands in the list, entered by one and confirmed by another; before they are rated, since H32 is for
    the others."""
    ours = [one for one in parties if one["division"].startswith(CITY)]
    with steps.step("list") as timed:
        steps.each(timed, key_amounts(ours), lambda one: _enter(steps, *one))


def raise_grants(steps: Steps, parties: Sequence[Json], completed: Sequence[Json]) -> None:
    """S26 in each of Shanghai's districts, H31 in Hangzhou; H32 follows from the ratings by events."""
    due = dict.fromkeys(steps.city.divisions, 0)
    for one in parties:
        due[one["division"]] = due.get(one["division"], 0) + 1
    with steps.step("run") as timed:
        for division in steps.city.divisions:
            steps.wait("run", partial(_run, steps, MEMBERS_SCHEME, division, dry=True), due[division])
        timed.things = sum(_run(steps, MEMBERS_SCHEME, division) for division in steps.city.divisions)
        timed.things += _run(steps, KEY_SCHEME, CITY)
    with steps.step("grant") as timed:
        runs = _runs_of(steps)
        steps.wait("grant", lambda: count_decided(steps.actors, steps.year) - runs, len(completed))
        timed.things = len(completed)


def _runs_of(steps: Steps) -> int:
    """How many decisions runs made."""
    return next(one.things for one in reversed(steps.timed) if one.step == "run")


def pay(steps: Steps) -> list[Json]:
    """Accounts entered and verified, grants reviewed and approved by two, ordered by a third; the orders with lines."""
    actors = steps.actors
    raised = list(actors.list_all(GRANTS, year=steps.year, state="raised"))
    recipients = sorted({one["recipient_id"]: one["recipient_name"] for one in raised}.items())
    with steps.step("account") as timed:
        steps.each(timed, enumerate(recipients), lambda one: _open_account(steps, one[0], *one[1]))
    for step, actor in (("review", "reviewer"), ("approve_grants", "approver")):
        with steps.step(step) as timed:
            for some in _portions(raised):
                total = sum(one["amount_fen"] for one in some)
                body = {"ids": [one["id"] for one in some], "count": len(some), "total_fen": total}
                actors.post(actor, f"{GRANTS}:{step.removesuffix('_grants')}", body)
                timed.things += len(some)
    with steps.step("order") as timed:
        orders = [_order(steps, some) for city in ("31", CITY) for some in _portions(_of(raised, city))]
        timed.things = sum(one["count"] for one in orders)
    return orders


def _order(steps: Steps, grants: Sequence[Json]) -> Json:
    """Order them and read the file that the treasury gets: its lines and their sum, `file_lines` and `file_fen`."""
    total = sum(one["amount_fen"] for one in grants)
    body = {
        "division": "31" if grants[0]["division"].startswith("31") else CITY,
        "channel": "fiscal",
        "ids": [one["id"] for one in grants],
        "count": len(grants),
        "total_fen": total,
    }
    order = steps.actors.post("payer", ORDERS, body)
    file = steps.actors.reading_as("payer").download(f"{ORDERS}/{order['id']}/file", format="csv")
    if file is None:
        raise DemoFailed(f"order {order['number']}: no file")
    lines = _lines_of(file)
    fen = sum(int(Decimal(one["支付金额（元）"].replace(",", "")) * 100) for one in lines)
    return {**order, "file_lines": len(lines), "file_fen": fen, "file_bytes": len(file)}


def _lines_of(file: bytes) -> list[dict[str, str]]:
    """The rows of a file for the treasury, without that of the totals."""
    rows = csv.DictReader(file.decode("utf-8-sig").splitlines())
    return [row for row in rows if (row.get("支付令编号") or "").strip() and (row.get("序号") or "").isdigit()]


def _enter(steps: Steps, recipient: str, amount: int) -> None:
    body = {
        "scheme": KEY_SCHEME,
        "recipient_id": recipient,
        "effective_from": f"{steps.year}-01-01",
        "amount_fen": amount,
    }
    entry = steps.actors.post("officer", ENTRIES, body)
    steps.actors.post("approver", f"{ENTRIES}/{entry['id']}/confirmation", {})


def _run(steps: Steps, scheme: str, division: str, *, dry: bool = False) -> int:
    """How many it raises, or would."""
    body = {"year": steps.year, "division": division, "dry_run": dry}
    return int(steps.actors.post("officer", f"/funding/v1/schemes/{scheme}/runs", body)["raised"])


def _open_account(steps: Steps, number: int, recipient: str, name: str) -> None:
    account = {"bank_code": "102331000015", "account_number": f"{3_100_000_000_000_000 + number}"}
    path = f"/funding/v1/payees/{recipient}"
    steps.actors.put("officer", path, {"holder": name, **account})
    steps.actors.post("payer", f"{path}/verification", account)


def _portions(grants: Sequence[Json]) -> Iterator[Sequence[Json]]:
    for start in range(0, len(grants), _MANY):
        yield grants[start : start + _MANY]


def _of(grants: Sequence[Json], city: str) -> list[Json]:
    return [one for one in grants if one["division"].startswith(city)]
