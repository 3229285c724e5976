"""Headless Chromium, driven over the W3C WebDriver protocol: a few requests, and no library for them."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30  # seconds
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # what the protocol calls a reference to an element


class Browser:
    """A window of a browser."""

    def __init__(self, driver: str, width: int, height: int, folder: str):
        self._base = driver
        options = {"args": [*FLAGS, f"--user-data-dir={folder}"]}
        wanted = {
            "capabilities": {
                "alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            }
        }
        self._base = f"{driver}/session/{self._call('POST', '/session', wanted)['sessionId']}"
        # The window has borders, the emulated screen has none.
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", **screen)

    def devtools(self, command: str, **parameters):
        """Give a command of Chromium's own."""
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url: str) -> None:
        """Go to a page."""
        self._call("POST", "/url", {"url": url})

    def run(self, script: str, *arguments):
        """Run JavaScript in the page; return what it returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, expression: str):
        """Return the value of a JavaScript expression once it is true."""
        end = time.monotonic() + PATIENCE
        while not (found := self.run(f"return {expression}")):
            if time.monotonic() > end:
                raise AssertionError(f"{expression} is not true after {PATIENCE} s: {self.complaints()}")
            time.sleep(0.02)
        return found

    def stroke(self, selector: str, points: list[tuple[float, float]]) -> None:
        """Draw on an element with the pointer; points are shares of its width and height."""
        box = self.run(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [b.left, b.top, b.width, b.height]",
            selector,
        )
        places = [(round(box[0] + x * box[2]), round(box[1] + y * box[3])) for x, y in points]
        moves = [{"type": "pointerMove", "duration": 5, "x": x, "y": y} for x, y in places]
        actions = [
            moves[0],
            {"type": "pointerDown", "button": 0},
            *moves[1:],
            {"type": "pointerUp", "button": 0},
        ]
        self._call("POST", "/actions", {"actions": [{"type": "pointer", "id": "pen", "actions": actions}]})

    def click(self, selector: str) -> None:
        """Click on an element."""
        found = self._call("POST", "/element", {"using": "css selector", "value": selector})
        self._call("POST", f"/element/{found[ELEMENT]}/click", {})

    def complaints(self) -> list[str]:
        """Return what the page's console has said since the last time."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def picture(self) -> bytes:
        """Return the page as PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def close(self) -> None:
        """Close the window, and with it the browser."""
        self._call("DELETE", "")

    def _call(self, method: str, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._base + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            return json.load(reply)["value"]


@contextmanager
def chromium(width: int = 1000, height: int = 760) -> Iterator[Browser]:
    """Run a browser as long as the block lasts."""
    program = shutil.which("chromedriver")
    if not program or not shutil.which("chromium"):
        raise AssertionError("chromium is not installed: make test does it, or apt install chromium-driver")
    with tempfile.TemporaryDirectory() as folder:
        with subprocess.Popen([program, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
            try:
                port = next(
                    found[1]
                    for line in driver.stdout
                    if (found := re.search(r"successfully on port (\d+)", line))
                )
                browser = Browser(f"http://127.0.0.1:{port}", width, height, str(Path(folder) / "profile"))
                try:
                    yield browser
                finally:
                    browser.close()
            finally:
                driver.terminate()
