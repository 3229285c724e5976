"""The demo as a person runs it: a program, a device at the end of a line, and a browser."""

import json
import math
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import import_module

import numpy as np
import pytest

from accelgen import models
from accelgen.errors import DataError, InvalidOption, InvalidRequest
from accelgen.network import load
from accelgen.page import PageServer
from accelgen.steps import demo
from tests.chromium import chromium
from tests.pty_board import Board, plugged_in

MODULE = import_module("accelgen.steps.board.demo")
LABEL = "document.querySelector('#label').textContent"
VERDICT = "document.querySelector('#verdict').textContent"
ANSWERS = "Number(document.body.dataset.answers || 0)"


def ring(x, y, wide, high, start=0.0, end=1.0, count=14):
    """Return points on an ellipse, clockwise from its top; 1 is all the way around."""
    turns = [2 * math.pi * (start + (end - start) * n / count) for n in range(count + 1)]
    return [(x + wide * math.sin(turn), y - high * math.cos(turn)) for turn in turns]


#: Digits as people draw them, off the middle and of several sizes.
DIGITS = {
    0: [ring(0.5, 0.5, 0.22, 0.36)],
    1: [[(0.3, 0.1), (0.28, 0.35)]],
    2: [[*ring(0.5, 0.3, 0.18, 0.17, -0.2, 0.36), (0.3, 0.8), (0.7, 0.8)]],
    3: [[*ring(0.6, 0.65, 0.1, 0.09, -0.15, 0.5), *ring(0.6, 0.86, 0.12, 0.12, 0, 0.65)]],
    4: [[(0.35, 0.15), (0.3, 0.5), (0.65, 0.48)], [(0.62, 0.15), (0.6, 0.85)]],
    7: [[(0.2, 0.2), (0.75, 0.2), (0.45, 0.85)]],
    9: [[*ring(0.45, 0.3, 0.15, 0.15, 0.2, 1.2), (0.58, 0.55), (0.55, 0.85)]],
}


@contextmanager
def demonstrated(*arguments):
    """Run ``accelgen host ARGUMENTS --demo``; yield its address, and what it says when it is ended."""
    program = [sys.executable, "-m", "accelgen", "host", *arguments, "--demo", "--no-browser", "--json"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said, found = [], {}
        try:
            for line in process.stderr:
                said.append(line)
                if address := re.search(r"http://127\.0\.0\.1:\d+/", line):
                    break
            else:
                raise AssertionError("".join(said))
            yield address[0], found
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        found.update(json.loads(out))


@pytest.mark.parametrize("model", ["mnist_3b_8x", "mnist_snn_di_small"])
def test_digits_that_are_drawn_are_recognised(model):
    board = Board(load(models.network_path(model)))
    board.classify(bytes(board.beats), 1, 0, 0)  # what the first answer takes would tire the host
    with plugged_in(board) as port:
        with demonstrated(model, "--port", port) as (address, found), chromium() as browser:
            browser.open(address)
            browser.wait("document.body.dataset.ready")
            read = {}
            for count, (digit, strokes) in enumerate(DIGITS.items(), 1):
                browser.click("#clear")
                for stroke in strokes:
                    browser.stroke("#paper", stroke)
                browser.wait(f"{ANSWERS} >= {count}")
                time.sleep(0.3)  # a digit of two strokes may be answered after each
                read[digit] = int(browser.run(f"return {LABEL}"))
                assert browser.run(f"return {VERDICT}") == "equal to the golden model"
                browser.run(f"document.body.dataset.answers = {count}")
            assert browser.complaints() == []
    assert read == {digit: digit for digit in DIGITS}
    assert found["mismatches"] == 0 and found["answered"] >= len(DIGITS)


def test_a_simulated_device_answers_a_drawing(simulated_digits, digits_device, monkeypatch, tmp_path):
    own = tmp_path / "cache" / "programs"  # other tests run the same program, and are not to be found here
    own.mkdir(mode=0o700, parents=True)
    shutil.copy2(digits_device, own)
    monkeypatch.setenv("ACCELGEN_CACHE", str(own.parent))
    with demonstrated("digits", "--simulate") as (address, found), chromium() as browser:
        browser.open(address)
        browser.wait("document.body.dataset.ready")
        assert "simulated: 10 lanes, tables in ram" in browser.run("return document.body.innerText")
        browser.stroke("#paper", DIGITS[7][0])
        browser.wait(f"{ANSWERS} === 1")
        assert browser.run(f"return {VERDICT}") == "equal to the golden model"
        device = subprocess.run(["pgrep", "-f", str(own)], capture_output=True, text=True, check=True)
        assert len(device.stdout.split()) == 1
    gone = subprocess.run(["pgrep", "-f", str(own)], capture_output=True, text=True, check=False)
    assert gone.stdout == "" and (found["answered"], found["mismatches"]) == (1, 0)


@pytest.fixture
def asked(digits, monkeypatch):
    """Serve no page; let a function ask the device instead."""

    def serving(ask):
        class Server(PageServer):
            def serve_forever(self):
                ask(self)
                raise KeyboardInterrupt

        monkeypatch.setattr(MODULE, "PageServer", Server)

    return serving


@pytest.mark.parametrize("spoilt", [0, 1])
def test_answers_and_mismatches_are_counted(digits, asked, spoilt):
    heard = []
    square = np.pad(np.full((9, 9), 200, np.uint8), 3)

    def ask(server):
        heard.append(server.answer(square))
        with pytest.raises(DataError, match="must have something bright"):
            server.answer(np.zeros((9, 9), np.uint8))

    asked(ask)
    board = Board(load(digits / "models" / "digits" / "network.safetensors"), spoilt=spoilt)
    with plugged_in(board) as port:
        drawings = demo("digits", port=port, browser=False)
    assert (drawings.answered, drawings.mismatches) == (1, spoilt)
    assert list(drawings.to_json()) == ["name", "port", "answered", "mismatches"]
    assert (
        heard[0]["equal"] == (not spoilt)
        and set(heard[0]["seen"]) == {0, 255}
        and len(heard[0]["seen"]) == 784
    )


@pytest.mark.parametrize("windows", [True, False])
def test_the_page_is_opened_where_there_are_windows(digits, asked, monkeypatch, windows):
    said, opened = [], []
    monkeypatch.setattr(MODULE, "open_page", lambda url: opened.append(url) or windows)
    asked(lambda server: None)
    with plugged_in(Board(load(digits / "models" / "digits" / "network.safetensors"))) as port:
        demo("digits", port=port, say=said.append)
    assert opened[0] in said[0] and ("there is no browser" in said[-1]) != windows


def test_a_port_of_tcp_that_cannot_be_is_refused_before_anything_is_built(digits):
    with pytest.raises(InvalidOption, match="^http_port must be 0 to 65535, not 70000$"):
        demo("digits", http_port=70_000, simulate=True)


def test_a_device_that_is_not_there_serves_no_page(digits):
    with pytest.raises(InvalidRequest, match="^port /dev/nothing cannot be opened"):
        demo("digits", port="/dev/nothing")
