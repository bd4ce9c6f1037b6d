"""The audit's anchors: one key, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from shared.audit.anchors import Anchors

SERVICES = ("registry", "incubation", "evaluation", "funding")


def test_anchors__of_services_that_start_together_verify(tmp_path: Path) -> None:
    """All four make their first anchor at once, in a folder without a key."""
    for number in range(25):
        folder, start = tmp_path / str(number), Barrier(len(SERVICES))

        def anchor(service: str, folder: Path = folder, start: Barrier = start) -> bool:
            start.wait()
            return Anchors(folder, service).append({"330106": (1, "00")})

        with ThreadPoolExecutor(len(SERVICES)) as pool:
            assert all(pool.map(anchor, SERVICES))
        for service in SERVICES:
            [line] = Anchors(folder, service).read()
            assert line.service == service
        assert {path.name for path in folder.iterdir()} == {
            "anchor-key.pem",
            "anchor-key.pub.pem",
            *(f"{service}.anchors" for service in SERVICES),
        }
