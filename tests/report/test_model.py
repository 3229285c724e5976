import re
from dataclasses import replace

import numpy as np

from accelgen.figures import Figure
from accelgen.network import stored_bits
from accelgen.report.card import Card
from accelgen.report.model import model_page
from accelgen.report.model_facts import Facts, LayerSummary, Mistake
from accelgen.report.page import render
from tests.tiny_networks import mnist_network, mnist_spiking_network

COST = {
    "t_energy": 4.0,
    "t_energy_mac": 1.0,
    "t_energy_control": 2.0,
    "t_energy_leakage_memory": 1.0,
    "cycles_mean": 200.0,
}


def figures():
    found = {"accuracy": Figure("accuracy", 0.97, "1", "higher", "c", {"images": "10"})}
    where = {"library": "L", "clock": "800 MHz"}
    return found | {n: Figure(n, value, "nJ", "lower", "accelgen <n>", where) for n, value in COST.items()}


def facts(network, **more) -> Facts:
    confusion = np.diag(np.full(10, 9))
    confusion[4, 9] = 2
    card = Card(network.name, "784-16-10, tiny", "ab", figures(), [])
    return Facts(
        network,
        "16 lanes, tables in rom",
        stored_bits(network),
        50.0,
        card,
        [card],
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        "92 images",
        confusion,
        [Mistake(3, np.zeros((28, 28), np.uint8), 4, 9)],
        [np.array([5, 3]) for _ in network.layers],
        **more,
    )


DENSE = facts(
    mnist_network(),
    work=[LayerSummary(100, 40, 80), LayerSummary(10, 4, 8)],
    layer=np.array([0, 0, 0, 1, 1, -1]),
    block=np.array([-1, 3, 3, -1, 0, -1]),
)


def titles(text):
    return re.findall(r"<h2>(.*?)</h2>", text)


def test_a_dense_model_has_every_figure():
    text = render(model_page(DENSE))
    assert titles(text) == [
        "Where it stands",
        "The network and its blocks",
        "Weights and activations",
        "Energy by component",
        "Cycles and utilisation",
        "One image through the engine",
        "What it gets wrong",
        "Every figure",
    ]
    for shown in (
        "accuracy against energy",
        "a: kept blocks",
        "share of the block rows that read each pixel",
        "b: weights",
        "energy by component in t",
        "which layer runs in each cycle",
        "a: block read in each cycle",
        "confusion matrix",
    ):
        assert f"<title>{shown}</title>" in text, shown
    assert "four as nine" in text and "accelgen &lt;n&gt;" in text


def test_cycles_and_utilisation_are_those_of_the_trace():
    table = render(model_page(DENSE)).partition("with work</th><th")[2]
    assert '<td>a</td><td class="n">3</td><td class="n">2</td><td class="n">66.7%</td>' in table
    assert '<td>b</td><td class="n">2</td><td class="n">1</td><td class="n">50.0%</td>' in table


def test_cycles_of_a_card_are_those_of_the_hardware_that_it_measured():
    for conditions, note in (({"lanes": "8"}, "8 lanes"), ({"form": "unrolled"}, "unrolled"), ({}, "")):
        figure = replace(DENSE.card.figures["cycles_mean"], conditions={"images": "92"} | conditions)
        card = replace(DENSE.card, figures=DENSE.card.figures | {"cycles_mean": figure})
        page = model_page(replace(DENSE, card=card))  # of hardware with 16 lanes today
        assert [tile.note for tile in page.tiles if tile.name == "cycles per image"] == [note]


def test_parts_of_the_energy_come_largest_first():
    text = render(model_page(DENSE)).partition("Energy by component</h2>")[2]
    assert re.findall(
        r"<td(?: class=\"words\")?>(\w[\w ]*)</td><td class=\"n\">[\d.]+</td><td class=\"n\">([\d.]+)%", text
    )[:3] == [
        ("control", "50.0"),
        ("lanes", "25.0"),
        ("leakage of memory", "25.0"),
    ]


def test_a_spiking_model_has_a_raster():
    fired = [np.eye(3, 784, dtype=np.uint8), np.eye(3, 16, dtype=np.uint8)]
    text = render(model_page(facts(mnist_spiking_network(), spikes=fired)))
    assert "Spikes over time" in titles(text) and "<title>spikes into a</title>" in text
    assert "3 events from 784 inputs" in text


def test_a_model_without_a_card_or_energy_says_what_measures_it():
    bare = replace(DENSE, card=None, cards=[], mistakes=[], confusion=np.diag(np.full(10, 9)), layer=None)
    text = render(model_page(bare))
    assert "accelgen card digits --technology NAME" in text and "784-16-10" in text
    assert "Every figure" not in titles(text) and "confusion matrix" not in text


def test_unrolled_hardware_has_no_schedule():
    text = render(model_page(replace(DENSE, work=[], layer=None, block=None)))
    assert "a layer takes one cycle" in text
