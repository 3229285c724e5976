"""The page in a browser, in front of a server with a made-up device: what a person sees and can do."""

import threading
from contextlib import contextmanager

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.page import PageServer
from tests.chromium import chromium

SEVEN = [(0.2, 0.2), (0.75, 0.2), (0.45, 0.85)]
FACTS = {
    "name": "made_up",
    "hardware": "a board",
    "port": "/dev/ttyUSB1",
    "clock_mhz": 12.0,
    "classes": 10,
    "pixel_bits": 1,
    "spiking": True,
    "timesteps": 4,
    "margin": 9,
}
LABEL = "document.querySelector('#label').textContent"
VERDICT = "document.querySelector('#verdict').textContent"
ANSWERS = "Number(document.body.dataset.answers || 0)"


class Device:
    """Says 7, and keeps the drawings."""

    def __init__(self):
        self.drawings, self.equal, self.gone = [], True, False

    def __call__(self, grey):
        self.drawings.append(grey)
        if self.gone:
            raise ToolError("the device has not answered 4 times")
        scores = [-30, 0, 0, 0, 0, 0, 0, 1234, 0, 0]
        found = {"label": 7, "scores": scores, "timesteps": 3, "cycles": 2400, "milliseconds": 4.2}
        return {**found, "equal": self.equal, "seen": [255, 0] * 392}


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def device(browser):
    """A device whose page is open in the browser."""
    with opened(browser) as found:
        yield found


@contextmanager
def opened(browser):
    made = Device()
    with PageServer(FACTS, made) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        browser.open(server.url)
        browser.wait("document.body.dataset.ready")
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
    assert browser.complaints() == []


def test_a_drawing_is_answered_with_class_scores_latency_and_timesteps(browser, device):
    assert browser.run(f"return {LABEL}") == "\u2013"
    browser.stroke("#paper", SEVEN)
    browser.wait(f"{ANSWERS} === 1")
    assert browser.run(f"return [{LABEL}, {VERDICT}]") == ["7", "equal to the golden model"]
    rows = browser.run(
        "return [...document.querySelectorAll('#scores li')].map(row => row.innerText.split(/\\s+/))"
    )
    assert rows[7] == ["7", "1,234"] and rows[0] == ["0", "-30"] and len(rows) == 10
    widths = browser.run(
        "return [...document.querySelectorAll('.bar')].map(bar => parseFloat(bar.style.width))"
    )
    assert (widths[7], widths[0]) == (100, 0) and widths[1] == pytest.approx(100 * 30 / 1264)
    figures = browser.run("return document.querySelector('#figures').innerText")
    assert figures.split("\n") == [
        "cycles", "2,400", "at 12 MHz", "200 \u00b5s", "with the line", "4.2 ms", "timesteps", "3 of 4"
    ]  # fmt: skip
    about = browser.run("return document.querySelector('#about').textContent")
    assert about == "made_up (spiking, 4 timesteps, stops at a lead of 9), a board, at /dev/ttyUSB1"
    seen = browser.run(
        "return [...document.querySelector('#seen').getContext('2d').getImageData(0, 0, 2, 1).data]"
    )
    assert seen == [255, 255, 255, 255, 0, 0, 0, 255]


@pytest.mark.parametrize("size", [0.05, 0.4, 1.0])
def test_what_is_sent_fills_the_box_however_large_it_is_drawn(browser, device, size):
    browser.stroke("#paper", [(x * size, y * size) for x, y in SEVEN])
    browser.wait(f"{ANSWERS} === 1")
    (grey,) = device.drawings
    rows, columns = np.nonzero(grey > 32)
    assert grey.shape == (280, 280) and np.ptp(rows) + 1 == pytest.approx(200, abs=3)
    shape = 0.55 / 0.65
    assert (np.ptp(columns) - 24) / (np.ptp(rows) - 24) == pytest.approx(shape, rel=0.1)


def test_strokes_belong_together_until_the_paper_is_cleared(browser, device):
    browser.stroke("#paper", [(0.3, 0.2), (0.3, 0.5)])
    browser.wait(f"{ANSWERS} === 1")
    browser.stroke("#paper", [(0.7, 0.2), (0.7, 0.5)])
    browser.wait(f"{ANSWERS} === 2")
    assert device.drawings[1].any(axis=0).sum() == 2 * device.drawings[0].any(axis=0).sum()
    browser.click("#clear")
    assert browser.run(f"return [{LABEL}, {VERDICT}]") == ["\u2013", ""]
    pixels = "document.querySelector('#paper').getContext('2d').getImageData(0, 0, 560, 560).data"
    assert browser.run(f"return {pixels}.every(value => value === 0)")
    browser.stroke("#paper", [(0.3, 0.2), (0.3, 0.5)])
    browser.wait(f"{ANSWERS} === 3")
    assert (device.drawings[2] == device.drawings[0]).all()


def test_a_dot_is_sent_and_not_lost(browser, device):
    browser.stroke("#paper", [(0.5, 0.5), (0.5, 0.5)])
    browser.wait(f"{ANSWERS} === 1")
    assert (device.drawings[0] > 32).any()


def test_an_answer_that_differs_is_seen(browser, device):
    device.equal = False
    browser.stroke("#paper", SEVEN)
    browser.wait(f"{ANSWERS} === 1")
    assert browser.run(f"return {VERDICT}") == "differs from the golden model"
    assert browser.run("return document.querySelector('#verdict').className") == "bad"


def test_a_device_that_is_gone_is_told(browser):
    made = Device()
    made.gone = True
    with PageServer(FACTS, made) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        browser.open(server.url)
        browser.wait("document.body.dataset.ready")
        browser.stroke("#paper", SEVEN)
        assert browser.wait(VERDICT) == "the device has not answered 4 times"
        server.shutdown()
        thread.join()
    browser.click("#clear")
    browser.stroke("#paper", SEVEN)
    assert browser.wait(VERDICT) == "the program that serves this page has ended"
    assert len(browser.complaints()) == 2, "of the reply 502, and of no reply"


@pytest.mark.parametrize("width", [320, 390, 800, 1280])
def test_nothing_is_wider_than_the_screen(width):
    with chromium(width, 700) as narrow, opened(narrow):
        assert narrow.run("return document.documentElement.scrollWidth <= innerWidth")
        boxes = narrow.run(
            "return [...document.querySelectorAll('.card')].map(c => c.getBoundingClientRect().top)"
        )
        assert (boxes[0] == boxes[1]) == (width > 680)
