"""Headless Chromium through selenium: what the tests of pages ask of a browser, in their words."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

__all__ = ["Browser", "chromium"]

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30  # seconds


class Browser:
    """A window of a browser."""

    def __init__(self, driver: webdriver.Chrome):
        self._driver = driver

    def resize(self, width: int, height: int, *, phone: bool = False) -> None:
        """Give the page a screen of so many pixels; a window has borders, an emulated screen has none."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.devtools("Emulation.setDeviceMetricsOverride", **screen)

    def devtools(self, command: str, **parameters):
        """Give a command of Chromium's own."""
        return self._driver.execute_cdp_cmd(command, parameters)

    def open(self, url: str) -> None:
        """Go to a page."""
        self._driver.get(url)

    def run(self, script: str, *arguments):
        """Run JavaScript in the page; return what it returns."""
        return self._driver.execute_script(script, *arguments)

    def wait(self, expression: str):
        """Return the value of a JavaScript expression once it is true."""
        try:
            return WebDriverWait(self, PATIENCE, 0.02).until(lambda page: page.run(f"return {expression}"))
        except TimeoutException:
            raise AssertionError(f"{expression} is not true: {self.complaints()}") from None

    def stroke(self, selector: str, points: list[tuple[float, float]]) -> None:
        """Draw on an element with the pointer; points are shares of its width and height."""
        box = self._driver.find_element(By.CSS_SELECTOR, selector).rect
        chain = ActionChains(self._driver, duration=5)
        pen = chain.w3c_actions.pointer_action
        for number, (x, y) in enumerate(points):
            place = round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])
            pen.move_to_location(*place)
            if number == 0:
                pen.pointer_down()
        pen.pointer_up()
        chain.w3c_actions.perform()

    def click(self, selector: str) -> None:
        """Click on an element."""
        self._driver.find_element(By.CSS_SELECTOR, selector).click()

    def complaints(self) -> list[str]:
        """Return what the page's console has said since the last time."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def picture(self) -> bytes:
        """Return the page as PNG."""
        return self._driver.get_screenshot_as_png()


@contextmanager
def chromium(width: int = 1000, height: int = 760) -> Iterator[Browser]:
    """Run a browser, with a profile of its own, as long as the block lasts.

    Without one, a test fails, and does not skip.
    """
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert program and driver, "sh sim/browser_packages.sh installs what is missing"
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            browser = Browser(found)
            browser.resize(width, height)
            yield browser
        finally:
            found.quit()
