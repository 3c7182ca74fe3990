"""An address that is none of Azure's: whoever follows a foreign link to it gives away a token."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Thief:
    """Listens on this machine and answers everything as a friendly Azure would.

    Attributes:
        heard: method and path of every request that came.
    """

    def __init__(self) -> None:
        self.heard: list[str] = []
        heard = self.heard

        class Answer(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                heard.append(f"{self.command} {self.path}")
                body = b'{"status": "Succeeded", "value": []}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - names of the standard library

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the standard library has it
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def thief() -> Iterator[Thief]:
    """A thief that listens until the context ends."""
    listening = Thief()
    thread = threading.Thread(target=listening.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield listening
    finally:
        listening.server.shutdown()
        listening.server.server_close()
        thread.join()
