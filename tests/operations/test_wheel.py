"""The wheel carries everything under one name, and works where no checkout is."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from shared.settings import TREE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, check=False, cwd=TREE, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    [found] = folder.glob("*.whl")
    return found


def files_of(*folders: str) -> set[str]:
    """Everything of the checkout's folders that runs or is read, not what describes it."""
    found = (path for folder in folders for path in (TREE / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(TREE).as_posix()
        for path in found
        if "__pycache__" not in path.parts and "node_modules" not in path.parts and path.name != "README.md"
    }


def test_t41_wheel__has_one_package_with_policies_and_examples(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"shuangfu"}
    carried = {name.removeprefix("shuangfu/_tree/") for name in names if name.startswith("shuangfu/_tree/")}
    assert files_of("services", "shared", "policies") - carried == set()
    assert files_of("shuangfu") - set(names) == set()
    examples = {f"examples/{name}/registrations.xlsx" for name in ("xihu", "huangpu")}
    assert examples | {"deploy/kafka/pom.xml", "services/registry/guards.json"} <= carried
    assert {f"examples/{name}/seats.yaml" for name in ("xihu", "huangpu")} <= carried
    assert files_of("examples/huangpu/policies", "examples/xihu/policies") - carried == set()
    # Where the front end was built (`make test` builds it).
    if (TREE / "console" / "dist").is_dir():
        assert files_of("console/dist") - carried == set()


def test_t41_wheel__installed_elsewhere_runs_the_demonstration(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place, with_pip=False)
    [site] = place.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies are those of this run; the checkout, which they would bring along, comes after the wheel.
    [ours] = {path for path in sys.path if path.endswith("site-packages")}
    code = (
        "import sys, site; site.addsitedir(sys.argv.pop(1)); import shuangfu, services, shared; "
        f"assert all(m.__file__.startswith({str(site)!r}) for m in (shuangfu, services, shared)), shared.__file__; "
        "sys.argv[0] = 'shuangfu'; from shuangfu.cli import app; app()"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(site), ours])}
    command = [str(place / "bin" / "python"), "-c", code, ours, "demo", "--json"]
    done = subprocess.run(
        command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"paid":3' in done.stdout.replace(" ", "")
