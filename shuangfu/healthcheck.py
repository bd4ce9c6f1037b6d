"""Probes this container's server. Standard library only and run by path, so that it starts in no time.

Exit code 0 where /readyz answers 200. Docker restarts what has ended, not what is unhealthy. So this ends the server
when /healthz, which shows whether a restart would help, has failed several times in a row.
"""

import http.client
import os
import signal
import sys
from pathlib import Path

SECONDS = 4
FAILURES = 3
"""After this many failures of /healthz in a row, the server is ended."""
COUNTER = Path(os.environ.get("SHUANGFU_HEALTH_COUNTER", "/tmp/health-failures"))  # noqa: S108 - the container's own


def probe(port: int, path: str) -> tuple[bool, str]:
    """(whether it answers 200, the answer's text or what went wrong)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS / 2)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status == http.client.OK, response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return False, f"{path}: {error!r}"
    finally:
        connection.close()


def server_process(processes: Path = Path("/proc")) -> int:
    """The server: the child of the container's init, or process 1 where there is no init."""
    for folder in processes.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if fields[1] == "1":
            return int(folder.name)
    return 1


def count_failures(live: bool) -> int:
    """How often /healthz has failed in a row, this time included. Until it has succeeded once, the server is starting
    and nothing is counted."""
    if live:
        COUNTER.write_text("0")
        return 0
    if not COUNTER.exists():
        return 0
    failures = 1 + int(COUNTER.read_text())
    COUNTER.write_text(str(failures))
    return failures


def main(port: int) -> int:
    """The exit code."""
    live, answer = probe(port, "/healthz")
    failures = count_failures(live)
    if live:
        ready, answer = probe(port, "/readyz")
        if ready:
            return 0
    print(answer)
    if failures >= FAILURES:
        COUNTER.unlink(missing_ok=True)
        print(f"/healthz failed {failures} times: the server is ended")
        # Not SIGTERM: a blocked event loop would not handle it. Process 1 is protected from SIGKILL.
        victim = server_process()
        os.kill(victim, signal.SIGTERM if victim == 1 else signal.SIGKILL)
    return 1


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("SHUANGFU_HEALTH_PORT", "8080"))))
