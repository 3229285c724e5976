"""The pages in a browser without a screen: nothing on its console, every picture drawn, nothing cut off."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from selenium import webdriver

from accelgen.explore.page import write_sweep_page
from accelgen.explore.results import read_results
from accelgen.report.model import model_page
from accelgen.report.page import render
from tests.build import mnist_spiking_network
from tests.explore.drawn import measured
from tests.report.test_model import DENSE, facts

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
LAPTOP, PHONE = 1280, 390
SMALLEST = 8.0


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium with a profile of its own; without it this test fails, and does not skip."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium and driver, "sh sim/browser_packages.sh installs what is missing"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Paths of a page of each kind, by name."""
    folder = tmp_path_factory.mktemp("pages")
    fired = [np.eye(3, 784, dtype=np.uint8), np.eye(3, 16, dtype=np.uint8)]
    spiking = facts(mnist_spiking_network(), spikes=fired)
    for name, what in (("dense", DENSE), ("spiking", spiking)):
        (folder / f"{name}.html").write_text(render(model_page(what)))
    write_sweep_page(read_results(measured(folder / "tiny")), folder / "sweep.html")
    return folder


PICTURES = """
return [...document.querySelectorAll('svg')].map(svg => {
  const box = svg.getBoundingClientRect();
  return [svg.getAttribute('aria-label'), box.width, box.height, svg.querySelector('title') !== null];
});
"""
TEXTS = """
return [...document.querySelectorAll('svg text')].map(t => [t.textContent, t.getBoundingClientRect().height]);
"""


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
@pytest.mark.parametrize("name", ["dense", "spiking", "sweep"])
def test_a_page_is_whole_and_quiet(browser, pages, name, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((pages / f"{name}.html").as_uri())
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    pictures = browser.execute_script(PICTURES)
    assert len(pictures) >= 4
    assert not [title for title, wide, tall, titled in pictures if wide < 40 or tall < 8 or not titled]
    texts = browser.execute_script(TEXTS)
    assert texts and not [words for words, tall in texts if tall < SMALLEST]
    # Every section that the contents name is there.
    links = browser.execute_script("return [...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    assert links and all(
        browser.execute_script("return !!document.getElementById(arguments[0])", n) for n in links
    )


def test_images_inside_the_page_are_drawn(browser, pages):
    browser.get((pages / "dense.html").as_uri())
    widths = browser.execute_script("return [...document.images].map(image => image.naturalWidth)")
    assert widths == [28]
