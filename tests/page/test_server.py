import http.client
import json
import threading
from contextlib import contextmanager

import numpy as np
import pytest

from accelgen.errors import DataError, InvalidRequest, ToolError
from accelgen.page import PageServer

NOTHING = "there is nothing here"
SQUARE = "a drawing must be a square of 1 to 1024 pixels a side"
ELSEWHERE = "this page is for this machine only"


def classify(grey: np.ndarray) -> dict:
    """Stand in for a device."""
    if not grey.any():
        raise DataError("a drawing must have something bright in it")
    if grey[0, 0] == 99:
        raise ToolError("the device has not answered 4 times")
    return {"shape": list(grey.shape), "sum": int(grey.sum())}


@contextmanager
def served():
    """Yield a function that asks a server and returns status, type and body."""
    with PageServer({"name": "small"}, classify) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()

        def ask(method, path, body=None, **headers):
            line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            line.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            reply = line.getresponse()
            found = reply.status, reply.headers, reply.read()
            line.close()
            return found

        try:
            yield ask
        finally:
            server.shutdown()
            thread.join()


def test_the_page_needs_nothing_from_elsewhere():
    with served() as ask:
        status, headers, body = ask("GET", "/")
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert b"://" not in body and b"src=" not in body, "no address of anything else"


def test_facts_and_answers_are_json():
    with served() as ask:
        assert json.loads(ask("GET", "/facts")[2]) == {"name": "small"}
        status, _, body = ask("POST", "/classify", bytes([1, 2, 3, 4]))
    assert status == 200 and json.loads(body) == {"shape": [2, 2], "sum": 10}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "sentence"),
    [
        ("GET", "/../secret", None, {}, 404, NOTHING),
        ("POST", "/", b"1", {}, 404, NOTHING),
        ("POST", "/classify", b"", {}, 400, SQUARE),
        ("POST", "/classify", b"123", {}, 400, SQUARE),
        ("POST", "/classify", b"1", {"Content_Length": "-4"}, 400, SQUARE),
        ("POST", "/classify", b"1", {"Content_Length": str(1025**2)}, 400, SQUARE),
        ("POST", "/classify", bytes(4), {}, 422, "a drawing must have something bright in it"),
        ("POST", "/classify", bytes([99]), {}, 502, "the device has not answered 4 times"),
        ("GET", "/", None, {"Host": "example.org"}, 403, ELSEWHERE),
        ("POST", "/classify", b"1", {"Origin": "https://example.org"}, 403, ELSEWHERE),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(method, path, body, headers, status, sentence):
    with served() as ask:
        found, _, text = ask(method, path, body, **headers)
        assert (found, json.loads(text)) == (status, {"error": sentence})
        assert ask("GET", "/facts")[0] == 200, "and the server goes on"


@pytest.mark.parametrize("port", [80_000, "taken"])
def test_a_port_that_cannot_be_is_named(port):
    with PageServer({}, classify) as server:
        wanted = server.server_port if port == "taken" else port
        with pytest.raises(InvalidRequest, match=f"^port {wanted} of 127.0.0.1 cannot be served: "):
            PageServer({}, classify, wanted)
