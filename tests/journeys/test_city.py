"""S1-S16, S26, H20-H32: a hundredth of the source's city through the whole chain, every figure compared."""

import json
from pathlib import Path

from tests.running import commands


def test_s1_s16_h31_h32_city__comes_to_the_source_s_figures(tmp_path: Path) -> None:
    kept = tmp_path / "city.json"
    done = commands.run("replay-city", "--scale", "0.01", "--json", "--output", str(kept), seconds=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    found = json.loads(done.stdout)
    assert json.loads(kept.read_text()) == found
    assert [row["en"] for row in found["figures"] if not row["holds"]] == []
    assert {row["rule"] for row in found["figures"]} >= {"S1", "S3", "S12", "S13", "S15", "S16", "S26", "H31", "H32"}
    assert found["money"]["hz-2013-key-committees"]["grants"] == 10
    assert (found["events"]["dead_letters"], sum(found["stars"].values())) == (0, 29 + 3 + 10 + 12)
    assert all(one["seconds"] >= 0 and one["things"] for one in found["steps"])
    assert all(one["bytes"] > sum(one["tables"].values()) > 0 for one in found["databases"].values() if one["tables"])


def test_city__of_an_impossible_scale_is_refused_with_the_bounds() -> None:
    for scale in ("0", "6", "much", "nan"):
        done = commands.run("replay-city", "--scale", scale)
        assert (done.returncode, "0.01" in done.stderr) == (2, True), scale
