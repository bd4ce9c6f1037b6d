"""What follows from a low star: its rectification is planned, tracked, and accepted by somebody else."""

from datetime import UTC, datetime, timedelta

from shared.field.calendar import china_day
from shuangfu.demonstration.actors import Actors
from shuangfu.demonstration.findings import Json

_HELD, _RELEASED = ("R-hold", "held"), ("R-hold", "released")
_CONSEQUENCES = "/evaluation/v1/consequences"
_STEPS = ("plan", "tracking", "acceptance")
_STEPS_LEFT = {"open": _STEPS, "underway": _STEPS[1:], "tracked": _STEPS[2:]}
"""By the opinion's state: an earlier run may have been interrupted."""


def rectify(actors: Actors) -> None:
    """Close every rectification: the grant that is held for it goes on."""
    today = china_day(datetime.now(UTC))
    bodies: dict[str, Json] = {
        "plan": {
            "goal": "示范：达到二星级",
            "measures": ["每月召开党员大会"],
            "until": str(today + timedelta(days=30)),
        },
        "tracking": {"on": str(today), "progress": "示范：已召开党员大会"},
        "acceptance": {"accepted": True, "on": str(today), "record": "示范：措施已落实"},
    }
    for opinion in read_rectifications(actors):
        for step in _STEPS_LEFT.get(opinion["state"], ()):
            actor = "acceptor" if step == "acceptance" else "officer"
            actors.post(actor, f"{_CONSEQUENCES}/{opinion['id']}/{step}", bodies[step])


def read_rectifications(actors: Actors) -> list[Json]:
    """Every opinion that asks for a rectification."""
    return list(actors.list_all(_CONSEQUENCES, kind="rectification"))


def was_released(grant: Json) -> bool:
    """Whether a grant was held for its star, and a closed rectification let it go on."""
    return {_HELD, _RELEASED} <= {(reason["rule"], reason["outcome"]) for reason in grant["reasons"]}
