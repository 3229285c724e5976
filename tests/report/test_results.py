from dataclasses import replace

import pytest

from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.results import ENERGY, NETWORKS, SUMMARY, fill, summary, table

FIGURES = {
    "accuracy": Figure("accuracy", 0.9871, "1", "higher", "c"),
    "stored_bits": Figure("stored_bits", 377225, "bits", "lower", "c"),
}
CARD = Card("m", "A model", "ab12", FIGURES, [])


SPIKY = Card(
    "s",
    "Spikes",
    "ab12",
    FIGURES | {"timesteps": Figure("timesteps", 4, "timesteps", "lower", "c")},
    [],
    "spiking",
)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "docs").mkdir()
    for part in (SUMMARY, NETWORKS, ENERGY):
        (tmp_path / part.page).write_text(f"before\n{part.begin}\nold\n{part.end}\nafter\n")
    return tmp_path


def test_every_table_goes_into_its_page_with_links_from_there(home):
    pages = fill(home, [CARD])
    assert pages == [home / part.page for part in (SUMMARY, NETWORKS, ENERGY)]
    readme, networks, energy = (page.read_text() for page in pages)
    assert "| [`m`](models/m/card.md) | dense |  | 98.71% | 377,225 |" in readme
    assert (
        "Dense networks:\n\n| model |" in networks and "| [`m`](../models/m/card.md) | 98.71% |" in networks
    )
    assert "[`m`]" not in energy and "| nJ per image |" in energy


def test_every_row_has_the_columns_of_the_heading():
    dense, spiking = table([CARD, SPIKY]).split("Spiking networks:")
    for text, name in ((dense, "m"), (spiking, "s"), (summary([CARD]), "m"), (summary([SPIKY]), "s")):
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1
        assert any(f"[`{name}`]" in row for row in rows)
    assert "| 98.71% | 4 |" in spiking


@pytest.mark.parametrize(
    ("measure", "text"), [("accuracy", "98.71% | 99.00%"), ("r2", "R2 0.9205 | R2 0.99")]
)
@pytest.mark.parametrize("kind", ["dense", "convolutional"])
def test_the_float_twin_has_a_column_behind_what_the_integer_model_is_measured_by(kind, measure, text):
    integer = Figure(measure, 0.9871 if measure == "accuracy" else 0.920469, "1", "higher", "c")
    twin = replace(integer, name=f"{measure}_fp32", value=0.99)
    card = Card("m", "", "ab", {figure.name: figure for figure in (integer, twin)}, [], kind)
    lines = table([card]).splitlines()
    assert "| accuracy | float twin | stored bits |" in lines[2]
    assert f"| {text} |" in next(line for line in lines if "`m`" in line)


def test_the_summary_has_at_most_eight_columns_and_leaves_references_out():
    reference = Card("r", "Reference", "", {"accuracy": FIGURES["accuracy"]}, [])
    rows = summary([CARD, reference]).splitlines()
    assert rows[0].count("|") - 1 <= 8
    assert not [row for row in rows if "[`r`]" in row] and len([row for row in rows if "Yin" in row]) == 3


def test_energy_has_a_table_of_its_own(home):
    conditions = {"form": "unrolled", "library": "L", "voltage": "1 V", "clock": "2 MHz", "images": "3"}
    found = {
        name: Figure(name, value, "nJ", "lower", "c", conditions)
        for name, value in (("tech_energy", 1.234), ("tech_energy_mac", 0.5), ("tech_area", 1234.0))
    }
    fill(home, [CARD, Card("w", "W", "cd", FIGURES | found, [])])
    networks, energy = ((home / part.page).read_text() for part in (NETWORKS, ENERGY))
    assert "| 1.23 nJ, tech |" in networks and "| not measured yet |" in networks
    assert (
        "| [`w`](../models/w/card.md) | 98.71% | 1.23 |  | unrolled | L | 1 V | 2 MHz | 3 | 1,234 |" in energy
    )
    assert "[`m`]" not in energy


def test_the_summary_compares_energy_in_one_process_where_a_card_has_it():
    def spent(*names):
        return {f"{name}_energy": Figure(f"{name}_energy", 1.5, "nJ", "lower", "c") for name in names}

    cards = [Card(name, "A", "ab12", FIGURES | spent(*names), []) for name, names in PROCESSES.items()]
    rows = {row.split("`")[1]: row for row in summary(cards).splitlines() if "`" in row}
    assert "| 1.5 nJ, nangate45 |" in rows["both"] and "| 1.5 nJ, sky130hd |" in rows["other"]


PROCESSES = {"both": ("sky130hd", "nangate45"), "other": ("sky130hd",)}


def test_a_data_set_has_its_whole_name_without_how_it_was_prepared():
    found = {
        "Breast Cancer Wisconsin (Diagnostic) test set": "Breast Cancer Wisconsin (Diagnostic)",
        "CIFAR-10 recompressed as JPEG quality 75, test set": "CIFAR-10",
    }
    for data, title in found.items():
        accuracy = Figure("accuracy", 0.9, "1", "higher", "c", {"data": data})
        card = Card("m", "", "ab", {"accuracy": accuracy}, [], "dense")
        assert f"| dense | {title} | 90.00% |" in summary([card])
