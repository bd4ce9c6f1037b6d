"""A file that is typed as `shuangfu` and asks the run for a process that has imported everything (see `commands`)."""

import json
import socketserver
import sys
import threading
from pathlib import Path
from types import TracebackType

from tests.running.commands import Command

PROGRAM = """#!{python} -IS
import json, os, socket, sys
if sys.argv[1:2] in (["serve"], ["demo"]):  # what starts other processes, and takes signals
    os.execv({real!r}, [{real!r}, *sys.argv[1:]])
asked = socket.socket(socket.AF_UNIX)
asked.connect({address!r})
asked.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), os.getpid()]).encode())
asked.shutdown(socket.SHUT_WR)
sys.exit(int(asked.recv(8) or 70))
"""
LONGEST_SECONDS = 400


class _Asked(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        arguments, folder, environment, pid = json.loads(self.rfile.read())
        out, err = (Path(f"/proc/{pid}/fd/{number}") for number in (1, 2))
        command = Command(arguments, out, err, environment, Path(folder))
        try:
            self.wfile.write(str(command.wait(LONGEST_SECONDS)).encode())
        finally:
            command.kill()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class ForkedProgram:
    """Writes the file, and answers it until it is closed."""

    def __init__(self, file: Path, address: Path) -> None:
        real = str(Path(sys.executable).with_name("shuangfu"))
        file.write_text(PROGRAM.format(python=sys.executable, real=real, address=str(address)), encoding="utf-8")
        file.chmod(0o755)
        self._server = _Server(str(address), _Asked)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
