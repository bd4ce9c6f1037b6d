"""What the embedded gateway answers to what is no HTTP request: a problem document, as for any other error."""

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.problems.language import Text
from shared.problems.problems import MEDIA_TYPE, TYPE_PREFIX
from shared.web.wire.limits import HEADERS

_TITLE = Text(zh="请求无法处理", en="The request cannot be handled")
_DETAIL = Text(zh="这不是一个有效的 HTTP 请求。", en="This is no valid HTTP request.")


class ProblemProtocol(HttpToolsProtocol):
    """Uvicorn's protocol. Headers that cannot be read name no language: the sentences are in both."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Answer, and close the connection."""
        document = {
            "type": f"{TYPE_PREFIX}http-error",
            "title": f"{_TITLE.render('zh')} {_TITLE.render('en')}",
            "status": 400,
            "detail": f"{_DETAIL.render('zh')} {_DETAIL.render('en')}",
            "errors": [],
        }
        body = orjson.dumps(document)
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
            **HEADERS,
        }
        lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)
        self.transport.close()
