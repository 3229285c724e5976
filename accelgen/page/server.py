"""A server for this machine only: the page, what it is about, and answers to drawings.

::

    GET  /           page.html
    GET  /facts      JSON: what the page shows about the device
    POST /classify   a drawing, one grey byte for each pixel of a square; JSON: what `classify` returns
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import isqrt
from pathlib import Path
from threading import Lock

import numpy as np

from accelgen.errors import AccelgenError, InvalidRequest, ToolError

__all__ = ["PageServer"]

PAGE = Path(__file__).with_name("page.html")
HERE = "127.0.0.1"
LONGEST_SIDE = 1024
#: Decimal digits of the length of the longest drawing.
DIGITS = 7
SAFE = {
    # The page may load from this server and from nowhere else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class PageServer(ThreadingHTTPServer):
    """Serve the page on 127.0.0.1.

    Parameters
    ----------
    facts : dict
        What the page shows about the device; JSON values.
    classify : callable
        Takes uint8[side, side], bright on dark, and returns JSON values; called by one thread at a time.
    port : int
        TCP port; 0 for any that is free.

    Raises
    ------
    InvalidRequest
        If the port is taken, or is no port number.
    """

    daemon_threads = True

    def __init__(self, facts: dict, classify: Callable[[np.ndarray], dict], port: int = 0):
        self.facts = facts
        self.page = PAGE.read_bytes()
        self._classify = classify
        self._one_at_a_time = Lock()
        try:
            super().__init__((HERE, port), _Handler)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise InvalidRequest(f"port {port} of {HERE} cannot be served: {why}") from error

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{HERE}:{self.server_port}/"

    def handle_error(self, request, client_address):
        """Report no error for a browser that has gone, or that did not finish its request."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def answer(self, grey: np.ndarray) -> dict:
        """Return what `classify` makes of a drawing, uint8[side, side]; drawings wait for one another."""
        with self._one_at_a_time:
            return self._classify(grey)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    timeout = 30  # seconds for a request that has begun

    def do_GET(self):
        if not self._is_ours():
            return
        if self.path == "/":
            self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")
        elif self.path == "/facts":
            self._say(HTTPStatus.OK, self.server.facts)
        else:
            self._fail(HTTPStatus.NOT_FOUND, "there is nothing here")

    def do_POST(self):
        if not self._is_ours():
            return
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isascii() and length.isdigit() and len(length) <= DIGITS else 0
        side = isqrt(size)
        if self.path != "/classify":
            self._fail(HTTPStatus.NOT_FOUND, "there is nothing here")
        elif not 1 <= side <= LONGEST_SIDE or side * side != size:
            self._fail(
                HTTPStatus.BAD_REQUEST, f"a drawing must be a square of 1 to {LONGEST_SIDE} pixels a side"
            )
        else:
            grey = np.frombuffer(self.rfile.read(size), np.uint8)
            if grey.size == size:  # else the browser has gone
                self._classify(grey.reshape(side, side))

    def _classify(self, grey: np.ndarray) -> None:
        try:
            self._say(HTTPStatus.OK, self.server.answer(grey))
        except ToolError as error:
            self._fail(HTTPStatus.BAD_GATEWAY, str(error))
        except AccelgenError as error:
            self._fail(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))

    def _is_ours(self) -> bool:
        """Return whether a request names this server, which requests of pages from elsewhere do not."""
        names = {f"{name}:{self.server.server_port}" for name in (HERE, "localhost")}
        asked = self.headers.get("Host", ""), self.headers.get("Origin", "http://" + HERE).partition("://")[2]
        if asked[0] in names and asked[1].partition(":")[0] in (HERE, "localhost"):
            return True
        self._fail(HTTPStatus.FORBIDDEN, "this page is for this machine only")
        return False

    def _fail(self, status: HTTPStatus, sentence: str) -> None:
        self._say(status, {"error": sentence})

    def _say(self, status: HTTPStatus, answer: dict) -> None:
        self._send(status, json.dumps(answer).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **SAFE}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):  # requests are not logged
        pass
