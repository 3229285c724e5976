"""The pages in a browser without a screen: nothing on its console, every picture drawn, nothing cut off."""

from __future__ import annotations

import numpy as np
import pytest

from accelgen.explore.page import write_sweep_page
from accelgen.explore.results import read_results
from accelgen.report.model import model_page
from accelgen.report.page import render
from tests.chromium import chromium
from tests.explore.drawn import measured
from tests.report.test_model import DENSE, facts
from tests.tiny_networks import mnist_spiking_network

LAPTOP, PHONE = 1280, 390
SMALLEST = 8.0


@pytest.fixture(scope="module")
def browser():
    """Chromium, one for all tests of this file."""
    with chromium() as found:
        yield found


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
    browser.resize(width, 900, phone=width == PHONE)
    browser.open((pages / f"{name}.html").as_uri())
    assert browser.complaints() == []
    assert browser.run("return document.documentElement.scrollWidth") <= width
    pictures = browser.run(PICTURES)
    assert len(pictures) >= 4
    assert not [title for title, wide, tall, titled in pictures if wide < 40 or tall < 8 or not titled]
    texts = browser.run(TEXTS)
    assert texts and not [words for words, tall in texts if tall < SMALLEST]
    # Every section that the contents name is there.
    links = browser.run("return [...document.querySelectorAll('nav a')].map(a => a.hash.slice(1))")
    assert links and all(browser.run("return !!document.getElementById(arguments[0])", n) for n in links)


def test_images_inside_the_page_are_drawn(browser, pages):
    browser.open((pages / "dense.html").as_uri())
    widths = browser.run("return [...document.images].map(image => image.naturalWidth)")
    assert widths == [28]
