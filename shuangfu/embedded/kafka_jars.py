"""The jars of Apache Kafka: what this machine needs to run them, and where Maven puts them, once."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from shared.settings import TREE
from shuangfu.embedded.processes import EmbeddedServerError, one_at_a_time

VERSION = "4.3.1"
POM = TREE / "deploy" / "kafka" / "pom.xml"
OLDEST_JAVA = 17
DOWNLOAD_SECONDS = 900.0


def availability() -> str | None:
    """None where Kafka can run here, else what is missing, in one sentence."""
    java = shutil.which("java")
    if java is None:
        return f"Kafka needs Java {OLDEST_JAVA} or later, and there is no java on the PATH."
    version = _java_version(java)
    if version < OLDEST_JAVA:
        return f"Kafka needs Java {OLDEST_JAVA} or later, and java on the PATH is {version}."
    if _libs().is_dir():
        return None
    if shutil.which("mvn") is None:
        return f"The jars of Kafka {VERSION} are not in {_libs()}, and there is no mvn on the PATH to fetch them."
    if not POM.exists():
        return f"The jars of Kafka {VERSION} are not in {_libs()}, and {POM} that names them is missing."
    return None


def ensure_jars() -> Path:
    """The folder of jars, downloaded the first time; it holds all of them or does not exist.

    Raises EmbeddedServerError.
    """
    libs = _libs()
    if libs.is_dir():
        return libs
    libs.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(libs.parent / "lock"):
        if libs.is_dir():
            return libs
        with tempfile.TemporaryDirectory(prefix="libs.new-", dir=libs.parent) as draft:
            jars = Path(draft) / "libs"
            command = ["mvn", "-q", "-B", "-C", "-f", str(POM), f"-Dkafka.version={VERSION}"]
            command += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
            done = subprocess.run(  # noqa: S603
                command, check=False, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS
            )
            if done.returncode:
                output = "\n".join((done.stdout + done.stderr).splitlines()[:15])
                raise EmbeddedServerError(f"Maven could not fetch the jars of Kafka {VERSION}:\n{output}")
            jars.rename(libs)
    return libs


def _libs() -> Path:
    cache = os.environ.get("SHUANGFU_CACHE")
    if not cache:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        cache = str(Path(home) / "shuangfu")
    return Path(cache).expanduser().resolve() / f"kafka-{VERSION}" / "libs"


@functools.cache
def _java_version(java: str) -> int:
    output = subprocess.run([java, "-version"], check=False, capture_output=True, text=True).stderr  # noqa: S603
    found = re.search(r'version "(?:1\.)?(\d+)', output)
    return int(found[1]) if found else 0
