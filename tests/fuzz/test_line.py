"""What comes over a wire: packets of a device, and requests of a browser."""

import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.errors import AccelgenError
from accelgen.link import Device, Packet
from accelgen.link.messages import ANSWER, REFUSED
from accelgen.page import PageServer
from tests.fuzz.edits import damaged, few

PAYLOADS = (
    st.binary(max_size=40) | st.just(bytes([1, 10, 1, 2, 112, 0, 4, 0, 0, 0, 0, 0] + [7] * 12)) | st.just(b"")
)
ANSWERS = st.tuples(st.sampled_from([0, 0, 0, 1, 2]), PAYLOADS, st.sampled_from([0, 0, 0, 5, 77]))
HEAD = "Host: 127.0.0.1:{port}\r\n"


class Wire:
    """A device that answers each request with the next of some bytes."""

    def __init__(self, answers: list[tuple[int, bytes, int]]):
        self.answers, self.heard = answers, b""

    def read(self, size: int) -> bytes:
        found, self.heard = self.heard[:size], self.heard[size:]
        return found

    def write(self, data: bytes) -> None:
        kind, payload, harm = self.answers.pop(0) if self.answers else (0, b"", 0)
        answer = {0: data[3] + ANSWER, 1: REFUSED, 2: 0x7F}[kind]
        whole = bytearray(Packet(answer & 0xFF, data[4], payload).encode())
        if harm:
            whole[harm % len(whole)] ^= 1 << harm % 8
        self.heard += bytes(whole)


@settings(few, max_examples=300)
@given(st.lists(ANSWERS, max_size=9), st.sampled_from(["status", "version", "classify", "load"]))
def test_whatever_a_device_says_is_an_answer_or_a_sentence(answers, asked):
    device = Device(Wire(answers), patience=0, tries=2)
    ask = {
        "status": device.status,
        "version": device.version,
        "classify": lambda: device.classify([0] * 112),
        "load": lambda: device.load([1, 2, 3]),
    }[asked]
    try:
        ask()
    except AccelgenError as error:
        assert str(error)


@pytest.fixture(scope="module")
def server():
    """A page whose drawings are classified as 7."""
    made = PageServer({"name": "n"}, lambda grey: {"label": 7})
    made.mourned = []
    plain = made.handle_error

    def handle_error(request, address):
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            made.mourned.append(sys.exc_info()[1])
        plain(request, address)

    made.handle_error = handle_error
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def asked(server, data: bytes) -> bytes:
    """Send bytes, and return all that is answered."""
    with socket.create_connection(server.server_address, timeout=5) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        found = b""
        while part := line.recv(1 << 16):
            found += part
        return found


def post(length: str, body: bytes = b"", port: int = 0) -> bytes:
    return (
        f"POST /classify HTTP/1.0\r\n{HEAD.format(port=port)}Content-Length: {length}\r\n\r\n".encode() + body
    )


@settings(few, max_examples=100)
@given(damaged(post("16", bytes(16), 12345)))
def test_whatever_a_browser_sends_the_server_goes_on(server, data):
    asked(server, data.replace(b"12345", str(server.server_port).encode()))
    assert not server.mourned


@pytest.mark.parametrize("length", ["9" * 5000, "9" * 20, "00000004", "-4", "4x", "", "\u0664"])
def test_lengths_of_any_form_are_answered(server, length):
    answer = asked(server, post(length, bytes(4), server.server_port))
    assert answer.startswith(b"HTTP/1.0 400 ") and b"must be a square" in answer


def test_a_browser_that_goes_away_is_nobody_s_trouble(server, capfd):
    page = f"GET / HTTP/1.0\r\n{HEAD.format(port=server.server_port)}\r\n".encode()
    for _ in range(20):
        with socket.create_connection(server.server_address, timeout=5) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            line.sendall(page)
    assert b"200 OK" in asked(server, page)
    out, err = capfd.readouterr()
    assert out == err == ""
